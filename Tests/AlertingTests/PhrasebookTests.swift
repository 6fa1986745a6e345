import Alerting
import Labor
import Testing

/// A way of being wrong: what is put at a place of a good file, and the error it makes.
struct Mistake: Sendable, CustomTestStringConvertible {
    var path: [String]
    var value: JSONValue?
    var code: String
    var keyPath: String
    var mentions: String

    init(_ path: String, _ value: JSONValue?, _ code: String, _ keyPath: String, _ mentions: String)
    {
        self.path = path.split(separator: "/").map(String.init)
        self.value = value
        self.code = code
        self.keyPath = keyPath
        self.mentions = mentions
    }

    var testDescription: String { "\(keyPath): \(mentions)" }
}

@Suite struct PhrasebookTests {
    static let mistakes: [Mistake] = [
        Mistake("tier", ["blue": "蓝"], "unknown_key", "tier", "tiers"),
        Mistake("tiers/red", nil, "missing_key", "tiers.red", "no text"),
        Mistake("tiers/green", "绿", "unknown_key", "tiers.green", "blue, yellow"),
        Mistake("kinds", nil, "missing_key", "kinds.layoff", "add the key"),
        Mistake("what/raised", 1, "wrong_type", "what.raised", "found a number"),
        Mistake("what", ["raised"], "wrong_type", "what", "found a list"),
        Mistake("units/amount", false, "wrong_type", "units.amount", "truth value"),
        Mistake("marks/report", 1.5, "wrong_type", "marks.report", "number"),
        Mistake("marks/reasons/first", [], "wrong_type", "marks.reasons.first", "a list"),
        Mistake("rules/a.b", "x", "wrong_type", "rules.a.b", "expected a map, found a text"),
        Mistake("rules/a.b", ["summary": "x"], "missing_key", "rules.a.b.title", "no text"),
        Mistake("rules/a.b", ["titel": "x"], "unknown_key", "rules.a.b.titel", "title"),
        Mistake("rules/a.b", ["title": "{nme}"], "bad_template", "rules.a.b.title", "{nme}"),
        Mistake("rules/a.b", ["title": "{marks.}"], "bad_template", "rules.a.b.title", "{marks.}"),
        Mistake("rules/a.b", ["title": "{name"], "bad_template", "rules.a.b.title", "'{'"),
        Mistake("rules/a.b", ["title": "name}"], "bad_template", "rules.a.b.title", "'}'"),
        Mistake("rules/a.b", ["title": "{{name}}"], "bad_template", "rules.a.b.title", "'{'"),
        Mistake(
            "rules/a.b", ["title": "x", "summary": "{}"], "bad_template",
            "rules.a.b.summary", "{}"),
        Mistake("playbooks/fire", ["steps": [:]], "unknown_key", "playbooks.fire", "layoff"),
        Mistake("playbooks/layoff/who", "x", "unknown_key", "playbooks.layoff.who", "steps"),
        Mistake(
            "playbooks/layoff/steps/red", "x", "wrong_type", "playbooks.layoff.steps.red",
            "list of texts"),
        Mistake(
            "playbooks/layoff/steps/red", ["x", 1], "wrong_type",
            "playbooks.layoff.steps.red[1]", "number"),
    ]

    @Test(arguments: mistakes)
    func `a mistake in a file of texts is named with its place`(mistake: Mistake) {
        let tree = replaced(Texts.chinese, mistake.path[...], mistake.value)
        let error = #expect(throws: WordingError.self) { try Phrasebook(tree) }
        #expect(error?.code == mistake.code)
        #expect(error?.keyPath == mistake.keyPath)
        #expect(
            error?.description.contains(mistake.mentions) == true, "\(String(describing: error))")
        #expect(error?.hint.isEmpty == false)
    }

    @Test func `a file that is no map is named`() {
        let error = #expect(throws: WordingError.self) { try Phrasebook("text") }
        #expect(error?.keyPath == "texts")
    }

    @Test func `a bureau's own file holds over the built-in one`() throws {
        let built = try Phrasebook(Texts.chinese)
        let own = try Phrasebook(
            ["what": ["withdrawn": "收回"]], extending: built)
        var event = try Bundle.raised().event
        event.what = .resolved
        let notice = Wording(phrasebooks: [.chinese: own], clocks: ResponseClocks()).notice(
            event, regions: Texts.regions, industries: Texts.industries)
        // The rule of the event has no texts: the word for what happened stands before the subject.
        event.rule = "new.rule"
        #expect(notice.texts[.chinese]?.title == "高原建设减员解除：达到发出界限")
        let plain = Wording(phrasebooks: [.chinese: own], clocks: ResponseClocks()).notice(
            withdrawn(event), regions: Texts.regions, industries: Texts.industries)
        #expect(plain.texts[.chinese]?.title == "收回：new.rule：高原建设")
    }

    private func withdrawn(_ event: AlertEvent) -> AlertEvent {
        var event = event
        event.what = .withdrawn
        return event
    }

    private func replaced(
        _ tree: JSONValue, _ path: ArraySlice<String>, _ value: JSONValue?
    ) -> JSONValue {
        guard let name = path.first, case .object(var members) = tree else {
            return value ?? .null
        }
        members[name] =
            path.count == 1 ? value : replaced(members[name] ?? [:], path.dropFirst(), value)
        return .object(members)
    }
}
