import Alerting
import Foundation
import Labor

/// How often verdicts say that what was told was real.
struct Precision: Hashable, Sendable {
    /// The number of verdicts.
    let judged: Int
    /// The number of verdicts `confirmed`.
    let confirmed: Int

    init(_ verdicts: [Verdict: Int]) {
        judged = verdicts.values.reduce(0, +)
        confirmed = verdicts[.confirmed] ?? 0
    }

    /// The share of verdicts that are `confirmed`, 0 to 1; nil without a verdict.
    var share: Double? { judged == 0 ? nil : Double(confirmed) / Double(judged) }

    /// The 97.5 % quantile of the normal distribution, for an interval of 95 %.
    private static let quantile = 1.959964

    /// The Wilson interval of 95 % around the share; nil without a verdict.
    ///
    /// Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference,
    /// JASA 22 (1927). It holds for few verdicts and for shares near 0 and 1, too.
    var interval: ClosedRange<Double>? {
        guard let share else { return nil }
        let (count, square) = (Double(judged), Precision.quantile * Precision.quantile)
        let scale = 1 + square / count
        let centre = (share + square / (2 * count)) / scale
        let half =
            Precision.quantile / scale
            * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        return max(0, centre - half)...min(1, centre + half)
    }

    /// The columns of a listing: judged, precision and its interval.
    static let columns: [Listing.Column] = [
        .init("judged", "已评判", "judged"), .init("precision", "准确率", "precision"),
        .init("precision_low", "95%下限", "95 % from"),
        .init("precision_high", "95%上限", "95 % to"),
    ]

    /// The values of `columns`.
    var values: [JSONValue] {
        [
            .int(Int64(judged)), Precision.rounded(share, 1e4),
            Precision.rounded(interval?.lowerBound, 1e4),
            Precision.rounded(interval?.upperBound, 1e4),
        ]
    }

    /// A number rounded to parts of a unit; null for nil.
    static func rounded(_ value: Double?, _ unit: Double) -> JSONValue {
        value.map { .double(($0 * unit).rounded() / unit) } ?? .null
    }
}
