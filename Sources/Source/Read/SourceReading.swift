package import Labor

/// The result of a full read: the facts, the rejections and the watermark.
package struct SourceReading: Sendable {
    /// The facts for the detectors.
    package var facts: Facts
    /// The rejected and held-back values.
    package var rejections: RejectionList
    /// The watermark of the read.
    package var watermark: Watermark
    /// The number of rows read.
    package var rowsRead: Int
    /// The latest `reported_at` of the rows that are dated up to a day after the as-of and were
    /// therefore not evaluated; nil without such rows.
    package var newestAhead: Instant?

    /// Creates a reading. Each argument sets the property of the same name.
    init(
        facts: Facts, rejections: RejectionList, watermark: Watermark, rowsRead: Int,
        newestAhead: Instant? = nil
    ) {
        self.facts = facts
        self.rejections = rejections
        self.watermark = watermark
        self.rowsRead = rowsRead
        self.newestAhead = newestAhead
    }

    /// Applies changes. The months of changed enterprises are removed and filled again, so that the
    /// reading equals the result of a full read.
    /// - Returns: the enterprises to evaluate again; nil when the rows contain nothing new, as in a
    ///   table that is reloaded regularly.
    @discardableResult
    package mutating func take(_ changes: SourceChanges) -> Set<Int64>? {
        let ids = Set(changes.enterprises)
        let rejectedBefore = rejections
        rejections.forgetReports(of: ids)
        if changes.events != nil { rejections.forget(tables: SourceReading.timedTables) }
        rejections.add(changes.rejections)
        var filler = PanelFiller(panel: facts.panel)
        facts.panel = Panel(first: facts.panel.first, months: 1, enterprises: [])
        let rows = changes.enterprises.compactMap { filler.panel.row(of: $0) }
        let digests = rows.map { filler.panel.digest(row: $0) }
        for row in rows { filler.panel.clear(row: row) }
        for report in changes.reports { filler.place(report) }
        for report in changes.unusable { filler.note(report) }
        for row in rows { filler.screen(row: row) }
        facts.panel = filler.panel
        rejections.add(filler.rejections)
        var touched: Set<Int64> = []
        for (row, digest) in zip(rows, digests) where facts.panel.digest(row: row) != digest {
            touched.insert(facts.panel.enterprises[row].id)
        }
        var isNews = !touched.isEmpty
        if let events = changes.events {
            // An event that moved to another enterprise leaves no row at the old enterprise, so
            // both are found by the difference.
            let moved = Set(events).symmetricDifference(facts.events)
            touched.formUnion(moved.compactMap(\.enterpriseID))
            isNews = isNews || !moved.isEmpty
            facts.events = events
            rejections.add(events.rejectionsOfUnknown(in: facts.panel))
        }
        if let indicators = changes.indicators {
            isNews = isNews || indicators.map(\.content) != facts.indicators.map(\.content)
            facts.indicators = indicators
        }
        watermark = changes.watermark
        newestAhead = changes.newestAhead
        rowsRead = changes.rowsRead
        isNews =
            isNews || rejections.counts != rejectedBefore.counts
            || Set(rejections.listed) != Set(rejectedBefore.listed)
        return isNews ? touched : nil
    }

    /// The tables that are read completely after any change.
    private static let timedTables: Set<String> = [
        SourceTable.event.standardRelation, SourceTable.indicator.standardRelation,
    ]
}

extension Indicator {
    /// The indicator without its revision number, which only orders revisions.
    fileprivate var content: Indicator {
        var content = self
        content.revision = 0
        return content
    }
}

