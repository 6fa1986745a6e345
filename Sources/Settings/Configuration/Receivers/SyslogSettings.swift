package import Deliver

/// The configured settings of a syslog receiver.
package struct SyslogSettings: Hashable, Sendable {
    /// The transport to the daemon.
    package var way: SyslogReceiverOptions.Way
    /// The facility's name.
    package var facility: String
    /// The bureau's own message templates.
    package var templates: TemplateFiles

    var parts: [String] {
        let place =
            switch way {
            case .local(let path): ["transport: local", "socket: \(path)"]
            case .udp(let host, let port): ["transport: udp", "host: \(host)", "port: \(port)"]
            case .tcp(let host, let port): ["transport: tcp", "host: \(host)", "port: \(port)"]
            }
        return ["type: syslog"] + place + ["facility: \(facility)"] + templates.parts
    }

    /// The receiver's options with a name and the wording of its messages.
    package func options(name: String, wording: MessageWording) -> SyslogReceiverOptions {
        SyslogReceiverOptions(name: name, way: way, facility: facility, wording: wording)
    }
}
