package import Deliver
package import Labor

/// A receiver that posts into DingTalk, WeCom or Feishu, as configured.
package struct ChatSettings: Hashable, Sendable {
    /// Whom an urgent message calls.
    package enum Mention: String, CaseIterable, Hashable, Sendable {
        /// The whole conversation, or those of the file where there is one.
        case all
        /// Nobody.
        case none
    }

    /// Which service.
    package var service: ChatService
    /// The file with the bot's address.
    package var urlFile: String
    /// The file with the signing secret; nil where the bot asks for no signature.
    package var secretFile: String?
    /// How a message looks.
    package var format: ChatReceiverOptions.Format
    /// Whom an urgent message calls.
    package var mention: Mention
    /// The file with those who are called instead of everybody.
    package var mentionFile: String?
    /// At which tiers somebody is called.
    package var mentionTiers: Set<Tier>
    /// How long an answer may take.
    package var timeout: Duration
    /// Texts of one's own.
    package var templates: TemplateFiles

    package var parts: [String] {
        ["type: \(service.rawValue)", "url_file: \(urlFile)"]
            + (secretFile.map { ["secret_file: \($0)"] } ?? [])
            + ["format: \(format.rawValue)", "mention: \(mention.rawValue)"]
            + (mentionFile.map { ["mention_file: \($0)"] } ?? [])
            + [
                "mention_tiers: [\(mentionTiers.sorted().map(\.rawValue).joined(separator: ", "))]",
                "timeout: \(timeout.shortText)",
            ] + templates.parts
    }

    /// The settings with what stands in the files.
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
