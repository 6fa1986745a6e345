package import Labor

extension DeliveryReason: Worded {
    /// The reason as a clause.
    package func words(in language: Language) -> String {
        let words =
            switch self {
            case .tierNotWanted: ("该接收方不收此等级", "the receiver does not want this tier")
            case .kindNotWanted: ("该接收方不收此类别", "the receiver does not want this kind")
            case .regionNotWanted: ("该接收方不收此地区", "the receiver does not want this region")
            case .notRouted: ("没有路由通知该接收方", "no route leads to the receiver")
            case .knownByAlerts:
                ("升级前已按预警通知", "the receiver knows it by its alerts")
            case .recordOnly:
                ("仅作留痕，不通知", "it is on record only, so nobody is told of it")
            case .receiverRemoved:
                ("接收方已从配置中移除", "the receiver is no longer configured")
            case .overtaken: ("后续事项已先送达", "the receiver was told of a later event first")
            case .neverTold:
                (
                    "暂缓期间预警已结束，该接收方从未收到过",
                    "the alert ended while it was held back, so the receiver never knew of it"
                )
            case .silenced(let silence):
                ("静默\(silence)结束前暂缓", "silence \(silence) holds it back until it ends")
            case .inhibited(let alert):
                (
                    "预警\(alert.rawValue.prefix(8))结束前暂缓",
                    "alert \(alert.rawValue.prefix(8)) holds it back while it runs"
                )
            case .fallback(let delivery):
                (
                    "代替未送达的通知\(delivery)",
                    "in place of delivery \(delivery), which was given up"
                )
            }
        return language == .chinese ? words.0 : words.1
    }
}
