import Labor
import Settings
import Source

/// The invented bureau of one test: regions, enterprises, and their reports, events and indicators.
struct RuleTestBureau {
    /// Maximum number of enterprises in one test.
    static let enterprisesMax = 2_000

    private let zone: Zone
    private var regions: [Region] = []
    private var enterprises: [Enterprise] = []
    private var reports: [Report] = []
    private var events: [Event] = []
    private var indicators: [Indicator] = []
    private var revision: Int64 = 0

    private var ids: Set<Int64> = []
    /// Whether the test lists its regions. If so, any other region is a typing error.
    private var namesRegions = false
    private var usedRegions: Set<String> = []

    init(zone: Zone) {
        self.zone = zone
    }

    /// The rows as a reader of the source would deliver them.
    func tape(windowMonths: Int) -> RevisionTape {
        let codes = Set(enterprises.map(\.industryCode))
        let sections = Set(codes.map { IndustryCode(String($0.rawValue.prefix(1))) })
        let industries = codes.union(sections).sorted().map { code in
            let section = IndustryCode(String(code.rawValue.prefix(1)))
            return Industry(
                code: code, name: code.rawValue, parent: section == code ? nil : section)
        }
        return RevisionTape(
            enterprises: enterprises, regions: namesRegions ? regions : derivedRegions,
            industries: industries, reports: reports, events: events, indicators: indicators,
            windowMonths: windowMonths, zone: zone)
    }

    /// Reads the rows of a test.
    mutating func read(_ node: YAMLNode, _ reader: inout YAMLReader) {
        if let map = node["regions"] { readRegions(map, &reader) }
        let delay = node["reported"].flatMap { readDelay($0, &reader) } ?? 0
        for item in node["enterprises"].flatMap({ reader.list($0, of: "enterprises") }) ?? [] {
            readEnterprises(item, &reader)
        }
        for item in node["series"].flatMap({ reader.list($0, of: "series") }) ?? [] {
            let series = RuleTestSeries.read(item, &reader)
            guard let series else { continue }
            for id in series.enterprises where !ids.contains(id) {
                reader.report(
                    item["enterprise"] ?? item, "there is no enterprise \(id) in the test",
                    hint: "add {id: \(id), region: …, industry: …} to enterprises")
                break
            }
            let days = item["reported"].flatMap { readDelay($0, &reader) } ?? delay
            add(series, days: days)
        }
        for item in node["events"].flatMap({ reader.list($0, of: "events") }) ?? [] {
            readEvent(item, &reader)
        }
        for item in node["indicators"].flatMap({ reader.list($0, of: "indicators") }) ?? [] {
            readIndicator(item, delay, &reader)
        }
    }

    private mutating func add(_ series: RuleTestSeries, days: Int) {
        for id in series.enterprises where ids.contains(id) {
            for var report in series.reports {
                revision += 1
                report.enterpriseID = id
                report.reportedAt = evening(of: report.period.lastDay.adding(days: days))
                report.revision = revision
                reports.append(report)
            }
        }
    }

    private mutating func readRegions(_ node: YAMLNode, _ reader: inout YAMLReader) {
        namesRegions = true
        for entry in reader.map(node, keys: nil) ?? [] {
            var region = Region(code: RegionCode(entry.key), name: entry.key)
            if !entry.value.isNull {
                _ = reader.map(entry.value, keys: ["parent", "name", "name_en", "grace_days"])
            }
            region.parent = entry.value["parent"].flatMap { reader.line($0) }.map { RegionCode($0) }
            region.name = entry.value["name"].flatMap { reader.line($0) } ?? entry.key
            region.nameEnglish = entry.value["name_en"].flatMap { reader.line($0) }
            region.graceDays = entry.value["grace_days"].flatMap {
                reader.whole($0, in: 0...365)
            }
            regions.append(region)
        }
    }

    /// Without a list, a six-digit code of GB/T 2260 belongs to its city, and the city to its
    /// province.
    private var derivedRegions: [Region] {
        var parents: [String: String?] = [:]
        for code in usedRegions {
            parents.updateValue(nil, forKey: code)
            guard code.count == 6 else { continue }
            let city = String(code.prefix(4)) + "00"
            let province = String(code.prefix(2)) + "0000"
            parents.updateValue(nil, forKey: province)
            if code != province, city != province { parents[city] = province }
            if code != city, code != province { parents[code] = city }
        }
        return parents.sorted { $0.key < $1.key }.map { code, parent in
            Region(code: RegionCode(code), name: code, parent: parent.map { RegionCode($0) })
        }
    }

