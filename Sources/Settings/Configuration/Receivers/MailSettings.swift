package import Deliver

/// A receiver that sends mail, as configured.
package struct MailSettings: Hashable, Sendable {
    /// The server's name or address.
    package var host: String
    /// The server's port.
    package var port: Int
    /// How the connection is made private.
    package var security: MailReceiverOptions.Security
    /// The user's name at the server.
    package var user: String?
    /// The file with the user's password.
    package var passwordFile: String?
    /// The sender's address.
    package var from: String
    /// The recipients' addresses.
    package var to: [String]
    /// Whether an HTML part goes beside the plain one.
    package var html: Bool
    /// How long each step of the conversation may take.
    package var timeout: Duration
    /// Texts of one's own.
    package var templates: TemplateFiles

    package var parts: [String] {
        var parts = [
            "type: mail", "host: \(host)", "port: \(port)", "security: \(security.rawValue)",
        ]
        if let user { parts.append("username: \(user)") }
        if let passwordFile { parts.append("password_file: \(passwordFile)") }
        parts += [
            "from: \(from)", "to: [\(to.joined(separator: ", "))]", "html: \(html)",
            "timeout: \(timeout.shortText)",
        ]
        return parts + templates.parts
    }

    /// The settings with what stands in the files.
    package func options(
        name: String, authorityFile: String?, wording: MessageWording
    ) throws -> MailReceiverOptions {
        var login: MailReceiverOptions.Login?
        if let user, let passwordFile {
            login = .init(user: user, password: try SecretFile.credential(passwordFile))
        }
        return MailReceiverOptions(
            name: name, host: host, port: port, security: security, authorityFile: authorityFile,
            login: login, from: from, to: to, html: html,
            timeoutSeconds: Double(timeout.components.seconds), wording: wording)
    }
}
