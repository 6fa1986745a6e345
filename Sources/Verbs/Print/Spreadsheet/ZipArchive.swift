/// Files in a ZIP archive without compression, which is sufficient for a workbook.
///
/// The format is that of APPNOTE 6.3: a local header before each file, the central directory, the
/// end record. Sizes are below 4 GB and there are fewer than 65,536 files, so ZIP64 is not needed.
/// The same files always give the same bytes.
package struct ZipArchive {
    /// The bytes of the files added so far.
    private var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var count: UInt16 = 0

    /// 1 January 1980, the first day of the format. The archive does not contain its time of
    /// creation.
    private static let date: UInt16 = 0x0021

    /// Adds a file; names are ASCII with `/` between folders.
    mutating func add(_ name: String, _ content: [UInt8]) {
        let offset = UInt32(body.count)
        var common: [UInt8] = []
        common.add(UInt16(20))  // The version that is needed: 2.0.
        common.add(UInt16(0))  // No flags.
        common.add(UInt16(0))  // Stored.
        common.add(UInt16(0))  // Midnight.
        common.add(ZipArchive.date)
        common.add(ZipArchive.checksum(content))
        common.add(UInt32(content.count))
        common.add(UInt32(content.count))
        common.add(UInt16(name.utf8.count))
        common.add(UInt16(0))  // No extra field.
        body.add(UInt32(0x0403_4b50))
        body += common
        body += Array(name.utf8)
        body += content
        directory.add(UInt32(0x0201_4b50))
        directory.add(UInt16(20))
        directory += common
        directory.add(UInt16(0))  // No comment.
        directory.add(UInt16(0))  // The first disk.
        directory.add(UInt16(0))
        directory.add(UInt32(0))
        directory.add(offset)
        directory += Array(name.utf8)
        count += 1
    }

    /// The archive as bytes of a ZIP file.
    var bytes: [UInt8] {
        var end: [UInt8] = []
        end.add(UInt32(0x0605_4b50))
        end.add(UInt16(0))
        end.add(UInt16(0))
        end.add(count)
        end.add(count)
        end.add(UInt32(directory.count))
        end.add(UInt32(body.count))
        end.add(UInt16(0))
        return body + directory + end
    }

    /// CRC-32 with the polynomial 0xEDB88320, as in ISO 3309 and in the ZIP format.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes { sum = sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
        return ~sum
    }

    private static let table: [UInt32] = (0..<256).map { start in
        (0..<8).reduce(UInt32(start)) { sum, _ in
            sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
        }
    }
}

extension [UInt8] {
    /// Adds an integer, its lowest byte first.
    fileprivate mutating func add(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
