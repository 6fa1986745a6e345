import Daemon
import Detect
package import Labor
import Settings
import Source

extension StatusVerb {
    /// Enterprises by their risk of closing, with the points of every component.
    ///
    /// The verb reads the source as known at a moment and needs no store. Enterprises without
    /// points are omitted. Closed enterprises come last and have no rank, because they have no risk
    /// of closing any more.
    /// - Parameters:
    ///   - asOf: the moment whose knowledge is used.
    ///   - region: only enterprises in this region, by code or name, or in a region below it; nil
    ///     for all.
    ///   - top: the maximum number of enterprises.
    package func risk(asOf: AsOf, region: String?, top: Int) async throws -> Listing {
        let facts = try await components.reader().read(asOf: asOf).facts
        let region = try region.map { try RegionNames(regions: facts.regions).find($0) }
        let ranking = components.catalogue.rules.lazy.compactMap { $0.ranking(facts, asOf: asOf) }
        guard let scores = ranking.first else {
            throw Failure(
                exitCode: 2, "the catalogue has no rule of the detector closure.risk",
                hint: "the points of the score stand in such a rule; take the built-in one over")
        }
        let chosen = scores.filter { score in
            guard score.standing > 0 else { return false }
            guard let region, let code = score.subject.regionCode else { return region == nil }
            return code == region || facts.regions.path(code).contains(region)
        }
        return StatusVerb.risk(Array(chosen.prefix(max(0, top)))).shown(
            of: chosen.count, more: [.chinese: "用 --top 显示更多", .english: "see more with --top"])
    }

    /// One row per score: the points of each component and the figure that the points come from.
    static func risk(_ scores: [RiskScore]) -> Listing {
        var columns: [Listing.Column] = [
            .init("rank", "名次", "rank"), .init("enterprise_id", "编号", "id"),
            .init("name", "名称", "name"), .init("region_code", "地区", "region"),
            .init("industry_code", "行业", "industry"), .init("staff", "职工", "staff"),
            .init("last_report", "最近报表", "last report"), .init("score", "总分", "score"),
            .init("on_record", "登记在案", "on record"),
            .init("record_points", "在案分", "record"),
        ]
        for component in RiskComponent.allCases {
            let (chinese, english, unit) = component.heading
            let cap = scores.first?.parts.first { $0.component == component }?.cap
            let most = cap.map { "/\(Listing.plain(rounded($0, 10)))" } ?? ""
            columns += [
                .init("\(component.rawValue)_points", chinese + most, english + most),
                .init("\(component.rawValue)_\(unit)", "（\(unitWord(unit))）", unit),
            ]
        }
        let rows = scores.enumerated().map { index, score in
            let subject = score.subject
            let head: [JSONValue] = [
                score.record == .closure ? .null : .int(Int64(index + 1)), .string(subject.id),
                .string(subject.name),
                subject.regionCode.map { .string($0.rawValue) } ?? .null,
                subject.industryCode.map { .string($0.rawValue) } ?? .null,
                score.staff.map { .int(Int64($0)) } ?? .null,
                score.lastReport.map { .string($0.description) } ?? .null,
                rounded(score.standing, 10),
                score.record.map { .string($0.rawValue) } ?? .null, rounded(score.recordPoints, 10),
            ]
            return head
                + score.parts.flatMap { [rounded($0.points, 10), rounded($0.figure, 1_000)] }
        }
        return Listing(columns: columns, rows: rows)
    }

    private static func rounded(_ value: Double, _ unit: Double) -> JSONValue {
        let rounded = (value * unit).rounded() / unit
        return Int64(exactly: rounded).map(JSONValue.int) ?? .double(rounded)
    }

    private static func unitWord(_ unit: String) -> String {
        switch unit {
        case "months": "月"
        case "share": "比例"
        case "missed": "期"
        default: "件"
        }
    }
}

extension RiskComponent {
    /// The heading in both languages, and the unit of the figure.
    fileprivate var heading: (chinese: String, english: String, unit: String) {
        switch self {
        case .arrears: ("欠薪", "arrears", "months")
        case .contributions: ("断缴", "contributions", "months")
        case .headcount: ("减员", "headcount", "share")
        case .idle: ("待岗", "idle", "share")
        case .silence: ("断报", "silence", "missed")
        case .disputes: ("争议", "disputes", "events")
        }
    }
}
