package import Alerting
package import Detect
package import Labor

/// The rules, texts and playbooks, checked and ready to use.
package struct Catalogue: Sendable {
    /// All rules, ordered by name, including disabled ones, which an evaluator leaves out.
    package let rules: [Rule]
    /// The episode policy of each rule: when its alerts clear and when reminders are sent.
    package let policies: [RuleID: EpisodePolicy]
    /// A description of each rule, in both languages.
    package let descriptions: [RuleID: [Language: String]]
    /// The texts by language; every language has a phrasebook.
    package let phrasebooks: [Language: Phrasebook]
    /// The playbooks, one per kind of alert.
    package let playbooks: [Playbook]

    /// The definitions of the rules, ordered by name.
    package var definitions: [RuleDefinition] { rules.map(\.definition) }

    /// The names of all enabled rules. An open episode of any other rule ends.
    package var evaluated: Set<RuleID> {
        Set(definitions.filter(\.enabled).map(\.id))
    }

    /// The built-in catalogue without changes.
    /// - Throws: `ConfigurationError` when a built-in file is wrong; a test ensures that none is.
    package static func builtIn() throws(ConfigurationError) -> Catalogue {
        try load(.builtIn)
    }

    /// The built-in catalogue, extended by the bureau's own files.
    ///
    /// A rule file replaces the whole built-in rule with the same `rule:`, or adds a new rule. A
    /// text file is named by its language and replaces single texts.
    /// - Parameter choice: the directories of the files, and which rules are enabled.
    /// - Throws: `ConfigurationError` with the problems of all files.
    package static func load(
        _ choice: Configuration.Rules
    ) throws(ConfigurationError) -> Catalogue {
        var loader = CatalogueLoader()
        loader.readRules(CatalogueFile.builtIn("rules"))
        loader.readTexts(CatalogueFile.builtIn("texts"))
        loader.readPlaybooks(CatalogueFile.builtIn("playbooks.yaml"))
        if let directory = choice.directory {
            loader.readRules(CatalogueFile.inDirectory(directory, &loader.reader))
        }
        if let directory = choice.textsDirectory {
            loader.readTexts(CatalogueFile.inDirectory(directory, &loader.reader))
        }
        if let path = choice.playbooksFile {
            loader.readPlaybooks(CatalogueFile.one(path, &loader.reader))
        }
        loader.tellPlaybooks()
        loader.choose(choice)
        loader.checkTexts()
        let problems = loader.reader.problems.inOrder()
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return loader.catalogue
    }

    init(
        rules: [Rule], policies: [RuleID: EpisodePolicy],
        descriptions: [RuleID: [Language: String]], phrasebooks: [Language: Phrasebook],
        playbooks: [Playbook]
    ) {
        self.rules = rules.sorted { $0.id < $1.id }
        self.policies = policies
        self.descriptions = descriptions
        self.phrasebooks = phrasebooks
        self.playbooks = playbooks
    }
}
