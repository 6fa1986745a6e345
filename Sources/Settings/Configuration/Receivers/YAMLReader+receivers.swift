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

    /// A file that a receiver needs, such as a credential; nil, with a problem, where none can be
    /// meant. A bare name is a credential of the service.
    ///
    /// One that cannot be read is no error yet: the service alone sees its credentials, and who asks
    /// for alerts at a terminal needs none.
    mutating func file(_ node: YAMLNode?, _ places: Places, hint: String) -> String? {
        guard let node, let text = line(node, expected: "a file") else { return nil }
        if text.contains("://") {
            report(
                node, "this is an address itself, not the file that holds it",
                hint: "whoever has the address can post: put it into a file of mode 0600")
            return nil
        }
        if text.hasPrefix("whsec_") {
            report(
                node, "this is a secret itself, not the file that holds it",
                hint: "a secret is never in this file: \(hint)")
            return nil
        }
        let path = places.secret(text)
        guard places.checking, let obstacle = TextFile.obstacle(path) else { return path }
        report(node, obstacle, hint: hint, severity: .deferred)
        return path
    }
}
