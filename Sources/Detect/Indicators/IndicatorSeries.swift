import Labor

/// The known values of one indicator in one region, by rising month. Values of future months are
/// left out.
struct IndicatorSeries {
    let code: String
    let region: RegionCode
    let values: [Indicator]

    /// The id of the subject: `code/region`.
    var subjectID: String { "\(code)/\(region)" }

    /// All series of an evaluation, sorted by code and region.
    static func all(in context: EvaluationContext) -> [IndicatorSeries] {
        struct Name: Hashable {
            var code: String
            var region: RegionCode
        }
        var values: [Name: [Indicator]] = [:]
        for value in context.facts.indicators where value.period <= context.asOf.day.period {
            values[Name(code: value.code, region: value.regionCode), default: []].append(value)
        }
        return values.map { name, values in
            IndicatorSeries(
                code: name.code, region: name.region,
                values: values.sorted { $0.period < $1.period })
        }.sorted { ($0.code, $0.region) < ($1.code, $1.region) }
    }

    /// The value of a month; nil when there is none.
    func value(_ period: Period) -> Double? {
        var (low, high) = (0, values.count)
        while low < high {
            let middle = (low + high) / 2
            if values[middle].period < period { low = middle + 1 } else { high = middle }
        }
        return low < values.count && values[low].period == period ? values[low].value : nil
    }

    /// The newest value; nil when it is older than `ageMax` months.
    func newest(_ context: EvaluationContext, ageMax: Int) -> Indicator? {
        values.last.flatMap {
            context.asOf.day.period.months(since: $0.period) <= ageMax ? $0 : nil
        }
    }

    /// The regions that contain the series' region, innermost first, itself included.
    func path(_ context: EvaluationContext) -> [RegionCode] {
        let path = context.facts.regions.path(region)
        return path.isEmpty ? [region] : path
    }

    /// The subject of an alert, named by region and indicator. Without a name the indicator's code
    /// is used.
    func subject(_ context: EvaluationContext, named name: String?) -> Subject {
        Subject(
            type: .indicator, id: subjectID,
            name: context.facts.regions.name(region, in: .chinese) + (name ?? code),
            regionCode: region)
    }

    /// The newest `count` values as evidence rows.
    func rows(_ count: Int) -> [EvidenceRow] {
        values.suffix(count).map { value in
            EvidenceRow(
                table: "labor.indicator", period: value.period,
                values: [
                    "code": .string(value.code), "region_code": .string(value.regionCode.rawValue),
                    "value": .double(value.value),
                ], reportedAt: value.reportedAt)
        }
    }
}

/// A detector that judges each series separately.
protocol SeriesDetector: Detector {
    /// The verdict on a series: a finding, or the status of a watched alert.
    func judge(_ series: IndicatorSeries, _ context: EvaluationContext) -> SeriesVerdict
}

/// The verdict of a detector on one series.
enum SeriesVerdict {
    case finding(Finding)
    case status(SubjectStatus)
}

extension SeriesDetector {
    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        var outcome = Outcome(findings: [], statuses: [:])
        var keys: [String: EpisodeKey] = [:]
        for key in watching where key.subjectType == .indicator {
            outcome.statuses[key] = .silent
            keys[key.subjectID] = key
        }
        for series in IndicatorSeries.all(in: context) {
            switch judge(series, context) {
            case .finding(let finding): outcome.findings.append(finding)
            case .status(let status):
                if let key = keys[series.subjectID] { outcome.statuses[key] = status }
            }
        }
        return outcome
    }
}
