import AsyncHTTPClient
import Glibc
import Labor
import NIOCore
import NIOHTTP1
import NIOPosix

/// Maps the answer of an HTTP server, or its absence, to a delivery receipt or failure.
enum HTTPAnswer {
    /// A receipt for a status 2xx; any other status is thrown as a failure with its verdict.
    static func receipt(
        of response: HTTPPost.Answer, post: HTTPPost, now: Instant
    ) throws(DeliveryFailure) -> DeliveryReceipt {
        let status = Int(response.status.code)
        let answer = Excerpt.of(response.beginning)
        guard !(200..<300).contains(status) else {
            return DeliveryReceipt(status: status, answer: answer)
        }
        let phrase = Excerpt.of(Array(response.status.reasonPhrase.utf8), limit: 80) ?? ""
        var failure = DeliveryFailure(
            message: "the receiver \(post.name) answered \(status) \(phrase)", status: status,
            answer: answer, verdict: .transient, hint: hint(status, isSigned: post.isSigned))
        switch status {
        case 300..<400:
            let target = response.headers.first(name: "location") ?? "nowhere"
            let shown = Excerpt.of(Array(target.utf8), limit: Limits.errorBytes) ?? "nowhere"
            failure.message += ", a redirect to \(shown) that is not followed"
        case 410:
            failure.message = "the endpoint of \(post.name) says that it is gone (410)"
            failure.verdict = .gone
        case 429, 503:
            let header = response.headers.first(name: "retry-after")
            failure.verdict = .throttled(
                retryAfter: header.flatMap { RetryAfter.seconds($0, now: now) })
        default:
            break
        }
        throw failure
    }

    /// The failure of an exchange that exceeded the time limit.
    static func late(_ post: HTTPPost) -> DeliveryFailure {
        DeliveryFailure(
            message: "the receiver \(post.name) did not answer within \(post.timeoutSeconds) s",
            verdict: .transient,
            hint: "let it answer before it works, or raise its timeout (30 s at most)")
    }

    /// The failure of an address to which sending is not allowed.
    static func refusal(_ reason: String, post: HTTPPost) -> DeliveryFailure {
        DeliveryFailure(
            message: "nothing was sent: \(reason)", verdict: .transient,
            hint: "set allow_private: true for the receiver \(post.name) if it is meant to be "
                + "there")
    }

    /// The failure of a request that got no answer.
    /// - Parameter fault: the TLS problem of the remote end; nil when TLS was not the cause.
    static func failure(
        of error: any Error, fault: TLSFault?, post: HTTPPost
    ) -> DeliveryFailure {
        let name = post.name
        if let fault {
            // An operator can fix TLS on either side, so the failure is transient.
            return DeliveryFailure(
                message: "no TLS with the receiver \(name): \(fault.reason)",
                verdict: .transient, hint: fault.hint)
        }
        switch error {
        case let peer as HTTPOutlet.PrivatePeer:
            return refusal(
                "the connection led to the private or local address \(peer.address)", post: post)
        case let error as HTTPClientError where isTimeout(error):
            return late(post)
        case let error where isNoConnection(error):
            return DeliveryFailure(
                message: "no connection to the receiver \(name): \(text(of: error))",
                verdict: .transient,
                hint: "check that it runs, and that host and port in its url are right")
        default:
            return DeliveryFailure(
                message: "the request to the receiver \(name) failed: \(text(of: error))",
                verdict: .transient)
        }
    }

    private static func isNoConnection(_ error: any Error) -> Bool {
        if error is NIOConnectionError { return true }
        guard let error = error as? IOError else { return false }
        return [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode)
    }

    private static func isTimeout(_ error: HTTPClientError) -> Bool {
        let timeouts: [HTTPClientError] = [
            .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
            .getConnectionFromPoolTimeout,
        ]
        return timeouts.contains(error)
    }

    private static func text(of error: any Error) -> String {
        Excerpt.of(Array(String(describing: error).utf8), limit: Limits.errorBytes) ?? "no reason"
    }

    private static func hint(_ status: Int, isSigned: Bool) -> String? {
        switch status {
        case 300..<400: "set its url to the address that it points to"
        case 400: "the receiver does not take the body: see its answer and its log"
        case 401, 403:
            isSigned
                ? "compare the secret on both sides, and the two clocks"
                : "compare user, password or token with those of the other side"
        case 404: "the path in its url does not exist there"
        case 410:
            "take the receiver out of the configuration or mend its url, reload, then run "
                + "`laborwatch deliveries retry`"
        case 413: "let it take bodies of at least 64 KiB"
        default: nil
        }
    }
}
