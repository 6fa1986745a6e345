// What receivers of several types have in common.

extension YAMLReader {
    /// The address that a receiver must have.
    mutating func address(_ item: YAMLNode, of what: String, example: String) -> Endpoint? {
        guard let node = item["url"] else {
            report(item, "\(what) needs the key 'url'", hint: "add 'url: \(example)'")
            return nil
        }
        guard let text = line(node, expected: "an address") else { return nil }
        let url = Endpoint(text)
        guard let mistake = url.mistake else { return url }
        report(node, mistake, hint: "write 'url: \(example)'")
        return nil
    }

    /// How long an answer may take; 20 seconds unless the receiver says otherwise.
    mutating func timeout(_ item: YAMLNode) -> Duration {
        item["timeout"].flatMap { duration($0, in: .seconds(1) ... .seconds(30)) } ?? .seconds(20)
    }
}
