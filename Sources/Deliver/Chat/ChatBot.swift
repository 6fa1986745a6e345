import Labor

/// The properties of one chat service: bodies, signature, rate limits, error codes.
protocol ChatBot: Sendable {
    /// The service's name, for messages to users.
    var service: String { get }
    /// The service's rate limits.
    var rates: [SendRate] { get }
    /// Seconds to wait after a "too many requests" answer that names no time.
    var pauseSeconds: Int64 { get }

    /// The URL of a message, with the query parameters that the service needs, such as a signature.
    func url(_ address: String, at now: Instant) -> String
    /// The text style. A message that mentions people may need another style.
    func style(mentioning mention: ChatMention) -> TextStyle
    /// The JSON body of the request.
    func body(_ post: ChatPost, at now: Instant) -> JSONValue
    /// Whether a post is within the service's size limit; `size` is the size of the body in bytes.
    func takes(_ post: ChatPost, size: Int) -> Bool
    /// The meaning of an error code; nil for a code that the service does not document.
    func meaning(of code: Int, _ words: String) -> ChatRefusal?
}

/// The people whom a message mentions, so that they get a notification.
enum ChatMention: Hashable, Sendable {
    case nobody
    case everybody
    /// Mobile numbers, or the user IDs of the service.
    case listed([String])
}

/// One message to a group conversation.
struct ChatPost: Hashable, Sendable {
    var title: String
    var text: String
    var style: TextStyle
    var tier: Tier
    var mention: ChatMention
}

/// The meaning of a service's error code.
struct ChatRefusal: Hashable, Sendable {
    /// The consequence for the delivery.
    enum Meaning: Hashable, Sendable {
        /// The service is overloaded.
        case busy
        /// The rate limit was exceeded.
        case tooMuch
        /// The service will never accept this message or these settings.
        case never
        /// The bot or its group conversation no longer exists.
        case gone
    }

    var meaning: Meaning
    var hint: String?
}