/// The position up to which the source was read.
package struct Watermark: Hashable, Sendable {
    /// All transactions below this number were read; nil when no table has transaction numbers.
    package var transaction: UInt64?
    /// The transactions from that number on that were read, too, as the text of a `pg_snapshot`. It
    /// avoids reading rows again while a long transaction in the cluster keeps `transaction` low.
    /// Nil for a watermark that was read from a standby server.
    package var snapshot: String?
    /// The as-of of the read; nil when it is unknown. Rows that were committed before the read but
    /// have a later `reported_at` are read when that time has come.
    package var lookedAt: Instant?
    /// The fingerprint of the database and its files (see `SourceOrigin`); nil when no table has
    /// transaction numbers. Transaction numbers of another database are not comparable.
    package var origin: String?
    /// For tables without transaction numbers, the as-of of the last read. The overlap must be
    /// longer than the time between the `reported_at` of a row and its commit.
    package var reportedAt: [SourceTable: Instant]

    /// A watermark from the server's transaction state. The snapshot of a standby does not list
    /// running transactions, which would then count as read. On a standby only the number is kept.
    package init(
        transaction: UInt64?, snapshot: String?, isStandby: Bool, lookedAt: Instant? = nil,
        origin: String? = nil, reportedAt: [SourceTable: Instant] = [:]
    ) {
        self.transaction = transaction
        self.snapshot = isStandby ? nil : snapshot
        self.lookedAt = lookedAt
        self.origin = origin
        self.reportedAt = reportedAt
    }

    /// A watermark from the stored texts; nil when none is stored.
    package init?(texts: [String: String]) {
        transaction = texts["source.transaction"].flatMap { UInt64($0) }
        snapshot = texts["source.snapshot"].flatMap { $0.isEmpty ? nil : $0 }
        lookedAt = texts["source.looked_at"].flatMap { Int64($0) }
            .map { Instant(microseconds: $0) }
        origin = texts["source.origin"].flatMap { $0.isEmpty ? nil : $0 }
        reportedAt = [:]
        for table in SourceTable.allCases {
            guard let micros = texts["source.\(table.rawValue)"].flatMap({ Int64($0) }) else {
                continue
            }
            reportedAt[table] = Instant(microseconds: micros)
        }
        if transaction == nil, reportedAt.isEmpty { return nil }
    }

    /// The watermark as texts for the store. A missing value is written as an empty text, because
    /// the store keeps a value that is not given.
    package var texts: [String: String] {
        var texts = [
            "source.snapshot": snapshot ?? "",
            "source.looked_at": lookedAt.map { String($0.microseconds) } ?? "",
            "source.origin": origin ?? "",
        ]
        if let transaction { texts["source.transaction"] = String(transaction) }
        for (table, instant) in reportedAt {
            texts["source.\(table.rawValue)"] = String(instant.microseconds)
        }
        return texts
    }
}

/// The changes of the source since a watermark.
package struct SourceChanges: Sendable {
    /// Whether a full read is necessary: too many enterprises have changed reports, a row of
    /// regions, industries or enterprises changed, or the database was restored. The other values
    /// are then empty.
    package var needsFullRead: Bool
    /// The IDs of enterprises with changed reports or events, in rising order.
    package var enterprises: [Int64]
    /// All reports of these enterprises in the months of the panel.
    package var reports: [Report]
    /// The unusable reports of these enterprises.
    package var unusable: [UnusableReport]
    /// The rejections among the rows read.
    package var rejections: RejectionList
    /// All events if an event or indicator changed; otherwise nil.
    package var events: [Event]?
    /// All indicators if an event or indicator changed; otherwise nil.
    package var indicators: [Indicator]?
    /// The watermark of this read.
    package var watermark: Watermark
    /// The number of rows read.
    package var rowsRead: Int
    /// The latest `reported_at` of rows dated up to a day after the as-of; nil without such rows.
    package var newestAhead: Instant?

    /// Whether nothing changed.
    package var isEmpty: Bool {
        !needsFullRead && enterprises.isEmpty && events == nil && indicators == nil
    }

    /// Changes that require a full read.
    static func everything(_ watermark: Watermark) -> SourceChanges {
        SourceChanges(
            needsFullRead: true, enterprises: [], reports: [], unusable: [],
            rejections: RejectionList(),
            events: nil, indicators: nil, watermark: watermark, rowsRead: 0)
    }

    /// No change.
    static func none(_ watermark: Watermark) -> SourceChanges {
        SourceChanges(
            needsFullRead: false, enterprises: [], reports: [], unusable: [],
            rejections: RejectionList(),
            events: nil, indicators: nil, watermark: watermark, rowsRead: 0)
    }
}
