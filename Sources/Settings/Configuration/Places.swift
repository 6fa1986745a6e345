/// What relative paths count from, and whether paths are looked at.
struct Places {
    let environment: [String: String]
    /// Whether files and directories that are named must be there.
    let checking: Bool

    private let directory: String

    init(file: String, environment: [String: String], checking: Bool) {
        self.environment = environment
        self.checking = checking
        directory = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    /// A path as seen from the configuration file.
    func resolve(_ path: String) -> String {
        path.hasPrefix("/") ? path : directory + path
    }

    /// A secret's file: a bare name is a credential that systemd hands over, where it does.
    func secret(_ path: String) -> String {
        guard !path.contains("/"), let credentials = environment["CREDENTIALS_DIRECTORY"],
            !credentials.isEmpty
        else { return resolve(path) }
        return credentials + "/" + path
    }

    /// An existing directory; nil, with a problem, where it is none.
    func directory(_ node: YAMLNode, _ values: inout YAMLReader) -> String? {
        guard let text = values.line(node, expected: "a directory") else { return nil }
        let path = resolve(text)
        guard checking, !TextFile.isDirectory(path) else { return path }
        values.report(
            node, "there is no directory \(path)",
            hint: "create it, or leave the key out to use what is built in")
        return nil
    }
}
