/// The six tables of the source contract (schema `labor`). Each lists its columns in the order in
/// which the decoders read them.
package enum SourceTable: String, CaseIterable, Hashable, Sendable {
    /// Regions.
    case region
    /// Industries.
    case industry
    /// Monitored enterprises.
    case enterprise
    /// Monthly reports, one row for each revision.
    case report
    /// Events.
    case event
    /// Macro indicators.
    case indicator

    /// One column that is read.
    package struct Column: Hashable, Sendable {
        /// The name of the column.
        package let name: String
        /// The SQL type, as `format_type` gives it.
        package let type: String
        /// Whether the source must have the column.
        package let required: Bool

        fileprivate init(_ name: String, _ type: String, required: Bool = false) {
            self.name = name
            self.type = type
            self.required = required
        }
    }

    /// The relation that is read without an entry in the source map.
    package var standardRelation: String { "labor.\(rawValue)" }

    /// The columns that are read, in order. The schema `labor` fills in `revision_id` and
    /// `changed_xid`; a view of the bureau need not have them.
    package var columns: [Column] {
        switch self {
        case .region:
            [
                Column("code", "text", required: true), Column("name", "text", required: true),
                Column("name_en", "text"), Column("parent_code", "text"),
                Column("grace_days", "integer"),
            ]
        case .industry:
            [
                Column("code", "text", required: true), Column("name", "text", required: true),
                Column("name_en", "text"), Column("parent_code", "text"),
            ]
        case .enterprise:
            [
                Column("enterprise_id", "bigint", required: true),
                Column("name", "text", required: true),
                Column("region_code", "text", required: true),
                Column("industry_code", "text", required: true),
                Column("credit_code", "text"), Column("owner_group", "text"),
                Column("key_monitored", "boolean"), Column("government_project", "boolean"),
                Column("data_basis", "text"), Column("size_class", "text"),
            ]
        case .report: SourceTable.reportColumns
        case .event:
            [
                Column("event_id", "bigint", required: true),
                Column("enterprise_id", "bigint"), Column("region_code", "text"),
                Column("kind", "text", required: true), Column("persons", "integer"),
                Column("amount", "numeric"), Column("occurred_on", "date"),
                Column("reported_at", "timestamp with time zone", required: true),
            ]
        case .indicator:
            [
                Column("code", "text", required: true),
                Column("region_code", "text", required: true),
                Column("period", "date", required: true),
                Column("value", "double precision"),
                Column("reported_at", "timestamp with time zone", required: true),
                Column("revision_id", "bigint"),
            ]
        }
    }

    private static let reportColumns: [Column] = [
        Column("enterprise_id", "bigint", required: true),
        Column("period", "date", required: true),
        Column("headcount", "integer", required: true),
        Column("hires", "integer"), Column("separations", "integer"),
        Column("employer_separations", "integer"), Column("workers_unpaid", "integer"),
        Column("insured", "integer"), Column("wages_due", "numeric"),
        Column("wages_paid", "numeric"), Column("contributions_due", "numeric"),
        Column("contributions_paid", "numeric"), Column("contributions_deferred", "boolean"),
        Column("operating_state", "text"),
        Column("reported_at", "timestamp with time zone", required: true),
        Column("revision_id", "bigint"), Column("planned_layoffs", "integer"),
        Column("dispatched", "integer"), Column("idle", "integer"),
    ]

    /// The tables whose rows are known only from their `reported_at` on.
    static let timed: [SourceTable] = [.report, .event, .indicator]

    /// The column with the number of the transaction that wrote the row. Without it, changes are
    /// found by `reported_at` with an overlap.
    package static let watermarkColumn = "changed_xid"
}
