package import Labor

/// The texts of one language: words for tiers, kinds and events, templates by rule, playbooks.
package struct Phrasebook: Sendable {
    /// The texts of one rule.
    struct RuleTexts: Sendable {
        var name: String?
        var title: Template
        var summary: Template?
    }

    /// What is to be done about one kind of alert.
    struct Playbook: Sendable {
        var responsible: String?
        var steps: [Tier: [String]]

        /// The steps of a tier, or of the next lower one that has any.
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
    private(set) var playbooks: [AlertKind: Playbook] = [:]

    /// A book without texts: words are the contract's own, titles are made of rule and subject.
    package static let empty = Phrasebook()

    private init() {}

    /// Reads the tree of a file of texts.
    /// - Parameters:
    ///   - tree: the file's content, a map.
    ///   - base: a book whose texts hold where the tree has none, the built-in one for a bureau's
    ///     own file. Without it the tree must have every word for tiers, kinds and events.
    /// - Throws: the first mistake in the order of the keys, with its key path.
    package init(_ tree: JSONValue, extending base: Phrasebook? = nil) throws(WordingError) {
        self = base ?? .empty
        let root = try Branch(tree, path: "")
        try root.allow(["tiers", "kinds", "what", "units", "rules", "marks", "playbooks"])
        try Phrasebook.words(root, "tiers", into: &tiers)
        try Phrasebook.words(root, "kinds", into: &kinds)
        try Phrasebook.words(root, "what", into: &what)
        if let branch = try root.branch("units") {
            units.merge(try branch.texts()) { $1 }
        }
        if let branch = try root.branch("marks") {
            marks.merge(try Phrasebook.marks(branch)) { $1 }
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

    /// A mark's value as a reader sees it. The texts may have it as `marks.KEY.VALUE` or, for all
    /// keys, as `marks.VALUE`; an untranslated value stands for itself.
    package func mark(_ key: String, _ value: String) -> String {
        marks["\(key).\(value)"] ?? marks[value] ?? value
    }

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

    /// Flattens both shapes of marks into `KEY.VALUE` and `VALUE`.
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
        try branch.allow(["name", "title", "summary"])
        guard let title = try template(branch, "title") else { throw branch.missing("title") }
        return RuleTexts(
            name: try branch.text("name"), title: title,
            summary: try template(branch, "summary"))
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
