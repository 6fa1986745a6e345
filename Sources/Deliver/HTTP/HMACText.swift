import Crypto
import Foundation

/// HMAC-SHA256 in Base64, which webhooks and chat services use as signature.
enum HMACText {
    static func of(_ message: String, key: String) -> String {
        of(Array(message.utf8), key: Array(key.utf8))
    }

    static func of(_ message: [UInt8], key: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: message, using: SymmetricKey(data: key))
        return Data(code).base64EncodedString()
    }
}
