import Labor

/// A pure function from the facts known on a day to findings.
///
/// A detector of enterprises uses only an enterprise's own reports and events. An evaluation of
/// some enterprises therefore gives the same findings for them as an evaluation of all.
protocol Detector: Sendable {
    /// The name, the parameters and the limits of the detector.
    static var schema: Schema { get }

    init(_ rule: CheckedRule)

    /// The measures that the detector shares with other rules. The evaluation computes each one
    /// once.
    var measures: Set<SharedMeasure> { get }
    /// The sector name of each section letter, for a rule that joins sections; otherwise empty.
    var sectors: [String: String] { get }

    /// Computes the findings, in any order, and the statuses of the watched keys without a finding.
    /// - Parameter watching: the keys of the open episodes of this rule. The caller ignores the
    ///   status of a key that has a finding.
    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome
}

extension Detector {
    var measures: Set<SharedMeasure> { [] }
    var sectors: [String: String] { [:] }
}

/// A detector whose finding suspends other rules, because their findings would be wrong while its
/// own finding lasts.
protocol BreakerDetector: Detector {
    /// The IDs of the rules that are suspended.
    var holds: [RuleID] { get }
}

/// A detector that ranks all enterprises, including those without a finding.
protocol RankingDetector: Detector {
    /// The scores of all enterprises with known data, the highest score first.
    func ranking(_ context: EvaluationContext) -> [RiskScore]
}

/// The result of one detector in one evaluation.
struct Outcome {
    var findings: [Finding]
    /// The statuses of watched keys.
    var statuses: [EpisodeKey: SubjectStatus]
}

/// A detector that can compute the status of a subject from the facts alone.
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

/// All detectors.
let detectors: [any Detector.Type] = [
    LayoffStatutory.self, WageArrears.self, SocialArrears.self, MassCluster.self, MassRate.self,
    IndicatorTarget.self, EventDirect.self, ReportMissing.self, LayoffTrend.self, LayoffSlow.self,
    LayoffSilence.self, MassExcess.self, MassScan.self, IndicatorMomentum.self, IndicatorPace.self,
    WarningIndex.self, ClosureRisk.self, WageAbsconding.self, IdleHidden.self,
    LayoffUnreported.self, LayoffPlanned.self, SystemHealth.self,
    ReportingStorm.self,
]
