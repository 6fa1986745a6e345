import Alerting
import Testing

@Suite struct ActorTests {
    @Test func `an actor says for whom they act`() {
        #expect(Actor("root", onBehalfOf: "王").description == "root for 王")
        #expect(("li" as Actor).description == "li")
    }
}
