package import Deliver
package import Labor

/// The configured settings of a DingTalk, WeCom or Feishu receiver.
package struct ChatSettings: Hashable, Sendable {
    /// The people whom a message of a chosen tier mentions.
    package enum Mention: String, CaseIterable, Hashable, Sendable {
        /// The whole conversation, or the people in `mention_file` when that is given.
        case all
        /// Nobody.
        case none
    }

    /// The chat service.
    package var service: ChatService
    /// The file with the bot's URL.
    package var urlFile: String
    /// The file with the signing secret; nil when the bot requires no signature.
    package var secretFile: String?
    /// The format of a message.
    package var format: ChatReceiverOptions.Format
    /// The people whom a message of a chosen tier mentions.
    package var mention: Mention
    /// The file with the people to mention instead of everybody; nil for none.
    package var mentionFile: String?
    /// The tiers at which people are mentioned.
    package var mentionTiers: Set<Tier>
    /// The time limit of a request.
    package var timeout: Duration
    /// The bureau's own message templates.
    package var templates: TemplateFiles

    var parts: [String] {
        ["type: \(service.rawValue)", "url_file: \(urlFile)"]
            + (secretFile.map { ["secret_file: \($0)"] } ?? [])
            + ["format: \(format.rawValue)", "mention: \(mention.rawValue)"]
            + (mentionFile.map { ["mention_file: \($0)"] } ?? [])
            + [
                "mention_tiers: [\(mentionTiers.sorted().map(\.rawValue).joined(separator: ", "))]",
                "timeout: \(timeout.shortText)",
            ] + templates.parts
    }

    /// The options of the receiver, with the contents of the files. Throws when a file cannot be
    /// read.
    package func options(
        name: String, authorityFile: String?, wording: MessageWording
    ) throws -> ChatReceiverOptions {
        var called: ChatReceiverOptions.Mention = mention == .all ? .everybody : .nobody
        if mention == .all, let mentionFile {
            let words = try SecretFile.text(mentionFile).split(whereSeparator: \.isWhitespace)
            called = .listed(words.map(String.init))
        }
        return ChatReceiverOptions(
            name: name, service: service, url: try SecretFile.credential(urlFile),
            secret: try secretFile.map { try SecretFile.credential($0) }, format: format,
            mention: called, mentionTiers: mentionTiers,
            timeoutSeconds: Double(timeout.components.seconds), authorityFile: authorityFile,
            userAgent: "laborwatch/\(Version.text)", wording: wording)
    }
}
