@testable import Deliver
import Testing

struct ChatSignatureTests {
    @Test func `DingTalk's signature is that of the published formula`() {
        let sign = DingTalkBot.sign(timestamp: 1_700_000_000_000, secret: "SECtest")
        #expect(sign == "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g=")
        #expect(
            DingTalkBot.escaped("a+b/c=") == "a%2Bb%2Fc%3D")
    }

    @Test func `Feishu's signature is that of the published formula`() {
        let sign = FeishuBot.sign(timestamp: 1_700_000_000, secret: "demo")
        #expect(sign == "8oT2n3SMKFfEnDoiwer8BUM/SjKLwe9SqoEIHlhDTKo=")
    }
}
