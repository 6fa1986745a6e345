import Deliver

/// The keys of a `mail` receiver.
enum MailReading: ReceiverReading {
    static let keys =
        [
            ReceiverKey("host"), ReceiverKey("port", "by security"),
            ReceiverKey("security", "starttls"), AuthoritiesReading.key,
            ReceiverKey("username", "null"), ReceiverKey("password_file", "null"),
            ReceiverKey("from"), ReceiverKey("to"), ReceiverKey("html", "false"),
            ReceiverKey("timeout", "20s"),
        ] + TemplateFiles.keys

    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way? {
        for key in ["host", "from", "to"] where item[key] == nil {
            values.report(item, "a mail receiver needs the key '\(key)'", hint: "add '\(key): …'")
        }
        let host = values.host(item["host"])
        let port = item["port"].flatMap { values.whole($0, in: 1...65_535) }
        let security =
            item["security"].flatMap { values.choice($0, of: MailReceiverOptions.Security.self) }
            ?? .starttls
        let login = CredentialsReading.readUser(item, &values, places)
        if security == .none, let node = item["username"] {
            values.report(
                node, "a password is never sent over an open connection",
                hint: "set 'security: starttls' or 'tls', or leave the user out")
        }
        let from = item["from"].flatMap { address($0, &values) }
        let nodes = item["to"].flatMap { values.list($0, of: "addresses") } ?? []
        let to = nodes.compactMap { address($0, &values) }
        if let node = item["to"], nodes.isEmpty {
            values.report(node, "there is no recipient in the list", hint: "add an address")
        }
        let html = item["html"].flatMap { values.flag($0) }
        let timeout = values.timeout(item)
        let templates = TemplateFiles.read(item, &values, places)
        guard let host, let from, !to.isEmpty else { return nil }
        return .mail(
            MailSettings(
                host: host, port: port ?? standardPort(security), security: security,
                user: login?.user, passwordFile: login?.passwordFile, from: from, to: to,
                html: html ?? false, timeout: timeout, templates: templates))
    }

    private static func address(_ node: YAMLNode, _ values: inout YAMLReader) -> String? {
        guard let text = values.line(node, expected: "a mail address") else { return nil }
        guard let mistake = MailReceiverOptions.mistake(inAddress: text) else { return text }
        values.report(node, "\(mistake), found \(node.words)")
        return nil
    }

    private static func standardPort(_ security: MailReceiverOptions.Security) -> Int {
        switch security {
        case .starttls: 587
        case .tls: 465
        case .none: 25
        }
    }
}
