package import Alerting
package import Detect
package import Labor

/// The rules and their texts, checked and ready to use.
package struct Catalogue: Sendable {
    /// The rules by rising name, the disabled ones too; an evaluator leaves these out.
    package let rules: [Rule]
    /// How the episodes of each rule live.
    package let policies: [RuleID: EpisodePolicy]
    /// What each rule is for, in both languages.
    package let descriptions: [RuleID: [Language: String]]
    /// The texts by language; every language has a book.
    package let phrasebooks: [Language: Phrasebook]
    /// What is to be done, by kind.
    package let playbooks: [Playbook]

    /// The definitions of the rules, in the same order.
    package var definitions: [RuleDefinition] { rules.map(\.definition) }

    /// The names of all rules that are evaluated; an open episode of another rule ends.
    package var evaluated: Set<RuleID> {
        Set(definitions.filter(\.enabled).map(\.id))
    }

    /// The catalogue inside the binary, all as written there.
    /// - Throws: `ConfigurationError` when a built-in file is wrong, which a test rules out.
    package static func builtIn() throws(ConfigurationError) -> Catalogue {
        try load(.builtIn)
    }

    /// The built-in catalogue with a bureau's own files on top.
    ///
    /// A rule file replaces the built-in rule of the same `rule:` wholly, or adds one. A text file
    /// is named by its language and replaces what it says, text by text.
    /// - Parameter choice: the directories, and which rules are to be evaluated.
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
