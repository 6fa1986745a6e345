/// Why a delivery is not sent, or which delivery it replaces as a fallback.
///
/// Code compares the cases. `rawValue` is the text form in the column `laborwatch.delivery.reason`
/// and in the SQL views. The text form is a contract: each value has exactly one text.
package enum DeliveryReason: Hashable, Sendable {
    /// No route leads to the receiver.
    case notRouted
    /// The receiver's `kinds` filter excludes the kind.
    case kindNotWanted
    /// The receiver's `regions` filter excludes the region.
    case regionNotWanted
    /// The receiver's `tiers` filter excludes the tier.
    case tierNotWanted
    /// The receiver knows the incident by its alerts, which were raised before incidents existed.
    case knownByAlerts
    /// The finding is on record only, so nobody is notified of it.
    case recordOnly
    /// The silence with this number holds the delivery.
    case silenced(by: Int64)
    /// This greater alert inhibits the delivery.
    case inhibited(by: AlertID)
    /// The alert ended while its deliveries were held, so the receiver never got a notification of
    /// it.
    case neverTold
    /// The receiver already has a later event of the alert.
    case overtaken
    /// The receiver is no longer configured.
    case receiverRemoved
    /// The delivery replaces the delivery with this number, which another receiver could not take.
    case fallback(of: Int64)

    /// Whether the reason can end by itself, as a silence or an inhibition does.
    package var isTemporary: Bool {
        switch self {
        case .silenced, .inhibited: true
        default: false
        }
    }
}

extension DeliveryReason: RawRepresentable, CustomStringConvertible {
    /// The text form, for example `not_routed` or `silenced:12`: a code, and the number or ID that
    /// the case refers to.
    package var rawValue: String {
        switch self {
        case .notRouted: "not_routed"
        case .kindNotWanted: "kind_not_wanted"
        case .regionNotWanted: "region_not_wanted"
        case .tierNotWanted: "tier_not_wanted"
        case .recordOnly: "record_only"
        case .knownByAlerts: "known_by_alerts"
        case .silenced(let silence): "silenced:\(silence)"
        case .inhibited(let alert): "inhibited_by:\(alert.rawValue)"
        case .neverTold: "never_told"
        case .overtaken: "over"
        case .receiverRemoved: "receiver_removed"
        case .fallback(let delivery): "fallback_of:\(delivery)"
        }
    }

    /// The reason with a text form; nil for any other text.
    package init?(rawValue: String) {
        if let plain = DeliveryReason.plain[rawValue] {
            self = plain
            return
        }
        let parts = rawValue.split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch (parts[0], Int64(parts[1])) {
        case ("silenced", let silence?): self = .silenced(by: silence)
        case ("fallback_of", let delivery?): self = .fallback(of: delivery)
        case ("inhibited_by", _): self = .inhibited(by: AlertID(rawValue: String(parts[1])))
        default: return nil
        }
        // Each value has one text, so "silenced:007" is no reason.
        if self.rawValue != rawValue { return nil }
    }

    /// The text form.
    package var description: String { rawValue }

    private static let plain: [String: DeliveryReason] = Dictionary(
        uniqueKeysWithValues: [
            .notRouted, .kindNotWanted, .regionNotWanted, .tierNotWanted, .recordOnly,
            .knownByAlerts, .neverTold, .overtaken,
            .receiverRemoved,
        ].map { ($0.rawValue, $0) })
}
