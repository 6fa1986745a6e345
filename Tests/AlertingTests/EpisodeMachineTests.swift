import Alerting
import Labor
import Testing

@Suite struct EpisodeMachineTests {
    static let twoMonths = EpisodePolicy(clearAfter: .periods(2))
    static let thirtyDays = EpisodePolicy(clearAfter: .days(30))

    static let beginnings: [Life] = [
        Life(
            "a finding that raises begins a firing episode", .standard,
            Look(1, .finds(.orange, month: 10), "raised threshold_crossed -/orange -/firing 10")),
        Life(
            "an uncertain finding begins a provisional episode", .standard,
            Look(
                1, .finds(.blue, month: 10, .provisional),
                "raised threshold_crossed -/blue -/provisional 10")),
        Life(
            "a finding that only holds begins nothing", .standard,
            Look(1, .finds(nil, holds: .red, month: 10)), Look(2, .clear(10))),
    ]

    static let tiers: [Life] = [
        Life(
            "a tier rises at once and falls to what still holds", twoMonths,
            Look(1, .finds(.yellow, month: 9), "raised threshold_crossed -/yellow -/firing 9"),
            Look(
                2, .finds(.red, month: 10), "tier_changed tier_rose yellow/red firing/firing 10"),
            Look(3, .finds(.yellow, holds: .red, month: 11)),
            Look(
                4, .finds(.blue, holds: .orange, month: 12),
                "tier_changed tier_fell red/orange firing/firing 12"),
            Look(
                5, .finds(nil, holds: .blue, month: 13),
                "tier_changed tier_fell orange/blue firing/firing 13")),
        Life(
            "a provisional tier rises and stays provisional within its month", twoMonths,
            Look(
                1, .finds(.blue, month: 10, .provisional),
                "raised threshold_crossed -/blue -/provisional 10"),
            Look(
                2, .finds(.yellow, month: 10, .provisional),
                "tier_changed tier_rose blue/yellow provisional/provisional 10")),
        Life(
            "the same finding again says nothing", twoMonths,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(2, .finds(.red, month: 10)), Look(3, .finds(.red, month: 11))),
    ]

    static let certainty: [Life] = [
        Life(
            "a later month confirms", twoMonths,
            Look(
                1, .finds(.blue, month: 10, .provisional),
                "raised threshold_crossed -/blue -/provisional 10"),
            Look(
                9, .finds(nil, holds: .blue, month: 11, .provisional),
                "confirmed later_report_confirms blue/blue provisional/firing 11")),
        Life(
            "a sure finding confirms within the month", twoMonths,
            Look(
                1, .finds(.blue, month: 10, .provisional),
                "raised threshold_crossed -/blue -/provisional 10"),
            Look(
                9, .finds(.blue, month: 10, .confirmed),
                "confirmed later_report_confirms blue/blue provisional/firing 10")),
        Life(
            "a confirmation at a lower tier is two events", twoMonths,
            Look(
                1, .finds(.red, month: 10, .provisional),
                "raised threshold_crossed -/red -/provisional 10"),
            Look(
                9, .finds(.blue, month: 11, .provisional),
                "confirmed later_report_confirms red/red provisional/firing 11",
                "tier_changed tier_fell red/blue firing/firing 11")),
        Life(
            "a later clear month withdraws what nothing confirmed", twoMonths,
            Look(
                1, .finds(.red, month: 10, .provisional),
                "raised threshold_crossed -/red -/provisional 10"),
            Look(
                9, .clear(11), "withdrawn later_report_denies red/red provisional/withdrawn 10")),
        Life(
            "figures that stand are confirmed when nothing follows them, and resolve", twoMonths,
            Look(
                1, .finds(.red, month: 10, .provisional),
                "raised threshold_crossed -/red -/provisional 10"),
            Look(
                9, .passed(10, through: 11),
                "confirmed figures_stand red/red provisional/firing 10"),
            Look(10, .passed(10, through: 11)),
            Look(40, .passed(10, through: 12), "resolved cause_gone red/red firing/resolved 10")),
        Life(
            "figures that stand resolve at once where one clear month is enough",
            EpisodePolicy(clearAfter: .periods(1)),
            Look(
                1, .finds(.red, month: 10, .provisional),
                "raised threshold_crossed -/red -/provisional 10"),
            Look(
                9, .passed(10, through: 11),
                "confirmed figures_stand red/red provisional/firing 10",
                "resolved cause_gone red/red firing/resolved 10")),
        Life(
            "a month before the first bears out nothing", twoMonths,
            Look(
                1, .finds(.red, month: 10, .provisional),
                "raised threshold_crossed -/red -/provisional 10"),
            Look(
                9, .passed(9, through: 11),
                "withdrawn later_report_denies red/red provisional/withdrawn 10")),
        Life(
            "a corrected report withdraws, whatever the month before it shows", twoMonths,
            Look(
                1, .finds(.red, month: 10, .provisional),
                "raised threshold_crossed -/red -/provisional 10"),
            Look(
                2, .passed(9, through: 10),
                "withdrawn report_corrected red/red provisional/withdrawn 10")),
        Life(
            "what is sure already is not confirmed again", twoMonths,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(9, .passed(10, through: 11)),
            Look(40, .passed(10, through: 12), "resolved cause_gone red/red firing/resolved 10")),
        Life(
            "a corrected report withdraws", twoMonths,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(2, .clear(10), "withdrawn report_corrected red/red firing/withdrawn 10")),
        Life(
            "a corrected report withdraws what nothing confirmed", twoMonths,
            Look(
                1, .finds(.red, month: 10, .provisional),
                "raised threshold_crossed -/red -/provisional 10"),
            Look(2, .clear(10), "withdrawn report_corrected red/red provisional/withdrawn 10")),
        Life(
            "a clear look at an earlier month withdraws nothing", twoMonths,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(2, .clear(9)),
            Look(3, .clear(10), "withdrawn report_corrected red/red firing/withdrawn 10")),
        Life(
            "a clear look at an earlier month denies nothing that is uncertain", twoMonths,
            Look(
                1, .finds(.red, month: 10, .provisional),
                "raised threshold_crossed -/red -/provisional 10"),
            Look(2, .clear(9)),
            Look(
                3, .clear(11), "withdrawn later_report_denies red/red provisional/withdrawn 10")),
        Life(
            "a clear look at an earlier month begins no quiet", twoMonths,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(2, .clear(9)), Look(3, .clear(11)),
            Look(4, .clear(12), "resolved cause_gone red/red firing/resolved 10")),
        Life(
            "a corrected last month of several begins the quiet instead", twoMonths,
            Look(1, .finds(.red, month: 9), "raised threshold_crossed -/red -/firing 9"),
            Look(2, .finds(.red, month: 10)), Look(3, .clear(10)), Look(4, .clear(10)),
            Look(5, .clear(11), "resolved cause_gone red/red firing/resolved 10")),
        Life(
            "the quiet never begins before the month that was found", twoMonths,
            Look(1, .finds(.red, month: 9), "raised threshold_crossed -/red -/firing 9"),
            Look(2, .finds(.red, month: 11)), Look(3, .clear(10)), Look(4, .clear(11)),
            Look(5, .clear(12), "resolved cause_gone red/red firing/resolved 11")),
    ]

