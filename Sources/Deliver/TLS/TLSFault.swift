import Foundation
import Labor
import NIOCore
import NIOSSL

/// Why there is no TLS with a server, in words for whoever can mend it.
struct TLSFault: Equatable {
    /// What is wrong, to be put behind "no TLS with …: ".
    let reason: String
    let hint: String

    /// The same as `init`, with a look at the certificate where that tells more.
    static func found(
        in error: any Error, host: String, port: Int, deadline: NIODeadline,
        isAllowed: @escaping @Sendable (SocketAddress?) -> Bool = { _ in true }
    ) async -> TLSFault? {
        var leaf: NIOSSLCertificate?
        if isOfCertificate(error) {
            leaf = await ShownCertificate.look(
                host: host, port: port, deadline: deadline, isAllowed: isAllowed)
        }
        // Certificates are judged by the machine's own clock, so the reason goes by it, too.
        let now = Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
        return TLSFault(of: error, host: host, leaf: leaf, now: now)
    }

    /// What an error of TLS means; nil for any other error.
    /// - Parameters:
    ///   - leaf: the certificate that the server shows, where it is known.
    ///   - now: the machine's own clock, by which certificates are judged.
    init?(of error: any Error, host: String, leaf: NIOSSLCertificate?, now: Instant) {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            reason = "its certificate is not for \(host)"
            hint = "write the name that the certificate has, or have it issued for this one"
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            guard TLSFault.isOfCertificate(error) else {
                let words = Excerpt.of(Array("\(error)".utf8), limit: Limits.errorBytes)
                reason = words ?? "no reason"
                hint = "check host and port, and that it speaks TLS 1.2 or newer there"
                return
            }
            self = TLSFault(untrusted: leaf, now: now)
        default:
            return nil
        }
    }

    /// What is wrong with a certificate that was not believed.
    private init(untrusted leaf: NIOSSLCertificate?, now: Instant) {
        guard let leaf else {
            reason = "its certificate has expired, or comes from no authority that is trusted here"
            hint = "look at its dates, or name its authority with 'ca_file'"
            return
        }
        let start = Instant(seconds: Int64(leaf.notValidBefore))
        let end = Instant(seconds: Int64(leaf.notValidAfter))
        if end < now {
            reason = "its certificate has expired on \(end.day(offsetSeconds: 0))"
            hint = "have it renewed there"
        } else if now < start {
            reason = "its certificate holds from \(start.day(offsetSeconds: 0)) only"
            hint = "compare the two clocks"
        } else {
            reason = "its certificate comes from no authority that is trusted here"
            hint = "name the authority's certificate in PEM with 'ca_file'"
        }
    }

    /// Whether the handshake broke because the certificate was not believed.
    private static func isOfCertificate(_ error: any Error) -> Bool {
        "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
    }
}
