import Foundation

/// Encodings for SMTP.
enum SMTPText {
    /// A message for the command DATA: a line that starts with a dot gets a second one, and a line
    /// with a single dot ends the message.
    static func data(_ message: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(message.count + 64)
        var isLineStart = true
        for byte in message {
            if isLineStart, byte == UInt8(ascii: ".") { bytes.append(byte) }
            bytes.append(byte)
            isLineStart = byte == UInt8(ascii: "\n")
        }
        if !isLineStart { bytes += Array("\r\n".utf8) }
        return bytes + Array(".\r\n".utf8)
    }

    /// The argument of AUTH PLAIN (RFC 4616), Base64.
    static func plain(user: String, password: String) -> String {
        base64("\0\(user)\0\(password)")
    }

    static func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
    }
}