    static let ends: [Life] = [
        Life(
            "two clear months resolve", twoMonths,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(5, .clear(11)), Look(6, .clear(11)),
            Look(20, .clear(12), "resolved cause_gone red/red firing/resolved 10")),
        Life(
            "one clear month is enough where the rule says so",
            EpisodePolicy(clearAfter: .periods(1)),
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(5, .clear(11), "resolved cause_gone red/red firing/resolved 10")),
        Life(
            "a finding in between begins the count anew", twoMonths,
            Look(1, .finds(.red, month: 9), "raised threshold_crossed -/red -/firing 9"),
            Look(2, .clear(10)), Look(3, .finds(nil, holds: .red, month: 11)),
            Look(4, .clear(12)),
            Look(5, .clear(13), "resolved cause_gone red/red firing/resolved 11")),
        Life(
            "silence resolves nothing and is no clear month", twoMonths,
            Look(1, .finds(.red, month: 9), "raised threshold_crossed -/red -/firing 9"),
            Look(2, .clear(10)), Look(40, .silent), Look(80, .notEvaluated), Look(90, .nothing),
            Look(99, .clear(10)),
            Look(100, .clear(11), "resolved cause_gone red/red firing/resolved 9")),
        Life(
            "an enterprise that is gone for a day ends its alert", twoMonths,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(5, .removed(.enterprise)), Look(5, .removed(.enterprise)),
            Look(6, .removed(.enterprise), "resolved enterprise_removed red/red firing/resolved 10")
        ),
        Life(
            "a region that is gone for a day ends its alert", twoMonths,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(5, .removed(.region)),
            Look(6, .removed(.region), "resolved region_removed red/red firing/resolved 10")),
        Life(
            "an industry that is gone for a day ends its alert", twoMonths,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(5, .removed(.industry)),
            Look(6, .removed(.industry), "resolved industry_removed red/red firing/resolved 10")),
        Life(
            "an indicator that is gone for a day ends its alert", twoMonths,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(5, .removed(.indicator)),
            Look(6, .removed(.indicator), "resolved indicator_removed red/red firing/resolved 10")),
        Life(
            "an enterprise that comes back begins anew", twoMonths,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(5, .removed(.enterprise)), Look(6, .finds(.red, month: 10)),
            Look(8, .removed(.enterprise)),
            Look(9, .removed(.enterprise), "resolved enterprise_removed red/red firing/resolved 10")
        ),
        Life(
            "a rule of days goes quiet within the month and resolves after its days", thirtyDays,
            Look(1, .finds(.red, month: 11), "raised threshold_crossed -/red -/firing 11"),
            Look(5, .clear(11)), Look(34, .clear(11)),
            Look(35, .clear(12), "resolved cause_gone red/red firing/resolved 11")),
        Life(
            "a rule of days counts anew after a finding", thirtyDays,
            Look(1, .finds(.red, month: 11), "raised threshold_crossed -/red -/firing 11"),
            Look(5, .clear(11)), Look(30, .finds(.red, month: 11)), Look(40, .clear(12)),
            Look(69, .clear(12)),
            Look(70, .clear(13), "resolved cause_gone red/red firing/resolved 11")),
        Life(
            "a rule of no days resolves at the first clear look",
            EpisodePolicy(clearAfter: .days(0)),
            Look(1, .finds(.red, month: 11), "raised threshold_crossed -/red -/firing 11"),
            Look(2, .silent), Look(3, .clear(11), "resolved cause_gone red/red firing/resolved 11")),
        Life(
            "a rule of days is not withdrawn", thirtyDays,
            Look(
                1, .finds(.red, month: 11, .provisional),
                "raised threshold_crossed -/red -/provisional 11"),
            Look(5, .clear(11)), Look(6, .clear(12))),
        Life(
            "after the end a new episode begins", EpisodePolicy(clearAfter: .periods(1)),
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(2, .clear(11), "resolved cause_gone red/red firing/resolved 10"),
            Look(3, .clear(12)),
            Look(4, .finds(.blue, month: 13), "raised threshold_crossed -/blue -/firing 13")),
    ]

