package import Labor
package import Postgres

/// Reads the source: all facts as known at a moment, or the changes since a watermark.
///
/// Each read is one read-only transaction with one snapshot. A watermark is the `xmin` of the
/// snapshot: all transactions below it have ended. A row that is committed late is therefore read
/// later and never skipped. Reading a row twice has no further effect.
package struct SourceReader: Sendable {
    /// The share of changed enterprises above which a full read is faster.
    static let fullReadShare = 0.2
    /// The number of rows after which a long read reports progress.
    static let progressRows = 100_000
    /// The maximum number of changed enterprises of an incremental read, because their IDs are sent
    /// as one text.
    static let changedMax = 20_000

    let connection: ConnectionSlot
    let map: SourceMap
    let windowMonths: Int
    let zone: Zone
    let overlapSeconds: Int64
    let progress: @Sendable () -> Void
    let memory = ShapeMemory()
    /// The maximum number of listed rejections of one table and reason in a reading.
    private(set) var listedMax = RejectionList.listedMax

    /// Makes a reader.
    /// - Parameters:
    ///   - windowMonths: the number of months that are read, including the month of the as-of.
    ///   - overlapSeconds: for tables without transaction numbers, the time before the last as-of
    ///     that each poll reads again, seconds.
    ///   - progress: called after statements and batches of rows, so that a watchdog sees that a
    ///     long read makes progress. The statement timeout of the connection limits each wait for a
    ///     row.
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

    /// The same reader without a limit for listed rejections.
    package var listingAll: SourceReader {
        var reader = self
        reader.listedMax = .max
        return reader
    }

    /// The rejections with the relation names of the source map and the names of the enterprises.
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

    /// The first month of the panel, which ends with the month of the as-of.
    package func firstPeriod(_ asOf: AsOf) -> Period {
        asOf.day.period.adding(1 - windowMonths)
    }

    /// All facts as known at a moment.
    /// - Throws: `SourceError` when the source cannot be read.
    package func read(asOf: AsOf) async throws -> SourceReading {
        let reader = self
        return try await perform { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                try SourceSession(reader: reader, asOf: asOf, &session).reading(&session)
            }
        }
    }

    /// The changes since a watermark, as known at a moment.
    /// - Parameter knownEnterprises: the number of known enterprises, for the decision on a full
    ///   read.
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

    /// All revisions known at a moment, for a replay of many as-of days.
    /// - Parameter first: the first month of reports.
    package func tape(from first: Period, through asOf: AsOf) async throws -> RevisionTape {
        let reader = self
        return try await perform { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                var source = try SourceSession(reader: reader, asOf: asOf, &session)
                return try source.tape(&session, from: first)
            }
        }
    }

    /// The shape of each table. No rows are read.
    ///
    /// - Parameter incomplete: whether missing required columns are accepted. Otherwise they throw
    ///   a `SourceError`.
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
    /// Runs a read. After a failure the shapes are inspected again at the next read.
    private func perform<R>(
        _ body: @Sendable (inout Session) throws -> sending R
    ) async throws -> sending R {
        do {
            return try await connection.perform(body)
        } catch let error as SourceError where error.code == .missingPrivilege {
            memory.forget()
            // A privilege may have been revoked since the last inspection. A new inspection gives
            // an error with the missing GRANT.
            _ = try await inspect()
            throw error
        } catch {
            memory.forget()
            throw error
        }
    }

    /// The regions and the industries only.
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

    /// The regions, the industries and one enterprise.
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
