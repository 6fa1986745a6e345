import Labor

/// A macro indicator beyond its bands. The limits of a tier are named by indicator; a value that
/// stands exactly on a limit still meets the target.
struct IndicatorTarget: Detector {
    static let schema = Schema(
        detector: "indicator.target", kinds: [.indicator],
        parameters: [
            .init("indicators", .texts),
            .init("bad_when_low", .texts, .texts([])),
            .init("names", .textTable(names: [], values: []), .textTable([:])),
            .init("units", .textTable(names: [], values: []), .textTable([:])),
            .init("age_max_months", .whole(0...36), .number(6)),
            .init("rows_months", .whole(1...40), .number(13)),
        ],
        limits: [], clearFactor: 1, limitsListedIn: "indicators",
        fallingListedIn: "bad_when_low")

    private struct Place: Sendable {
        let ladder: Ladder
        let indicators: Set<String>
        let falling: Set<String>
        let names: [String: String]
        let units: [String: String]
        let ageMax: Int
        let rowsMonths: Int

        init(_ settings: Settings) {
            ladder = settings.ladder
            indicators = Set(settings.texts("indicators"))
            falling = Set(settings.texts("bad_when_low"))
            names = settings.textTable("names")
            units = settings.textTable("units")
            ageMax = settings.whole("age_max_months")
            rowsMonths = settings.whole("rows_months")
        }
    }

    private let rule: CheckedRule
    private let settings: Regional<Place>

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, Place.init)
    }

    func evaluate(_ scan: Scan, watching: [EpisodeKey]) -> Outcome {
        var series: [Series: [Indicator]] = [:]
        for indicator in scan.facts.indicators where indicator.period <= scan.asOf.day.period {
            series[Series(indicator), default: []].append(indicator)
        }
        var outcome = Outcome(findings: [], statuses: [:])
        var newest: [String: Indicator] = [:]
        for (key, unordered) in series {
            let values = unordered.sorted { $0.period < $1.period }
            newest[key.subjectID] = values.last
            if let finding = finding(key, values, scan) { outcome.findings.append(finding) }
        }
        for key in watching where key.subjectType == .indicator {
            outcome.statuses[key] = status(newest[key.subjectID], scan)
        }
        return outcome
    }

    /// Clear through the newest value; silent when that is too old to say anything.
    private func status(_ newest: Indicator?, _ scan: Scan) -> SubjectStatus {
        guard let newest else { return .silent }
        let place = self.place(newest.regionCode, scan)
        guard place.indicators.contains(newest.code) else { return .notEvaluated }
        return isRecent(newest, place, scan) ? .clear(through: newest.period) : .silent
    }

    private struct Series: Hashable {
        var code: String
        var region: RegionCode

        init(_ indicator: Indicator) {
            code = indicator.code
            region = indicator.regionCode
        }

        var subjectID: String { "\(code)/\(region)" }
    }

    private func place(_ region: RegionCode, _ scan: Scan) -> Place {
        let path = scan.facts.regions.path(region)
        return settings.at(path.isEmpty ? [region] : path)
    }

    private func isRecent(_ value: Indicator, _ place: Place, _ scan: Scan) -> Bool {
        scan.asOf.day.period.months(since: value.period) <= place.ageMax
    }

    private func finding(_ series: Series, _ values: [Indicator], _ scan: Scan) -> Finding? {
        let place = place(series.region, scan)
        guard place.indicators.contains(series.code), let newest = values.last,
            isRecent(newest, place, scan)
        else { return nil }
        let low = place.falling.contains(series.code)
        let verdict = place.ladder.judge { limits in
            guard let limit = limits[series.code] else { return false }
            return low ? newest.value < limit - 1e-9 : newest.value > limit + 1e-9
        }
        guard var verdict else { return nil }
        verdict.threshold.limits = verdict.threshold.limits.filter { $0.key == series.code }
        let limit = verdict.threshold.limits[series.code]
        var marks = [
            "indicator": place.names[series.code] ?? series.code,
            // A text speaks of the unit wherever it names the value, so none is the empty one.
            "unit": place.units[series.code] ?? "",
        ]
        if low { marks["direction"] = "bad_when_low" }
        if verdict.raises == nil { marks["threshold"] = "clear" }
        let region = scan.facts.regions.name(series.region, in: .chinese)
        return Finding(
            rule: rule.id, kind: rule.kind,
            subject: Subject(
                type: .indicator, id: series.subjectID,
                name: region + (place.names[series.code] ?? series.code),
                regionCode: series.region),
            period: newest.period, raises: verdict.raises, holds: verdict.holds,
            certainty: .observed,
            evidence: Evidence(
                value: newest.value, previous: values.dropLast().last?.value, expected: limit,
                threshold: verdict.threshold, marks: marks,
                rows: values.suffix(place.rowsMonths).map(Self.row)))
    }

    private static func row(_ value: Indicator) -> EvidenceRow {
        EvidenceRow(
            table: "labor.indicator", period: value.period,
            values: [
                "code": .string(value.code), "region_code": .string(value.regionCode.rawValue),
                "value": .double(value.value),
            ], reportedAt: value.reportedAt)
    }
}