    static let reminders: [Life] = [
        Life(
            "a reminder comes after the tier's days, in silence too", .standard,
            Look(1, .finds(.red, month: 10), "raised threshold_crossed -/red -/firing 10"),
            Look(7, .finds(.red, month: 10)),
            Look(8, .silent, "reminder reminder_due red/red firing/firing 10"),
            Look(14, .notEvaluated),
            Look(15, .finds(.red, month: 10), "reminder reminder_due red/red firing/firing 10")),
        Life(
            "an event takes the reminder's place", .standard,
            Look(1, .finds(.orange, month: 10), "raised threshold_crossed -/orange -/firing 10"),
            Look(
                20, .finds(.red, month: 10),
                "tier_changed tier_rose orange/red firing/firing 10"),
            Look(26, .silent),
            Look(27, .silent, "reminder reminder_due red/red firing/firing 10")),
        Life(
            "a tier without days has no reminder", .standard,
            Look(1, .finds(.yellow, month: 10), "raised threshold_crossed -/yellow -/firing 10"),
            Look(99, .silent)),
        Life(
            "no reminder comes while it is quiet", .standard,
            Look(1, .finds(.red, month: 9), "raised threshold_crossed -/red -/firing 9"),
            Look(5, .clear(10)), Look(50, .silent), Look(51, .clear(10))),
    ]

    @Test(arguments: beginnings + tiers + certainty + ends + reminders)
    func `every transition of the table`(life: Life) {
        let machine = Bundle.machine(life.policy)
        var open: [Episode] = []
        for look in life.looks {
            let at = Bundle.day(look.day)
            let step = machine.advance(open, with: look.evaluation, at: at)
            #expect(step.events.map(told) == look.said, "day \(look.day)")
            #expect(Set(step.events.map(\.alertID)).count <= 1)
            open =
                (step.episodes
                + open.filter { old in
                    !step.episodes.contains { $0.id == old.id }
                }).filter(\.state.isOpen)
            let again = machine.advance(open, with: look.evaluation, at: at)
            #expect(again == Step(), "day \(look.day) again")
        }
    }

    @Test func `a new episode of the same subject has a new identity`() throws {
        let machine = Bundle.machine(EpisodePolicy(clearAfter: .periods(1)))
        let first = try Bundle.raised()
        let key = first.episode.key
        let gone = Bundle.evaluation(day: 2, statuses: [key: .clear(through: Bundle.month(11))])
        let end = machine.advance([first.episode], with: gone, at: Bundle.day(2))
        #expect(end.episodes.map(\.state) == [.resolved])
        #expect(end.episodes.map(\.resolvedAt) == [Bundle.day(2)])
        let back = Bundle.evaluation(day: 3, findings: [Bundle.finding(.red, month: 12)])
        let second = machine.advance([], with: back, at: Bundle.day(3))
        #expect(second.episodes.map(\.key) == [key])
        #expect(second.episodes.map(\.id) != [first.episode.id])
    }

