import Alerting
package import Labor
import Settings

/// A step that a person requests. The command writes the request into `laborwatch.request`. The
/// evaluating daemon reads it from there and checks every value again.
package enum PersonStep: Hashable, Sendable {
    /// Acknowledges an alert or an incident at its present tier, and others at the same time.
    case acknowledge(alert: String, also: [String] = [])
    /// Ends an alert or an incident, and others at the same time.
    case resolve(alert: String, also: [String] = [])
    /// Records a person's judgement of an alert, or withdraws an earlier judgement.
    case judge(alert: String, Judgement, note: String?)
    /// Assigns an alert to a person or unit.
    case assign(alert: String, to: String)
    /// Adds a note to an alert.
    case note(alert: String, String)
    /// Creates a silence; the region may be a code or a name.
    case addSilence(SilenceWish)
    /// Ends a silence early.
    case expireSilence(Int64)
    /// Opens a case of the ledger for an enterprise.
    case openCase(enterprise: String, name: String?, note: String?, due: Day?)
    /// Records a measure in a case; the measure is given by code or name.
    case addMeasure(case: Int64, code: String, persons: Int?, note: String?)
    /// Answers an item of a case's check list; item and answer are given by code or name.
    case answerCheck(case: Int64, item: String, answer: String, note: String?)
    /// Records a follow-up visit in a case.
    case followUp(case: Int64, note: String, due: Day?)
    /// Closes a case; the reason is a code or a name.
    case closeCase(Int64, reason: String, note: String?)
    /// Makes dead letters pending again: one delivery, those of a receiver, or all.
    case retry(delivery: Int64?, receiver: String?)
    /// Drops the pending deliveries of a receiver.
    case drop(receiver: String)
    /// Enables a receiver again that was disabled because its remote end no longer existed.
    case enable(receiver: String)
    /// Records that a receiver accepted a test message.
    case receiverAnswers(String)
}

/// A person's judgement of an alert: what the alert turned out to be.
package enum Judgement: String, CaseIterable, Hashable, Sendable {
    /// The problem was real.
    case confirmed
    /// A false alarm: there was no problem.
    case falseAlarm = "false_alarm"
    /// Staff only moved to another employer; nobody lost work.
    case transfer
    /// The change was seasonal.
    case seasonal
    /// Withdraws an earlier judgement.
    case none

    /// The verdict that the history stores; nil for `none`.
    var verdict: Verdict? { Verdict(rawValue: rawValue) }
}

/// A request for a silence. An alert is silenced when it meets all conditions; a condition that is
/// nil is met by every alert.
package struct SilenceWish: Hashable, Sendable {
    /// Only alerts of this rule, given by ID or name; nil for every rule.
    package var rule: String?
    /// Only alerts of this kind; nil for every kind.
    package var kind: AlertKind?
    /// The type of the subject in `subjectID`; nil when `subjectID` is nil.
    package var subjectType: SubjectType?
    /// Only alerts about this subject; nil for every subject.
    package var subjectID: String?
    /// Only alerts in this region and the regions below it, given by code or name; nil for every
    /// region.
    package var region: String?
    /// Only alerts up to this tier; nil for every tier.
    package var tierMax: Tier?
    /// When the silence begins; nil for the moment of the request.
    package var start: Instant?
    /// When the silence ends; nil when `seconds` gives the duration.
    package var end: Instant?
    /// The duration from the start, seconds; nil when `end` gives the end.
    package var seconds: Int64?
    /// The reason for the silence.
    package var reason: String

    /// A wish without conditions, which is refused.
    package init(reason: String) {
        self.reason = reason
    }
}

extension PersonStep {
    /// How long a note may be, bytes: some pages.
    static let textBytesMax = 16_384
    /// The maximum number of incidents that one step acknowledges or ends (own choice): people must
    /// be able to read the list before they agree to it.
    package static let targetsMax = 200

    /// Checks the values of the step before the request is sent. Throws for values that are invalid
    /// with every configuration.
    /// - Throws: `Failure` with exit code 2.
    package func checkTexts() throws {
        let texts: [String] =
            switch self {
            case .assign(_, let text), .note(_, let text), .followUp(_, let text, _): [text]
            default: []
            }
        guard texts.allSatisfy({ $0.contains { !$0.isWhitespace } }) else {
            throw Failure(exitCode: 2, "there is nothing to write down", hint: "give some words")
        }
        for text in texts + notes where text.utf8.count > PersonStep.textBytesMax {
            throw Failure(
                exitCode: 2,
                "the text has \(text.utf8.count) bytes, \(PersonStep.textBytesMax) are the most",
                hint: "keep the long document where documents are kept, and note where that is")
        }
        if targets.count > PersonStep.targetsMax {
            throw Failure(
                exitCode: 2,
                "one step takes \(PersonStep.targetsMax) incidents at most, not \(targets.count)",
                hint: "narrow the choice, and do the rest in a second step")
        }
        if case .addMeasure(_, _, let persons?, _) = self, persons < 0 {
            throw Failure(exitCode: 2, "\(persons) persons are too few", hint: "give 0 or more")
        }
        if case .addSilence(let wish) = self, wish.reason.allSatisfy(\.isWhitespace) {
            throw Failure(
                exitCode: 2, "--reason is empty",
                hint: "say why, for whoever wonders later that nothing was told")
        }
    }

    /// The alerts or incidents that the step acknowledges or ends; empty for another step.
    private var targets: [String] {
        switch self {
        case .acknowledge(let alert, let others), .resolve(let alert, let others):
            [alert] + others
        default: []
        }
    }

    /// The notes that a person added to the step.
    private var notes: [String] {
        switch self {
        case .judge(_, _, let note), .openCase(_, _, let note, _), .addMeasure(_, _, _, let note),
            .answerCheck(_, _, _, let note), .closeCase(_, _, let note):
            [note].compactMap { $0 }
        case .addSilence(let wish): [wish.reason]
        default: []
        }
    }
}
