import Alerting
import Daemon
import Detect
import Foundation
import Labor
import Settings
import Verbs

/// The words of every rule and event, from the findings that the built-in rule tests bring about.
struct TextGallery {
    /// One event in both languages.
    struct Exhibit {
        var rule: RuleID
        var event: AlertEvent
        var chinese: AlertText
        var english: AlertText
    }

    let components: Components
    let wording: Wording

    static let regions = RegionTree([
        Region(code: RegionCode("54"), name: "西藏", nameEnglish: "Tibet"),
        Region(code: RegionCode("540000"), name: "西藏自治区", nameEnglish: "Tibet"),
        Region(
            code: RegionCode("540100"), name: "拉萨市", nameEnglish: "Lhasa",
            parent: RegionCode("540000")),
        Region(
            code: RegionCode("540102"), name: "城关区", nameEnglish: "Chengguan",
            parent: RegionCode("540100")),
        Region(
            code: RegionCode("540103"), name: "堆龙德庆区", nameEnglish: "Doilungdêqên",
            parent: RegionCode("540100")),
    ])
    static let industries = IndustryTree([
        Industry(code: IndustryCode("C"), name: "制造业"),
        Industry(code: IndustryCode("E"), name: "建筑业"),
        Industry(
            code: IndustryCode("E47"), name: "房屋建筑业", nameEnglish: "Construction of Buildings",
            parent: IndustryCode("E")),
        Industry(code: IndustryCode("H"), name: "住宿和餐饮业"),
    ])

    init() throws {
        components = try Components(path: nil, environment: [:], requires: .none)
        wording = components.pipeline().wording
    }

    /// The findings that raise, by rule: of each combination of marks the strongest.
    func findings() throws -> [RuleID: [Finding]] {
        var found: [RuleID: [String: Finding]] = [:]
        for scenario in try TestRulesVerb(components).scenarios([]) {
            let backtest = Backtest(
                pipeline: components.pipeline(only: scenario.rules, waits: false),
                tape: scenario.tape, zone: components.zone)
            _ = backtest.run(
                scenario.replay, health: { scenario.health(on: $0) },
                findings: { findings in
                    for finding in findings where finding.raises != nil {
                        let named = TextGallery.named(finding)
                        let kind = TextGallery.marks(named)
                        let known = found[finding.rule]?[kind]
                        if known == nil || TextGallery.outranks(named, known) {
                            found[finding.rule, default: [:]][kind] = named
                        }
                    }
                }
            ) { _ in }
        }
        return found.mapValues { variants in
            variants.sorted { $0.key < $1.key }.map(\.value).sorted { left, right in
                (right.raises?.rank ?? 0) < (left.raises?.rank ?? 0)
            }
        }
    }

    /// All exhibits: of each rule the whole life of its strongest finding, and the raisings of the
    /// others.
    func exhibits() throws -> [Exhibit] {
        let findings = try findings()
        return components.catalogue.definitions.map(\.id).flatMap { rule -> [Exhibit] in
            let variants = findings[rule] ?? []
            guard var first = variants.first else { return [] }
            if first.kind != .system {
                // A second person in whose report there is nothing to add up.
                first.evidence.rows = []
            }
            let policy = components.catalogue.policies[rule] ?? .standard
            var moments = EpisodeLife(
                finding: first, policy: policy, zone: components.zone
            ).moments
            for other in variants.dropFirst().prefix(5) {
                let life = EpisodeLife(finding: other, policy: policy, zone: components.zone)
                if let raising = life.raising { moments.append(raising) }
            }
            return moments.map(exhibit)
        } + IncidentLife(findings: findings, zone: components.zone).moments.map(exhibit)
    }

    private func exhibit(_ moment: EpisodeLife.Moment) -> Exhibit {
        let notice = wording.notice(
            moment.event, of: moment.episode, regions: TextGallery.regions,
            industries: TextGallery.industries)
        let none = AlertText(title: "", summary: "")
        return Exhibit(
            rule: moment.event.rule, event: moment.event,
            chinese: notice.texts[.chinese] ?? none, english: notice.texts[.english] ?? none)
    }

    /// The gallery as lines of a file.
    static func lines(_ exhibits: [Exhibit]) -> [String] {
        var lines: [String] = []
        var rule: RuleID?
        for exhibit in exhibits {
            if exhibit.rule != rule {
                rule = exhibit.rule
                lines += ["", "## \(exhibit.rule)"]
            }
            let event = exhibit.event
            lines += [
                "", "\(event.what.rawValue) \(event.toTier.rawValue) (\(event.reason.rawValue))",
                "  \(exhibit.chinese.title)", "    \(exhibit.chinese.summary)",
                "  \(exhibit.english.title)", "    \(exhibit.english.summary)",
            ]
        }
        return lines
    }

    // MARK: - Names

    /// The made-up bureaus of rule tests have codes for names; readers see names.
    private static func named(_ finding: Finding) -> Finding {
        var finding = finding
        let subject = finding.subject
        let region = subject.regionCode.map { regions.name($0, in: .chinese) } ?? ""
        switch subject.type {
        case .enterprise: finding.subject.name = company(subject.name)
        case .region: finding.subject.name = region
        case .cell:
            let inner = subject.industryCode.map { industries.name($0, in: .chinese) }
            finding.subject.name = region + (inner ?? "第二产业")
        case .indicator:
            let code = subject.regionCode?.rawValue ?? ""
            finding.subject.name = subject.name.replacing(code, with: region)
        case .system: break
        }
        finding.evidence.marks["enterprises"] = finding.evidence.marks["enterprises"].map {
            $0.split(separator: "、").map { company(String($0)) }.joined(separator: "、")
        }
        if finding.evidence.marks["indicator"] != nil, let code = subject.regionCode?.rawValue {
            finding.evidence.marks["indicator"] = finding.evidence.marks["indicator"]?
                .replacing(code, with: region)
        }
        return finding
    }

    private static func company(_ name: String) -> String {
        guard name.hasPrefix("enterprise[") else { return name }
        return "高原\(name.filter(\.isNumber))厂"
    }

    /// Marks that change from subject to subject say nothing about the kind of a text.
    private static func marks(_ finding: Finding) -> String {
        let place = finding.evidence.measures["place"].map { $0 > 1 ? "later " : "first " } ?? ""
        let one = finding.evidence.measures["enterprises"] == 1 ? "one " : ""
        return place + one
            + finding.evidence.marks.filter {
                !["enterprises", "last_report", "transfer_to", "since", "indicator"].contains(
                    $0.key)
            }
            .map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
    }

    private static func outranks(_ finding: Finding, _ other: Finding?) -> Bool {
        guard let other else { return true }
        let (one, two) = (finding.raises?.rank ?? 0, other.raises?.rank ?? 0)
        if one != two { return one > two }
        return (finding.subject.id, finding.period) < (other.subject.id, other.period)
    }
}
