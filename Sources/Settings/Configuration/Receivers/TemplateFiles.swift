package import Deliver
package import Labor

/// The files of the bureau's own message templates for one receiver.
package struct TemplateFiles: Hashable, Sendable {
    /// The template for each language without its own; nil for none.
    package var file: String?
    /// The templates by language.
    package var byLanguage: [Language: String]

    /// No templates.
    package static let none = TemplateFiles(file: nil, byLanguage: [:])

    static let keys = [ReceiverKey("template_file", "null"), ReceiverKey("templates", "null")]

    /// The source of the text in a language. A template that cannot be used does not throw: it
    /// gives `.broken`, and messages then have the built-in text.
    package func source(_ language: Language) -> MessageWording.Source {
        guard let path = byLanguage[language] ?? file else { return .builtIn }
        do throws(TemplateFault) {
            return .template(try MessageTemplate(file: path, language: language))
        } catch {
            return .broken(error)
        }
    }

    /// Reads the keys `template_file` and `templates`. Whether the files are valid is checked
    /// later, by `check` and at the start of the daemon.
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

    /// The settings in the form of the file.
    var parts: [String] {
        var parts = file.map { ["template_file: \($0)"] } ?? []
        let own = Language.allCases.compactMap { language in
            byLanguage[language].map { "\(language.rawValue): \($0)" }
        }
        if !own.isEmpty { parts.append("templates: {\(own.joined(separator: ", "))}") }
        return parts
    }
}
