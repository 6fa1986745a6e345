import Foundation
import Labor

/// Detects several enterprises of one county that cut staff in the same month, or one large cut.
/// Source: the early warning of mass unemployment of Shandong (2016).
///
/// The standard counts enterprises in absolute numbers. A county with hundreds of enterprises
/// reaches five cuts in an ordinary month. A tier may therefore require that the number be unusual
/// for the county (`unusual_min`, `single_unusual_min`). Separations on the employer's initiative
/// need not be unusual for the limit `single`.
struct MassCluster: Detector {
    static let schema = Schema(
        detector: "mass.cluster", kinds: [.massUnemployment],
        parameters: LossGuard.parameters + [
            .init("window_months", .whole(1...12), .number(1)),
            .init("each_persons_above", .whole(0...100_000), .number(50)),
            .init("each_share", .number(Schema.share), .number(0.3)),
            .init("seasonal_part", .number(Schema.share), .number(0.5)),
            .init("reported_share_min", .number(Schema.share), .number(0.6)),
            .init("county_code_length", .whole(1...30), .number(6)),
            .init("chance_months", .whole(1...60), .number(12)),
            .init("chance_months_min", .whole(1...60), .number(6)),
            Schema.dueDay,
        ] + Schema.everywhere(Festivals.parameters),
        limits: [
            .init("enterprises", 1...Schema.counts.upperBound, whole: true),
            .init("single", 1...Schema.counts.upperBound, whole: true),
            .init("persons", 1...Schema.counts.upperBound, whole: true),
            .init("enterprises_min", Schema.counts, whole: true, role: .restriction),
            .init("net_share_min", Schema.share, role: .restriction),
            .init("unusual_min", 0...300, role: .restriction),
            .init("single_unusual_min", 0...300, role: .restriction),
        ])

    private struct RegionalSettings: Sendable {
        let measure: CountyCuts.Measure
        let ladder: Ladder
        let reportedShareMin: Double
        let codeLength: Int
        let dueDay: Int
        let chance: ClusterChance

        init(_ settings: Settings) {
            measure = CountyCuts.Measure(settings)
            ladder = settings.ladder
            reportedShareMin = settings.number("reported_share_min")
            codeLength = settings.whole("county_code_length")
            dueDay = settings.whole("due_day")
            chance = ClusterChance(
                months: settings.whole("chance_months"),
                monthsMin: settings.whole("chance_months_min"))
        }
    }

    /// A county, its settings and the cache of its cuts.
    private struct County {
        let code: RegionCode
        let regional: RegionalSettings
        let measuredBy: RegionCode?
        let book: CountyBook

        func cuts(_ month: Int, of other: RegionCode? = nil) -> CountyCuts {
            book.cuts(of: other ?? code, month, regional.measure, measuredBy: measuredBy)
        }

