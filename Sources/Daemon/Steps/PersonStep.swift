import Alerting
package import Labor
import Settings

/// A step that a person asks for. The program writes it into `laborwatch.request`, and the evaluator
/// reads it from there: whatever a row holds is checked again.
package enum PersonStep: Hashable, Sendable {
    /// Takes an alert on at its present tier.
    case acknowledge(alert: String)
    /// Ends an alert.
    case resolve(alert: String)
    /// Says what an alert was, or takes that back.
    case judge(alert: String, Judgement, note: String?)
    /// Gives an alert to a person or unit.
    case assign(alert: String, to: String)
    /// Writes something beside an alert.
    case note(alert: String, String)
    /// Makes a silence; the region may be a code or a name.
    case addSilence(SilenceWish)
    /// Ends a silence early.
    case expireSilence(Int64)
    /// Opens a case of the ledger for an enterprise.
    case openCase(enterprise: String, name: String?, note: String?, due: Day?)
    /// Notes a measure in a case, by code or name.
    case addMeasure(case: Int64, code: String, persons: Int?, note: String?)
    /// Answers an item of a case's check list, both by code or name.
    case answerCheck(case: Int64, item: String, answer: String, note: String?)
    /// Notes a visit in a case.
    case followUp(case: Int64, note: String, due: Day?)
    /// Closes a case; the reason is a code or a name.
    case closeCase(Int64, reason: String, note: String?)
    /// Brings dead letters back: one, those of a receiver, or all.
    case retry(delivery: Int64?, receiver: String?)
    /// Gives up what waits for a receiver.
    case drop(receiver: String)
    /// Enables a receiver that was gone.
    case enable(receiver: String)
    /// Says that a receiver took a test message.
    case receiverAnswers(String)
}

/// What a person says an alert was.
package enum Judgement: String, CaseIterable, Hashable, Sendable {
    /// It was true.
    case confirmed
    /// There was nothing.
    case falseAlarm = "false_alarm"
    /// Staff only moved.
    case transfer
    /// The season explains it.
    case seasonal
    /// Takes an earlier verdict back.
    case none

    /// The verdict that history keeps; nil for none.
    var verdict: Verdict? { Verdict(rawValue: rawValue) }
}

/// What is to be silenced. Conditions that are nil do not narrow; all must hold.
package struct SilenceWish: Hashable, Sendable {
    /// Alerts of this rule, by its id or name.
    package var rule: String?
    /// Alerts of this kind.
    package var kind: AlertKind?
    /// Alerts about this kind of subject; goes with `subjectID`.
    package var subjectType: SubjectType?
    /// Alerts about this subject.
    package var subjectID: String?
    /// Alerts in this region and below, by its code or name.
    package var region: String?
    /// Alerts up to this tier.
    package var tierMax: Tier?
    /// From when; nil for the moment of asking.
    package var start: Instant?
    /// Until when; nil where `seconds` says how long.
    package var end: Instant?
    /// How long from the start, seconds; nil where `end` says until when.
    package var seconds: Int64?
    /// Why.
    package var reason: String

    /// A wish without conditions, which is refused.
    package init(reason: String) {
        self.reason = reason
    }
}

extension PersonStep {
    /// How long a note may be, bytes: some pages.
    static let textBytesMax = 16_384

    /// Refuses, before anything is asked for, what no configuration could make right.
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
        if case .addMeasure(_, _, let persons?, _) = self, persons < 0 {
            throw Failure(exitCode: 2, "\(persons) persons are too few", hint: "give 0 or more")
        }
        if case .addSilence(let wish) = self, wish.reason.allSatisfy(\.isWhitespace) {
            throw Failure(
                exitCode: 2, "--reason is empty",
                hint: "say why, for whoever wonders later that nothing was told")
        }
    }

    /// What a person wrote beside the step.
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
