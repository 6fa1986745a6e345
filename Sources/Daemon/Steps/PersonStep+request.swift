package import Labor
import Settings
package import Store

/// The conversion between a step and a row of `laborwatch.request`.
extension PersonStep {
    /// The text for the column `verb` of the request.
    package var verb: StepVerb {
        switch self {
        case .acknowledge: .acknowledge
        case .resolve: .resolve
        case .judge: .verdict
        case .assign: .assign
        case .note: .note
        case .addSilence: .silenceAdd
        case .expireSilence: .silenceExpire
        case .openCase: .ledgerOpen
        case .addMeasure: .ledgerMeasure
        case .answerCheck: .ledgerCheck
        case .followUp: .ledgerFollowUp
        case .closeCase: .ledgerClose
        case .retry: .deliveriesRetry
        case .drop: .deliveriesDrop
        case .enable: .receiverEnable
        case .receiverAnswers: .receiverAnswers
        }
    }

    /// The text for the column `subject` of the request; nil when the step has no subject.
    package var subject: String? {
        switch self {
        case .acknowledge(let alert, _), .resolve(let alert, _), .judge(let alert, _, _),
            .assign(let alert, _), .note(let alert, _):
            alert
        case .addSilence: nil
        case .expireSilence(let id), .addMeasure(let id, _, _, _), .answerCheck(let id, _, _, _),
            .followUp(let id, _, _), .closeCase(let id, _, _):
            String(id)
        case .retry(let delivery, let receiver): delivery.map { String($0) } ?? receiver
        case .openCase(let enterprise, _, _, _): enterprise
        case .drop(let name), .enable(let name), .receiverAnswers(let name): name
        }
    }

    /// The arguments of the request; an argument that is nil is left out.
    package var arguments: [String: JSONValue] {
        func text(_ value: String?) -> JSONValue? { value.map { .string($0) } }
        let values: [String: JSONValue?] =
            switch self {
            case .acknowledge(_, let others), .resolve(_, let others):
                ["also": others.isEmpty ? nil : .array(others.map { .string($0) })]
            case .expireSilence, .drop, .enable, .receiverAnswers: [:]
            case .judge(_, let verdict, let note):
                ["verdict": text(verdict.rawValue), "note": text(note)]
            case .assign(_, let assignee): ["assignee": text(assignee)]
            case .note(_, let words): ["text": text(words)]
            case .addSilence(let wish): wish.arguments
            case .openCase(_, let name, let note, let due):
                ["name": text(name), "note": text(note), "due": text(due?.description)]
            case .addMeasure(_, let code, let persons, let note):
                [
                    "code": text(code), "persons": persons.map { .int(Int64($0)) },
                    "note": text(note),
                ]
            case .answerCheck(_, let item, let answer, let note):
                ["item": text(item), "answer": text(answer), "note": text(note)]
            case .followUp(_, let note, let due):
                ["note": text(note), "due": text(due?.description)]
            case .closeCase(_, let reason, let note):
                ["reason": text(reason), "note": text(note)]
            case .retry(nil, .some): ["of": "receiver"]
            case .retry: [:]
            }
        return values.compactMapValues { $0 }
    }

    /// Creates the step that a row of `laborwatch.request` requests.
    /// - Throws: `Failure` for a row that is not valid. A person can insert such a row by calling
    ///   `laborwatch.ask` directly.
    package init(_ request: StepRequest) throws {
        var row = StepArguments(request)
        switch request.verb {
        case .acknowledge:
            self = .acknowledge(alert: try row.subject(), also: try row.texts("also"))
        case .resolve: self = .resolve(alert: try row.subject(), also: try row.texts("also"))
        case .verdict:
            let word = try row.text("verdict")
            guard let verdict = Judgement(rawValue: word) else { throw row.wrong("verdict", word) }
            self = .judge(alert: try row.subject(), verdict, note: try row.textOrNil("note"))
        case .assign: self = .assign(alert: try row.subject(), to: try row.text("assignee"))
        case .note: self = .note(alert: try row.subject(), try row.text("text"))
        case .silenceAdd: self = .addSilence(try SilenceWish(&row))
        case .silenceExpire: self = .expireSilence(try row.number())
        case .ledgerOpen:
            self = .openCase(
                enterprise: try row.subject(), name: try row.textOrNil("name"),
                note: try row.textOrNil("note"), due: try row.dayOrNil("due"))
        case .ledgerMeasure:
            self = .addMeasure(
                case: try row.number(), code: try row.text("code"),
                persons: try row.intOrNil("persons").map { Int($0) },
                note: try row.textOrNil("note"))
        case .ledgerCheck:
            self = .answerCheck(
                case: try row.number(), item: try row.text("item"),
                answer: try row.text("answer"), note: try row.textOrNil("note"))
        case .ledgerFollowUp:
            self = .followUp(
                case: try row.number(), note: try row.text("note"), due: try row.dayOrNil("due"))
        case .ledgerClose:
            self = .closeCase(
                try row.number(), reason: try row.text("reason"),
                note: try row.textOrNil("note"))
        case .deliveriesRetry:
            if try row.textOrNil("of") == "receiver" {
                self = .retry(delivery: nil, receiver: try row.subject())
            } else {
                let isAll = request.subject == nil
                self = .retry(delivery: isAll ? nil : try row.number(), receiver: nil)
            }
        case .deliveriesDrop: self = .drop(receiver: try row.subject())
        case .receiverEnable: self = .enable(receiver: try row.subject())
        case .receiverAnswers: self = .receiverAnswers(try row.subject())
        }
        try row.end()
        try checkTexts()
    }
}

