package import Labor

/// The source as read at one moment: the facts, what was turned away, and how far it was read.
package struct SourceReading: Sendable {
    /// What detectors look at.
    package var facts: Facts
    /// What was turned away or held back.
    package var rejections: RejectionList
    /// Up to where changes were seen.
    package var watermark: Watermark
    /// Rows read off the wire.
    package var rowsRead: Int
    /// When the newest of those rows becomes known that are there, but dated shortly after the
    /// as-of, and so were not looked at; nil when there is none.
    package var newestAhead: Instant?

    /// A reading from its parts.
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

    /// Takes changed enterprises in: their months are forgotten and put in anew, so that the
    /// reading is what a full read would have given.
    /// - Returns: the enterprises that must be looked at again; nil when the rows say what was known
    ///   already, as those of a table that is loaded again and again.
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
            // An event that moved to another enterprise leaves no row behind at the first.
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

    /// The tables that are read whole when anything in them changed.
    private static let timedTables: Set<String> = [
        SourceTable.event.standardRelation, SourceTable.indicator.standardRelation,
    ]
}

extension Indicator {
    /// The value without the number that only orders revisions.
    fileprivate var content: Indicator {
        var content = self
        content.revision = 0
        return content
    }
}

/// Up to where the source was read.
package struct Watermark: Hashable, Sendable {
    /// Every transaction below this number was seen, whatever it committed; nil when no table keeps
    /// transaction numbers.
    package var transaction: UInt64?
    /// Which transactions from that number on were seen too, a `pg_snapshot` as text. It spares
    /// reading rows again while a long transaction elsewhere in the cluster holds the number back;
    /// nil on a standby.
    package var snapshot: String?
    /// The as-of of the look: rows dated after it, which were committed before, are found when their
    /// moment has come.
    package var lookedAt: Instant?
    /// Which database and which files of it the transaction numbers are of, see
    /// `SourceOrigin`: the numbers of another say nothing.
    package var origin: String?
    /// For tables without transaction numbers: the as-of of the last look, by table. The overlap
    /// must be longer than a row takes from its `reported_at` to its commit.
    package var reportedAt: [SourceTable: Instant]

    /// A watermark from what a server says of its transactions. The snapshot of a standby lists no
    /// running transactions, so that they would count as seen: there the number alone is kept.
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

    /// A watermark from what the store kept; nil when the store kept none.
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

    /// The watermark as the store keeps it. What is none is written too, since the store keeps what
    /// is not given.
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

/// What changed in the source since a watermark.
package struct SourceChanges: Sendable {
    /// Whether so much changed (enterprises, regions, a restored database) that only a full read
    /// will do; then nothing else here is filled.
    package var needsFullRead: Bool
    /// Enterprises with changed reports or events, ascending.
    package var enterprises: [Int64]
    /// All reports of those enterprises in the window.
    package var reports: [Report]
    /// Their reports that cannot be used.
    package var unusable: [UnusableReport]
    /// What was turned away among them.
    package var rejections: RejectionList
    /// All events, when any changed.
    package var events: [Event]?
    /// All indicators, when any changed.
    package var indicators: [Indicator]?
    /// Up to where changes were seen now.
    package var watermark: Watermark
    /// Rows read off the wire.
    package var rowsRead: Int
    /// When the newest of those rows becomes known that are dated shortly after the as-of; nil when
    /// there is none.
    package var newestAhead: Instant?

    /// Whether nothing changed.
    package var isEmpty: Bool {
        !needsFullRead && enterprises.isEmpty && events == nil && indicators == nil
    }

    /// Changes that are too many for anything but a full read.
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
