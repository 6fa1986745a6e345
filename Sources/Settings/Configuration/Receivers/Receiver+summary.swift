import Deliver
import Labor

extension Configuration.Receiver.Way {
    /// The value of the key `type`.
    package var type: Configuration.ReceiverType {
        switch self {
        case .file: .file
        case .webhook: .webhook
        case .alertmanager: .alertmanager
        case .cap: .cap
        case .chat(let settings):
            switch settings.service {
            case .dingtalk: .dingtalk
            case .wecom: .wecom
            case .feishu: .feishu
            }
        case .mail: .mail
        case .syslog: .syslog
        case .journald: .journald
        }
    }

    /// The target in a few words, without secrets.
    package var summary: String {
        switch self {
        case .file(let directory, _, _): "file in \(directory)"
        case .webhook(let url, _, let format, _): "\(format.rawValue) webhook to \(url)"
        case .alertmanager(let url, _, _, _): "Alertmanager at \(url)"
        case .cap(_, let directory, _, let url, _, _):
            "CAP to " + [directory, url?.redacted].compactMap(\.self).joined(separator: " and ")
        case .chat(let settings):
            "\(settings.service.rawValue) by the address in \(settings.urlFile)"
        case .mail(let settings):
            "mail to \(settings.to.joined(separator: ", ")) through "
                + "\(settings.host):\(settings.port)"
        case .syslog(let settings):
            switch settings.way {
            case .local(let path): "syslog at \(path)"
            case .udp(let host, let port): "syslog to \(host):\(port) over udp"
            case .tcp(let host, let port): "syslog to \(host):\(port) over tcp"
            }
        case .journald(let settings): "journal at \(settings.path)"
        }
    }

    /// The bureau's own message templates; none for receivers that programs read.
    package var templates: TemplateFiles {
        switch self {
        case .file, .webhook, .alertmanager, .cap: .none
        case .chat(let settings): settings.templates
        case .mail(let settings): settings.templates
        case .syslog(let settings): settings.templates
        case .journald(let settings): settings.templates
        }
    }
}

extension Configuration.Receiver {
    /// The fault of the receiver's template; nil when the template is valid or there is none.
    package var templateFault: ConfigurationProblem? {
        guard case .broken(let fault) = way.templates.source(language) else { return nil }
        return ConfigurationProblem(
            file: fault.file, line: fault.line, column: fault.column, message: fault.message,
            hint: fault.hint)
    }
}
