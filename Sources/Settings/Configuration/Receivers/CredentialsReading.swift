/// The keys by which a receiver logs in at an HTTP server.
enum CredentialsReading {
    static let keys = [
        ReceiverKey("username", "null"), ReceiverKey("password_file", "null"),
        ReceiverKey("token_file", "null"),
    ]

    private static let hint = "write the secret into a file of mode 0600, one line"

    /// The credentials' files; none where none is named or what is named does not fit together.
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

    /// A user and the file with the password; nil where there is neither or only one of them.
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
