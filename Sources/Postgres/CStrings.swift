/// Lends an array of C strings, NULL for nil, NULL-terminated, for the closure's life.
///
/// The caller has made sure that no string holds a zero byte.
func withCStrings<R>(
    _ strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R
) -> R {
    var arena: [CChar] = [0]
    var offsets: [Int?] = []
    for string in strings {
        guard let string else {
            offsets.append(nil)
            continue
        }
        offsets.append(arena.count)
        arena.append(contentsOf: string.utf8.lazy.map { CChar(bitPattern: $0) })
        arena.append(0)
    }
    return unsafe arena.withUnsafeBufferPointer { characters in
        var pointers: [UnsafePointer<CChar>?] = unsafe offsets.map { offset in
            unsafe offset.flatMap { unsafe characters.baseAddress?.advanced(by: $0) }
        }
        unsafe pointers.append(nil)
        return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
    }
}

/// The Swift string of a C string that may be NULL.
func string(_ pointer: UnsafePointer<CChar>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
}
