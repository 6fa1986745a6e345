/// The keys of a receiver's credentials for an HTTP server.
enum CredentialsReading {
    static let keys = [
        ReceiverKey("username", "null"), ReceiverKey("password_file", "null"),
        ReceiverKey("token_file", "null"),
    ]

    private static let hint = "write the secret into a file of mode 0600, one line"

    /// The files of the credentials; `none` when none is named or the keys contradict each other.
    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places
    ) -> Configuration.Receiver.Credentials {
        let token = values.file(item["token_file"], places, hint: hint)
        if let node = item["token_file"], item["username"] != nil || item["password_file"] != nil {
            values.report(
                node, "a token and a user exclude each other",
                hint: "keep token_file, or username and password_file")
            return .none
        }
        if let token { return .bearer(tokenFile: token) }
        return readUser(item, &values, places)
            .map { .basic(user: $0.user, passwordFile: $0.passwordFile) } ?? .none
    }

    /// The user name and the password file; nil when one of them is missing.
    static func readUser(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places
    ) -> (user: String, passwordFile: String)? {
        let user = item["username"].flatMap { values.line($0, expected: "a user's name") }
        let password = values.file(item["password_file"], places, hint: hint)
        if (item["username"] == nil) != (item["password_file"] == nil) {
            values.report(
                item, "username and password_file go together", hint: "add the other one")
        }
        guard let user, let password else { return nil }
        return (user, password)
    }
}
