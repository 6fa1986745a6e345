import Foundation

/// Checks a receiver's URL and HTTP settings before the first message.
enum HTTPAddress {
    static func check(
        name: String, url address: String, timeoutSeconds: Double, allowPrivate: Bool,
        authorityFile: String?, credentials: HTTPCredentials = .none
    ) throws(ReceiverError) {
        guard timeoutSeconds > 0, timeoutSeconds <= Limits.timeoutSecondsMax else {
            throw ReceiverError(
                code: "timeout_invalid",
                message: "the receiver \(name) has a timeout of "
                    + "\(timeoutSeconds) s instead of more than 0 and at most 30 s",
                hint: "leave it out for 20 s")
        }
        guard let url = URL(string: address), let host = url.host, !host.isEmpty,
            let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme)
        else {
            throw ReceiverError(
                code: "url_invalid",
                message: "the receiver \(name) has an address that is not http(s)://host/…",
                hint: "write it as https://host:port/path")
        }
        guard allowPrivate || PrivateAddress.refusal(ofHost: host) == nil else {
            throw ReceiverError(
                code: "url_private",
                message: "the receiver \(name) has the private address \(host)",
                hint: "set allow_private: true for this receiver, or name a public address")
        }
        guard authorityFile == nil || scheme == "https" else {
            throw ReceiverError(
                code: "authority_unused",
                message: "the receiver \(name) has authorities for an address without TLS",
                hint: "write its url with https://, or leave 'ca_file' out")
        }
        guard credentials.isOneLine else {
            throw ReceiverError(
                code: "secret_invalid",
                message: "the file of the password or token of \(name) has more than one line",
                hint: "put nothing but the secret into it")
        }
    }
}
