package import Labor

/// Why a receiver is not told of an event, or is told in another's place: what the column `reason` of
/// a delivery holds.
package struct DeliveryReason: Hashable, Sendable {
    /// The reasons that there are.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// The receiver's configuration leaves out the tier.
        case tierNotWanted = "tier_not_wanted"
        /// The receiver's configuration leaves out the kind.
        case kindNotWanted = "kind_not_wanted"
        /// The receiver's configuration leaves out the region.
        case regionNotWanted = "region_not_wanted"
        /// No route leads to the receiver.
        case notRouted = "not_routed"
        /// The receiver is no longer configured.
        case receiverRemoved = "receiver_removed"
        /// The receiver was told of a later event of the alert first.
        case over
        /// The alert ended while it was held back, so the receiver never knew of it.
        case neverTold = "never_told"
        /// A silence holds the event back; it is named by its number.
        case silenced
        /// A greater alert holds the event back; it is named by its id.
        case inhibitedBy = "inhibited_by"
        /// Another receiver's delivery was given up; it is named by its number.
        case fallbackOf = "fallback_of"
    }

    /// The reason.
    package var kind: Kind
    /// The number or id of the silence, alert or delivery that the reason names; nil for others.
    package var about: String?

    /// A reason from its parts.
    package init(_ kind: Kind, about: String? = nil) {
        self.kind = kind
        self.about = about
    }

    /// Reads the column's text; nil for a word that is no reason.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard let first = parts.first, let kind = Kind(rawValue: first) else { return nil }
        self.init(kind, about: parts.count == 2 ? parts[1] : nil)
    }

    /// The column's text: `not_routed`, `silenced:12`.
    package var text: String { about.map { "\(kind.rawValue):\($0)" } ?? kind.rawValue }

    /// The meaning as a clause; a reason without words does not compile.
    package func words(in language: Language) -> String {
        let name = about ?? "?"
        let words =
            switch kind {
            case .tierNotWanted: ("该接收方不收此等级", "the receiver does not want this tier")
            case .kindNotWanted: ("该接收方不收此类别", "the receiver does not want this kind")
            case .regionNotWanted: ("该接收方不收此地区", "the receiver does not want this region")
            case .notRouted: ("没有路由通知该接收方", "no route leads to the receiver")
            case .receiverRemoved:
                ("接收方已从配置中移除", "the receiver is no longer configured")
            case .over: ("后续事项已先送达", "the receiver was told of a later event first")
            case .neverTold:
                (
                    "暂缓期间预警已结束，该接收方从未收到过",
                    "the alert ended while it was held back, so the receiver never knew of it"
                )
            case .silenced:
                ("静默\(name)结束前暂缓", "silence \(name) holds it back until it ends")
            case .inhibitedBy:
                (
                    "预警\(name.prefix(8))结束前暂缓",
                    "alert \(name.prefix(8)) holds it back while it runs"
                )
            case .fallbackOf:
                ("代替未送达的通知\(name)", "in place of delivery \(name), which was given up")
            }
        return language == .chinese ? words.0 : words.1
    }
}
