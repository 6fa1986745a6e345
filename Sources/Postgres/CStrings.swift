/// Passes an array of C strings to the closure: nil becomes NULL, and a final NULL is added. The
/// pointers are valid only during the closure.
///
/// The caller ensures that no string contains a zero byte.
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

/// The Swift copy of a C string; nil for NULL.
func string(_ pointer: UnsafePointer<CChar>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
}
