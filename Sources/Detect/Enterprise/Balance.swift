import Labor

/// The balance of one enterprise: the running sum of (due − paid) over its reported months, and
/// the excess of the balance above the enterprise's usual balance.
///
/// The sum starts with the first month of the panel. Debts from before it are unknown.
///
/// One value is created per evaluation and loaded for one enterprise after the other, so that its
/// arrays are allocated once.
struct Balance {
    /// The months with both figures, as rising panel indices.
    private(set) var months: [Int] = []
    /// The amount due in each of `months`, fen.
    private(set) var due: [Double] = []
    /// The running sum of (due − paid) up to each of `months`, fen.
    private(set) var sums: [Double] = []

    /// A buffer for quantiles.
    private var sorted: [Double] = []

    /// The parameters of the usual balance ("habit").
    struct Habit: Sendable {
        /// The length in months of the window from which the habit is computed.
        var window: Int
        /// The number of months between the end of that window and the month judged.
        var lag: Int
        /// The minimum number of months with figures in the window. With fewer there is no habit,
        /// and the balance itself counts.
        var least: Int
        /// The maximum of the habit, in months of due. Old arrears therefore do not become the new
        /// normal.
        var most: Double
    }

    /// The excess of the balance above the habit in one month.
    struct Excess {
        /// The excess in months of due: `amount` / `unit`.
        var months: Double
        /// The excess in fen: balance − habit.
        var amount: Double
        /// The unit: one month of due, fen.
        var unit: Double
        /// The habit: the usual balance, fen; 0 while there is no habit.
        var habit: Double
        /// Whether the window has enough months for a habit.
        var hasHabit: Bool
    }

    /// Whether no month has both figures.
    var isEmpty: Bool { months.isEmpty }

    /// Removes the data of the previous enterprise.
    mutating func clear() {
        months.removeAll(keepingCapacity: true)
        due.removeAll(keepingCapacity: true)
        sums.removeAll(keepingCapacity: true)
    }

    /// Adds the next month. Months must be added in rising order.
    ///
    /// After a gap in the reports, arrears from before it may have been paid during it. The
    /// balance therefore falls by up to one `due` per missing month, but not below the lowest of
    /// the last three balances.
    /// - Parameters:
    ///   - month: the month, as a panel index.
    ///   - due: the amount due, fen.
    ///   - paid: the amount paid, fen.
    mutating func add(month: Int, due: Double, paid: Double) {
        var sum = sums.last ?? 0
        if let last = months.last, month > last + 1 {
            let above = sum - (sums.suffix(3).min() ?? sum)
            sum -= min(above, max(0, due) * Double(month - last - 1))
        }
        months.append(month)
        self.due.append(due)
        sums.append(sum + due - paid)
    }

    /// Whether the last balance can exceed a habit at all. This quick test excludes most
    /// enterprises.
    var mayExceed: Bool {
        guard let last = sums.last else { return false }
        return last > 0.5 + min(0, sums.min() ?? 0)
    }

    /// The excess at one of `months`; nil when no amount was due.
    ///
    /// The habit is the lower quartile of the balances in the window, limited by `Habit.most`. The
    /// unit is the largest of three amounts: the median due of 6 months, the median due of 12
    /// months, and the month's own due. Many payers are always one month late. In a bonus month,
    /// or after a winter stop, one month's due is large against the median, and the median alone
    /// as unit would exaggerate the excess.
    /// - Parameters:
    ///   - index: the index into `months`.
    ///   - habit: the parameters of the habit.
    mutating func excess(at index: Int, _ habit: Habit) -> Excess? {
        let month = months[index]
        let unit = max(median(before: index, months: 6), median(before: index, months: 12))
        let whole = max(unit, due[index])
        guard whole > 0 else { return nil }
        sorted.removeAll(keepingCapacity: true)
        for (at, sum) in zip(months[...index], sums)
        where at >= month - habit.lag - habit.window + 1 && at <= month - habit.lag {
            sorted.append(sum)
        }
        let hasHabit = sorted.count >= habit.least
        var usual = 0.0
        if hasHabit {
            sorted.sort()
            usual = min(quantile(sorted, 0.25), habit.most * whole)
        }
        let amount = sums[index] - usual
        return Excess(
            months: amount / whole, amount: amount, unit: whole, habit: usual,
            hasHabit: hasHabit)
    }

    /// The median of the positive dues in the `count` months that end with `index`, fen; 0 when
    /// there is none.
    private mutating func median(before index: Int, months count: Int) -> Double {
        sorted.removeAll(keepingCapacity: true)
        var at = index
        while at >= 0, months[at] > months[index] - count {
            if due[at] > 0 { sorted.append(due[at]) }
            at -= 1
        }
        guard !sorted.isEmpty else { return 0 }
        sorted.sort()
        return quantile(sorted, 0.5)
    }
}

/// The quantile of sorted values, with linear interpolation between neighbours.
/// - Parameters:
///   - sorted: the values in rising order, at least one.
///   - q: the quantile, 0…1.
package func quantile(_ sorted: [Double], _ q: Double) -> Double {
    let regional = q * Double(sorted.count - 1)
    let low = Int(regional)
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (regional - Double(low))
}
