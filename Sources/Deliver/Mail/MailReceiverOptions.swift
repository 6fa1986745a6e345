/// The settings of a receiver that sends mail.
package struct MailReceiverOptions: Sendable {
    /// How the connection is encrypted.
    package enum Security: String, CaseIterable, Hashable, Sendable {
        /// The connection starts unencrypted and must switch to TLS before login and mail (port
        /// 587).
        case starttls
        /// TLS from the first byte (port 465).
        case tls
        /// No encryption; only for a relay on this machine or in a trusted network (port 25).
        case none
    }

    /// The login at the mail server.
    package struct Login: Sendable {
        /// The user name for the mail server.
        package var user: String
        /// The password for the mail server.
        package var password: Credential

        /// Creates a login. Each argument sets the property of the same name.
        package init(user: String, password: Credential) {
            self.user = user
            self.password = password
        }
    }

    /// The name in the configuration.
    package var name: String
    /// The server's name or address.
    package var host: String
    /// The server's port.
    package var port: Int
    /// How the connection is encrypted.
    package var security: Security
    /// A PEM file of certificate authorities that are trusted besides the system's; nil for none.
    package var authorityFile: String?
    /// The login at the mail server; nil when the server requires none.
    package var login: Login?
    /// The sender's address.
    package var from: String
    /// The recipients' addresses.
    package var to: [String]
    /// Whether an HTML part is sent besides the plain text.
    package var html: Bool
    /// The time limit of each step of the SMTP dialogue, seconds; more than 0 and at most 30.
    package var timeoutSeconds: Double
    /// The wording of messages.
    package var wording: MessageWording

    /// Creates settings. Each argument sets the property of the same name.
    package init(
        name: String, host: String, port: Int, security: Security, authorityFile: String? = nil,
        login: Login? = nil, from: String, to: [String], html: Bool = false,
        timeoutSeconds: Double = 20, wording: MessageWording
    ) {
        self.name = name
        self.host = host
        self.port = port
        self.security = security
        self.authorityFile = authorityFile
        self.login = login
        self.from = from
        self.to = to
        self.html = html
        self.timeoutSeconds = timeoutSeconds
        self.wording = wording
    }

    /// What is wrong with a mail address; nil when it can be used in the envelope and in a header.
    package static func mistake(inAddress address: String) -> String? {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        let signs = Set("<>()[],;:\\\"")
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, isPlain,
            address.utf8.count <= 254, !address.contains(where: signs.contains)
        else { return "expected an address such as duty@bureau.example" }
        return nil
    }
}

extension MailReceiverOptions {
    /// Checks the settings before the first message.
    func check() throws(ReceiverError) {
        try ReceiverError.checkTimeout(timeoutSeconds, of: name)
        for address in [from] + to {
            if let mistake = MailReceiverOptions.mistake(inAddress: address) {
                throw ReceiverError(
                    code: "address_invalid",
                    message: "the receiver \(name) has the mail address '\(address)'",
                    hint: mistake)
            }
        }
        guard !to.isEmpty else {
            throw ReceiverError(
                code: "address_invalid", message: "the receiver \(name) has no recipient",
                hint: "add 'to: [duty@bureau.example]'")
        }
        guard login == nil || security != .none else {
            throw ReceiverError(
                code: "security_invalid",
                message: "the receiver \(name) would send a password over an open connection",
                hint: "set 'security: starttls' or 'tls', or leave the user out")
        }
    }
}
