import Alerting
import Labor
import Support
import Testing

@Suite struct EvidenceJSONTests {
    @Test(arguments: 0..<300)
    func `evidence survives being written and read`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let evidence = Self.evidence(&random)
        #expect(try Evidence(json: evidence.json()) == evidence)
    }

    @Test func `evidence reads as the contract shows it`() throws {
        let evidence = Evidence(
            value: 280, previous: 406, p: 0.0004,
            threshold: Threshold(tier: .orange, limits: ["persons": 100], source: "预案/三"),
            measures: ["age": 2.5], marks: ["basis": "net"],
            rows: [
                EvidenceRow(
                    table: "labor.report", period: Bundle.month(10),
                    values: ["headcount": 280, "wages_due": 12.5, "wages_paid": nil],
                    reportedAt: Bundle.day(1))
            ])
        #expect(
            try evidence.json() == """
                {"value":280,"previous":406,"p":0.0004,\
                "threshold":{"tier":"orange","persons":100,"source":"预案/三"},\
                "measures":{"age":2.5},"marks":{"basis":"net"},\
                "rows":[{"table":"labor.report","period":"2026-10",\
                "values":{"headcount":280,"wages_due":12.5,"wages_paid":null},\
                "reported_at":"2026-11-01T12:00:00+00:00"}]}
                """)
    }

    @Test func `numbers that are not finite are left out`() throws {
        let evidence = Evidence(
            value: .nan, scale: .infinity, measures: ["a": .nan, "b": 1],
            rows: [
                EvidenceRow(
                    table: "t", period: nil, values: ["x": .double(.nan)], reportedAt: nil)
            ])
        #expect(
            try evidence.json()
                == #"{"measures":{"b":1},"rows":[{"table":"t","values":{"x":null}}]}"#)
    }

    @Test func `a double stays a double after a database has written it in full`() throws {
        let values: [String: JSONValue] = ["a": 2.0, "b": .double(1e16), "c": .double(1e300)]
        let row = EvidenceRow(table: "t", period: nil, values: values, reportedAt: nil)
        let text = try Evidence(rows: [row]).json()
        #expect(text.contains(#""a":2.0,"b":10000000000000000.0,"c":1e+300"#))
        let expanded = "1" + String(repeating: "0", count: 300)
        let stored = text.split(separator: "1e+300").joined(separator: expanded)
        #expect(try Evidence(json: stored).rows == [row])
    }

    @Test(arguments: [
        "", "{", "[]", "{\"value\":1}}", "{\"value\":tru}", "{\"rows\":{}}", "{\"rows\":[{}]}",
        "{\"threshold\":{\"persons\":1}}", "{\"value\" 1}", "{\"a\":\"\\x\"}", "{\"a\":\"\n\"}",
        "{\"a\":\"\\ud800\"}", "{\"a\":--1}", "{\"a\":1e999}", "{\"a\":[1,]}", "{\"a\":\"",
    ])
    func `what is no evidence is an error that says so`(text: String) {
        let error = #expect(throws: JSONError.self) { try Evidence(json: text) }
        #expect(error?.message.isEmpty == false)
        #expect(error?.hint.isEmpty == false)
    }

    @Test func `nesting has an end in both directions`() throws {
        func nested(_ depth: Int) -> JSONValue {
            (0..<depth).reduce(JSONValue.int(1)) { value, _ in .array([value]) }
        }
        func evidence(_ depth: Int) -> Evidence {
            Evidence(rows: [
                EvidenceRow(
                    table: "t", period: nil, values: ["x": nested(depth)], reportedAt: nil)
            ])
        }
        #expect(try Evidence(json: evidence(20).json()) == evidence(20))
        let error = #expect(throws: JSONError.self) { try evidence(40).json() }
        #expect(error?.code == "json_depth")
        let brackets = String(repeating: "[", count: 100_000)
        let reading = #expect(throws: JSONError.self) { try JSONValue(json: brackets) }
        #expect(reading?.code == "json_depth")
    }

    private static func number(_ random: inout SeededGenerator) -> Double {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: Double(Int.random(in: -1_000...1_000, using: &random))
        case 1: Double.random(in: -1...1, using: &random)
        case 2: Double.random(in: -1e300...1e300, using: &random)
        case 3: Double(bitPattern: UInt64.random(in: 1...1 << 52, using: &random))
        default: 1e16
        }
    }

    private static func evidence(_ random: inout SeededGenerator) -> Evidence {
        func optional(_ random: inout SeededGenerator) -> Double? {
            random.chance(50) ? number(&random) : nil
        }
        func text(_ random: inout SeededGenerator) -> String {
            let characters = Array("aZ0 \"\\/\n\t\u{1}\u{7F}\u{85}\u{2028}é欠薪😀{}")
            return String(
                (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
                    characters.randomElement(using: &random)
                })
        }
        func value(_ random: inout SeededGenerator, depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
            case 0: return .null
            case 1: return .bool(random.chance(50))
            case 2: return .int(Int64(bitPattern: random.next()))
            case 3: return .double(number(&random))
            case 4: return .string(text(&random))
            case 5:
                return .array(
                    (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        value(&random, depth: depth - 1)
                    })
            default:
                var members: [String: JSONValue] = [:]
                for _ in 0..<2 { members[text(&random)] = value(&random, depth: depth - 1) }
                return .object(members)
            }
        }
        var evidence = Evidence(
            value: optional(&random), previous: optional(&random), expected: optional(&random),
            scale: optional(&random), p: optional(&random))
        if random.chance(50) {
            evidence.threshold = Threshold(
                tier: Tier.allCases.randomElement(using: &random) ?? .red,
                limits: ["persons": number(&random), "share": number(&random)],
                source: text(&random))
        }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            evidence.measures[text(&random)] = number(&random)
            evidence.marks[text(&random)] = text(&random)
            evidence.rows.append(
                EvidenceRow(
                    table: text(&random),
                    period: random.chance(50) ? Bundle.month(Int(random.next() % 60)) : nil,
                    values: [text(&random): value(&random, depth: 3)],
                    reportedAt: random.chance(50)
                        ? Instant(microseconds: Int64(random.next() % 2_000_000_000_000_000))
                        : nil))
        }
        return evidence
    }
}
