import Daemon
import Foundation
import Labor
import Settings
import Support
import Testing
import Verbs

/// The pages that say what can be typed, against the program and the files that they show.
@Suite(.timeLimit(.minutes(20))) struct CommandDocumentationTests {
    /// One verb of the program.
    private struct Verb: Hashable {
        var path: String
        /// Options with their two dashes and names of arguments; what every verb has is left out.
        var words: Set<String>
    }

    private static func text(_ path: String) throws -> String {
        try String(
            contentsOf: ConfigurationDocumentationTests.root.appendingPathComponent(path),
            encoding: .utf8)
    }

    /// The verbs as the program describes itself.
    private static func verbs() async throws -> [Verb] {
        let help = try await Program.run(["--experimental-dump-help"], in: try Scratch())
        return verbs(try JSONValue(line: help.output)["command"], below: [])
    }

    private static func verbs(_ command: JSONValue, below path: [String]) -> [Verb] {
        let inner = command["subcommands"].items.filter { $0["commandName"] != "help" }
        guard inner.isEmpty else {
            return inner.flatMap { verbs($0, below: path + [$0["commandName"].text]) }
        }
        let words = command["arguments"].items.flatMap { argument in
            argument["kind"] == "positional"
                ? [argument["valueName"].text.uppercased()]
                : argument["names"].items.filter { $0["kind"] == "long" }
                    .map { "--" + $0["name"].text }
        }
        return [Verb(path: path.joined(separator: " "), words: Set(words).subtracting(everywhere))]
    }

    private static let everywhere: Set = ["--config", "--format", "--lang", "--help", "--version"]

    /// The verbs of the page: a heading with the line to type, and a table of what it takes.
    private static func documented() throws -> [Verb] {
        var verbs: [Verb] = []
        for line in try text("docs/commands.md").split(separator: "\n") {
            if let heading = line.wholeMatch(of: /##+ `laborwatch (.*)`/) {
                let words = heading.1.split(separator: " ").filter { $0.contains(/[a-z]/) }
                verbs.append(Verb(path: words.joined(separator: " "), words: []))
            } else if let row = line.prefixMatch(of: /\| `([^`]+)` \|/), !verbs.isEmpty {
                let names = row.1.split(separator: " ").map(String.init)
                let options = names.filter { $0.hasPrefix("--") }
                verbs[verbs.count - 1].words.formUnion(options.isEmpty ? names : options)
            }
        }
        return verbs.map { Verb(path: $0.path, words: $0.words.subtracting(everywhere)) }
    }

    @Test func `the page of commands has every verb with what it takes, and nothing else`()
        async throws
    {
        let verbs = try await CommandDocumentationTests.verbs()
        #expect(verbs.count > 40)
        let documented = try CommandDocumentationTests.documented()
        for verb in verbs { #expect(documented.contains(verb), "not documented: \(verb)") }
        for verb in documented { #expect(verbs.contains(verb), "documented, but not so: \(verb)") }
        #expect(documented.count == verbs.count)
    }

    /// What `--help` says of each verb in one sentence, by the verb's path.
    private static func abstracts(_ command: JSONValue, below path: [String]) -> [String: String] {
        let inner = command["subcommands"].items.filter { $0["commandName"] != "help" }
        guard inner.isEmpty else {
            return inner.reduce(into: [:]) { all, verb in
                let found = abstracts(verb, below: path + [verb["commandName"].text])
                all.merge(found) { first, _ in first }
            }
        }
        return [path.joined(separator: " "): command["abstract"].text]
    }

    /// The first paragraph below the heading of each verb.
    private static func firstParagraphs() throws -> [String: String] {
        var found: [String: String] = [:]
        for block in try text("docs/commands.md").components(separatedBy: "\n#").dropFirst() {
            let parts = block.components(separatedBy: "\n\n")
            guard parts.count > 1,
                let heading = parts[0].wholeMatch(of: /#+ `laborwatch (.*)`/)
            else { continue }
            let words = heading.1.split(separator: " ").filter { $0.contains(/[a-z]/) }
            found[words.joined(separator: " ")] = parts[1].replacing("\n", with: " ")
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return found
    }

    /// One truth: an order, say, is not told here so and there otherwise.
    @Test func `the page says of each verb what its help says`() async throws {
        let help = try await Program.run(["--experimental-dump-help"], in: try Scratch())
        let abstracts = CommandDocumentationTests.abstracts(
            try JSONValue(line: help.output)["command"], below: [])
        #expect(abstracts.count > 40)
        let paragraphs = try CommandDocumentationTests.firstParagraphs()
        for (verb, abstract) in abstracts {
            #expect(paragraphs[verb] == abstract, "\(verb)")
        }
    }

    @Test(arguments: ["README.md", "docs/zh-CN/README.md"])
    func `each readme names every verb in its table`(page: String) async throws {
        let rows = try CommandDocumentationTests.text(page).split(separator: "\n")
            .filter { $0.hasPrefix("| `") }
            .map { row in
                row.split(separator: "|")[0].matches(of: /`([^`]+)`/).map { String($0.1) }
            }
        for verb in try await CommandDocumentationTests.verbs() {
            let words = verb.path.split(separator: " ").map(String.init)
            let isThere = rows.contains { names in
                let family = names.first?.split(separator: " ").first.map(String.init)
                guard words.count > 1 else { return names.contains(words[0]) }
                return family == words[0]
                    && names.contains { $0.split(separator: " ").contains { $0 == words[1] } }
            }
            #expect(isThere, "\(page) does not name \(verb.path)")
        }
    }

    @Test func `every command of the pages is one that the program has`() async throws {
        let paths = Set(try await CommandDocumentationTests.verbs().map(\.path))
        for page in ["docs/response.md", "docs/routing.md"] {
            let commands = try CommandDocumentationTests.text(page).replacing("\n", with: " ")
                .matches(of: /laborwatch ((?:[a-z-]+ ?)+)/)
                .map { $0.1.split(separator: " ").prefix(2).map(String.init) }
            #expect(commands.count > 8)
            for words in commands {
                let family = words.prefix(1).joined()
                let isKnown =
                    paths.contains(words.joined(separator: " ")) || paths.contains(family)
                #expect(isKnown, "\(page): laborwatch \(words.joined(separator: " "))")
            }
        }
    }

    @Test func `the files that the page of responses shows are right`() throws {
        let blocks = try CommandDocumentationTests.text("docs/response.md")
            .components(separatedBy: "```yaml\n").dropFirst()
            .map { $0.components(separatedBy: "```")[0] }
        #expect(blocks.count == 2)
        let scratch = try Scratch()
        for block in blocks {
            let name = try #require(block.firstMatch(of: /# ([a-z]+).yaml/)).1
            try scratch.write("\(name).yaml", block)
            let path = try scratch.write(
                "laborwatch.yaml", "response: {\(name): \(scratch.path)/\(name).yaml}\n")
            let components = try Components(path: path, environment: [:], requires: .none)
            let plain = try Components(path: nil, environment: [:], requires: .none)
            let changed =
                components.playbooks(.chinese) != plain.playbooks(.chinese)
                || components.ledgerCodes.listing(.chinese) != plain.ledgerCodes.listing(.chinese)
            #expect(changed, "\(name)")
        }
    }
}
