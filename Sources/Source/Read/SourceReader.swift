package import Labor
package import Postgres

/// Reads the source: everything as known at a moment, or what changed since a watermark.
///
/// Every read is one read-only transaction with one snapshot. A watermark is the snapshot's
/// `xmin`: all transactions below it are over, so a row that commits late is read later, never
/// skipped; what is read twice is put in twice with the same effect.
package struct SourceReader: Sendable {
    /// When more than this share of enterprises changed, a full read is the shorter way.
    static let fullReadShare = 0.2
    /// After so many rows of a long read its progress is told.
    static let progressRows = 100_000
    /// And never more enterprises than this at once, for their ids travel as one text.
    static let changedMax = 20_000

    let connection: ConnectionSlot
    let map: SourceMap
    let windowMonths: Int
    let zone: Zone
    let overlapSeconds: Int64
    let progress: @Sendable () -> Void
    let memory = ShapeMemory()
    /// How many rejections of one table and reason a reading lists.
    private(set) var listedMax = RejectionList.listedMax

    /// A reader.
    /// - Parameters:
    ///   - windowMonths: months before the as-of month that are read.
    ///   - overlapSeconds: for tables without transaction numbers: how far back before the as-of
    ///     of the last look each poll looks again.
    ///   - progress: called as statements end and rows come, so that a watchdog sees that a long
    ///     read goes on. Each wait for a row is bounded by the connection's statement timeout.
    package init(
        connection: ConnectionSlot, map: SourceMap = SourceMap(), windowMonths: Int, zone: Zone,
        overlapSeconds: Int64 = 3600, progress: @escaping @Sendable () -> Void = {}
    ) {
        self.connection = connection
        self.map = map
        self.windowMonths = windowMonths
        self.zone = zone
        self.overlapSeconds = overlapSeconds
        self.progress = progress
    }

    /// The same reader, whose readings list every rejection, however many there are.
    package var listingAll: SourceReader {
        var reader = self
        reader.listedMax = .max
        return reader
    }

    /// Rejections with the bureau's own names: its tables by the map, and its enterprises.
    package func named(_ rejections: [Rejection], in panel: Panel) -> [Rejection] {
        let relations = Dictionary(
            uniqueKeysWithValues: SourceTable.allCases.map { ($0.standardRelation, map.name($0)) })
        return rejections.map { rejection in
            var named = rejection
            named.relation = relations[rejection.table]
            named.enterpriseName = rejection.enterpriseID.flatMap(panel.row).map {
                panel.enterprises[$0].name
            }
            return named
        }
    }

    /// The first month of the window that ends with the as-of month.
    package func firstPeriod(_ asOf: AsOf) -> Period {
        asOf.day.period.adding(1 - windowMonths)
    }

    /// Everything as known at a moment.
    package func read(asOf: AsOf) async throws -> SourceReading {
        let reader = self
        return try await perform { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                try SourceSession(reader: reader, asOf: asOf, &session).reading(&session)
            }
        }
    }

    /// What changed since a watermark, as known at a moment.
    package func changes(
        since watermark: Watermark, knownEnterprises: Int, asOf: AsOf
    ) async throws -> SourceChanges {
        let reader = self
        return try await perform { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                var source = try SourceSession(reader: reader, asOf: asOf, &session)
                return try source.changes(
                    &session, since: watermark, knownEnterprises: knownEnterprises)
            }
        }
    }

    /// Every revision known up to a moment, for a replay of many as-of days.
    package func tape(from first: Period, through asOf: AsOf) async throws -> RevisionTape {
        let reader = self
        return try await perform { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                var source = try SourceSession(reader: reader, asOf: asOf, &session)
                return try source.tape(&session, from: first)
            }
        }
    }

    /// What the source has of each table, column by column; nothing is read.
    ///
    /// - Parameter incomplete: whether a table that lacks required columns is shown as it is; else it
    ///   is an error.
    package func inspect(incomplete: Bool = false) async throws -> [TableShape] {
        let map = self.map
        return try await connection.perform { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                try SourceTable.allCases.map { table in
                    incomplete
                        ? try TableShape.look(table, map, &session)
                        : try TableShape.inspect(table, map, &session)
                }
            }
        }
    }
}

extension SourceReader {
    /// Runs a read; after one that failed the relations are looked at anew.
    private func perform<R>(
        _ body: @Sendable (inout Session) throws -> sending R
    ) async throws -> sending R {
        do {
            return try await connection.perform(body)
        } catch let error as SourceError where error.code == .missingPrivilege {
            memory.forget()
            // A right that was taken away meanwhile: a fresh look says from whom, and what helps.
            _ = try await inspect()
            throw error
        } catch {
            memory.forget()
            throw error
        }
    }

    /// The regions and the industries alone.
    package func trees() async throws -> (regions: RegionTree, industries: IndustryTree) {
        let reader = self
        let now = AsOf(instant: Instant(microseconds: 0), day: Day(daysSince1970: 0))
        return try await connection.perform { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                var source = try SourceSession(reader: reader, asOf: now, &session)
                return try source.trees(&session)
            }
        }
    }

    /// The regions, the industries and one enterprise alone.
    package func surroundings(
        of enterprise: Int64?
    ) async throws -> (regions: RegionTree, industries: IndustryTree, enterprise: Enterprise?) {
        let reader = self
        let now = AsOf(instant: Instant(microseconds: 0), day: Day(daysSince1970: 0))
        return try await connection.perform { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                var source = try SourceSession(reader: reader, asOf: now, &session)
                let trees = try source.trees(&session)
                let found = try enterprise.flatMap { try source.enterprise($0, &session) }
                return (trees.regions, trees.industries, found)
            }
        }
    }
}