    @Test func `figures follow the latest finding and the peak remembers`() throws {
        let machine = Bundle.machine()
        var episode = try Bundle.raised(.red).episode
        var finding = Bundle.finding(.blue, month: 11, persons: 7)
        finding.subject.name = "高原建设集团"
        finding.share = nil
        finding.amount = 5
        let step = machine.advance(
            [episode], with: Bundle.evaluation(day: 2, findings: [finding]), at: Bundle.day(3))
        episode = try #require(step.episodes.first)
        #expect(episode.subject == finding.subject)
        #expect(episode.persons == 7)
        #expect(episode.share == nil)
        #expect(episode.amount == 5)
        #expect(episode.evidence == finding.evidence)
        #expect(episode.period == Bundle.month(11))
        #expect(episode.startedPeriod == Bundle.month(10))
        #expect(episode.tier == .blue)
        #expect(episode.peakTier == .red)
        #expect(episode.asOf == Bundle.day(2))
        #expect(episode.lastEventAt == Bundle.day(3))
        #expect(episode.firstRaisedAt == Bundle.day(1))
        #expect(step.events.map(\.persons) == [7])
        #expect(step.events.map(\.sequence) == [2])
        #expect(step.events.map(\.id) == [episode.id.eventID(sequence: 2)])
    }

    @Test func `a change of figures alone is listed, a later look alone is not`() throws {
        let machine = Bundle.machine()
        let episode = try Bundle.raised().episode
        let same = Bundle.evaluation(day: 2, findings: [Bundle.finding(.orange, month: 10)])
        #expect(machine.advance([episode], with: same, at: Bundle.day(2)) == Step())
        let other = Bundle.evaluation(
            day: 2, findings: [Bundle.finding(.orange, month: 10, persons: 127)])
        let step = machine.advance([episode], with: other, at: Bundle.day(2))
        #expect(step.events == [])
        #expect(step.episodes.map(\.persons) == [127])
        #expect(step.episodes.map(\.asOf) == [Bundle.day(2)])
    }

    @Test func `an evaluation older than the last finding or first clear look changes nothing`()
        throws
    {
        let machine = Bundle.machine()
        let key = try Bundle.raised().episode.key
        let raise = Bundle.evaluation(day: 3, findings: [Bundle.finding(.red, month: 9)])
        let higher = Bundle.evaluation(day: 4, findings: [Bundle.finding(.red, month: 10)])
        let clear = Bundle.evaluation(day: 6, statuses: [key: .clear(through: Bundle.month(11))])
        var open = machine.advance([], with: raise, at: Bundle.day(3)).episodes
        for evaluation in [higher, clear] {
            let at = evaluation.asOf.instant
            open = machine.advance(open, with: evaluation, at: at).episodes
        }
        #expect(open.map(\.quietPeriod) == [Bundle.month(11)])
        for late in [raise, higher] {
            #expect(machine.advance(open, with: late, at: Bundle.day(90)) == Step())
        }
    }

    @Test func `a rule that left the catalogue ends its episodes and is not heard`() throws {
        let episode = try Bundle.raised().episode
        let machine = EpisodeMachine(policies: [:], knownRules: ["other"])
        let evaluation = Bundle.evaluation(day: 2, findings: [Bundle.finding(.red, month: 11)])
        let step = machine.advance([episode], with: evaluation, at: Bundle.day(2))
        #expect(step.events.map(told) == ["resolved rule_removed orange/orange firing/resolved 10"])
        #expect(step.episodes.map(\.id) == [episode.id])
    }

    @Test func `of two findings of one key the stronger one counts`() {
        let evaluation = Bundle.evaluation(
            day: 1,
            findings: [
                Bundle.finding(.yellow, month: 10), Bundle.finding(.red, month: 10),
                Bundle.finding(.blue, month: 10),
            ])
        let step = Bundle.machine().advance([], with: evaluation, at: Bundle.day(1))
        #expect(step.episodes.map(\.tier) == [.red])
    }

    @Test func `episodes and events come in the order of their keys`() {
        let subjects = ["9", "10", "3"].map { id in
            Subject(type: .enterprise, id: id, name: id)
        }
        let evaluation = Bundle.evaluation(
            day: 1, findings: subjects.map { Bundle.finding(.red, month: 10, subject: $0) })
        let step = Bundle.machine().advance([], with: evaluation, at: Bundle.day(1))
        #expect(step.events.map(\.subject.id) == ["10", "3", "9"])
        #expect(step.episodes.map(\.subject.id) == ["10", "3", "9"])
        let keys = Bundle.machine().watching(step.episodes.reversed())
        #expect(keys == step.episodes.map(\.key))
    }
}
