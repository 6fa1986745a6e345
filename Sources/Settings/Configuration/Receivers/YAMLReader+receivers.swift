import Deliver

// Keys that several receiver types share.

extension YAMLReader {
    /// The required key `url`; nil, with a problem reported, when it is missing or wrong.
    mutating func address(_ item: YAMLNode, of what: String, example: String) -> Endpoint? {
        guard let node = item["url"] else {
            report(item, "\(what) needs the key 'url'", hint: "add 'url: \(example)'")
            return nil
        }
        guard let text = line(node, expected: "an address") else { return nil }
        let url = Endpoint(text)
        guard let mistake = url.mistake else { return url }
        report(node, mistake.message, hint: mistake.hint ?? "write 'url: \(example)'")
        return nil
    }

    /// The name or the numeric address of a server, without scheme, user, port and path; otherwise
    /// nil, with a problem reported.
    mutating func host(_ node: YAMLNode?) -> String? {
        guard let node, let text = line(node, expected: "a host") else { return nil }
        let isNumeric = text.allSatisfy { $0.isHexDigit || ":.%".contains($0) }
        let isName = !text.contains { $0.isWhitespace || "@/:?#\\".contains($0) }
        if isNumeric || isName { return text }
        let found = text.contains("@") ? "a host with a user or a password" : node.words
        report(
            node, "expected a host, found \(found)",
            hint: "write the host alone, such as mail.bureau.example; port, user and password "
                + "have keys of their own")
        return nil
    }

    /// The time limit of a request: 1 to 30 s, by default 20 s.
    mutating func timeout(_ item: YAMLNode) -> Duration {
        item["timeout"].flatMap { duration($0, in: .seconds(1) ... .seconds(30)) } ?? .seconds(20)
    }

    /// The path of a file that a receiver needs, such as a credential; nil, with a problem
    /// reported, when the value is not a path. A name without a slash is a credential of the
    /// service.
    ///
    /// A file that cannot be read is only a deferred problem: only the service can read its
    /// credentials, and a command that lists alerts needs none.
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
        guard places.checking, let obstacle = TextReader.obstacle(path) else { return path }
        report(node, obstacle, hint: hint, severity: .deferred)
        return path
    }
}
