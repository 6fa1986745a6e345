package import Deliver
import Foundation

/// Secrets are read only from files, so that they appear in no configuration and no process list.
package enum SecretFile {
    /// The text of a secret file without surrounding white space. Throws a `Failure` with exit code
    /// 2 when the file cannot be read.
    package static func text(_ path: String) throws -> String {
        let bytes: [UInt8]
        do throws(TextReader.Fault) {
            bytes = try TextReader.bytes(path)
        } catch {
            throw Failure(
                exitCode: 2, "the secret file \(path) cannot be read",
                hint: "create it, readable for the daemon's user only, or pass it as a credential "
                    + "of the unit (LoadCredential=)")
        }
        do throws(TextReader.Fault) {
            return try TextReader.text(bytes).trimmingCharacters(in: .whitespacesAndNewlines)
        } catch {
            throw Failure(
                exitCode: 2, "the secret file \(path) cannot be used: \(error.message)",
                hint: error.hint)
        }
    }

    /// The text of a secret file as a credential, which no description shows.
    package static func credential(_ path: String) throws -> Credential {
        Credential(try text(path))
    }
}
