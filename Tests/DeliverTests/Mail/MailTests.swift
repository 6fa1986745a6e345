import Alerting
import Deliver
import Foundation
import Labor
import Support
import Testing

@Suite(.serialized, .timeLimit(.minutes(20))) struct MailTests {
    private func options(
        _ port: Int, _ security: MailReceiverOptions.Security, authority: String? = nil,
        password: String? = nil, host: String = "127.0.0.1", to: [String] = ["duty@bureau.example"],
        html: Bool = false, language: Language = .chinese, timeout: Double = 20,
        source: MessageWording.Source = .builtIn
    ) -> MailReceiverOptions {
        MailReceiverOptions(
            name: "mail", host: host, port: port, security: security, authorityFile: authority,
            login: password.map { .init(user: "duty", password: Credential($0)) },
            from: "laborwatch@bureau.example", to: to, html: html, timeoutSeconds: timeout,
            wording: MessageWording(
                language: language, zone: .shanghai, selfLinkBase: "https://watch.example/",
                source: source))
    }

    private func failure(
        of receiver: MailReceiver, _ message: AlertMessage = AlertMessage(notice())
    ) async throws -> DeliveryFailure {
        try #require(
            await #expect(throws: DeliveryFailure.self) {
                try await receiver.deliver(message, at: morning)
            })
    }

    struct Case: Sendable {
        var security: MailReceiverOptions.Security
        var mode: MailHost.Mode
        var mechanism: String?
    }

    @Test(arguments: [
        Case(security: .none, mode: .none), Case(security: .starttls, mode: .starttls),
        Case(security: .tls, mode: .tls),
        Case(security: .starttls, mode: .starttls, mechanism: "PLAIN"),
        Case(security: .starttls, mode: .starttls, mechanism: "LOGIN"),
        Case(security: .tls, mode: .tls, mechanism: "PLAIN"),
    ])
    func `a mail arrives whole, by every way`(_ way: Case) async throws {
        try await withDirectory { directory in
            let files = try MailHost.certificate(in: directory)
            let host = try MailHost(way.mode, files: files, mechanism: way.mechanism)
            let receiver = try MailReceiver(
                options(
                    host.port, way.security,
                    authority: way.security == .none ? nil : files.certificate,
                    password: way.mechanism == nil ? nil : "geheim密"))
            let receipt = try await receiver.deliver(notice(), at: morning)
            #expect(receipt == DeliveryReceipt(status: 250, answer: "2.0.0 taken"))
            let mails = try host.mails()
            let mail = try #require(mails.first)
            #expect(mails.count == 1)
            #expect(mail.from == "laborwatch@bureau.example")
            #expect(mail.to == ["duty@bureau.example"])
            #expect(mail.tls == (way.mode != .none))
            #expect(mail.login == (way.mechanism != nil))
            #expect(mail.header("Date") == "Thu, 05 Nov 2026 09:00:00 +0800")
            #expect(mail.header("Message-ID") == "<event-1@bureau.example>")
            #expect(mail.header("Auto-Submitted") == "auto-generated")
            #expect(mail.header("X-Laborwatch-Tier") == "orange")
            let read = try mail.read()
            #expect(read[0] == "【橙色】新发预警：西藏甲公司裁员 126 人")
            #expect(read[1] == "0")
            #expect(read[2].contains("减少 126 人。"))
            #expect(read[3] == "None")
        }
    }

    @Test func `subjects of any length and script come back as they were`() async throws {
        try await withDirectory { directory in
            let files = try MailHost.certificate(in: directory)
            let host = try MailHost(.none, files: files)
            let receiver = try MailReceiver(options(host.port, .none, html: true))
            let titles = [
                String(repeating: "裁员减员一二三四", count: 30), "a=?b?= c", "emoji 👩‍👩‍👧 ok",
                "line\r\nBcc: evil@example.org\r\n\r\nbody",
            ]
            for title in titles {
                _ = try await receiver.deliver(notice(title: title), at: morning)
            }
            let mails = try host.mails()
            for (mail, title) in zip(mails, titles) {
                let clean = title.replacing("\r\n\r\n", with: " ").replacing("\r\n", with: " ")
                    .replacing("example.org", with: "example．org")
                let read = try mail.read()
                #expect(read[0] == "【橙色】新发预警：" + clean)
                #expect(read[1] == "0")
                #expect(read[3].contains("<h3>"))
                #expect(mail.header("Bcc") == nil)
                #expect(
                    mail.text.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 78 })
                #expect(mail.to == ["duty@bureau.example"])
            }
            #expect(mails.count == titles.count)
        }
    }

    @Test func `dots at the beginning of lines survive`() async throws {
        try await withDirectory { directory in
            let files = try MailHost.certificate(in: directory)
            let host = try MailHost(.none, files: files)
            let template = try MessageTemplate(
                text: "Subject: {{tier}} {{period}}\n\n.\n..two\n.{{tier}}\nend", file: "x",
                language: .english)
            let receiver = try MailReceiver(
                options(host.port, .none, language: .english, source: .template(template)))
            _ = try await receiver.deliver(notice(), at: morning)
            let read = try #require(try host.mails().first).read()
            #expect(read[0] == "orange 2026-10")
            #expect(read[2] == #"'.\r\n..two\r\n.orange\r\nend\r\n'"#)
        }
    }

    @Test func `the mails of an episode hang in one thread`() async throws {
        try await withDirectory { directory in
            let host = try MailHost(.none, files: MailHost.certificate(in: directory))
            let receiver = try MailReceiver(options(host.port, .none))
            let alert = AlertID(rawValue: "episode-1")
            for sequence in 1...3 {
                let id = alert.eventID(sequence: sequence)
                _ = try await receiver.deliver(notice(id, sequence: sequence), at: morning)
            }
            let mails = try host.mails()
            let first = try #require(mails.first?.header("Message-ID"))
            #expect(mails.map { $0.header("References") } == [nil, first, first])
            #expect(mails.map { $0.header("In-Reply-To") } == [nil, first, first])
            #expect(Set(mails.map { $0.header("Message-ID") }).count == 3)
        }
    }

    @Test func `a group is one mail`() async throws {
        try await withDirectory { directory in
            let host = try MailHost(.none, files: MailHost.certificate(in: directory))
            let receiver = try MailReceiver(options(host.port, .none, html: true))
            _ = try await receiver.deliver(try #require(group(100)), at: morning)
            let read = try #require(try host.mails().first).read()
            #expect(read[0] == "【红色】裁员减员100件预警（红色25件、橙色25件、黄色25件、蓝色25件）")
            #expect(read[2].contains("10. "))
            #expect(!read[2].contains("11. "))
            #expect(read[2].contains("另有90件未列出"))
        }
    }

    /// A group of 77 whose kinds and places are given in turn.
    private func crowd(
        _ kinds: [AlertKind], _ places: [(region: String, county: String?)],
        steps: [[String]] = [["Freeze the account", "Look on the spot"]], what: AlertWhat = .raised
    ) -> AlertMessage? {
        AlertMessage(
            group: "crowd",
            notices: (0..<77).map { index in
                var notice = notice("event-\(index)", episode: "episode-\(index)", tier: .red)
                notice.event.kind = kinds[index % kinds.count]
                notice.event.what = what
                notice.dueAt = morning.adding(seconds: Int64(3_600 + index))
                for language in Language.allCases {
                    let place = places[index % places.count]
                    notice.texts[language]?.region = place.region
                    notice.texts[language]?.county = place.county
                    notice.texts[language]?.steps = steps[index % steps.count]
                }
                return notice
            })
    }

    @Test func `the subject of a group says what and where, the text what all begin with`()
        async throws
    {
        let town = [(region: "甲镇", county: Optional("城关区")), (region: "乙镇", county: "城关区")]
        let county = [(region: "城关区", county: String?.none)]
        let many = ["甲县", "乙县", "丙县", "丁县"].map { (region: $0, county: String?.none) }
        let groups: [(AlertMessage?, Language, String)] = [
            (crowd([.wageArrears], county), .chinese, "【红色】城关区拖欠工资77件预警"),
            (crowd([.wageArrears], town), .english, "RED | wage arrears, 城关区: 77 alerts"),
            (
                crowd([.wageArrears, .layoff], county, what: .resolved), .chinese,
                "【红色】城关区77件预警（拖欠工资39件、裁员减员38件），解除预警"
            ),
            (
                crowd([.layoff], many, steps: [["a"], ["b"]]), .english,
                "RED | layoffs, 甲县, 丁县 and 2 more places: 77 alerts"
            ),
        ]
        try await withDirectory { directory in
            let host = try MailHost(.none, files: MailHost.certificate(in: directory))
            for (group, language, _) in groups {
                let receiver = try MailReceiver(options(host.port, .none, language: language))
                _ = try await receiver.deliver(try #require(group), at: morning)
            }
            let mails = try host.mails()
            #expect(try mails.map { try $0.read()[0] } == groups.map(\.2))
            let bodies = try mails.map { try $0.read()[2] }
            #expect(bodies[0].contains("先做：Freeze the account（报告时限：最早2026-11-05 10:00）"))
            #expect(
                bodies[1].contains(
                    "First: Freeze the account (report by 2026-11-05 10:00 at the earliest)"))
            #expect(bodies[1].contains("… and 67 more"))
            #expect(bodies[1].contains("All of them: laborwatch alerts list --kind wage_arrears;"))
            #expect(!bodies[3].contains("First:"))
            #expect(bodies.allSatisfy { $0.utf8.count < 5_000 })
        }
    }

    struct Refusal: Sendable {
        var to: [String]
        var verdict: DeliveryFailure.Verdict?
        var reached: [String] = []
    }

    @Test(arguments: [
        Refusal(to: ["later@x.example"], verdict: .transient),
        Refusal(to: ["never@x.example"], verdict: .permanent),
        Refusal(to: ["ok@x.example", "later@x.example"], verdict: .transient),
        Refusal(to: ["never@x.example", "ok@x.example"], verdict: nil, reached: ["ok@x.example"]),
    ])
    func `what the server says of a recipient decides`(_ refusal: Refusal) async throws {
        try await withDirectory { directory in
            let host = try MailHost(.none, files: MailHost.certificate(in: directory))
            let receiver = try MailReceiver(options(host.port, .none, to: refusal.to))
            if let verdict = refusal.verdict {
                let failure = try await failure(of: receiver)
                #expect(failure.verdict == verdict)
                #expect(failure.status == (verdict == .transient ? 451 : 550))
            } else {
                let receipt = try await receiver.deliver(notice(), at: morning)
                #expect(receipt.answer?.contains("refused never@x.example: 550") == true)
            }
            #expect(try host.mails().flatMap(\.to) == refusal.reached)
        }
    }

    @Test(arguments: ["PLAIN", "LOGIN"])
    func `a wrong password is final, and never told`(_ mechanism: String) async throws {
        try await withDirectory { directory in
            let files = try MailHost.certificate(in: directory)
            let host = try MailHost(.starttls, files: files, mechanism: mechanism)
            let receiver = try MailReceiver(
                options(
                    host.port, .starttls, authority: files.certificate, password: "wrong-password"))
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .permanent)
            #expect(failure.status == 535)
            #expect(failure.hint?.contains("password") == true)
            #expect(failure.answer?.hasPrefix("5.7.8 no such …") == true)
            let told = "\(failure) \(failure.answer ?? "") \(receiver)"
            let coded = Data("wrong-password".utf8).base64EncodedString()
            let plain = Data("\0duty\0wrong-password".utf8).base64EncodedString()
            for word in ["wrong-password", coded, plain] { #expect(!told.contains(word)) }
            #expect(try host.mails().isEmpty)
        }
    }

    @Test func `a certificate that nobody trusts ends the talk before a word`() async throws {
        try await withDirectory { directory in
            let files = try MailHost.certificate(in: directory)
            for (mode, security) in [
                (MailHost.Mode.starttls, MailReceiverOptions.Security.starttls), (.tls, .tls),
            ] {
                let host = try MailHost(mode, files: files)
                let receiver = try MailReceiver(options(host.port, security))
                let failure = try await failure(of: receiver)
                #expect(failure.verdict == .transient)
                #expect(failure.hint?.contains("ca_file") == true, "\(failure)")
                #expect(try host.mails().isEmpty)
            }
        }
    }

    @Test func `a server without STARTTLS is told nothing`() async throws {
        try await withDirectory { directory in
            let host = try MailHost(.none, files: MailHost.certificate(in: directory))
            let receiver = try MailReceiver(options(host.port, .starttls))
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .transient)
            #expect(failure.message.contains("STARTTLS"))
            #expect(try host.mails().isEmpty)
        }
    }

    @Test func `a server that is silent or absent is tried again later`() async throws {
        let silent = try RawEndpoint(answering: [])
        let receiver = try MailReceiver(options(silent.port, .none, timeout: 0.3))
        let hung = try await failure(of: receiver)
        #expect(hung.verdict == .transient)
        #expect(hung.message.contains("greeting"))
        silent.stop()
        let absent = try await failure(of: receiver)
        #expect(absent.verdict == .transient)
        #expect(absent.status == nil)
    }

    @Test(arguments: ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "."])
    func `a server that falls silent or hangs up at any step is tried again`(
        _ verb: String
    ) async throws {
        // The steps before must be answered in time also on a machine with much else to do.
        let manners: [(StubbornMailServer.Manner, Double)] = [(.silent, 4), (.closed, 20)]
        for (manner, timeout) in manners {
            let server = try StubbornMailServer([verb: manner])
            let receiver = try MailReceiver(options(server.port, .none, timeout: timeout))
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .transient)
            #expect(failure.status == nil)
            #expect(failure.message.contains(verb == "." ? "the end of the message" : verb))
        }
    }

    @Test(arguments: [
        ("greeting", "554 go away", DeliveryFailure.Verdict.permanent),
        ("greeting", "421 too many", .transient), ("EHLO", "421 later", .transient),
        ("MAIL", "550 not from you", .permanent), ("MAIL", "451 greylisted", .transient),
        ("DATA", "452 no room", .transient), (".", "554 spam", .permanent),
        (".", "450 later", .transient), ("EHLO", "HTTP/1.1 400 Bad", .transient),
    ])
    func `four hundred is for now, five hundred for good`(
        _ verb: String, _ words: String, _ verdict: DeliveryFailure.Verdict
    ) async throws {
        let server = try StubbornMailServer([verb: .says(words)])
        let receiver = try MailReceiver(options(server.port, .none))
        let failure = try await failure(of: receiver)
        #expect(failure.verdict == verdict)
    }

    @Test func `words slipped in before TLS are not taken for the server's`() async throws {
        let server = try StubbornMailServer(["STARTTLS": .says("220 go\r\n250 AUTH PLAIN")])
        let receiver = try MailReceiver(options(server.port, .starttls))
        let failure = try await failure(of: receiver)
        #expect(failure.verdict == .transient)
        #expect(failure.message.contains("between STARTTLS and TLS"))
    }

    @Test(arguments: ["duty", "duty@", "@x", "a b@x", "a@b@c", "<a@b>", "a@b\r\nRCPT TO:<c@d>"])
    func `an address that could break the envelope is refused`(_ address: String) {
        let error = #expect(throws: ReceiverError.self) {
            try MailReceiver(options(25, .none, to: [address]))
        }
        #expect(error?.code == "address_invalid")
    }

    @Test func `a password needs a private connection`() {
        let error = #expect(throws: ReceiverError.self) {
            try MailReceiver(options(25, .none, password: "geheim"))
        }
        #expect(error?.code == "security_invalid")
    }
}