    private mutating func readRegion(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> RegionCode? {
        guard let text = reader.line(node, expected: "a region's code") else { return nil }
        usedRegions.insert(text)
        if namesRegions, !regions.contains(where: { $0.code.rawValue == text }) {
            reader.report(
                node, "there is no region \(text) in the test",
                hint: NearestName.hint(text, among: regions.map(\.code.rawValue)))
        }
        return RegionCode(text)
    }

    private mutating func readEnterprises(_ node: YAMLNode, _ reader: inout YAMLReader) {
        let keys = [
            "id", "name", "region", "industry", "owner_group", "key_monitored",
            "government_project", "data_basis",
        ]
        let required = ["id", "region", "industry"]
        guard reader.map(node, keys: keys, required: required) != nil,
            let range = node["id"].flatMap({ reader.ids($0) }),
            let region = node["region"].flatMap({ readRegion($0, &reader) }),
            let industry = node["industry"].flatMap({ reader.line($0, expected: "a code") })
        else { return }
        let name = node["name"].flatMap { reader.line($0) }
        let basis = node["data_basis"].flatMap { reader.line($0) }
        for id in range {
            guard ids.insert(id).inserted else {
                reader.report(
                    node["id"] ?? node, "the enterprise \(id) stands twice in the test",
                    hint: "give each a number of its own")
                return
            }
            enterprises.append(
                Enterprise(
                    id: id, name: name ?? "enterprise[\(id)]", regionCode: region,
                    industryCode: IndustryCode(industry),
                    ownerGroup: node["owner_group"].flatMap { reader.line($0) },
                    keyMonitored: node["key_monitored"].flatMap { reader.flag($0) } ?? false,
                    governmentProject: node["government_project"].flatMap { reader.flag($0) }
                        ?? false,
                    dataBasis: basis.flatMap { Enterprise.DataBasis(rawValue: $0) }))
        }
    }

    private mutating func readEvent(_ node: YAMLNode, _ reader: inout YAMLReader) {
        let keys = ["enterprise", "region", "kind", "on", "persons", "amount", "reported"]
        guard reader.map(node, keys: keys, required: ["kind", "on"]) != nil,
            let kind = node["kind"].flatMap({ reader.choice($0, of: EventKind.self) }),
            let day = node["on"].flatMap({ reader.day($0) })
        else { return }
        let enterprise = node["enterprise"].flatMap { reader.ids($0) }?.lowerBound
        if let enterprise, !ids.contains(enterprise) {
            reader.report(
                node["enterprise"] ?? node, "there is no enterprise \(enterprise) in the test")
        }
        let region = node["region"].flatMap { readRegion($0, &reader) }
        if enterprise == nil, region == nil {
            reader.report(node, "the event belongs nowhere", hint: "add 'enterprise' or 'region'")
        }
        let known = node["reported"].flatMap { reader.day($0) } ?? day
        events.append(
            Event(
                id: Int64(events.count + 1), enterpriseID: enterprise, regionCode: region,
                kind: kind,
                persons: node["persons"].flatMap { reader.whole($0, in: 0...1_000_000) }
                    .map { Int32($0) },
                amount: node["amount"].flatMap { reader.number($0) }.map {
                    Int64(($0 * 100).rounded())
                }, occurredOn: day, reportedAt: evening(of: known)))
    }

    private mutating func readIndicator(
        _ node: YAMLNode, _ delay: Int, _ reader: inout YAMLReader
    ) {
        let keys = ["code", "region", "from", "values", "reported"]
        guard
            reader.map(node, keys: keys, required: ["code", "region", "from", "values"]) != nil,
            let code = node["code"].flatMap({ reader.line($0, expected: "a code") }),
            let region = node["region"].flatMap({ readRegion($0, &reader) }),
            let from = node["from"].flatMap({ reader.period($0) }),
            let values = node["values"].flatMap({ reader.series($0) })
        else { return }
        let days = node["reported"].flatMap { readDelay($0, &reader) } ?? delay
        for (month, value) in values.enumerated() {
            guard case .number(let number) = value else { continue }
            revision += 1
            let period = from.adding(month)
            indicators.append(
                Indicator(
                    code: code, regionCode: region, period: period, value: number,
                    reportedAt: evening(of: period.lastDay.adding(days: days)),
                    revision: revision))
        }
    }

    /// Reads `5d`, or `5d after month end`, as a number of days; otherwise nil, with a problem
    /// reported.
    private func readDelay(_ node: YAMLNode, _ reader: inout YAMLReader) -> Int? {
        guard let text = reader.line(node, expected: "days after the month's end") else {
            return nil
        }
        let days = text.replacing(" after month end", with: "")
        guard days.hasSuffix("d"), let count = Int(days.dropLast()), (0...365).contains(count)
        else {
            reader.report(
                node, "expected days after the month's end, found \(node.words)",
                hint: "write 5d, or leave it out for the evening of the month's last day")
            return nil
        }
        return count
    }

    /// Eight in the evening. A day is evaluated at its end, so the report is known on that day.
    private func evening(of day: Day) -> Instant {
        let midnight = zone.end(of: day.adding(days: -1))
        return Instant(microseconds: midnight.microseconds + 1).adding(seconds: 20 * 3_600)
    }
}
