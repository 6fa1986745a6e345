import Detect
import Labor
import Testing

/// A report that is held back is no fall to nobody and no absent job: for the mass rules it is as if
/// it had not come.
@Suite struct HeldBackTests {
    static let month = 80
    static let rules = ["mass.cluster", "mass.rate", "mass.excess", "mass.scan", "index.warning"]

    /// Half of a county reported that nobody was left; `isHeld` says whether that report stands,
    /// held back, or never came.
    static func valley(isHeld: Bool) -> Valley {
        var valley = Valley(seed: 21)
        valley.strike([Valley.counties[2]], Valley.sections, month: month, persons: 40)
        valley.unheard = (0..<6, month)
        valley.isHeld = isHeld
        return valley
    }

    @Test(arguments: rules, [month, month + 1])
    func `a report held back is told like one that never came`(_ rule: String, _ at: Int) throws {
        let definition = try RuleFiles.definition(rule)
        let held = try Self.valley(isHeld: true).look(definition, month: at)
        let absent = try Self.valley(isHeld: false).look(definition, month: at)
        #expect(held == absent)
        let ids = Set(held.findings.filter { $0.raises != nil }.map(\.subject.id))
        #expect(!ids.contains("540201"), "the county of those held back")
        if at == Self.month, ["mass.excess", "mass.scan", "index.warning"].contains(rule) {
            #expect(ids.contains { $0.hasPrefix("540203") }, "the county that was struck: \(ids)")
        }
    }

    @Test(arguments: rules)
    func `the same report in force raises the county`(_ rule: String) throws {
        var valley = Self.valley(isHeld: true)
        valley.isInForce = true
        let found = try valley.look(try RuleFiles.definition(rule), month: Self.month).findings
        #expect(
            found.contains { $0.raises != nil && $0.subject.id.hasPrefix("540201") }
                || found.contains { $0.raises != nil && $0.subject.id == "540200" })
    }
}