        /// The distribution of the number of cuts in an ordinary month of the county. A cut is one
        /// enterprise that cut staff; `count` selects the cuts that are counted. Nil when too few
        /// months have reports.
        func usual(
            _ month: Int, counting count: @escaping (CountyCuts) -> ClusterChance.Tally
        ) -> CountDistribution? {
            regional.chance.usual(
                count(cuts(month)), code, before: month,
                seasons: FestivalMonths.seasons(of: month, book.festivals)
            ) { region, past in
                count(cuts(past, of: region))
            } peers: {
                book.rowsOf.keys.filter { $0 != code }.sorted()
            }
        }
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>
    private let festivals: Festivals

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
        festivals = Festivals(rule.base)
    }

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        let regionalSettings = settings.regionalSettings(of: context)
        let counties = zip(regionalSettings, context.paths).map { regional, path in
            path.first { $0.rawValue.utf8.count <= regional.codeLength } ?? path[0]
        }
        var rowsAt = [[Int]](repeating: [], count: regionalSettings.count)
        let isKnown = regionalSettings.indices.map(context.isKnown)
        for (row, regional) in context.regionIndex.enumerated() where isKnown[Int(regional)] {
            rowsAt[Int(regional)].append(row)
        }
        var rowsOf: [RegionCode: [Int]] = [:]
        for (county, rows) in zip(counties, rowsAt) where !rows.isEmpty {
            rowsOf[county, default: []] += rows
        }
        let book = CountyBook(rowsOf, festivals.months(of: context.facts.panel), context)
        var outcome = Outcome(findings: [], statuses: [:])
        let watched = Set(watching)
        for code in rowsOf.keys {
            let path = context.facts.regions.path(code)
            let own = path.isEmpty ? [code] : path
            let county = County(
                code: code, regional: settings.at(own), measuredBy: settings.source(own), book: book
            )
            let key = EpisodeKey(rule: rule.id, subjectType: .region, subjectID: code.rawValue)
            let isWatched = watched.contains(key)
            let (finding, status) = look(at: county, isWatched, context)
            if let finding { outcome.findings.append(finding) }
            if isWatched { outcome.statuses[key] = status }
        }
        return outcome
    }

    /// Searches the months from the newest to the latest due one. The newest month that crosses a
    /// limit gives a finding. Otherwise the first month that enough enterprises have reported ends
    /// the search. The county is `silent`, not `clear`, if a report of that month or a later one is
    /// held back and could cross a limit.
    private func look(
        at county: County, _ isWatched: Bool, _ context: EvaluationContext
    ) -> (Finding?, SubjectStatus) {
        guard let now = context.now else { return (nil, .silent) }
        let due = context.dueMonth(dueDay: county.regional.dueDay).months(
            since: context.facts.panel.first)
        var isHeldBack = false
        for month in stride(from: now, through: max(0, due), by: -1) {
            if let finding = finding(county, month, context) { return (finding, .notEvaluated) }
            let cluster = county.cuts(month)
            isHeldBack = isHeldBack || mayCross(cluster, county, month)
            let needed = county.regional.reportedShareMin * Double(cluster.reportedBefore)
            if cluster.reported > 0, Double(cluster.reported) >= needed {
                guard isWatched, !isHeldBack else { return (nil, .silent) }
                let status = context.status(clearIn: month) { finding(county, $0, context) != nil }
                return (nil, status)
            }
        }
        return (nil, .silent)
    }

    /// The distribution of the number of enterprises by chance; nil when no limit requires it.
    private func usual(_ county: County, _ month: Int, enterprises: Int) -> CountDistribution? {
        let ladder = county.regional.ladder
        guard ladder.floor("unusual_min") < .infinity,
            Double(enterprises) >= min(ladder.floor("enterprises"), ladder.floor("enterprises_min"))
        else { return nil }
        return county.usual(month) {
            ClusterChance.Tally(
                cuts: $0.cuts.count, seasonal: $0.seasonal.count, reported: $0.reported)
        }
    }

    /// Whether a single enterprise reaches a tier. Separations on the employer's initiative
    /// suffice. A net decrease counts only if decreases of this size are rare in the county.
    private func isSingle(
        _ cluster: CountyCuts, _ limits: [String: Double], _ county: County, _ month: Int
    ) -> Bool {
        let declared = cluster.cuts.contains {
            $0.loss.basis != .netHeadcount && limits.reached("single", by: $0.loss.persons)
        }
        if declared { return true }
        let net = cluster.cuts.count { limits.isNetSingle($0.loss) }
        return isRare(net, limits, county, month)
    }

    /// Whether the number of large net decreases in one month is unusual for the county.
    private func isRare(
        _ singles: Int, _ limits: [String: Double], _ county: County, _ month: Int
    ) -> Bool {
        guard singles > 0 else { return false }
        guard let needed = limits["single_unusual_min"] else { return true }
        let usual = county.usual(month) { cluster in
            ClusterChance.Tally(
                cuts: cluster.cuts.count { limits.isNetSingle($0.loss) },
                seasonal: cluster.seasonal.count { limits.isNetSingle($0) },
                reported: cluster.reported)
        }
        return usual.map { Self.unusual($0.upperTail(Double(singles))) >= needed } ?? true
    }

    /// The unusualness of a probability: −log10, at most 300.
    private static func unusual(_ chance: Double) -> Double { -log10(max(chance, 1e-300)) }

    /// Whether the county could cross a limit if the enterprises with held-back reports had lost
    /// all their staff.
    private func mayCross(_ cluster: CountyCuts, _ county: County, _ month: Int) -> Bool {
        guard !cluster.held.isEmpty else { return false }
        let enterprises = cluster.cuts.count + cluster.held.count
        let persons = (cluster.cuts.map(\.loss.persons) + cluster.held).reduce(0, +)
        let chance = usual(county, month, enterprises: enterprises)
            .map { $0.upperTail(Double(enterprises)) }
        return county.regional.ladder.judge { limits in
            let isUnusual = limits.allows("unusual_min", chance.map(Self.unusual) ?? .infinity)
            let large = cluster.held.count { limits.reached("single", by: $0) }
            let net = cluster.cuts.count { limits.isNetSingle($0.loss) }
            return large > 0 && isRare(large + net, limits, county, month)
                || isUnusual
                    && (limits.reached("enterprises", by: Double(enterprises))
                        || limits.reached("persons", by: persons)
                            && limits.allows("enterprises_min", Double(enterprises)))
        } != nil
    }

    /// The finding of one county and month; nil below every tier.
    private func finding(_ county: County, _ month: Int, _ context: EvaluationContext) -> Finding? {
        let cluster = county.cuts(month)
        guard !cluster.cuts.isEmpty else { return nil }
        let panel = context.facts.panel
        let cuts = cluster.cuts.sorted { left, right in
            if left.loss.persons != right.loss.persons {
                return left.loss.persons > right.loss.persons
            }
            return panel.enterprises[left.row].id < panel.enterprises[right.row].id
        }
        let usual = usual(county, month, enterprises: cuts.count)
        let persons = cuts.reduce(0) { $0 + $1.loss.persons }
        let enterprises = Double(cuts.count)
        let chance = usual.map { $0.upperTail(enterprises) }
        let unusual = chance.map(Self.unusual) ?? .infinity
        let verdict = county.regional.ladder.judge { limits in
            let isUnusual = limits.allows("unusual_min", unusual)
            let many = isUnusual && limits.reached("enterprises", by: enterprises)
            let sum =
                isUnusual && limits.reached("persons", by: persons)
                && limits.allows("enterprises_min", enterprises)
            return many || sum || isSingle(cluster, limits, county, month)
        }
        guard let verdict else { return nil }
        let net = cuts.count { $0.loss.basis == .netHeadcount }
        var marks = ["basis": net == 0 ? "employer_separations" : "net_headcount"]
        if verdict.raises == nil { marks["threshold"] = "clear" }
        // The texts state the number of enterprises and that the names are those of some of them.
        marks["enterprises"] = cuts.prefix(5).map { panel.enterprises[$0.row].name }
            .joined(separator: "、")
        var measures = [
            "enterprises": enterprises, "single": cuts[0].loss.persons, "persons": persons,
        ]
        if !cluster.seasonal.isEmpty { measures["seasonal"] = Double(cluster.seasonal.count) }
        return Finding(
            rule: rule.id, kind: rule.kind,
            subject: Subject(
                type: .region, id: county.code.rawValue,
                name: context.facts.regions.name(county.code, in: .chinese),
                regionCode: county.code),
            period: panel.period(month), raises: verdict.raises, holds: verdict.holds,
            certainty: net == 0 ? .observed : .provisional, persons: Int(persons.rounded()),
            share: cluster.staff > 0 ? min(1, persons / cluster.staff) : nil,
            evidence: Evidence(
                value: enterprises, expected: usual.map { ($0.mean * 10).rounded() / 10 },
                scale: usual.map { ($0.phi * $0.mean).squareRoot() }, p: chance,
                threshold: verdict.threshold,
                measures: measures, marks: marks, rows: evidence(cuts, month, panel)))
    }

    /// One row for each enterprise, the largest number of persons first.
    private func evidence(
        _ cuts: [(row: Int, loss: HeadcountLoss)], _ month: Int, _ panel: Panel
    ) -> [EvidenceRow] {
        cuts.prefix(Evidence.rowsMax).map { row, loss in
            let enterprise = panel.enterprises[row]
            return EvidenceRow(
                table: "labor.report", period: panel.period(month),
                values: [
                    "enterprise_id": .int(enterprise.id), "name": .string(enterprise.name),
                    "persons": .int(Int64(loss.persons.rounded())),
                    "staff": .int(Int64(loss.staff.rounded())),
                    "basis": .string(loss.basis.rawValue),
                ], reportedAt: panel.reportedAt(row, month))
        }
    }
}
