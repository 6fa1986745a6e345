import Foundation
import Labor
import Testing

@Suite struct EvidenceTests {
    @Test(arguments: [
        Threshold(tier: .orange, limits: ["persons": 100], source: "劳动合同法 41"),
        Threshold(tier: .red, limits: ["share": 0.1, "months": 3, "amount": -0.5], source: ""),
        Threshold(tier: .blue, limits: [:], source: "\"quoted\" \\ 引"),
        Threshold(tier: .yellow, limits: ["persons": 1e300, "p": 1e-12], source: "s"),
        Threshold(tier: .yellow, limits: ["amount": 9_007_199_254_740_992], source: "s"),
    ])
    func `a threshold comes back from JSON as it was`(threshold: Threshold) throws {
        let data = try JSONEncoder().encode(threshold)
        #expect(try JSONDecoder().decode(Threshold.self, from: data) == threshold)
    }

    @Test func `a threshold is one flat object with whole numbers written whole`() throws {
        let threshold = Threshold(
            tier: .orange, limits: ["persons": 100, "share": 0.1], source: "s")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(threshold), as: UTF8.self)
        #expect(text == #"{"persons":100,"share":0.1,"source":"s","tier":"orange"}"#)
    }

    @Test(arguments: [Double.infinity, -Double.infinity, Double.nan])
    func `a limit that JSON cannot hold is left out`(value: Double) throws {
        let threshold = Threshold(tier: .red, limits: ["share": value, "months": 2], source: "s")
        let back = try JSONDecoder().decode(
            Threshold.self, from: JSONEncoder().encode(threshold))
        #expect(back == Threshold(tier: .red, limits: ["months": 2], source: "s"))
    }

    @Test(arguments: [#"{"persons":1}"#, #"{"tier":"purple"}"#, #"{"tier":3}"#, "[]"])
    func `a threshold without a tier is refused`(text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Threshold.self, from: Data(text.utf8))
        }
    }

    @Test func `evidence comes back from JSON as it was`() throws {
        let evidence = Evidence(
            value: 280, previous: 406, expected: 401.25, scale: 0.02, p: 4e-4,
            threshold: Threshold(tier: .orange, limits: ["persons": 100], source: "预案"),
            measures: ["staff": 406, "share": 0.31], marks: ["basis": "employer_separations"],
            rows: [
                EvidenceRow(
                    table: "labor.report", period: Period(year: 2026, month: 10),
                    values: ["headcount": 280, "wages_due": .double(12.5), "state": "reduced"],
                    reportedAt: Instant(microseconds: 1_793_462_399_000_001)),
                EvidenceRow(table: "labor.event", period: nil, values: [:], reportedAt: nil),
            ])
        let data = try JSONEncoder().encode(evidence)
        #expect(try JSONDecoder().decode(Evidence.self, from: data) == evidence)
        let empty = try JSONEncoder().encode(Evidence())
        #expect(try JSONDecoder().decode(Evidence.self, from: empty) == Evidence())
    }
}

@Suite struct JSONValueTests {
    @Test(arguments: [
        ("null", JSONValue.null), ("true", .bool(true)), ("false", .bool(false)), ("0", .int(0)),
        ("1", .int(1)), ("-9223372036854775808", .int(.min)), ("1.5", .double(1.5)),
        (#""""#, .string("")), (#""1""#, .string("1")), ("[]", .array([])), ("{}", .object([:])),
        (#"[1,[null,{"a":true}]]"#, .array([1, .array([nil, .object(["a": true])])])),
        (#"{"薪":1.25}"#, .object(["薪": 1.25])),
    ])
    func `a value comes from JSON and goes back`(text: String, value: JSONValue) throws {
        let decoded = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(decoded == value)
        let back = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
        #expect(back == text)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `a number that is none is written as null`(value: Double) throws {
        let data = try JSONEncoder().encode(JSONValue.array([.double(value)]))
        #expect(String(decoding: data, as: UTF8.self) == "[null]")
    }
}

@Suite struct TierTests {
    @Test func `the tiers rise from blue to red`() {
        #expect(Tier.allCases.sorted() == [.blue, .yellow, .orange, .red])
        #expect(Tier.allCases.map(\.rank) == [1, 2, 3, 4])
        #expect(Tier.allCases.map(\.next) == [.yellow, .orange, .red, .red])
        #expect((0...5).map { Tier(rank: $0) } == [nil, .blue, .yellow, .orange, .red, nil])
        #expect(Tier.blue < .yellow && Tier.orange < .red && !(Tier.red < .red))
    }

    @Test(arguments: [
        (Tier?.none, Tier?.some(.blue), Tier.blue), (.some(.orange), .none, .orange),
        (.some(.red), .some(.blue), .red), (.some(.blue), .some(.red), .red),
    ])
    func `a finding never holds less than it raises`(
        raises: Tier?, holds: Tier?, expected: Tier
    ) {
        let finding = Finding(
            rule: "layoff.statutory", kind: .layoff,
            subject: Subject(type: .enterprise, id: "1", name: "企业"),
            period: Period(year: 2026, month: 1), raises: raises, holds: holds,
            certainty: .observed, evidence: Evidence())
        #expect(finding.raises == raises)
        #expect(finding.holds == expected)
        #expect(finding.key.description == "layoff.statutory(enterprise:1)")
    }

    @Test func `a finding that neither raises nor holds is a mistake of the detector`() async {
        await #expect(processExitsWith: .failure) {
            _ = Finding(
                rule: "x", kind: .layoff, subject: Subject(type: .system, id: "", name: ""),
                period: Period(year: 2026, month: 1), raises: nil, holds: nil,
                certainty: .observed, evidence: Evidence())
        }
    }

    @Test(
        arguments: [
            (["credibility": "record_only"], true), (["explained_by": "peers"], true),
            (["credibility": "declared"], false), (["credibility": "unexplained"], false),
            (["credibility": "borne_out", "explained_by": "season"], true), ([:], false),
        ] as [([String: String], Bool)])
    func `what is not credible or is explained is on record only`(
        _ marks: [String: String], _ isRecordOnly: Bool
    ) {
        #expect(Evidence(marks: marks).isRecordOnly == isRecordOnly)
    }
}
