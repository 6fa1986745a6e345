import Testing

/// A file that must be refused: the words of the refusal, and the place that it names.
struct WrongText: Sendable, CustomTestStringConvertible {
    var text: String
    var place: String
    var message: String
    var hint: String

    init(_ text: String, _ place: String, _ message: String, _ hint: String) {
        self.text = text
        self.place = place
        self.message = message
        self.hint = hint
    }

    var testDescription: String { "\(place) \(message)" }
}
