/// The keys by which a receiver logs in at an HTTP server.
enum CredentialsReading {
    static let keys = [
        ReceiverKey("username", "null"), ReceiverKey("password_file", "null"),
        ReceiverKey("token_file", "null"),
    ]

    /// The credentials' files; none where none is named or what is named does not fit together.
    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places
    ) -> Configuration.Receiver.Credentials {
        let user = item["username"].flatMap { values.line($0, expected: "a user's name") }
        let password = file(item["password_file"], &values, places)
        let token = file(item["token_file"], &values, places)
        if let node = item["token_file"], user != nil || item["password_file"] != nil {
            values.report(
                node, "a token and a user exclude each other",
                hint: "keep token_file, or username and password_file")
            return .none
        }
        if let token { return .bearer(tokenFile: token) }
        switch (user, password) {
        case (nil, nil): break
        case (let user?, let password?): return .basic(user: user, passwordFile: password)
        default:
            if (item["username"] == nil) != (item["password_file"] == nil) {
                values.report(
                    item, "username and password_file go together", hint: "add the other one")
            }
        }
        return .none
    }

    private static func file(
        _ node: YAMLNode?, _ values: inout YAMLReader, _ places: Places
    ) -> String? {
        guard let node, let text = values.line(node, expected: "a file") else { return nil }
        let path = places.secret(text)
        guard places.checking, let obstacle = TextFile.obstacle(path) else { return path }
        values.report(
            node, obstacle, hint: "write the secret into a file of mode 0600, one line")
        return nil
    }
}
