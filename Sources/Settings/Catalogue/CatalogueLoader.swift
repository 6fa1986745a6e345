import Alerting
import Detect
import Labor

/// Gathers rules and texts file by file, with everything that is wrong in any of them.
struct CatalogueLoader {
    var reader = YAMLReader()

    private var files: [RuleID: RuleFile] = [:]
    private var rules: [RuleID: Rule] = [:]
    private var phrasebooks: [Language: Phrasebook] = [:]
    private var playbooks: [AlertKind: Playbook] = [:]
    /// The rules that have texts in a language.
    private var titled: [Language: Set<RuleID>] = [:]

    var catalogue: Catalogue {
        Catalogue(
            rules: Array(rules.values), policies: files.mapValues(\.policy),
            descriptions: files.mapValues(\.descriptions), phrasebooks: phrasebooks,
            playbooks: AlertKind.allCases.compactMap { playbooks[$0] })
    }

    /// Takes in rule files of one place; they replace rules of earlier places.
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

    /// Takes in text files of one place, on top of those of earlier places.
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

    /// Takes in playbooks of one file; a kind replaces that of an earlier file wholly.
    mutating func readPlaybooks(_ sources: [CatalogueFile]) {
        for source in sources {
            guard let root = root(of: source) else { continue }
            for playbook in Playbook.read(root, &reader) { playbooks[playbook.kind] = playbook }
        }
    }

    /// Gives the phrasebooks what the playbooks say.
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

    /// Applies the lists of the configuration and checks every rule against its detector.
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
            // A file with a problem of its own would only tell the same thing twice.
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

    /// What a rule leaves to another that is not evaluated comes back to it: an event of which
    /// nobody speaks would be worse than two alerts.
    private func takeBack(_ definition: inout RuleDefinition, _ choice: Configuration.Rules) {
        guard case .textTable(let left)? = definition.parameters["left_to"] else { return }
        definition.parameters["left_to"] = .textTable(
            left.filter { isEnabled(RuleID($0.value), choice) })
    }

    /// Every rule must be able to speak in every language.
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

    /// Texts of a bureau's own for a rule that is nowhere are a typing error.
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
    /// Adds a problem that somebody found who knows only the values, at its nearest place.
    mutating func report(_ node: YAMLNode, at path: String, _ message: String, _ hint: String) {
        var place = node
        place.path = path
        report(place, message, hint: hint)
    }
}

extension YAMLNode {
    /// The tree without its places; every scalar is a text.
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
