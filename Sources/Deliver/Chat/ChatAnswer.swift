import Foundation
import Labor

/// The body of a chat service's answer: all three answer 200 and say in the body how it went.
struct ChatAnswer {
    let code: Int
    let words: String

    /// Nil when the bytes are no such answer, such as a page of something in between.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)),
            case .object(let fields) = value
        else { return nil }
        // `StatusCode` is Feishu's older spelling.
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
