import Foundation
import Labor

/// Several enterprises of one county that cut staff at the same time, or one large cut: the early
/// warning of mass unemployment as Shandong set it in 2016.
///
/// That standard counts enterprises, whatever their number: among hundreds, five that shrink by a third
/// are an ordinary month. A tier may therefore ask that the number be unusual for the county itself.
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
        ],
        limits: [
            .init("enterprises", 1...Schema.counts.upperBound, whole: true),
            .init("single", 1...Schema.counts.upperBound, whole: true),
            .init("persons", 1...Schema.counts.upperBound, whole: true),
            .init("enterprises_min", Schema.counts, whole: true, role: .restriction),
            .init("net_share_min", Schema.share, role: .restriction),
            .init("unusual_min", 0...300, role: .restriction),
        ])

    private struct Place: Sendable {
        let lossGuard: LossGuard
        let ladder: Ladder
        let window: Int
        let personsAbove: Double
        let share: Double
        let seasonalPart: Double
        let reportedShareMin: Double
        let codeLength: Int
        let dueDay: Int
        let chance: ClusterChance

        init(_ settings: Settings) {
            lossGuard = LossGuard(settings)
            ladder = settings.ladder
            window = settings.whole("window_months")
            personsAbove = settings.number("each_persons_above")
            share = settings.number("each_share")
            seasonalPart = settings.number("seasonal_part")
            reportedShareMin = settings.number("reported_share_min")
            codeLength = settings.whole("county_code_length")
            dueDay = settings.whole("due_day")
            chance = ClusterChance(
                months: settings.whole("chance_months"),
                monthsMin: settings.whole("chance_months_min"))
        }
    }

    /// What one month of one county holds.
    private struct Cluster {
        var cuts: [(row: Int, loss: HeadcountLoss)] = []
        var seasonal = 0
        var reportedBefore = 0
        var reported = 0
        var staff = 0.0
        /// The staff before, of those whose report is held back.
        var held: [Double] = []
    }

    private let rule: CheckedRule
    private let settings: Regional<Place>

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, Place.init)
    }

    func evaluate(_ scan: Scan, watching: [EpisodeKey]) -> Outcome {
        let places = settings.places(of: scan)
        let counties = zip(places, scan.paths).map { place, path in
            path.first { $0.rawValue.utf8.count <= place.codeLength } ?? path[0]
        }
        var rowsAt = [[Int]](repeating: [], count: places.count)
        for (row, place) in scan.placeOf.enumerated() { rowsAt[Int(place)].append(row) }
        var rowsOf: [RegionCode: [Int]] = [:]
        for (county, rows) in zip(counties, rowsAt) { rowsOf[county, default: []] += rows }
        var outcome = Outcome(findings: [], statuses: [:])
        let watched = Set(watching)
        for county in rowsOf.keys {
            let key = EpisodeKey(
                rule: rule.id, subjectType: .region, subjectID: county.rawValue)
            let isWatched = watched.contains(key)
            let (finding, status) = look(at: county, isWatched, rowsOf, scan)
            if let finding { outcome.findings.append(finding) }
            if isWatched { outcome.statuses[key] = status }
        }
        return outcome
    }

    /// The newest month speaks as soon as it crosses a limit; a month that most have reported and
    /// that crosses none ends the search. It is not clear when reports of it, or of a later month,
    /// are held back that could make it cross.
    private func look(
        at county: RegionCode, _ isWatched: Bool, _ rowsOf: [RegionCode: [Int]], _ scan: Scan
    ) -> (Finding?, SubjectStatus) {
        let rows = rowsOf[county] ?? []
        let path = scan.facts.regions.path(county)
        let place = settings.at(path.isEmpty ? [county] : path)
        guard let now = scan.now else { return (nil, .silent) }
        let panel = scan.facts.panel
        let due = scan.dueMonth(dueDay: place.dueDay).months(since: panel.first)
        var isHeldBack = false
        for month in stride(from: now, through: max(0, due), by: -1) {
            let cluster = cluster(rows, month, place, scan)
            if let finding = finding(cluster, county, month, place, rowsOf, scan) {
                return (finding, .notEvaluated)
            }
            isHeldBack = isHeldBack || mayCross(cluster, place)
            let needed = place.reportedShareMin * Double(cluster.reportedBefore)
            if cluster.reported > 0, Double(cluster.reported) >= needed {
                guard isWatched, !isHeldBack else { return (nil, .silent) }
                return (
                    nil,
                    scan.status(clearIn: month) { past in
                        let cluster = self.cluster(rows, past, place, scan)
                        return finding(cluster, county, past, place, rowsOf, scan) != nil
                    }
                )
            }
        }
        return (nil, .silent)
    }

    /// What the number of enterprises would be by chance; nil where no limit asks for it.
    private func usual(
        _ cluster: Cluster, _ county: RegionCode, _ month: Int, _ place: Place,
        _ rowsOf: [RegionCode: [Int]], _ scan: Scan
    ) -> CountDistribution? {
        guard place.ladder.floor("unusual_min") < .infinity,
            Double(cluster.cuts.count) >= place.ladder.floor("enterprises_min")
        else { return nil }
        return place.chance.usual(reported: cluster.reported, county, before: month) {
            region, past in
            let cluster = self.cluster(rowsOf[region] ?? [], past, place, scan)
            return (cluster.cuts.count, cluster.reported)
        } peers: {
            rowsOf.keys.filter { $0 != county }.sorted()
        }
    }

    private func cluster(_ rows: [Int], _ month: Int, _ place: Place, _ scan: Scan) -> Cluster {
        let panel = scan.facts.panel
        var cluster = Cluster()
        for row in rows {
            if month > 0, panel.hasReport(row, month - 1) { cluster.reportedBefore += 1 }
            guard panel.hasReport(row, month) else {
                let last = panel.isHeld(row, month) ? panel.latestReport(row, upTo: month) : nil
                if let staff = last.flatMap({ panel.headcount(row, $0) }) {
                    cluster.held.append(Double(staff))
                }
                continue
            }
            cluster.reported += 1
            let loss = place.lossGuard.loss(
                panel, row, month: month, window: place.window, events: scan.eventsOf[row])
            guard let loss, counts(loss, place) else { continue }
            if isSeasonal(loss, row, place, panel) {
                cluster.seasonal += 1
                continue
            }
            cluster.cuts.append((row, loss))
            cluster.staff += loss.staff
        }
        return cluster
    }

    /// Whether a cluster would cross a limit if those held back had cut all of their staff.
    private func mayCross(_ cluster: Cluster, _ place: Place) -> Bool {
        guard let largest = cluster.held.max() else { return false }
        let enterprises = Double(cluster.cuts.count + cluster.held.count)
        let persons = (cluster.cuts.map(\.loss.persons) + cluster.held).reduce(0, +)
        return place.ladder.judge { limits in
            limits.reached("enterprises", by: enterprises)
                || limits.reached("single", by: largest)
                || limits.reached("persons", by: persons)
                    && limits.allows("enterprises_min", enterprises)
        } != nil
    }

    private func counts(_ loss: HeadcountLoss, _ place: Place) -> Bool {
        if place.lossGuard.countsPersons(loss), loss.persons > place.personsAbove { return true }
        return place.lossGuard.countsShare(loss) && loss.share >= place.share - 1e-9
    }

    /// A net fall that the enterprise also had a year ago, a month earlier or later, is its season
    /// (winter stop, Spring Festival), which is no cause that counts.
    private func isSeasonal(
        _ loss: HeadcountLoss, _ row: Int, _ place: Place, _ panel: Panel
    ) -> Bool {
        guard loss.basis == .netHeadcount else { return false }
        for month in loss.month - 13...loss.month - 11 where month >= 0 {
            guard panel.hasReport(row, month),
                let before = place.lossGuard.loss(
                    panel, row, month: month, window: loss.window, events: nil)
            else { continue }
            if before.share >= place.seasonalPart * loss.share { return true }
        }
        return false
    }

    private func finding(
        _ cluster: Cluster, _ county: RegionCode, _ month: Int, _ place: Place,
        _ rowsOf: [RegionCode: [Int]], _ scan: Scan
    ) -> Finding? {
        guard !cluster.cuts.isEmpty else { return nil }
        let usual = usual(cluster, county, month, place, rowsOf, scan)
        let panel = scan.facts.panel
        let cuts = cluster.cuts.sorted { left, right in
            if left.loss.persons != right.loss.persons {
                return left.loss.persons > right.loss.persons
            }
            return panel.enterprises[left.row].id < panel.enterprises[right.row].id
        }
        let persons = cuts.reduce(0) { $0 + $1.loss.persons }
        let enterprises = Double(cuts.count)
        let chance = usual.map { $0.upperTail(enterprises) }
        let unusual = chance.map { -log10(max($0, 1e-300)) } ?? .infinity
        let verdict = place.ladder.judge { limits in
            let isUnusual = limits.allows("unusual_min", unusual)
            let many = isUnusual && limits.reached("enterprises", by: enterprises)
            let largest = cuts.first { limits.believes($0.loss) }
            let single = largest.map { limits.reached("single", by: $0.loss.persons) } ?? false
            let sum =
                isUnusual && limits.reached("persons", by: persons)
                && limits.allows("enterprises_min", enterprises)
            return many || single || sum
        }
        guard let verdict else { return nil }
        let net = cuts.count { $0.loss.basis == .netHeadcount }
        var marks = ["basis": net == 0 ? "employer_separations" : "net_headcount"]
        if verdict.raises == nil { marks["threshold"] = "clear" }
        let names = cuts.prefix(5).map { panel.enterprises[$0.row].name }
        marks["enterprises"] = names.joined(separator: "、")
        var measures = [
            "enterprises": enterprises, "single": cuts[0].loss.persons, "persons": persons,
        ]
        if cluster.seasonal > 0 { measures["seasonal"] = Double(cluster.seasonal) }
        return Finding(
            rule: rule.id, kind: rule.kind,
            subject: Subject(
                type: .region, id: county.rawValue,
                name: scan.facts.regions.name(county, in: .chinese), regionCode: county),
            period: panel.period(month), raises: verdict.raises, holds: verdict.holds,
            certainty: net == 0 ? .observed : .provisional, persons: Int(persons.rounded()),
            share: cluster.staff > 0 ? min(1, persons / cluster.staff) : nil,
            evidence: Evidence(
                value: enterprises, expected: usual.map { ($0.mean * 10).rounded() / 10 },
                scale: usual.map { ($0.phi * $0.mean).squareRoot() }, p: chance,
                threshold: verdict.threshold,
                measures: measures, marks: marks, rows: evidence(cuts, month, panel)))
    }

    /// One row for each enterprise, those with most persons first.
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