extension SilenceWish {
    fileprivate var arguments: [String: JSONValue?] {
        [
            "rule": rule.map { .string($0) }, "kind": kind.map { .string($0.rawValue) },
            "subject_type": subjectType.map { .string($0.rawValue) },
            "subject_id": subjectID.map { .string($0) }, "region": region.map { .string($0) },
            "tier_max": tierMax.map { .string($0.rawValue) },
            "from": start.map { .string($0.rfc3339(offsetSeconds: 0)) },
            "until": end.map { .string($0.rfc3339(offsetSeconds: 0)) },
            "seconds": seconds.map { .int($0) }, "reason": .string(reason),
        ]
    }

    fileprivate init(_ row: inout StepArguments) throws {
        self.init(reason: try row.text("reason"))
        rule = try row.textOrNil("rule")
        kind = try row.wordOrNil("kind")
        subjectType = try row.wordOrNil("subject_type")
        subjectID = try row.textOrNil("subject_id")
        region = try row.textOrNil("region")
        tierMax = try row.wordOrNil("tier_max")
        start = try row.momentOrNil("from")
        end = try row.momentOrNil("until")
        seconds = try row.intOrNil("seconds")
    }
}

/// Reads the arguments of a request one by one. An argument that was not read at the end is
/// unknown, and is an error.
struct StepArguments {
    private let request: StepRequest
    private var left: [String: JSONValue]

    init(_ request: StepRequest) {
        self.request = request
        left = request.arguments
    }

    /// The subject of the request. Throws when the request has none.
    func subject() throws -> String {
        guard let subject = request.subject else {
            throw Failure(
                exitCode: 2, "a request of \(request.verb.rawValue) needs a subject",
                hint: "see docs/roles.md")
        }
        return subject
    }

    /// The subject as a number.
    func number() throws -> Int64 {
        let text = try subject()
        guard let number = Int64(text) else { throw wrong("subject", text) }
        return number
    }

    /// Reads a text that is required.
    mutating func text(_ key: String) throws -> String {
        guard let text = try textOrNil(key) else {
            throw Failure(
                exitCode: 2, "a request of \(request.verb.rawValue) needs '\(key)'",
                hint: "see docs/roles.md")
        }
        return text
    }

    /// Reads a text; nil when the request has no such argument.
    mutating func textOrNil(_ key: String) throws -> String? {
        switch left.removeValue(forKey: key) {
        case nil, .null?: return nil
        case .string(let text)?: return text
        case let value?: throw wrong(key, "\(value)")
        }
    }

    /// Reads a list of texts; empty when the request has no such argument.
    mutating func texts(_ key: String) throws -> [String] {
        switch left.removeValue(forKey: key) {
        case nil, .null?: return []
        case .array(let items)?:
            return try items.map { item in
                guard case .string(let text) = item else { throw wrong(key, "\(item)") }
                return text
            }
        case let value?: throw wrong(key, "\(value)")
        }
    }

    /// Reads a whole number; nil when the request has no such argument.
    mutating func intOrNil(_ key: String) throws -> Int64? {
        switch left.removeValue(forKey: key) {
        case nil, .null?: return nil
        case .int(let number)?: return number
        case let value?: throw wrong(key, "\(value)")
        }
    }

    /// Reads a word of an enumeration; nil when the request has no such argument.
    mutating func wordOrNil<Word: RawRepresentable<String>>(_ key: String) throws -> Word? {
        guard let text = try textOrNil(key) else { return nil }
        guard let word = Word(rawValue: text) else { throw wrong(key, text) }
        return word
    }

    /// Reads a day; nil when the request has no such argument.
    mutating func dayOrNil(_ key: String) throws -> Day? {
        guard let text = try textOrNil(key) else { return nil }
        guard let day = Day(text) else { throw wrong(key, text) }
        return day
    }

    /// Reads a moment; nil when the request has no such argument.
    mutating func momentOrNil(_ key: String) throws -> Instant? {
        guard let text = try textOrNil(key) else { return nil }
        guard let moment = Instant(rfc3339: text) else { throw wrong(key, text) }
        return moment
    }

    /// Throws when the request has arguments that were not read.
    func end() throws {
        if let key = left.keys.min() {
            throw Failure(
                exitCode: 2, "a request of \(request.verb.rawValue) has no '\(key)'",
                hint: "see docs/roles.md")
        }
    }

    /// The failure for an argument whose value is not valid.
    func wrong(_ key: String, _ value: String) -> Failure {
        Failure(
            exitCode: 2, "'\(value)' cannot be the \(key) of a request of \(request.verb.rawValue)",
            hint: "see docs/roles.md")
    }
}
