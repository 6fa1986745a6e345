import Alerting
import Labor

/// The body of a chat service's answer. All three services answer with status 200 and give the
/// result as a code in the body; 0 means success.
struct ChatAnswer {
    let code: Int
    let words: String

    /// Reads a body; nil when it is not an answer of a chat service, for example the error page of
    /// a proxy.
    init?(_ bytes: [UInt8]) {
        guard case .object(let fields)? = try? JSONValue(json: bytes) else { return nil }
        // `StatusCode` is Feishu's older name for the code.
        let names = [("errcode", "errmsg"), ("code", "msg"), ("StatusCode", "StatusMessage")]
        for (code, words) in names {
            guard case .int(let number)? = fields[code] else { continue }
            self.code = Int(number)
            if case .string(let text)? = fields[words] {
                self.words = text
            } else {
                self.words = ""
            }
            return
        }
        return nil
    }
}
