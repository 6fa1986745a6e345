package import Labor

/// What really happened, for scoring a backtest: a CSV with the columns
/// `subject_type,subject_id,kind,onset,end,is_event`, months as YYYY-MM.
package struct Truth: Hashable, Sendable {
    /// One subject and kind: an event with its months, or the statement that there was none.
    package struct Row: Hashable, Sendable {
        /// The kind of subject.
        package var subjectType: SubjectType
        /// The subject's id.
        package var subjectID: String
        /// The kind of alert that would be right.
        package var kind: AlertKind
        /// First and last month; nil when nothing happened.
        package var span: ClosedRange<Period>?
    }

    /// The rows.
    package var rows: [Row]

    /// Why a truth file cannot be used.
    package struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
        /// The line, from 1.
        package var line: Int
        /// What is wrong with it.
        package var message: String
        /// `line N: message`.
        package var description: String { "line \(line): \(message)" }
    }

    /// Reads the text of a truth file.
    /// - Throws: `Mistake` with the line.
    package init(csv text: String) throws(Mistake) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasSuffix("\r") ? String($0.dropLast()) : String($0) }
        while lines.last?.isEmpty == true { lines.removeLast() }
        let wanted = ["subject_type", "subject_id", "kind", "onset", "end", "is_event"]
        let header = lines.first?.split(separator: ",", omittingEmptySubsequences: false)
            .map(String.init) ?? []
        var columns: [String: Int] = [:]
        for (index, name) in header.enumerated() { columns[name] = index }
        for name in wanted where columns[name] == nil {
            throw Mistake(
                line: 1, message: "the header has no column '\(name)'; "
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
        var span: ClosedRange<Period>?
        if ["1", "true"].contains(values[5]) {
            guard let onset = Period(values[3]) else {
                throw Mistake(line: line, message: "onset '\(values[3])' is no month (YYYY-MM)")
            }
            span = onset...max(onset, Period(values[4]) ?? onset)
        }
        return Row(subjectType: type, subjectID: values[1], kind: kind, span: span)
    }
}
