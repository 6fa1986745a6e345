import Foundation

/// What is checked of an address before the first message.
enum HTTPAddress {
    static func check(
        name: String, url address: String, timeoutSeconds: Double, allowPrivate: Bool
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
        guard allowPrivate || !isPrivate(host) else {
            throw ReceiverError(
                code: "url_private",
                message: "the receiver \(name) has the private or local address \(host)",
                hint: "allow private addresses for this receiver, or name a public one")
        }
    }

    /// Whether a host is written as a local name or as an address that is not public.
    static func isPrivate(_ host: String) -> Bool {
        let bare = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]."))
        if bare == "localhost" || bare.hasSuffix(".localhost") { return true }
        if bare.contains(":") {
            // An IPv4 address inside an IPv6 one is judged by itself.
            if bare.contains("."), let inner = bare.split(separator: ":").last {
                return isPrivate(String(inner))
            }
            return bare == "::1" || bare == "::"
                || ["fc", "fd", "fe8", "fe9", "fea", "feb"].contains { bare.hasPrefix($0) }
        }
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false)
        let octets = parts.compactMap { UInt8($0) }
        guard octets.count == 4, parts.count == 4 else {
            // Such as 2130706433 or 0x7f000001, which resolvers take for 127.0.0.1.
            return UInt64(bare) != nil || bare.hasPrefix("0x")
        }
        return switch (octets[0], octets[1]) {
        case (0, _), (10, _), (127, _), (192, 168), (169, 254): true
        case (172, 16...31), (100, 64...127): true
        default: false
        }
    }
}
