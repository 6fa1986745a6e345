import Alerting
import Foundation
package import Labor
import Mustache

/// What is wrong with a template.
package struct TemplateFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The template's file.
    package var file: String
    /// The line, from 1; 0 when there is no such place.
    package var line: Int
    /// The column, from 1; 0 when there is no such place.
    package var column: Int
    /// What was found.
    package var message: String
    /// What to do about it.
    package var hint: String

    /// A fault from its parts.
    package init(file: String, line: Int, column: Int, message: String, hint: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }

    /// The place and the message, without the hint.
    package var description: String {
        line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)"
    }

    /// Line and message, for a reader who should not see paths.
    var reason: String { line > 0 ? "\(line): \(message)" : message }
}

/// A text of an administrator's own for messages, in Mustache.
///
/// Values are put in as they are, made harmless for the place where they are shown. There are no
/// partials: a template is one file.
package struct MessageTemplate: Sendable {
    /// The largest file that is read, bytes.
    package static let bytesMax = 65_536

    /// The file, for messages.
    package let file: String
    private let text: String
    private let template: MustacheTemplate

    /// Reads a file, cuts it into its parts and tries it on a message of one alert and on a group.
    /// - Throws: what is wrong with it; a name that no alert has is wrong, too.
    package init(file: String, language: Language) throws(TemplateFault) {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw TemplateFault(
                file: file, line: 0, column: 0, message: "the template cannot be read",
                hint: "check the path, and that the daemon's user may read it")
        }
        guard data.count <= MessageTemplate.bytesMax,
            let text = String(validating: data, as: UTF8.self)
        else {
            throw TemplateFault(
                file: file, line: 0, column: 0,
                message:
                    "the template is no UTF-8 text of at most \(MessageTemplate.bytesMax) bytes",
                hint: "save it as UTF-8")
        }
        try self.init(text: text, file: file, language: language)
    }

    /// Reads a text as a file is read.
    package init(text: String, file: String, language: Language) throws(TemplateFault) {
        self.file = file
        self.text = text
        for mark in ["{{>", "{{<", "{{ >", "{{ <"] {
            if let range = text.range(of: mark) {
                throw TemplateFault(
                    file: file, line: MessageTemplate.line(of: range.lowerBound, in: text),
                    column: 0, message: "a template cannot include another one (\(mark))",
                    hint: "write everything into this file")
            }
        }
        do {
            // Values are made harmless before they come here: nothing is escaped twice.
            template = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\n" + text)
        } catch let error as MustacheTemplate.ParserError {
            throw TemplateFault(
                file: file, line: max(1, error.context.lineNumber - 1), column: 0,
                message: "this is no Mustache: \(error.error)",
                hint: "each {{#name}} needs its {{/name}}, each {{ its }}")
        } catch {
            throw TemplateFault(
                file: file, line: 0, column: 0, message: "this is no Mustache: \(error)",
                hint: "each {{#name}} needs its {{/name}}, each {{ its }}")
        }
        for entries in MessageSample.lists(language) {
            _ = try rendered(
                entries, listing: entries.count, headline: "…", isTest: true, style: .plain)
        }
    }

    /// The text of a message.
    /// - Throws: when a name is unknown, or nothing comes out.
    func rendered(
        _ entries: [MessageEntry], listing count: Int, headline: String, isTest: Bool,
        style: TextStyle
    ) throws(TemplateFault) -> String {
        let misses = TemplateMisses()
        let context = TemplateContext.message(
            entries, listing: count, headline: headline, isTest: isTest, style: style,
            misses: misses)
        let text = template.render(context)
        if let name = misses.first {
            throw TemplateFault(
                file: file, line: line(of: name), column: 0,
                message: "no alert has a field '\(name)'",
                hint: "the fields are \(TemplateContext.fields.joined(separator: ", "))")
        }
        guard !text.allSatisfy(\.isWhitespace) else {
            throw TemplateFault(
                file: file, line: 1, column: 0, message: "the template gives an empty text",
                hint: "let it say at least {{headline}}")
        }
        return text
    }

    private func line(of name: String) -> Int {
        let tag = text.ranges(of: name).first { range in
            let before = text[..<range.lowerBound]
            let open = before.range(of: "{{", options: .backwards)
            return open.map { !before[$0.upperBound...].contains("}") } ?? false
        }
        return tag.map { MessageTemplate.line(of: $0.lowerBound, in: text) } ?? 0
    }

    private static func line(of index: String.Index, in text: String) -> Int {
        text[..<index].count(where: \.isNewline) + 1
    }
}
