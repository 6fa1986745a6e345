import Deliver
import Labor

extension Configuration.Receiver {
    /// Reads the fallback, the authority file and whether the address may be in a private network.
    mutating func readReach(_ item: YAMLNode, _ values: inout YAMLReader, _ places: Places) {
        authorityFile = AuthoritiesReading.read(item, way.endpoint, &values, places)
        fallback = item["fallback"].flatMap { values.line($0, expected: "a receiver's name") }
        allowPrivate = item["allow_private"].flatMap { values.flag($0) } ?? false
        guard let url = way.endpoint, !allowPrivate,
            let refusal = PrivateAddress.refusal(ofURL: url.text)
        else { return }
        values.report(
            item["url"] ?? item, refusal,
            hint: "add 'allow_private: true' if this receiver is meant to be there")
    }
}

extension Configuration.Receiver.Way {
    /// The URL to which the receiver posts; nil for the types of receivers that have no URL in the
    /// configuration.
    fileprivate var endpoint: Endpoint? {
        switch self {
        case .webhook(let url, _, _, _), .alertmanager(let url, _, _, _): url
        case .cap(_, _, _, let url, _, _): url
        default: nil
        }
    }
}

extension Configuration {
    /// Reports fallbacks that do not exist, that are the receiver itself, or that form a cycle.
    static func checkFallbacks(
        _ items: [YAMLNode], _ receivers: [Receiver], _ values: inout YAMLReader
    ) {
        let heirs = Dictionary(
            receivers.map { ($0.name, $0.fallback) }, uniquingKeysWith: { first, _ in first })
        for item in items {
            guard let node = item["fallback"],
                case .scalar(let name, _)? = item["name"]?.content, case let heir?? = heirs[name]
            else { continue }
            guard heirs[heir] != nil else {
                let near = NearestName.near(heir, among: heirs.keys.sorted())
                values.report(
                    node, "there is no receiver '\(heir)' to fall back to",
                    hint: near.map { "did you mean '\($0)'?" } ?? "name a receiver of this list")
                continue
            }
            var path = [name, heir]
            while let last = path.last, last != name, let next = heirs[last] ?? nil,
                path.count <= heirs.count
            {
                path.append(next)
            }
            guard path.last == name else { continue }
            values.report(
                node, "the fallback leads back to itself: \(path.joined(separator: " → "))",
                hint: "the last receiver of the chain needs no fallback")
        }
    }
}
