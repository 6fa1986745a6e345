import Alerting
import Detect
import Labor

/// Collects rules, texts and playbooks file by file, with the problems of all files.
struct CatalogueLoader {
    var reader = YAMLReader()

    private var files: [RuleID: RuleFile] = [:]
    private var rules: [RuleID: Rule] = [:]
    private var phrasebooks: [Language: Phrasebook] = [:]
    private var playbooks: [AlertKind: Playbook] = [:]
    /// The rules that have texts in each language.
    private var titled: [Language: Set<RuleID>] = [:]

    var catalogue: Catalogue {
        Catalogue(
            rules: Array(rules.values), policies: files.mapValues(\.policy),
            descriptions: files.mapValues(\.descriptions), phrasebooks: phrasebooks,
            playbooks: AlertKind.allCases.compactMap { playbooks[$0] })
    }

    /// Reads the rule files of one source. They replace rules of sources that were read earlier.
    mutating func readRules(_ sources: [CatalogueFile]) {
        var here: [RuleID: RuleFile] = [:]
        for source in sources {
            guard let root = root(of: source), let file = RuleFile.read(root, &reader) else {
                continue
            }
            if let other = here[file.definition.id] {
                reader.report(
                    root["rule"] ?? root,
                    "the rule '\(file.definition.id)' stands in \(other.root.file), too",
                    hint: "keep one of the files")
            }
            here[file.definition.id] = file
        }
        files.merge(here) { _, new in new }
    }

    /// Reads the text files of one source. They replace single texts of sources that were read
    /// earlier.
    mutating func readTexts(_ sources: [CatalogueFile]) {
        for source in sources {
            guard let language = Language(rawValue: source.stem) else {
                reader.report([
                    ConfigurationProblem(
                        file: source.name, message: "the file's name is no language",
                        hint: "name it zh-CN.yaml or en.yaml")
                ])
                continue
            }
            guard let root = root(of: source) else { continue }
            if let node = root["playbooks"] {
                reader.report(
                    node, "playbooks do not stand in a file of texts",
                    hint: "write them for both languages into the file of response.playbooks")
                continue
            }
            let earlier = titled
            do {
                phrasebooks[language] = try Phrasebook(
                    root.json, extending: phrasebooks[language])
            } catch {
                reader.report(
                    root.nearest(error.keyPath), at: error.keyPath, error.message, error.hint)
            }
            guard case .map(let entries)? = root["rules"]?.content else { continue }
            for entry in entries {
                titled[language, default: []].insert(RuleID(entry.key))
                checkKnown(entry, earlier)
            }
        }
    }

    /// Reads the playbooks of files. A kind replaces the whole playbook of an earlier file.
    mutating func readPlaybooks(_ sources: [CatalogueFile]) {
        for source in sources {
            guard let root = root(of: source) else { continue }
            for playbook in Playbook.read(root, &reader) { playbooks[playbook.kind] = playbook }
        }
    }

    /// Adds the steps and responsible units of the playbooks to the phrasebooks.
    mutating func tellPlaybooks() {
        for (language, book) in phrasebooks {
            let kinds = playbooks.map { ($0.key.rawValue, $0.value.texts(language)) }
            let tree = JSONValue.object([
                "playbooks": .object(Dictionary(uniqueKeysWithValues: kinds))
            ])
            do {
                phrasebooks[language] = try Phrasebook(tree, extending: book)
            } catch {
                reader.report([
                    ConfigurationProblem(
                        file: "playbooks", path: error.keyPath, message: error.message,
                        hint: error.hint)
                ])
            }
        }
    }

    /// Applies `rules.enabled` and `rules.disabled`, and validates each rule with its detector.
    mutating func choose(_ choice: Configuration.Rules) {
        let names = files.keys.map(\.rawValue).sorted()
        let lists = [("rules.enabled", choice.enabled ?? []), ("rules.disabled", choice.disabled)]
        for (path, list) in lists {
            for (index, id) in list.enumerated() where files[id] == nil {
                reader.report([
                    ConfigurationProblem(
                        file: "configuration", path: "\(path)[\(index)]",
                        message: "there is no rule '\(id)'",
                        hint: NearestName.hint(id.rawValue, among: names))
                ])
            }
        }
        for (id, file) in files {
            var definition = file.definition
            definition.enabled = isEnabled(id, choice)
            takeBack(&definition, choice)
            // A file that already has a problem would only report the same problem twice.
            guard file.isSound else { continue }
            do {
                rules[id] = try Rule(definition)
            } catch {
                reader.report(
                    file.root.nearest(error.path), at: error.path, error.message, error.hint)
            }
        }
    }

    private func isEnabled(_ id: RuleID, _ choice: Configuration.Rules) -> Bool {
        guard let file = files[id], !choice.disabled.contains(id) else { return false }
        return choice.enabled?.contains(id) ?? file.definition.enabled
    }

    /// Removes the entries of the parameter `left_to` that name a disabled rule. The rule then
    /// alerts about these events itself, because an event without any alert is worse than two
    /// alerts.
    private func takeBack(_ definition: inout RuleDefinition, _ choice: Configuration.Rules) {
        guard case .textTable(let left)? = definition.parameters["left_to"] else { return }
        definition.parameters["left_to"] = .textTable(
            left.filter { isEnabled(RuleID($0.value), choice) })
    }

    /// Reports each rule that lacks texts in a language.
    mutating func checkTexts() {
        for (id, file) in files.sorted(by: { $0.key < $1.key }) {
            for language in Language.allCases where titled[language]?.contains(id) != true {
                reader.report(
                    file.root["rule"] ?? file.root,
                    "the rule '\(id)' has no texts in \(language.rawValue)",
                    hint: "add 'rules: {\(id): {title: …, summary: …}}' to "
                        + "\(language.rawValue).yaml of the texts directory")
            }
        }
    }

    /// Reports texts for a rule that does not exist; that is usually a spelling error.
    private mutating func checkKnown(
        _ entry: YAMLNode.Entry, _ earlier: [Language: Set<RuleID>]
    ) {
        let id = RuleID(entry.key)
        guard !earlier.isEmpty, files[id] == nil else { return }
        guard !earlier.values.contains(where: { $0.contains(id) }) else { return }
        reader.unknown(entry, among: files.keys.map(\.rawValue).sorted())
    }

    private mutating func root(of source: CatalogueFile) -> YAMLNode? {
        var problems: [ConfigurationProblem] = []
        let root = YAMLNode.read(source.text, file: source.name, problems: &problems)
        reader.report(problems)
        return problems.isEmpty ? root : nil
    }
}

extension YAMLReader {
    /// Adds a problem at a path inside a value, for callers that know the path but not the line.
    mutating func report(_ node: YAMLNode, at path: String, _ message: String, _ hint: String) {
        var place = node
        place.path = path
        report(place, message, hint: hint)
    }
}

extension YAMLNode {
    /// The tree as JSON, without line numbers; every scalar becomes a string.
    var json: JSONValue {
        switch content {
        case .null: .null
        case .scalar(let text, _): .string(text)
        case .list(let items): .array(items.map(\.json))
        case .map(let entries):
            .object(Dictionary(entries.map { ($0.key, $0.value.json) }) { _, last in last })
        }
    }
}
