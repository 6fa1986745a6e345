import Alerting
import Testing

@Suite struct DeliveryReasonTests {
    static let all: [(DeliveryReason, String)] = [
        (.notRouted, "not_routed"), (.kindNotWanted, "kind_not_wanted"),
        (.regionNotWanted, "region_not_wanted"), (.tierNotWanted, "tier_not_wanted"),
        (.silenced(by: 12), "silenced:12"),
        (.inhibited(by: AlertID(rawValue: "0f-1")), "inhibited_by:0f-1"),
        (.neverTold, "never_told"), (.overtaken, "over"), (.receiverRemoved, "receiver_removed"),
        (.fallback(of: 345), "fallback_of:345"),
    ]

    @Test(arguments: all)
    func `every reason has the text that the views show, and back`(
        reason: DeliveryReason, text: String
    ) {
        #expect(reason.rawValue == text)
        #expect(DeliveryReason(rawValue: text) == reason)
    }

    @Test(arguments: [
        "", "silenced", "silenced:", "silenced:x", "silenced:007", "silenced:1:2", "fallback_of:",
        "fallback_of: 1", "inhibited_by:", "not tried: the courier stops", "Over",
    ])
    func `no other text is a reason`(text: String) {
        #expect(DeliveryReason(rawValue: text) == nil)
    }

    @Test func `only what a silence or an inhibition says passes by itself`() {
        #expect(
            Self.all.map(\.0).filter(\.isTemporary)
                == [.silenced(by: 12), .inhibited(by: AlertID(rawValue: "0f-1"))])
    }
}
