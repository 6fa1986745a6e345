import Dispatch
import Foundation
import Glibc

/// Decides which addresses a message may not be sent to unless its receiver allows it: the
/// addresses of private networks. A mistyped or forged address must not reach a machine that trusts
/// its local network; 169.254.169.254, for example, gives out cloud credentials.
///
/// Loopback is allowed when the URL names it, because the administrator of this machine wrote the
/// URL. Another name that resolves to loopback is not allowed.
package enum PrivateAddress {
    /// The scope of an address: this machine, a private network, or public.
    enum Scope: Equatable {
        case loopback
        case `private`
        case open
    }

    /// Why a URL in a configuration is rejected; nil when it is accepted. A host name is always
    /// accepted here, because it is resolved only for a delivery.
    package static func refusal(ofURL url: String) -> String? {
        guard let host = URL(string: url)?.host else { return nil }
        return refusal(ofHost: host)
    }

    static func refusal(ofHost host: String) -> String? {
        scope(ofHost: host) == .private ? "the address \(host) is a private one" : nil
    }

    /// Resolves a host and returns why it is rejected; nil when all its addresses are public.
    ///
    /// The connection resolves the name again, and the name server may then answer differently.
    /// `HTTPOutlet` therefore checks the address of the connection.
    static func refusal(resolving host: String) async -> String? {
        switch scope(ofHost: host) {
        case .loopback, .open: return nil
        case .private: return "the address \(host) is a private one"
        case nil: break
        }
        let addresses = await lookUp(bare(host))
        let hidden = addresses.first { scope(ofAddress: $0) != .open }
        return hidden.map { "\(host) resolves to the private or local address \($0)" }
    }

    /// The scope of a host that is an address or the local host; nil for any other name.
    static func scope(ofHost host: String) -> Scope? {
        let bare = bare(host)
        if bare == "localhost" || bare.hasSuffix(".localhost") { return .loopback }
        return scope(ofAddress: bare)
    }

    private static func bare(_ host: String) -> String {
        host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]."))
    }

    /// The scope of a numeric address as the system reads it, including forms such as 2130706433 or
    /// 0x7f000001; nil for a text that is not an address.
    static func scope(ofAddress text: String) -> Scope? {
        let numeric = text.split(separator: "%").first.map(String.init) ?? text
        var four = in_addr()
        if unsafe inet_aton(numeric, &four) != 0 { return scope(UInt32(bigEndian: four.s_addr)) }
        var six = in6_addr()
        guard unsafe inet_pton(AF_INET6, numeric, &six) == 1 else { return nil }
        return unsafe withUnsafeBytes(of: six) { raw in scope(Array(raw)) }
    }

    private static func scope(_ address: UInt32) -> Scope {
        let (first, second) = (address >> 24, address >> 16 & 0xFF)
        return switch (first, second) {
        case (127, _): .loopback
        case (0, _), (10, _), (192, 168), (169, 254), (172, 16...31), (100, 64...127): .private
        // Protocol assignments (RFC 6890) and benchmarking (RFC 2544): some proxies return these
        // addresses for names.
        case (192, 0) where address >> 8 & 0xFF == 0, (198, 18...19): .private
        case (224..., _): .private
        default: .open
        }
    }

    private static func scope(_ bytes: [UInt8]) -> Scope {
        let last = bytes.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let isMapped = bytes[10] == 0xFF && bytes[11] == 0xFF
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), isMapped || bytes[10] == 0 && bytes[11] == 0 {
            if !isMapped, last == 1 { return .loopback }
            return scope(last)
        }
        if let carried = carriedAddress(bytes, last: last) {
            return scope(carried) == .open ? .open : .private
        }
        // 64:ff9b:1::/48 is for address translation inside a local network (RFC 8215).
        if Array(bytes.prefix(6)) == [0, 0x64, 0xFF, 0x9B, 0, 1] { return .private }
        let isLocal = bytes[0] & 0xFE == 0xFC || bytes[0] == 0xFE && bytes[1] & 0x80 == 0x80
        return isLocal || bytes[0] == 0xFF ? .private : .open
    }

    /// The IPv4 address that is embedded in an IPv6 address; nil when there is none. Covered are
    /// translation (64:ff9b::/96, RFC 6052; ::ffff:0:0:0/96, RFC 2765) and tunnels (2002::/16, RFC
    /// 3056; Teredo's 2001::/32, RFC 4380, which stores the address inverted).
    private static func carriedAddress(_ bytes: [UInt8], last: UInt32) -> UInt32? {
        let translators: [[UInt8]] = [
            [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0],
        ]
        if translators.contains(Array(bytes.prefix(12))) { return last }
        if bytes[0] == 0x20, bytes[1] == 0x02 {
            return bytes[2..<6].reduce(0) { $0 << 8 | UInt32($1) }
        }
        return Array(bytes.prefix(4)) == [0x20, 0x01, 0, 0] ? ~last : nil
    }

    /// The addresses of a name by the system's resolver; empty when there are none or when the task
    /// is cancelled first.
    private static func lookUp(_ name: String) async -> [String] {
        let (answers, found) = AsyncStream.makeStream(of: [String].self)
        // getaddrinfo blocks, so it runs on a dispatch queue and not on the cooperative pool.
        DispatchQueue.global(qos: .utility).async {
            found.yield(addresses(of: name))
            found.finish()
        }
        for await addresses in answers { return addresses }
        return []
    }

    private static func addresses(of name: String) -> [String] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var found: [String] = []
        var next = unsafe list
        while let entry = unsafe next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = unsafe getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil,
                0, NI_NUMERICHOST)
            if status == 0 {
                let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                found.append(String(decoding: bytes, as: UTF8.self))
            }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }
}
