import Labor

/// What is particular to one chat service: its bodies, its signature, its limits, its answers.
protocol ChatBot: Sendable {
    /// What a person calls the service.
    var service: String { get }
    /// How much it takes in a span of time.
    var rates: [SendRate] { get }
    /// Seconds to wait after it said that there was too much, where it names none.
    var pauseSeconds: Int64 { get }

    /// Where a message goes: the address with what the service wants in it.
    func url(_ address: String, at now: Instant) -> String
    /// How a text is marked up; a message that mentions somebody may need another form.
    func style(mentioning mention: ChatMention) -> TextStyle
    /// The body of the request.
    func body(_ post: ChatPost, at now: Instant) -> JSONValue
    /// Whether a post is small enough; `size` is that of its body in bytes.
    func takes(_ post: ChatPost, size: Int) -> Bool
    /// What an answer's code means; nil for one that the service does not document.
    func meaning(of code: Int, _ words: String) -> ChatRefusal?
}

/// Whom a message calls.
enum ChatMention: Hashable, Sendable {
    case nobody
    case everybody
    /// Mobile numbers, or what the service knows people by.
    case listed([String])
}

/// What is posted into a conversation.
struct ChatPost: Hashable, Sendable {
    var title: String
    var text: String
    var style: TextStyle
    var tier: Tier
    var mention: ChatMention
}

/// What a service means by an error code.
struct ChatRefusal: Hashable, Sendable {
    /// What becomes of the delivery.
    enum Meaning: Hashable, Sendable {
        /// The service has too much to do.
        case busy
        /// We sent too much.
        case tooMuch
        /// This message or these settings will never be taken.
        case never
        /// The bot or its conversation is no more.
        case gone
    }

    var meaning: Meaning
    var hint: String?
}
