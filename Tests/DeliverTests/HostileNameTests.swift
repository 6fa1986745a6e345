import Alerting
@testable import Deliver
import Foundation
import FoundationXML
import Hummingbird
import Labor
import Logging
import Support
import Testing

/// An alert about an enterprise, in a region and by a person that all have the given name.
private func alert(_ name: String, _ number: Int = 1) -> AlertNotice {
    var notice = notice("event-\(number)", episode: "episode-\(number)")
    notice.event.subject = Subject(
        type: .enterprise, id: name, name: name, regionCode: RegionCode("540102"))
    let text = AlertText(
        title: "\(name)裁员 126 人", summary: "\(name)减少 126 人。", region: name, county: name,
        steps: ["先打电话 [核实](记录)"], responsible: "失业保险科")
    notice.event.actor = name
    notice.event.onBehalfOf = name
    notice.texts = [.chinese: text, .english: text]
    return notice
}

/// A harmless name. Its messages give the number of lines and fields of a format.
private let goodName = "西藏甲公司"

/// Checks that a text which people read contains no trace of the attack.
private func expectHarmless(
    _ text: String, like good: String, calls: Bool, _ name: HostileName,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    func ends(_ text: String) -> Int {
        text.unicodeScalars.count {
            "\n\r\u{B}\u{C}\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0)
        }
    }
    #expect(ends(text) == ends(good), "\(name.aim): \(text)", sourceLocation: sourceLocation)
    for scalar in text.unicodeScalars {
        let isControl = scalar.properties.generalCategory == .control && scalar != "\n"
        #expect(
            !isControl && !ForeignText.isHidden(scalar), "\(name.aim): U+\(scalar.value)",
            sourceLocation: sourceLocation)
    }
    var traps = ["http://evil", "https://evil", "www.evil", "evil.com", "example.com", "mailto:"]
    if calls {
        traps += [
            "<at", "<@", "<!", "<font", "<a ", "<script", "](http", "@all", "@所", "@1", "&lt;at",
            "&#60;",
        ]
    }
    for trap in traps {
        #expect(
            !text.lowercased().contains(trap), "\(name.aim): \(text)",
            sourceLocation: sourceLocation)
    }
}

