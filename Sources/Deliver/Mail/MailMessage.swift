import Alerting
import Foundation
import Labor

/// A mail in the format of RFC 5322: headers, a blank line, the text. Lines end with CR LF.
struct MailMessage {
    let headers: [(name: String, value: String)]
    let text: String
    let html: String?
    /// The separator of the MIME parts. It is made from the message's id, so repeated attempts give
    /// the same bytes.
    let boundary: String

    /// - Parameters:
    ///   - text: the mail's text. A template may set the subject with a first line `Subject: …`.
    ///   - now: the time of sending.
    init(
        _ message: AlertMessage, text: MessageComposer.Text, html: String?,
        options: MailReceiverOptions, at now: Instant
    ) {
        let (subject, body) = MailMessage.subject(of: text)
        let domain = options.from.split(separator: "@").last.map(String.init) ?? "localhost"
        var headers: [(name: String, value: String)] = [
            ("From", options.from), ("To", options.to.joined(separator: ",\r\n ")),
            ("Subject", EncodedWord.header(subject.onOneLine, after: "Subject: ".count)),
            ("Date", MailMessage.date(now, options.wording.zone)),
            ("Message-ID", "<\(message.id)@\(domain)>"),
        ]
        if message.notices.count == 1, let event = message.notices.first?.event {
            // The episode's first event starts the mail thread. A later event refers to it, even if
            // that first mail was not sent to this receiver.
            let first = event.alertID.eventID(sequence: 1)
            if event.id != first, !message.isTest {
                headers.append(("In-Reply-To", "<\(first)@\(domain)>"))
                headers.append(("References", "<\(first)@\(domain)>"))
            }
            headers.append(("X-Laborwatch-Alert-Id", event.alertID.rawValue))
            headers.append(("X-Laborwatch-Rule", event.rule.rawValue.onOneLine))
        }
        let highest = message.notices.map(\.event.toTier).max() ?? .blue
        headers.append(("X-Laborwatch-Tier", highest.rawValue))
        if highest == .red { headers.append(("Importance", "high")) }
        // RFC 3834: out-of-office responders must not answer this mail.
        headers.append(("Auto-Submitted", "auto-generated"))
        headers.append(("MIME-Version", "1.0"))
        self.headers = headers
        self.text = body
        self.html = html
        boundary = "=_laborwatch_" + message.id.filter { $0.isLetter || $0.isNumber }
    }

    /// The whole message for SMTP's DATA command, before dot-stuffing.
    var bytes: [UInt8] {
        var lines = headers.map { "\($0.name): \($0.value)" }
        if let html {
            lines.append("Content-Type: multipart/alternative; boundary=\"\(boundary)\"")
            lines.append("")
            lines.append("--\(boundary)")
            lines += MailMessage.part(text, type: "text/plain")
            lines.append("--\(boundary)")
            lines += MailMessage.part(html, type: "text/html")
            lines.append("--\(boundary)--")
        } else {
            lines += MailMessage.part(text, type: "text/plain")
        }
        return Array(lines.joined(separator: "\r\n").utf8) + Array("\r\n".utf8)
    }

    /// One MIME part. ASCII in short lines stays readable text; everything else is Base64.
    private static func part(_ text: String, type: String) -> [String] {
        let head = "Content-Type: \(type); charset=utf-8"
        let normal = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        let lines = normal.split(separator: "\n", omittingEmptySubsequences: false)
        let isPlain =
            normal.utf8.allSatisfy { $0 < 0x7F && ($0 >= 0x20 || $0 == 0x0A || $0 == 0x09) }
            && lines.allSatisfy { $0.utf8.count <= 900 }
        guard !isPlain else {
            return [head, "Content-Transfer-Encoding: 7bit", ""] + lines.map(String.init)
        }
        let encoded = Data(normal.replacing("\n", with: "\r\n").utf8).base64EncodedString()
        let rows = stride(from: 0, to: encoded.utf8.count, by: 76).map { start in
            String(encoded.dropFirst(start).prefix(76))
        }
        return [head, "Content-Transfer-Encoding: base64", ""] + rows
    }

    /// The beginning of a template's first line that sets the subject.
    static let subjectMark = "Subject:"

    private static func subject(
        of text: MessageComposer.Text
    ) -> (subject: String, body: String) {
        let mark = subjectMark
        guard text.maySetSubject, text.body.hasPrefix(mark) else { return (text.title, text.body) }
        let line = text.body.prefix { !$0.isNewline }
        let rest = text.body.dropFirst(line.count).drop { $0.isNewline }
        let subject = String(line.dropFirst(mark.count)).onOneLine
        return (subject.isEmpty ? text.title : subject, String(rest))
    }

    /// A mail date, `Thu, 05 Nov 2026 09:00:00 +0800`.
    static func date(_ instant: Instant, _ zone: Zone) -> String {
        let words = zone.text(instant)
        let day = zone.day(instant)
        // 1970-01-01 was a Thursday.
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let weekday = ((Int(day.daysSince1970) % 7) + 7) % 7
        let date = day.civil
        let time = words.dropFirst(11).prefix(8)
        let offset = words.suffix(6).replacing(":", with: "")
        let number = date.day < 10 ? "0\(date.day)" : "\(date.day)"
        return "\(names[weekday]), \(number) \(months[date.month - 1]) \(date.year) \(time) "
            + offset
    }
}
