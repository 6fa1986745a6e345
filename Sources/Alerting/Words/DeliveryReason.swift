package import Labor

/// Why a receiver does not get an event, or gets it as the fallback of another receiver. It is the
/// value of the column `laborwatch.delivery.reason`.
package struct DeliveryReason: Hashable, Sendable {
    /// The reason codes.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// The receiver's `tiers` filter excludes the tier.
        case tierNotWanted = "tier_not_wanted"
        /// The receiver's `kinds` filter excludes the kind.
        case kindNotWanted = "kind_not_wanted"
        /// The receiver's `regions` filter excludes the region.
        case regionNotWanted = "region_not_wanted"
        /// No route leads to the receiver.
        case notRouted = "not_routed"
        /// The receiver is no longer configured.
        case receiverRemoved = "receiver_removed"
        /// The receiver already got a later event of the alert.
        case over
        /// The alert ended while its deliveries were held, so the receiver never got a notification
        /// of it.
        case neverTold = "never_told"
        /// A silence suppresses the delivery for now; `about` is the number of the silence.
        case silenced
        /// A greater alert inhibits the delivery; `about` is the ID of that alert.
        case inhibitedBy = "inhibited_by"
        /// The delivery replaces a delivery that another receiver did not accept; `about` is the
        /// number of the replaced delivery.
        case fallbackOf = "fallback_of"
    }

    /// The reason code.
    package var kind: Kind
    /// The number or ID of the silence, alert or delivery that the code refers to; nil for other
    /// codes.
    package var about: String?

    /// Creates a reason. Each argument sets the property of the same name.
    package init(_ kind: Kind, about: String? = nil) {
        self.kind = kind
        self.about = about
    }

    /// Parses the column's text; nil when the text has no known code.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard let first = parts.first, let kind = Kind(rawValue: first) else { return nil }
        self.init(kind, about: parts.count == 2 ? parts[1] : nil)
    }

    /// The column's text, for example `not_routed` or `silenced:12`.
    package var text: String { about.map { "\(kind.rawValue):\($0)" } ?? kind.rawValue }

    /// The reason as a clause. The switch is exhaustive, so a new code without texts does not
    /// compile.
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