/// Every hostile name in every format that is sent.
@Suite(.timeLimit(.minutes(20))) struct HostileNameTests {
    @Test(arguments: ChatService.allCases, ChatReceiverOptions.Format.allCases)
    func `no chat lets a name call, link, mark up or break a line`(
        _ service: ChatService, _ format: ChatReceiverOptions.Format
    ) async throws {
        let house = ChatHouse(service)
        let names = [goodName] + HostileName.all.map(\.text)
        try await withChat(house, format: format) { receiver, _ in
            for (index, name) in names.enumerated() {
                let now = morning.adding(seconds: Int64(index) * 120)
                house.now = now
                _ = try await receiver.deliver(alert(name), at: now)
                let pair = AlertMessage(group: "甲", notices: [alert(name), alert(name, 2)])
                house.now = now.adding(seconds: 60)
                _ = try await receiver.deliver(
                    try #require(pair), at: now.adding(seconds: 60))
            }
        }
        let bodies = house.bodies
        try #require(bodies.count == 2 * names.count)
        for (index, name) in HostileName.all.enumerated() {
            for part in 0...1 {
                let text = house.texts[2 * (index + 1) + part]
                expectHarmless(text, like: house.texts[part], calls: true, name)
                let title = bodies[2 * (index + 1) + part].title ?? ""
                expectHarmless(title, like: "", calls: false, name)
                if format == .markdown {
                    #expect(!text.contains("**") && !text.contains("`") && !text.contains("~~"))
                }
                // The bureau's own words and link are unchanged.
                #expect(
                    text.contains(part == 0 ? "先打电话" : "https://watch.example/alerts/episode-2"))
            }
        }
    }

    @Test func `no mail lets a name into its headers, its lines or its markup`() async throws {
        try await withDirectory { directory in
            let files = try MailHost.certificate(in: directory)
            let host = try MailHost(.none, files: files)
            let receiver = try MailReceiver(
                MailReceiverOptions(
                    name: "mail", host: "127.0.0.1", port: host.port, security: .none,
                    from: "laborwatch@bureau.example", to: ["duty@bureau.example"], html: true,
                    timeoutSeconds: 30,
                    wording: MessageWording(language: .chinese, zone: .shanghai)))
            let names = [goodName] + HostileName.all.map(\.text)
            for name in names { _ = try await receiver.deliver(alert(name), at: morning) }
            let mails = try host.mails()
            try #require(mails.count == names.count)
            let good = try mails[0].read()
            for (name, mail) in zip(HostileName.all, mails.dropFirst()) {
                #expect(mail.headers == mails[0].headers, "\(name.aim)")
                let read = try mail.read()
                #expect(read.count == good.count)
                #expect(read[0].hasPrefix("【橙色】新发预警："), "\(name.aim): \(read[0])")
                expectHarmless(read[0], like: good[0], calls: false, name)
                #expect(read[1] == "0")
                // Python writes a line end as \n; a backslash of the name as two.
                #expect(read[2].ends == good[2].ends, "\(name.aim): \(read[2])")
                #expect(!read[2].contains("://evil") && !read[2].contains("evil.com"))
                let words = read[3].replacing(/<\/?(h3|p|br|html|body)( lang="zh-CN")?>/, with: "")
                    .replacing("<!DOCTYPE html>", with: "")
                #expect(!words.contains("<") && !words.contains(">"), "\(name.aim): \(words)")
                #expect(read[3].ends == good[3].ends, "\(name.aim)")
            }
        }
    }

    @Test func `a template's first line is the subject only where the template says so`() throws {
        func subject(_ template: String, _ name: String) throws -> String? {
            let template = try MessageTemplate(text: template, file: "t", language: .chinese)
            let wording = MessageWording(
                language: .chinese, zone: .shanghai, source: .template(template))
            let composer = MessageComposer(
                receiver: "mail", wording: wording, logger: .init(label: "test"))
            let message = AlertMessage(alert(name))
            let text = composer.text(
                try composer.entries(message), isTest: false, style: .plain
            ) { _ in true }
            let mail = MailMessage(
                message, text: text, html: nil,
                options: MailReceiverOptions(
                    name: "mail", host: "h", port: 25, security: .none, from: "a@b.example",
                    to: ["c@d.example"], wording: wording), at: morning)
            return mail.headers.first { $0.name == "Subject" }?.value
        }
        let hostile = "Subject: WIN"
        let own = try #require(try subject("{{title}}", hostile))
        #expect(own.hasPrefix("=?UTF-8?B?"))
        #expect(try subject("Subject: {{subject_name}}\n{{title}}", "A\nBcc: x") == "A Bcc: x")
        let either =
            "{{#is_group}}Subject: G{{/is_group}}{{^is_group}}Subject: S{{/is_group}}\n{{title}}"
        #expect(try subject(either, hostile) == "S")
    }

    @Test func `no name breaks out of a syslog message`() async throws {
        let listener = try LogListener(.udp)
        let receiver = try SyslogReceiver(
            SyslogReceiverOptions(
                name: "logs", way: .udp(host: "127.0.0.1", port: listener.port),
                facility: "local0",
                wording: MessageWording(language: .chinese, zone: .shanghai)))
        for name in HostileName.all {
            _ = try await receiver.deliver(alert(name.text), at: morning)
            let text = try #require(
                String(validating: try listener.datagram(), as: UTF8.self))
            let form =
                /<131>1 [^ ]+ [!-~]+ laborwatch - raised \[laborwatch@32473((?: [a-z_]+="(?:[^"\\\]]|\\["\\\]])*")+)\] \u{FEFF}(.*)/
            let match = try #require(
                try form.matchingSemantics(.unicodeScalar).wholeMatch(in: text), "\(text)")
            expectHarmless(String(match.2), like: "", calls: false, name)
        }
    }

    @Test func `no name makes a field of the journal`() async throws {
        let names = [goodName] + HostileName.all.map(\.text)
        let entries = try names.map { name in
            let notice = alert(name)
            let wording = MessageWording(language: .chinese, zone: .shanghai)
            let composer = MessageComposer(
                receiver: "journal", wording: wording, logger: .init(label: "test"))
            let text = composer.text(
                try composer.entries(AlertMessage(notice)), isTest: false, style: .plain
            ) { _ in true }
            return JournalEntry(event: notice.event, text: text.body, isTest: false)
        }
        let good = entries[0].fields
        let foreign = [
            "MESSAGE", "LABORWATCH_SUBJECT_NAME", "LABORWATCH_ACTOR", "LABORWATCH_ON_BEHALF_OF",
        ]
        #expect(good.count { foreign.contains($0.0) } == foreign.count)
        for (name, entry) in zip(HostileName.all, entries.dropFirst()) {
            #expect(entry.fields.map(\.0) == good.map(\.0))
            for (field, like) in zip(entry.fields, good)
            where foreign.contains(field.0) {
                let isMessage = field.0 == "MESSAGE"
                expectHarmless(
                    isMessage ? field.1 : ForeignText.unlinked(field.1), like: like.1,
                    calls: false, name)
            }
            // The value of the subject's id is exact: the protocol gives its length.
            #expect(entry.bytes.last == UInt8(ascii: "\n"))
        }
    }

    @Test func `no name changes the elements of a CAP message`() throws {
        func parsed(_ name: String) throws -> Elements {
            let message = CAPMessage(
                notice: alert(name), told: [],
                options: CAPReceiverOptions(
                    name: "cap", profile: CAPProfile(sender: "laborwatch@bureau.example"),
                    directory: "/tmp", language: .chinese, zone: .shanghai))
            return try Elements(message.encoded())
        }
        let good = try parsed(goodName)
        #expect(good.names.count > 20)
        for name in HostileName.all {
            let found = try parsed(name.text)
            #expect(found.names == good.names, "\(name.aim)")
            for element in ["headline", "description", "areaDesc"] {
                let texts = found.texts[element] ?? []
                #expect(texts.count == 2)
                for text in texts { expectHarmless(text, like: "", calls: false, name) }
            }
        }
    }

    @Test(arguments: [WebhookFormat.laborwatch, .cloudevents, .alertmanager])
    func `no name changes a webhook's document, and programs get it as it is`(
        _ format: WebhookFormat
    ) throws {
        func body(_ name: String) throws -> [UInt8] {
            let options = WebhookReceiverOptions(
                name: "bureau", url: "http://127.0.0.1/", format: format,
                secret: try WebhookSecret(secretText), language: .chinese, zone: .shanghai)
            return try #require(
                try WebhookMessage.all(AlertMessage(alert(name)), starts: [:], options: options)
                    .first?.body)
        }
        for name in HostileName.all {
            let bytes = try body(name.text)
            let text = try #require(String(validating: bytes, as: UTF8.self))
            #expect(
                !text.unicodeScalars.contains {
                    $0.properties.generalCategory == .control || $0 == "\u{2028}"
                        || $0 == "\u{2029}"
                })
            let document = try json(bytes)
            guard format == .alertmanager else {
                #expect(document["data"]?["subject"]?["name"]?.words == name.text, "\(name.aim)")
                #expect(document["data"]?["tier"] == "orange")
                continue
            }
            let entry = try #require(document["alerts"]?.items.first)
            #expect(entry["labels"]?["subject_id"]?.words == name.text)
            #expect(entry["labels"]?["severity"] == "orange")
            for field in ["title", "summary", "subject", "region", "actor", "on_behalf_of"] {
                let text = try #require(entry["annotations"]?[field]?.words)
                expectHarmless(text, like: "", calls: true, name)
            }
            let key = try #require(document["groupKey"]?.words)
            let form =
                /\{\}:\{alertname="layoff.statutory", subject_id="(?:[^"\\]|\\["\\])*", subject_type="enterprise"\}/
            #expect(
                try form.matchingSemantics(.unicodeScalar).wholeMatch(in: key) != nil,
                "\(name.aim): \(key)")
        }
    }

    @Test func `a name stays within its line of the file`() async throws {
        try await withDirectory { directory in
            let receiver = FileReceiver(
                FileReceiverOptions(
                    name: "file", directory: directory, retentionDays: 0, language: .chinese,
                    zone: .shanghai), logger: .init(label: "test"))
            for name in HostileName.all {
                _ = try await receiver.deliver(alert(name.text), at: morning)
            }
            await receiver.close()
            let file = try #require(
                try FileManager.default.contentsOfDirectory(atPath: directory)
                    .first { $0.hasSuffix(".jsonl") })
            let text = try String(contentsOfFile: "\(directory)/\(file)", encoding: .utf8)
            // Every line end of Unicode counts, as in Python's splitlines.
            let lines = text.split(whereSeparator: \.isNewline)
            #expect(lines.count == HostileName.all.count)
            let names = try lines.map { try json(Array($0.utf8))["subject"]?["name"]?.words }
            #expect(names == HostileName.all.map(\.text))
        }
    }
}

extension MailHost.Mail {
    /// The names of the headers, in their order.
    fileprivate var headers: [String] {
        text.components(separatedBy: "\r\n\r\n")[0].replacing("\r\n ", with: " ")
            .components(separatedBy: "\r\n").map { String($0.prefix { $0 != ":" }) }
    }
}

extension String {
    /// How many line ends a text has that Python wrote.
    fileprivate var ends: Int { components(separatedBy: "\\n").count }
}

extension JSONValue {
    /// The title of a post.
    fileprivate var title: String? {
        self["markdown"]?["title"]?.words
            ?? self["card"]?["header"]?["title"]?["content"]?.words
    }
}

/// The elements of an XML document and what stands in them, by somebody else's parser.
private final class Elements: NSObject, XMLParserDelegate {
    private(set) var names: [String] = []
    private(set) var texts: [String: [String]] = [:]
    private var text = ""

    init(_ bytes: [UInt8]) throws {
        super.init()
        let parser = XMLParser(data: Data(bytes))
        parser.delegate = self
        try #require(parser.parse(), "\(String(decoding: bytes, as: UTF8.self))")
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        names.append(name)
        text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        texts[name, default: []].append(text)
    }
}
