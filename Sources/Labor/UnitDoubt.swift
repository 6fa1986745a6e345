/// A column of amounts that many enterprises report beyond all reason, as if in another unit.
package struct UnitDoubt: Hashable, Sendable {
    /// The unit that the amounts seem to be in.
    package enum Unit: String, CaseIterable, Hashable, Sendable {
        /// 万元, ten thousand yuan.
        case tenThousandYuan = "unit_ten_thousand_yuan"
        /// 千元, a thousand yuan.
        case thousandYuan = "unit_thousand_yuan"
        /// 百元, a hundred yuan.
        case hundredYuan = "unit_hundred_yuan"
        /// 分, a hundredth of a yuan.
        case fen = "unit_fen"
        /// Yuan, but the headcount is in thousands.
        case staffInThousands = "unit_staff_thousands"
    }

    /// The column of `labor.report`.
    package var column: String
    /// Enterprises whose amounts a head are beyond all reason, all on the same side.
    package var enterprises: Int
    /// Enterprises that report the column.
    package var reporting: Int
    /// The median of the former, yuan a head and month as the contract reads it.
    package var median: Double
    /// The unit in which the amounts seem to be reported.
    package var unit: Unit

    /// Creates a doubt. Each argument sets the property of the same name.
    package init(
        column: String, enterprises: Int, reporting: Int, median: Double, unit: Unit
    ) {
        self.column = column
        self.enterprises = enterprises
        self.reporting = reporting
        self.median = median
        self.unit = unit
    }

    /// The share of the enterprises that report the column, 0 to 1.
    package var share: Double {
        reporting > 0 ? Double(enterprises) / Double(reporting) : 0
    }
}
