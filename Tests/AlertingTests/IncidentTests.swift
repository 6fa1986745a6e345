import Alerting
import Labor
import Support
import Testing

@Suite struct IncidentTests {
    private static let firm = IncidentBench.enterprise(7)

    private static func key(_ rule: RuleID, _ subject: Subject) -> EpisodeKey {
        EpisodeKey(rule: rule, subjectType: subject.type, subjectID: subject.id)
    }

    @Test func `what several rules see of one fall is told once`() {
        var bench = IncidentBench()
        let told = bench.look(
            1,
            [
                IncidentBench.finding("layoff.statutory", Self.firm, .orange, month: 10),
                IncidentBench.finding("layoff.trend", Self.firm, .yellow, month: 10),
                IncidentBench.finding("wage.arrears", Self.firm, .yellow, month: 10),
            ])
        #expect(told.map(IncidentBench.told) == ["raised threshold_crossed -/orange"])
        #expect(bench.incidents.count == 1)
        let incident = bench.incidents.values.first
        #expect(incident?.incident?.alerts == 3)
        #expect(incident?.incident?.kinds == [.layoff, .wageArrears])
        #expect(incident?.kind == .layoff)
        #expect(incident?.persons == 150, "persons of the union, not the sum")
        #expect(Set(bench.alerts.values.map(\.incidentID)) == [incident?.id])
    }

    @Test func `each event of an alert shows its incident`() {
        var bench = IncidentBench()
        let step = bench.alertMachine.advance(
            [],
            with: Bundle.evaluation(
                day: 1,
                findings: [IncidentBench.finding("layoff.trend", Self.firm, .red, month: 10)]),
            at: Bundle.day(1))
        let advanced = bench.advance(step, day: 1)
        let alert = advanced.events.first { !$0.isOfIncident }
        #expect(alert?.incident?.tier == .red)
        #expect(alert?.incident?.alerts == 1)
        #expect(alert?.incident?.isRecordOnly == false)
        #expect(alert?.incident?.id == advanced.events.first { $0.isOfIncident }?.alertID)
    }

    @Test func `a rise, another kind and the end are one event each`() {
        var bench = IncidentBench()
        bench.look(1, [IncidentBench.finding("layoff.trend", Self.firm, .yellow, month: 10)])
        let rose = bench.look(
            2,
            [
                IncidentBench.finding("layoff.trend", Self.firm, .yellow, month: 10),
                IncidentBench.finding("layoff.statutory", Self.firm, .red, month: 10),
            ])
        #expect(rose.map(IncidentBench.told) == ["tier_changed tier_rose yellow/red"])
        let joined = bench.look(
            3,
            [
                IncidentBench.finding("layoff.trend", Self.firm, .yellow, month: 10),
                IncidentBench.finding("layoff.statutory", Self.firm, .red, month: 10),
                IncidentBench.finding("wage.arrears", Self.firm, .blue, month: 11),
            ])
        #expect(joined.map(IncidentBench.told) == ["joined another_kind red/red"])
        let rules: [RuleID] = ["layoff.trend", "layoff.statutory", "wage.arrears"]
        let keys = rules.map { Self.key($0, Self.firm) }
        func clear(_ month: Int) -> [EpisodeKey: Period] {
            Dictionary(uniqueKeysWithValues: keys.map { ($0, Bundle.month(month)) })
        }
        #expect(bench.look(40, clear: clear(12)).isEmpty)
        let ended = bench.look(75, clear: clear(13))
        #expect(ended.map(IncidentBench.told) == ["resolved cause_gone red/red"])
        #expect(bench.incidents.isEmpty)
    }

    @Test func `arrears open since spring do not swallow the layoff of autumn`() {
        var bench = IncidentBench()
        bench.look(1, [IncidentBench.finding("wage.arrears", Self.firm, .yellow, month: 4)])
        bench.look(
            2,
            [
                IncidentBench.finding("wage.arrears", Self.firm, .yellow, month: 9),
                IncidentBench.finding("layoff.trend", Self.firm, .yellow, month: 9),
            ])
        #expect(bench.incidents.count == 2)
    }

    @Test func `an alert within two months of the last raise joins, a later one does not`() {
        for (month, count) in [(12, 1), (13, 2)] {
            var bench = IncidentBench()
            bench.look(1, [IncidentBench.finding("layoff.trend", Self.firm, .yellow, month: 10)])
            bench.look(
                2,
                [
                    IncidentBench.finding("layoff.trend", Self.firm, .yellow, month: 10),
                    IncidentBench.finding("wage.arrears", Self.firm, .yellow, month: month),
                ])
            #expect(bench.incidents.count == count)
        }
    }

