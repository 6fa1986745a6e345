import Labor

/// A pure function from what is known on a day to what stands out.
///
/// A detector of enterprises looks at an enterprise's own rows and events only, so that an
/// evaluation of some enterprises finds the same of them as an evaluation of all.
protocol Detector: Sendable {
    static var schema: Schema { get }

    init(_ rule: CheckedRule)

    /// The measures that it shares with other rules, so that each is made once per evaluation.
    var measures: Set<SharedMeasure> { get }
    /// By section letter, the name under which the rule joins sections; empty where it joins none.
    var sectors: [String: String] { get }

    /// What stands out, in any order, and how the watched keys of this rule stand that have no
    /// finding; statuses of keys with one are passed over.
    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome
}

extension Detector {
    var measures: Set<SharedMeasure> { [] }
    var sectors: [String: String] { [:] }
}

/// A detector whose findings keep other rules from speaking: what they would say is not true while
/// it stands.
protocol BreakerDetector: Detector {
    /// The rules that it keeps from speaking, by name.
    var holds: [RuleID] { get }
}

/// A detector that ranks all enterprises, those without a finding too.
protocol RankingDetector: Detector {
    /// The scores of all enterprises of which anything is known, the highest standing first.
    func ranking(_ context: EvaluationContext) -> [RiskScore]
}

/// What a detector says of one scan.
struct Outcome {
    var findings: [Finding]
    var statuses: [EpisodeKey: SubjectStatus]
}

/// A detector whose status of a subject is quickly told from the facts.
protocol SubjectDetector: Detector {
    func findings(in context: EvaluationContext) -> [Finding]
    func status(of key: EpisodeKey, in context: EvaluationContext) -> SubjectStatus
}

extension SubjectDetector {
    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching { statuses[key] = status(of: key, in: context) }
        return Outcome(findings: findings(in: context), statuses: statuses)
    }
}

/// Every detector there is.
let detectors: [any Detector.Type] = [
    LayoffStatutory.self, WageArrears.self, SocialArrears.self, MassCluster.self, MassRate.self,
    IndicatorTarget.self, EventDirect.self, ReportMissing.self, LayoffTrend.self, LayoffSlow.self,
    LayoffSilence.self, MassExcess.self, MassScan.self, IndicatorMomentum.self, IndicatorPace.self,
    WarningIndex.self, ClosureRisk.self, WageAbsconding.self, IdleHidden.self,
    LayoffUnreported.self, LayoffPlanned.self, SystemHealth.self,
    ReportingStorm.self,
]
