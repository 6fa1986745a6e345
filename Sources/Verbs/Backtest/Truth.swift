package import Labor
package import Settings

/// The real events, for scoring a backtest. The CSV file has the columns
/// `subject_type,subject_id,kind,onset,end,is_event`; months have the form YYYY-MM.
package struct Truth: Hashable, Sendable {
    /// One subject and kind: an event with its months, or the statement that no event happened.
    package struct Row: Hashable, Sendable {
        /// The kind of subject.
        package var subjectType: SubjectType
        /// The subject's id.
        package var subjectID: String
        /// The kind of alert that would be correct.
        package var kind: AlertKind
        /// First and last month of the event; nil if none happened.
        package var span: ClosedRange<Period>?
    }

    /// The rows of the file, in their order.
    package var rows: [Row]

    /// Why a truth file cannot be used.
    package struct Mistake: FailureConvertible, Hashable, Sendable, CustomStringConvertible {
        /// The line, from 1.
        package var line: Int
        /// What is wrong with the line.
        package var message: String
        /// `line N: message`.
        package var description: String { "line \(line): \(message)" }
        /// Wrong use: exit code 2.
        package var failure: Failure {
            Failure(exitCode: 2, "the truth file cannot be used: \(self)")
        }
    }

    /// Reads the text of a truth file.
    /// - Throws: `Mistake` with the line.
    package init(csv text: String) throws(Mistake) {
        // "\r\n" is one character in Swift, so a split at "\n" would not find it.
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        let wanted = ["subject_type", "subject_id", "kind", "onset", "end", "is_event"]
        let header =
            lines.first?.split(separator: ",", omittingEmptySubsequences: false)
            .map(String.init) ?? []
        var columns: [String: Int] = [:]
        for (index, name) in header.enumerated() { columns[name] = index }
        for name in wanted where columns[name] == nil {
            throw Mistake(
                line: 1,
                message: "the header has no column '\(name)'; "
                    + "expected \(wanted.joined(separator: ","))")
        }
        rows = []
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                .map(String.init)
            guard fields.count == header.count else {
                throw Mistake(
                    line: index + 1,
                    message: "has \(fields.count) fields, the header \(header.count)")
            }
            let values = wanted.map { name in columns[name].map { fields[$0] } ?? "" }
            rows.append(try Truth.row(values, line: index + 1))
        }
    }

    private static func row(_ values: [String], line: Int) throws(Mistake) -> Row {
        guard let type = SubjectType(rawValue: values[0]) else {
            throw Mistake(line: line, message: "unknown subject_type '\(values[0])'")
        }
        guard let kind = AlertKind(rawValue: values[2]) else {
            throw Mistake(line: line, message: "unknown kind '\(values[2])'")
        }
        let isEvent: Bool
        switch values[5].lowercased() {
        case "1", "true": isEvent = true
        case "0", "false": isEvent = false
        default:
            throw Mistake(line: line, message: "is_event '\(values[5])' is neither 1 nor 0")
        }
        return Row(
            subjectType: type, subjectID: values[1], kind: kind,
            span: try isEvent ? span(values[3], values[4], line: line) : nil)
    }

    /// The months of an event. An event without an end lasts one month.
    private static func span(
        _ first: String, _ last: String, line: Int
    ) throws(Mistake) -> ClosedRange<Period> {
        guard let onset = Period(first) else {
            throw Mistake(line: line, message: "onset '\(first)' is no month (YYYY-MM)")
        }
        guard let end = last.isEmpty ? onset : Period(last) else {
            throw Mistake(line: line, message: "end '\(last)' is no month (YYYY-MM)")
        }
        guard onset <= end else {
            throw Mistake(line: line, message: "end \(end) lies before onset \(onset)")
        }
        return onset...end
    }
}
