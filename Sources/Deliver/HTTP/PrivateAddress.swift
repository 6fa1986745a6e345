import Dispatch
import Foundation
import Glibc

/// Which addresses a message may not be carried to unless its receiver allows it: those of private
/// networks, for an address that is mistyped or forged must not reach a machine that trusts its
/// neighbours (169.254.169.254 hands out a cloud's keys).
///
/// Loopback is allowed where it is written as such: it is the machine of the administrator who
/// wrote it. A name that resolves to it is not.
package enum PrivateAddress {
    /// How far an address reaches.
    enum Scope: Equatable {
        case loopback
        case `private`
        case open
    }

    /// Why an address in a configuration is refused; nil when it is not, as for every name, which is
    /// looked up only when there is something to deliver.
    package static func refusal(ofURL url: String) -> String? {
        guard let host = URL(string: url)?.host else { return nil }
        return refusal(ofHost: host)
    }

    static func refusal(ofHost host: String) -> String? {
        scope(ofHost: host) == .private ? "the address \(host) is a private one" : nil
    }

    /// Looks a host up and says why it is refused; nil when every address of it is open.
    ///
    /// The connection looks the name up once more, and a name server may answer differently by
    /// then: what was reached is looked at again, by `HTTPOutlet`.
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

    /// The scope of what is written as an address or as the local host; nil for any other name.
    static func scope(ofHost host: String) -> Scope? {
        let bare = bare(host)
        if bare == "localhost" || bare.hasSuffix(".localhost") { return .loopback }
        return scope(ofAddress: bare)
    }

    private static func bare(_ host: String) -> String {
        host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]."))
    }

    /// The scope of a numeric address as the system reads it, also of one in a form such as
    /// 2130706433 or 0x7f000001; nil for what is none.
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
        // Protocol assignments (RFC 6890) and benchmarks (RFC 2544): proxies hand them out for names.
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
        // 64:ff9b:1::/48 leads through a translator of one's own network (RFC 8215).
        if Array(bytes.prefix(6)) == [0, 0x64, 0xFF, 0x9B, 0, 1] { return .private }
        let isLocal = bytes[0] & 0xFE == 0xFC || bytes[0] == 0xFE && bytes[1] & 0x80 == 0x80
        return isLocal || bytes[0] == 0xFF ? .private : .open
    }

    /// The IPv4 address that an IPv6 one is a wrapping of: through a translator (64:ff9b::/96, RFC
    /// 6052; ::ffff:0:0:0/96, RFC 2765), or in a tunnel (2002::/16, RFC 3056; Teredo's 2001::/32, RFC
    /// 4380, which has it inverted).
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

    /// The addresses of a name, as the system knows them; none when it knows none, or the task is
    /// cancelled before it does.
    private static func lookUp(_ name: String) async -> [String] {
        let (answers, found) = AsyncStream.makeStream(of: [String].self)
        // It blocks, so it is kept off the threads that tasks share.
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
