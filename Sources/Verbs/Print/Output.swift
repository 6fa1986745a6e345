import Glibc

/// Standard output, written in large blocks. If the reader has closed the pipe (`| head`), further
/// output is dropped without an error.
package final class Output {
    private static let chunk = 65_536
    private var buffer: [UInt8] = []
    /// Whether the output goes to a terminal.
    package let isTerminal: Bool
    private var isOpen = true

    /// Standard output of this process.
    package init() {
        isTerminal = isatty(STDOUT_FILENO) == 1
    }

    /// Adds text.
    package func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Output.chunk { flush() }
    }

    /// Adds bytes and a line break.
    package func writeLine(_ bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Output.chunk { flush() }
    }

    /// Writes the buffered bytes.
    package func flush() {
        var rest = buffer[...]
        while isOpen, !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                isOpen = false
                break
            }
            rest = rest.dropFirst(count)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    deinit { flush() }
}
