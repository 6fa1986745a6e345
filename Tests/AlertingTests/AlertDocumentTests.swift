import Alerting
import Foundation
import Labor
import Testing

@Suite struct AlertDocumentTests {
    private func event() throws -> AlertEvent {
        var event = try Bundle.raised().event
        event.evidence = Evidence(
            value: 280, previous: 406, expected: 401.2, scale: 0.02, p: 0.0004,
            threshold: Threshold(
                tier: .orange, limits: ["persons": 100], source: "《劳动合同法》第41条"),
            rows: [
                EvidenceRow(
                    table: "labor.report", period: Bundle.month(10),
                    values: ["headcount": 280], reportedAt: Bundle.day(1))
            ])
        return event
    }

    private func line(
        _ event: AlertEvent, _ language: Language, zone: Zone = .shanghai, link: String? = nil
    ) throws -> String {
        let document = AlertDocument(
            try Texts.notice(event), language: language, zone: zone, selfLink: link)
        return String(decoding: try document.encoded(), as: UTF8.self)
    }

    @Test func `a document in Chinese is the contract's line`() throws {
        let text = try line(event(), .chinese, link: "http://127.0.0.1:8080/alerts/1")
        #expect(
            text == """
                {"schema":"laborwatch.alert/1","event_id":"ab8189a8-f423-810e-8448-7b232e9083ec",\
                "alert_id":"07963e0e-695c-85d2-a525-2b2bbb2a5895",\
                "at":"2026-11-01T20:00:00+08:00","as_of":"2026-11-01T20:00:00+08:00",\
                "what":"raised","rule":"layoff.statutory","kind":"layoff","tier":"orange",\
                "previous_tier":null,"state":"firing","certainty":"observed",\
                "subject":{"type":"enterprise","id":"1024","name":"高原建设",\
                "region_code":"540102","region":"城关区","industry_code":"E47"},\
                "period":"2026-10","title":"高原建设2026年10月减员126人",\
                "summary":"占职工31.0%。前期406人。依据：《劳动合同法》第41条。","lang":"zh-CN",\
                "persons":126,"share":0.31,"amount":null,\
                "evidence":{"value":280,"previous":406,"expected":401.2,"scale":0.02,"p":0.0004,\
                "threshold":{"tier":"orange","persons":100,"source":"《劳动合同法》第41条"},\
                "rows":[{"table":"labor.report","period":"2026-10","values":{"headcount":280},\
                "reported_at":"2026-11-01T20:00:00+08:00"}]},\
                "playbook":{"steps":["核实。","上报。"],"due_at":"2026-11-01T22:00:00+08:00",\
                "responsible":"就业科"},"incident":null,"actor":null,"on_behalf_of":null,\
                "reason":"threshold_crossed","level":0,"links":{"self":"http://127.0.0.1:8080/alerts/1"}}
                """)
    }

    @Test func `a document in English has every key, null where nothing is known`() throws {
        var event = try event()
        event.what = .resolved
        event.reason = .causeGone
        event.fromTier = .orange
        event.toState = .resolved
        event.actor = "zhang"
        event.onBehalfOf = "李四"
        event.level = 2
        event.persons = nil
        event.share = nil
        event.amount = -1_234_505
        event.subject = Subject(type: .system, id: "watch", name: "the watching")
        event.evidence = Evidence()
        #expect(
            try line(event, .english, zone: .utc) == """
                {"schema":"laborwatch.alert/1","event_id":"ab8189a8-f423-810e-8448-7b232e9083ec",\
                "alert_id":"07963e0e-695c-85d2-a525-2b2bbb2a5895",\
                "at":"2026-11-01T12:00:00+00:00","as_of":"2026-11-01T12:00:00+00:00",\
                "what":"resolved","rule":"layoff.statutory","kind":"layoff","tier":"orange",\
                "previous_tier":"orange","state":"resolved","certainty":"observed",\
                "subject":{"type":"system","id":"watch","name":"the watching",\
                "region_code":null,"region":null,"industry_code":null},\
                "period":"2026-10","title":"Staff of the watching: over, the cause has been gone for long enough",\
                "summary":"It is over.","lang":"en",\
                "persons":null,"share":null,"amount":-12345.05,\
                "evidence":{"rows":[]},\
                "playbook":{"steps":[],"due_at":null,"responsible":null},"incident":null,"actor":"zhang",\
                "on_behalf_of":"李四","reason":"cause_gone","level":2,"links":{"self":null}}
                """)
    }

    @Test(arguments: [
        (Int64(0), "0.00"), (5, "0.05"), (99, "0.99"), (100, "1.00"), (-5, "-0.05"),
        (123_456, "1234.56"), (Int64.max, "92233720368547758.07"),
    ])
    func `money is yuan with two decimals`(fen: Int64, yuan: String) throws {
        var event = try event()
        event.amount = fen
        #expect(try line(event, .chinese).contains("\"amount\":\(yuan),"))
    }

    @Test func `a line is one line whatever a name holds`() throws {
        var event = try event()
        event.subject.name = "a\nb\rc\u{85}d\u{2028}e\u{2029}f\u{B}g\"\\/"
        let text = try line(event, .chinese)
        #expect(!text.contains { $0.isNewline })
        #expect(text.contains(#""name":"a\nb\rc\u0085d\u2028e\u2029f\u000bg\"\\/""#))
        let tree = try JSONValue(json: text)
        guard case .object(let members) = tree, case .object(let subject)? = members["subject"]
        else { throw Missing(what: "a subject") }
        #expect(subject["name"] == .string(event.subject.name))
    }

    @Test func `an encoder writes the same document`() throws {
        let document = AlertDocument(
            try Texts.notice(event()), language: .english, zone: .shanghai, selfLink: nil)
        let encoded = try JSONEncoder().encode(document)
        let plain = try document.encoded()
        let left = try JSONSerialization.jsonObject(with: encoded) as? NSDictionary
        let right = try JSONSerialization.jsonObject(with: Data(plain)) as? NSDictionary
        #expect(left == right)
        #expect(left?["lang"] as? String == "en")
    }

    @Test func `a notice lacking the language speaks another one and says which`() throws {
        var notice = try Texts.notice(event())
        notice.texts[.english] = nil
        let document = AlertDocument(notice, language: .english, zone: .utc, selfLink: nil)
        let text = String(decoding: try document.encoded(), as: UTF8.self)
        #expect(text.contains(#""lang":"zh-CN""#))
        notice.texts = [:]
        let mute = AlertDocument(notice, language: .english, zone: .utc, selfLink: nil)
        #expect(throws: JSONError.self) { try mute.encoded() }
    }
}
