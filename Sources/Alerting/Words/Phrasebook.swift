package import Labor

/// The texts of one language: words for tiers, kinds and event types; templates per rule and event
/// type; names of indicators and of evidence entries; playbooks.
package struct Phrasebook: Sendable {
    /// Title and summary of one event type.
    struct EventTexts: Sendable {
        var title: Template
        var summary: Template?
    }

    /// The texts of one rule.
    struct RuleTexts: Sendable {
        var name: String?
        /// Title and summary of the event `raised`.
        var title: Template
        var summary: Template?
        /// The problem and its subject as a short noun phrase: `甲厂欠薪`; nil when the rule has no
        /// such text.
        var topic: Template?
        /// The figures as a short phrase: `欠薪2个月工资，涉及100人`; nil when the rule has no such text.
        var facts: Template?
        /// The end of the cause as a short clause: `欠薪已补发`; nil when the rule has no such text.
        var over: Template?
        /// The rule's texts for later events, which replace the common ones.
        var events: [AlertWhat: EventTexts]
    }

    /// Steps and responsible unit for one kind of alert.
    struct Playbook: Sendable {
        var responsible: String?
        var steps: [Tier: [String]]

        /// The steps for a tier, or for the nearest lower tier that has steps; empty when none has.
        func steps(at tier: Tier) -> [String] {
            Tier.allCases.reversed().first { $0 <= tier && steps[$0] != nil }
                .flatMap { steps[$0] } ?? []
        }
    }

    private(set) var tiers: [Tier: String] = [:]
    private(set) var kinds: [AlertKind: String] = [:]
    private(set) var what: [AlertWhat: String] = [:]
    private(set) var units: [String: String] = [:]
    private(set) var rules: [RuleID: RuleTexts] = [:]
    private(set) var marks: [String: String] = [:]
    /// The common texts of every event type except `raised`, used by rules without texts of their
    /// own.
    private(set) var events: [AlertWhat: EventTexts] = [:]
    /// Texts that several templates share, by the key in `{phrases.KEY}`.
    private(set) var phrases: [String: Template] = [:]
    /// Names of indicators by code, of the GB/T 4754 sections by letter, and of measures and limits
    /// by key.
    private(set) var names: [Names: [String: String]] = [:]
    private(set) var playbooks: [AlertKind: Playbook] = [:]

    /// The name lists that a file of texts may contain.
    enum Names: String, CaseIterable, Sendable {
        case indicators, industries, evidence
    }

    /// The mark that names the rule whose texts lead those of an incident.
    static let leadRule = "lead_rule"
    /// The marks whose values are rules; a text shows the names of the rules.
    static let rulesOfIncident: Set<String> = [leadRule, "also_rules"]

    /// A phrasebook without texts. Codes use their built-in names, and titles consist of rule and
    /// subject.
    package static let empty = Phrasebook()

    private init() {}

    /// Builds a phrasebook from the parsed content of a file of texts.
    /// - Parameters:
    ///   - tree: the file's content, a map.
    ///   - base: the phrasebook that supplies every text missing in the tree, such as the built-in
    ///     one for a bureau's own file. Without a base, the tree must contain every word for tiers,
    ///     kinds and event types.
    /// - Throws: the first error in key order, with its key path.
    package init(_ tree: JSONValue, extending base: Phrasebook? = nil) throws(WordingError) {
        self = base ?? .empty
        let root = try Branch(tree, path: "")
        try root.allow(
            ["tiers", "kinds", "what", "units", "rules", "marks", "playbooks", "events", "phrases"]
                + Names.allCases.map(\.rawValue))
        try Phrasebook.words(root, "tiers", into: &tiers)
        try Phrasebook.words(root, "kinds", into: &kinds)
        try Phrasebook.words(root, "what", into: &what)
        if let branch = try root.branch("units") {
            units.merge(try branch.texts()) { $1 }
        }
        if let branch = try root.branch("marks") {
            marks.merge(try Phrasebook.marks(branch)) { $1 }
        }
        for list in Names.allCases {
            if let branch = try root.branch(list.rawValue) {
                names[list, default: [:]].merge(try branch.texts()) { $1 }
            }
        }
        if let branch = try root.branch("events") {
            events.merge(try Phrasebook.events(branch)) { $1 }
        }
        if let branch = try root.branch("phrases") {
            for key in branch.names { phrases[key] = try Phrasebook.short(branch, key) }
        }
        if let branch = try root.branch("rules") {
            for name in branch.names {
                rules[RuleID(name)] = try Phrasebook.rule(branch, name)
            }
        }
        if let branch = try root.branch("playbooks") {
            try branch.allow(AlertKind.allCases.map(\.rawValue))
            for kind in AlertKind.allCases {
                if let playbook = try branch.branch(kind.rawValue) {
                    playbooks[kind] = try Phrasebook.playbook(playbook)
                }
            }
        }
    }

    /// The text of a mark's value. A file of texts defines it as `marks.KEY.VALUE`, or as
    /// `marks.VALUE` for all keys. The fallbacks are the indicator's name, then the value itself.
    package func mark(_ key: String, _ value: String) -> String {
        markWords(key, value) ?? names[.indicators]?[value] ?? value
    }

    /// The text of a mark's value; nil when the file of texts defines none.
    func markWords(_ key: String, _ value: String) -> String? {
        marks["\(key).\(value)"] ?? marks[value]
    }

    /// The readable name of a measure, mark or limit, for tables of evidence; the key itself when
    /// it has no name. `points_CODE` and `score_CODE`, the components of an index, are named after
    /// the indicator CODE.
    package func evidenceName(_ key: String) -> String {
        if let name = names[.evidence]?[key] ?? names[.indicators]?[key] ?? marks[key] {
            return name
        }
        for prefix in ["points_", "score_"] where key.hasPrefix(prefix) {
            let part = String(key.dropFirst(prefix.count))
            guard let form = names[.evidence]?[prefix + "of"],
                let name = names[.indicators]?[part] ?? marks[part]
            else { continue }
            return form.replacing("#", with: name)
        }
        return key
    }

    /// The text of a mark's value or list of values, for tables of evidence; a value without a text
    /// is shown as it is.
    package func evidenceMark(_ key: String, _ value: String) -> String {
        let separator: Character = key == Phrasebook.listOfNames ? "、" : ","
        return value.split(separator: separator).map { mark(key, String($0)) }
            .joined(separator: "; ")
    }

    /// The key of the mark that lists enterprise names. The names may contain commas, so the list
    /// is separated by `、`.
    static let listOfNames = "enterprises"

    private static func words<Word>(
        _ root: Branch, _ name: String, into words: inout [Word: String]
    ) throws(WordingError)
    where Word: CaseIterable & RawRepresentable & Hashable, Word.RawValue == String {
        if let branch = try root.branch(name) {
            try branch.allow(Word.allCases.map(\.rawValue))
            for word in Word.allCases {
                if let text = try branch.text(word.rawValue) { words[word] = text }
            }
        }
        for word in Word.allCases where words[word] == nil {
            throw root.missing("\(name).\(word.rawValue)")
        }
    }

    /// Flattens both forms of marks into the keys `KEY.VALUE` and `VALUE`.
    private static func marks(_ branch: Branch) throws(WordingError) -> [String: String] {
        var marks: [String: String] = [:]
        for name in branch.names {
            if branch.isBranch(name), let values = try branch.branch(name) {
                for (value, text) in try values.texts() { marks["\(name).\(value)"] = text }
            } else {
                marks[name] = try branch.text(name)
            }
        }
        return marks
    }

    private static func rule(_ rules: Branch, _ name: String) throws(WordingError) -> RuleTexts {
        guard let branch = try rules.branch(name) else { throw rules.missing(name) }
        try branch.allow(["name", "title", "summary", "topic", "facts", "over", "events"])
        guard let title = try template(branch, "title") else { throw branch.missing("title") }
        let summary = try template(branch, "summary")
        guard summary?.placeholders.contains(.details) != true else {
            throw branch.error(
                "bad_template", "summary", "a summary holds itself: {details} is the summary",
                hint: "take {details} out")
        }
        return RuleTexts(
            name: try branch.text("name"), title: title, summary: summary,
            topic: try short(branch, "topic"),
            facts: try short(branch, "facts"), over: try short(branch, "over"),
            events: try branch.branch("events").map(events) ?? [:])
    }

    /// Texts of every event type except `raised`, whose texts are the rule's `title` and `summary`.
    private static func events(
        _ branch: Branch
    ) throws(WordingError) -> [AlertWhat: EventTexts] {
        let later = AlertWhat.allCases.filter { $0 != .raised }
        try branch.allow(later.map(\.rawValue))
        var events: [AlertWhat: EventTexts] = [:]
        for what in later {
            guard let texts = try branch.branch(what.rawValue) else { continue }
            try texts.allow(["title", "summary"])
            guard let title = try template(texts, "title") else { throw texts.missing("title") }
            events[what] = EventTexts(title: title, summary: try template(texts, "summary"))
        }
        return events
    }

    private static func template(
        _ branch: Branch, _ key: String
    ) throws(WordingError) -> Template? {
        guard let text = try branch.text(key) else { return nil }
        do {
            return try Template(text)
        } catch {
            throw branch.error("bad_template", key, error.message, hint: error.hint)
        }
    }

    /// Reads a text that other texts include; nil when the key is missing. Such a text must not
    /// include another included text, so that includes cannot be recursive.
    private static func short(_ branch: Branch, _ key: String) throws(WordingError) -> Template? {
        guard let text = try template(branch, key) else { return nil }
        let nested = text.placeholders.contains { place in
            switch place {
            case .topic, .facts, .over, .details, .phrase: true
            default: false
            }
        }
        guard !nested else {
            throw branch.error(
                "bad_template", key, "a text that stands inside others holds another of them",
                hint: "write out what {topic}, {facts}, {over} and {phrases.KEY} say here")
        }
        return text
    }

    private static func playbook(_ branch: Branch) throws(WordingError) -> Playbook {
        try branch.allow(["responsible", "steps"])
        var playbook = Playbook(responsible: try branch.text("responsible"), steps: [:])
        if let steps = try branch.branch("steps") {
            try steps.allow(Tier.allCases.map(\.rawValue))
            for tier in Tier.allCases {
                playbook.steps[tier] = try steps.list(tier.rawValue)
            }
        }
        return playbook
    }
}
