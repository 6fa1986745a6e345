package import Deliver

/// The configured settings of a mail receiver.
package struct MailSettings: Hashable, Sendable {
    /// The server's name or address.
    package var host: String
    /// The server's port.
    package var port: Int
    /// How the connection is encrypted.
    package var security: MailReceiverOptions.Security
    /// The user name at the server; nil without a login.
    package var user: String?
    /// The file with the user's password; nil without a login.
    package var passwordFile: String?
    /// The sender's address.
    package var from: String
    /// The recipients' addresses.
    package var to: [String]
    /// Whether an HTML part is sent besides the plain text.
    package var html: Bool
    /// The time limit of each step of the SMTP dialogue.
    package var timeout: Duration
    /// The bureau's own message templates.
    package var templates: TemplateFiles

    var parts: [String] {
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

    /// The options of the receiver, with the contents of the files. Throws when a file cannot be
    /// read.
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
