import Alerting
import Deliver
import Foundation
import Hummingbird
import Labor
import Support
import Testing

@Suite(.timeLimit(.minutes(20))) struct CAPTests {
    /// The messages that a story leaves in a directory, by the order of their names.
    private func messages(
        _ notices: [AlertNotice], told: [AlertNotice]? = nil, status: CAPProfile.Status = .actual,
        zone: Zone = .shanghai, together: Bool = false
    ) async throws -> [String] {
        var texts: [String] = []
        try await withDirectory { directory in
            try await withOutlet { outlet in
                let receiver = try CAPReceiver(
                    CAPReceiverOptions(
                        name: "cap",
                        profile: CAPProfile(sender: "laborwatch@bureau.example", status: status),
                        directory: directory + "/cap", language: .chinese, zone: zone,
                        selfLinkBase: "https://watch.example"),
                    deliveryLog: ListedTellings(notices: told ?? notices), outlet: outlet)
                if together, let message = AlertMessage(group: "甲", notices: notices) {
                    _ = try await receiver.deliver(message, at: morning)
                } else {
                    for notice in notices { _ = try await receiver.deliver(notice, at: morning) }
                }
            }
            // Where nothing was written, there is no directory either.
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: directory + "/cap")) ?? []
            #expect(
                names.allSatisfy { $0.wholeMatch(of: /cap-\d{8}T\d{6}-[0-9a-f-]+\.xml/) != nil })
            texts = try names.sorted().map {
                try String(contentsOfFile: "\(directory)/cap/\($0)", encoding: .utf8)
            }
        }
        return texts
    }

    /// The texts of an element, in their order.
    private func values(_ name: String, _ message: String) -> [String] {
        message.components(separatedBy: "<\(name)>").dropFirst().map {
            $0.components(separatedBy: "</\(name)>")[0]
        }
    }

    @Test(arguments: [false, true])
    func `an episode is a chain of messages that refer to those before`(
        together: Bool
    ) async throws {
        // Together, none of them was told before.
        let messages = try await messages(
            wholeStory, told: together ? [] : nil, together: together)
        #expect(
            messages.flatMap { values("msgType", $0) } == ["Alert", "Update", "Update", "Update"])
        #expect(messages.flatMap { values("identifier", $0) } == wholeStory.map(\.event.id))
        #expect(
            messages.flatMap { values("sent", $0) } == [
                "2026-11-05T09:00:00+08:00", "2026-11-05T09:01:00+08:00",
                "2026-11-05T09:02:00+08:00", "2026-11-05T09:03:00+08:00",
            ])
        let sender = "laborwatch@bureau.example"
        let all = wholeStory.prefix(3).enumerated().map { index, notice in
            "\(sender),\(notice.event.id),2026-11-05T09:0\(index):00+08:00"
        }
        #expect(
            messages.map { values("references", $0) }
                == [[], [all[0]], [all[0] + " " + all[1]], [all.joined(separator: " ")]])
        #expect(values("responseType", messages[0]) == ["Execute", "Execute"])
        #expect(values("responseType", messages[3]) == ["AllClear", "AllClear"])
        #expect(values("urgency", messages[3]) == ["Past", "Past"])
        #expect(values("severity", messages[0]) == ["Severe", "Severe"])
        #expect(values("severity", messages[1]) == ["Extreme", "Extreme"])
        #expect(Set(messages.flatMap { values("incidents", $0) }).count == 1)
    }

    @Test func `what was withdrawn is cancelled and says why`() async throws {
        let messages = try await messages(
            story([(.raised, .yellow, .provisional), (.withdrawn, .yellow, .withdrawn)]))
        #expect(messages.flatMap { values("msgType", $0) } == ["Alert", "Cancel"])
        #expect(values("note", messages[1]) == ["减少 126 人 &amp; 占 31%。"])
        #expect(values("note", messages[0]) == [])
    }

    @Test func `an end of what was never told is no message`() async throws {
        #expect(try await messages([wholeStory[3]], told: []).isEmpty)
    }

    @Test func `a later event is the first message where none before was delivered`() async throws {
        let messages = try await messages([wholeStory[2]], told: [])
        #expect(values("msgType", messages[0]) == ["Alert"])
        #expect(values("references", messages[0]).isEmpty)
    }

    @Test func `a message carries both languages, the colour and the region's code`() async throws {
        let message = try await messages([wholeStory[0]])[0]
        #expect(values("language", message) == ["zh-CN", "en-US"])
        #expect(values("event", message) == ["裁员减员", "Layoffs"])
        #expect(values("headline", message) == ["甲&lt;公司&gt;裁员 126 人", "Layoff of 126"])
        #expect(values("areaDesc", message) == ["城关区", "Chengguan"])
        #expect(values("scope", message) == ["Restricted"])
        #expect(values("restriction", message) == ["仅限人力资源社会保障部门内部使用，不属于公开预警"])
        let pairs = zip(values("valueName", message), values("value", message)).map {
            "\($0)=\($1)"
        }
        #expect(pairs.filter { $0 == "tierColor=orange" }.count == 2)
        #expect(pairs.filter { $0 == "GB/T 2260=540102" }.count == 2)
        #expect(values("web", message)[0].hasPrefix("https://watch.example/alerts/"))
    }

    @Test(arguments: [
        (CAPProfile.Status.actual, "Actual"), (.exercise, "Exercise"), (.test, "Test"),
    ])
    func `a drill says that it is one`(_ status: CAPProfile.Status, _ word: String) async throws {
        let message = try await messages([wholeStory[0]], status: status)[0]
        #expect(values("status", message) == [word])
    }

    @Test func `times have whole seconds and never a Z`() async throws {
        let late = story(
            [(.raised, .red, .firing)], from: Instant(microseconds: 1_793_840_400_999_999))
        let message = try await messages(late, zone: .utc)[0]
        #expect(values("sent", message) == ["2026-11-05T01:00:00-00:00"])
    }

    @Test func `a long chain refers to the first and the newest`() async throws {
        let turns: [Turn] =
            [(.raised, .red, .firing)] + (0..<150).map { _ in (.reminder, .red, .firing) }
        let long = story(turns)
        let message = try await messages([long[150]], told: long)[0]
        let references = values("references", message)[0].split(separator: " ")
        #expect(references.count == 100)
        #expect(references[0].contains(long[0].event.id))
        #expect(references[1].contains(long[51].event.id))
        #expect(references[99].contains(long[149].event.id))
    }

    @Test func `a trial is a test message, whatever the profile says`() async throws {
        let trial = MessageSample.test(
            id: "d1d3", tier: .red, at: morning, day: Zone.shanghai.day(morning))
        try await withDirectory { directory in
            try await withOutlet { outlet in
                let receiver = try CAPReceiver(
                    CAPReceiverOptions(
                        name: "cap", profile: CAPProfile(sender: "a@b.example"),
                        directory: directory, language: .chinese, zone: .shanghai),
                    deliveryLog: NoDeliveryLog(), outlet: outlet)
                _ = try await receiver.deliver(trial, at: morning)
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            let text = try String(
                contentsOfFile: "\(directory)/\(try #require(names.first))", encoding: .utf8)
            #expect(values("status", text) == ["Test"])
        }
    }

    @Test func `a message is posted with the user that is configured`() async throws {
        try await Endpoint.serving { _, _ in
            Response(status: .accepted)
        } _: { endpoint in
            try await withOutlet { outlet in
                let receiver = try CAPReceiver(
                    CAPReceiverOptions(
                        name: "cap", profile: CAPProfile(sender: "a@b.example"), directory: nil,
                        url: endpoint.url,
                        credentials: .basic(user: "u", password: Credential("p")),
                        language: .english, zone: .shanghai),
                    deliveryLog: NoDeliveryLog(), outlet: outlet)
                let receipt = try await receiver.deliver(wholeStory[0], at: morning)
                #expect(receipt.status == 202)
            }
            let request = try #require(endpoint.received.first)
            #expect(request.headers["content-type"] == "application/cap+xml")
            #expect(request.headers["authorization"] == "Basic dTpw")
            #expect(String(decoding: request.body, as: UTF8.self).contains("<language>en-US<"))
        }
    }

    @Test(arguments: ["a b@c", "a,b", "a<b", "a&b", ""])
    func `a sender that CAP forbids is refused`(_ sender: String) async throws {
        try await withOutlet { outlet in
            let error = #expect(throws: ReceiverError.self) {
                try CAPReceiver(
                    CAPReceiverOptions(
                        name: "cap", profile: CAPProfile(sender: sender), directory: "/tmp/x",
                        language: .chinese, zone: .shanghai),
                    deliveryLog: NoDeliveryLog(), outlet: outlet)
            }
            #expect(error?.code == "sender_invalid")
        }
    }

    @Test(
        .enabled(
            if: installed("xmllint") != nil,
            "no xmllint: install libxml2-utils, or run scripts/test"))
    func `every message keeps to the schema, and the schema refuses others`() async throws {
        let withdrawn = story([(.raised, .yellow, .provisional), (.withdrawn, .yellow, .withdrawn)])
        var bare = story([(.raised, .blue, .firing)])[0]
        bare.event.subject = Subject(type: .indicator, id: "rate", name: "rate")
        bare.event.persons = nil
        bare.texts = [.english: AlertText(title: "\u{1}bare", summary: "")]
        let good =
            try await messages(wholeStory) + messages(withdrawn)
            + messages([bare], status: .test, zone: .utc)
        for message in good {
            #expect(try validates(message), "\(message)")
        }
        let first = good[0]
        for (what, instead) in [
            ("+08:00</sent>", "Z</sent>"), ("<scope>Restricted", "<scope>restricted"),
            ("<identifier>", "<identifier>a b"), ("<category>Other", "<category>Labor"),
            ("<event>裁员减员</event>", ""), ("Severe", "Red"),
        ] {
            let bad = first.replacing(what, with: instead)
            #expect(bad != first)
            #expect(try !validates(bad), "\(what)")
        }
    }

    /// Whether a message is valid by the schema next to this file.
    private func validates(_ message: String) throws -> Bool {
        let schema =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
            + "/cap-1.2.xsd"
        let scratch = try Scratch()
        defer { withExtendedLifetime(scratch) {} }
        let file = try scratch.write("message.xml", message)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(installed("xmllint")))
        process.arguments = ["--noout", "--nonet", "--schema", schema, file]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
