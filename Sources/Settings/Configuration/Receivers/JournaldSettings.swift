package import Deliver

/// The configured settings of a receiver that writes to systemd's journal.
package struct JournaldSettings: Hashable, Sendable {
    /// The path of the journal's socket.
    package var path: String
    /// The bureau's own message templates.
    package var templates: TemplateFiles

    var parts: [String] { ["type: journald", "socket: \(path)"] + templates.parts }

    /// The receiver's options with a name and the wording of its messages.
    package func options(name: String, wording: MessageWording) -> JournaldReceiverOptions {
        JournaldReceiverOptions(name: name, path: path, wording: wording)
    }
}
