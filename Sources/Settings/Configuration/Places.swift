import Deliver

/// Resolves relative paths, and states whether files must exist.
struct Places {
    let environment: [String: String]
    /// Whether the files and directories that are named must exist.
    let checking: Bool

    private let directory: String

    init(file: String, environment: [String: String], checking: Bool) {
        self.environment = environment
        self.checking = checking
        directory = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    /// A path relative to the directory of the configuration file.
    func resolve(_ path: String) -> String {
        path.hasPrefix("/") ? path : directory + path
    }

    /// The path of a secret file. Under systemd, a name without a slash is a credential of the
    /// service.
    func secret(_ path: String) -> String {
        guard !path.contains("/"), let credentials = environment["CREDENTIALS_DIRECTORY"],
            !credentials.isEmpty
        else { return resolve(path) }
        return credentials + "/" + path
    }

    /// The path of a directory; nil, with a problem reported, when there is no such directory.
    func directory(_ node: YAMLNode, _ values: inout YAMLReader) -> String? {
        guard let text = values.line(node, expected: "a directory") else { return nil }
        let path = resolve(text)
        guard checking, !TextReader.isDirectory(path) else { return path }
        values.report(
            node, "there is no directory \(path)",
            hint: "create it, or leave the key out to use what is built in")
        return nil
    }
}
