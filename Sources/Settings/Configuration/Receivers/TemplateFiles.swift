package import Deliver
package import Labor

/// Where the texts of one's own for a receiver's messages are.
package struct TemplateFiles: Hashable, Sendable {
    /// For every language that has none of its own.
    package var file: String?
    /// By language.
    package var byLanguage: [Language: String]

    /// No texts of one's own.
    package static let none = TemplateFiles(file: nil, byLanguage: [:])

    static let keys = [ReceiverKey("template_file", "null"), ReceiverKey("templates", "null")]

    /// The words for a language; a template that cannot be used is told, not thrown: alerts then go
    /// out in the built-in words.
    package func source(_ language: Language) -> MessageWording.Source {
        guard let path = byLanguage[language] ?? file else { return .builtIn }
        do throws(TemplateFault) {
            return .template(try MessageTemplate(file: path, language: language))
        } catch {
            return .broken(error)
        }
    }

    /// Reads the two keys. Whether the files can be used is asked by `check` and told at the start.
    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places
    ) -> TemplateFiles {
        var files = TemplateFiles.none
        files.file = item["template_file"].flatMap {
            values.line($0, expected: "a file").map(places.resolve)
        }
        guard let node = item["templates"] else { return files }
        let languages = Language.allCases.map(\.rawValue)
        for entry in values.map(node, keys: languages) ?? [] {
            guard let language = Language(rawValue: entry.key) else { continue }
            files.byLanguage[language] = values.line(entry.value, expected: "a file")
                .map(places.resolve)
        }
        return files
    }

    /// As it would stand in the file.
    var parts: [String] {
        var parts = file.map { ["template_file: \($0)"] } ?? []
        let own = Language.allCases.compactMap { language in
            byLanguage[language].map { "\(language.rawValue): \($0)" }
        }
        if !own.isEmpty { parts.append("templates: {\(own.joined(separator: ", "))}") }
        return parts
    }
}