    @Test func `an alert between two incidents merges them, and the older one continues`() {
        var bench = IncidentBench()
        let first = IncidentBench.finding("wage.arrears", Self.firm, .yellow, month: 6)
        let second = IncidentBench.finding("layoff.trend", Self.firm, .red, month: 10)
        bench.look(1, [first])
        let oldest = bench.incidents.keys.first
        bench.look(2, [first, second])
        #expect(bench.incidents.count == 2)
        let told = bench.look(
            3,
            [
                first, second,
                IncidentBench.finding("layoff.statutory", Self.firm, .yellow, month: 8),
            ])
        #expect(bench.incidents.map(\.key) == [oldest].compactMap(\.self))
        #expect(
            told.map(IncidentBench.told).sorted() == [
                "merged same_incident red/red", "tier_changed tier_rose yellow/red",
            ])
        #expect(bench.incidents.values.first?.incident?.alerts == 3)
        #expect(bench.alerts.values.allSatisfy { $0.incidentID == oldest })
        #expect(bench.alerts.count == 3)
    }

    @Test func `what is on record only is opened silently, and told when it becomes credible`() {
        var bench = IncidentBench()
        let record = IncidentBench.finding(
            "layoff.statutory", Self.firm, .blue, month: 10,
            marks: ["credibility": "record_only"])
        let opened = bench.look(1, [record])
        #expect(opened.map { $0.incident?.isRecordOnly } == [true])
        let credible = bench.look(
            2,
            [
                IncidentBench.finding(
                    "layoff.statutory", Self.firm, .orange, month: 10,
                    marks: ["credibility": "borne_out"])
            ])
        #expect(
            credible.map(IncidentBench.told) == ["confirmed became_credible blue/orange"])
        #expect(credible.map { $0.incident?.isRecordOnly } == [false])
    }

    @Test func `an alert on record only does not raise the tier of its incident`() {
        var bench = IncidentBench()
        bench.look(
            1,
            [
                IncidentBench.finding("layoff.trend", Self.firm, .yellow, month: 10),
                IncidentBench.finding(
                    "layoff.statutory", Self.firm, .red, month: 10,
                    marks: ["credibility": "record_only"]),
            ])
        #expect(bench.incidents.values.first?.tier == .yellow)
        #expect(bench.incidents.values.first?.incident?.isRecordOnly == false)
    }

    @Test func `missing reports are one incident a county and month`() {
        var bench = IncidentBench()
        let far = IncidentBench.enterprise(9, region: "540103")
        let told = bench.look(
            1,
            [
                IncidentBench.finding(
                    "report.missing", IncidentBench.enterprise(1), .blue, month: 9),
                IncidentBench.finding(
                    "report.missing", IncidentBench.enterprise(2), .blue, month: 9),
                IncidentBench.finding("report.missing", far, .blue, month: 9),
                // Beside another sign, the missing report belongs to the enterprise.
                IncidentBench.finding("wage.arrears", Self.firm, .yellow, month: 9),
                IncidentBench.finding("report.missing", Self.firm, .blue, month: 9),
            ])
        #expect(told.count == 3)
        let subjects = bench.incidents.values.map { "\($0.subject.type) \($0.subject.id)" }
        #expect(subjects.sorted() == ["enterprise 7", "region 540102", "region 540103"])
        let county = bench.incidents.values.first { $0.subject.id == "540102" }
        #expect(county?.evidence.measures["enterprises"] == 2)
    }

    @Test func `a region joins the enclosing region of the same months only`() {
        var bench = IncidentBench()
        let city = IncidentBench.region("540100")
        let county = IncidentBench.region("540102")
        bench.look(
            1,
            [
                IncidentBench.finding("mass.rate", county, .yellow, month: 10),
                IncidentBench.finding("mass.rate", city, .orange, month: 10),
            ])
        #expect(bench.incidents.values.map(\.subject.id) == ["540100"])
        var later = IncidentBench()
        later.look(1, [IncidentBench.finding("mass.rate", city, .orange, month: 8)])
        later.look(
            2,
            [
                IncidentBench.finding("mass.rate", city, .orange, month: 8),
                IncidentBench.finding("mass.rate", county, .yellow, month: 10),
            ])
        #expect(later.incidents.count == 2)
    }

    @Test func `a cell that is mostly one enterprise belongs to the enterprise`() {
        for (share, count) in [(0.6, 1), (0.59, 2)] {
            var bench = IncidentBench()
            bench.look(
                1,
                [
                    IncidentBench.finding("layoff.trend", Self.firm, .red, month: 10),
                    IncidentBench.finding(
                        "mass.rate", IncidentBench.region("540102"), .yellow, month: 10,
                        marks: ["largest_enterprise": "7"], measures: ["largest_share": share]),
                ])
            #expect(bench.incidents.count == count)
        }
    }

    @Test func `indicators are incidents of their own`() {
        var bench = IncidentBench()
        let indicator = Subject(
            type: .indicator, id: "jobs/540100", name: "就业", regionCode: "540100")
        bench.look(
            1,
            [
                IncidentBench.finding("mass.rate", IncidentBench.region("540100"), .red, month: 10),
                IncidentBench.finding("indicator.level", indicator, .yellow, month: 10),
            ])
        #expect(bench.incidents.count == 2)
    }
}
