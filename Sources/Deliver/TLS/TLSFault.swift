import Foundation
import Labor
import NIOCore
import NIOSSL

/// Why a TLS connection to a server failed, worded for the person who can fix it.
struct TLSFault: Equatable {
    /// The reason, to be placed after "no TLS with …: ".
    let reason: String
    let hint: String

    /// The fault of an error, as `init` gives it. For a rejected certificate, the certificate is
    /// fetched to find the reason.
    static func found(
        in error: any Error, host: String, port: Int, deadline: NIODeadline,
        isAllowed: @escaping @Sendable (SocketAddress?) -> Bool = { _ in true }
    ) async -> TLSFault? {
        var leaf: NIOSSLCertificate?
        if isOfCertificate(error) {
            leaf = await ShownCertificate.look(
                host: host, port: port, deadline: deadline, isAllowed: isAllowed)
        }
        // Certificates are verified with the machine's own clock, so the reason uses the same
        // clock.
        let now = Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
        return TLSFault(of: error, host: host, leaf: leaf, now: now)
    }

    /// The fault of a TLS error; nil for any other error.
    /// - Parameters:
    ///   - leaf: the server's certificate; nil when unknown.
    ///   - now: the time on the machine's own clock.
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

    /// The reason why a certificate was rejected: expired, not yet valid, or an untrusted
    /// authority.
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

    /// Whether the handshake failed because the certificate was rejected.
    private static func isOfCertificate(_ error: any Error) -> Bool {
        "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
    }
}
