package import Deliver

/// A receiver that writes into the journal of systemd, as configured.
package struct JournaldSettings: Hashable, Sendable {
    /// Where the journal listens.
    package var path: String
    /// Texts of one's own.
    package var templates: TemplateFiles

    package var parts: [String] { ["type: journald", "socket: \(path)"] + templates.parts }

    package func options(name: String, wording: MessageWording) -> JournaldReceiverOptions {
        JournaldReceiverOptions(name: name, path: path, wording: wording)
    }
}
