import Alerting
import Foundation
package import Labor
import Mustache

/// A fault in a template.
package struct TemplateFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The template's file.
    package var file: String
    /// The line, from 1; 0 when unknown.
    package var line: Int
    /// The column, from 1; 0 when unknown.
    package var column: Int
    /// The mistake in the template, in one sentence.
    package var message: String
    /// The correction.
    package var hint: String

    /// Creates a fault. Each argument sets the property of the same name.
    package init(file: String, line: Int, column: Int, message: String, hint: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }

    /// File, line and message, without the hint.
    package var description: String {
        line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)"
    }

    /// Line and message without the path, for readers outside the machine.
    var reason: String { line > 0 ? "\(line): \(message)" : message }
}

/// A message template of the administrator, in Mustache.
///
/// Values are inserted after they were neutralised for the receiver's text style. Partials are not
/// supported: a template is one file.
package struct MessageTemplate: Sendable {
    /// The largest file that is read, bytes.
    package static let bytesMax = 65_536

    /// The file, for messages.
    package let file: String
    private let text: String
    private let template: MustacheTemplate

    /// Reads a file, parses it and renders it for one alert and for a group, to find faults early.
    /// - Throws: the first fault; an unknown field name is a fault too.
    package init(file: String, language: Language) throws(TemplateFault) {
        let bytes: [UInt8]
        do throws(TextReader.Fault) {
            bytes = try TextReader.bytes(file)
        } catch {
            throw TemplateFault(
                file: file, line: 0, column: 0, message: "the template cannot be read",
                hint: "check the path, and that the daemon's user may read it")
        }
        let text: String
        do throws(TextReader.Fault) {
            text = try TextReader.text(bytes, bytesMax: MessageTemplate.bytesMax)
        } catch {
            throw TemplateFault(
                file: file, line: 0, column: 0,
                message:
                    "the template is no UTF-8 text of at most \(MessageTemplate.bytesMax) bytes: "
                    + error.message, hint: error.hint)
        }
        try self.init(text: text, file: file, language: language)
    }

    /// Parses a text in the same way as a file's content.
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
            // Values are already neutralised, so Mustache must not escape them again.
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
    /// - Throws: a fault when a field name is unknown or the result is empty.
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

    /// Whether the template's own text, not a value in it, begins with `Subject:`.
    var setsSubject: Bool {
        var rest = text[...]
        // Sections may select one of several subjects.
        while let tag = rest.prefixMatch(of: /\s*\{\{[#^\/!][^}]*\}\}\s*/) {
            rest = rest[tag.range.upperBound...]
        }
        return rest.hasPrefix(MailMessage.subjectMark)
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
