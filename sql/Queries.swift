/// The statements of the store, embedded from `sql/queries`: one file per subject, whose form
/// `QueryFile` describes.
///
/// Every block also runs in psql, for example to see its plan. Copy it from its first line to the
/// `;` into a session of `psql "$dsn"`, between `BEGIN;` and `ROLLBACK;`. The `\set` lines give
/// every variable an example value; change them as needed. A variable that may be NULL is written
/// without quotes in the statement, so its value is NULL or a literal: `\set state '''done'''`.
package enum Queries {
    /// The embedded files, in order of their names.
    package static let files: [(name: String, text: String)] = [
        ("alerts.sql", text(PackageResources.alerts_sql)),
        ("channels.sql", text(PackageResources.channels_sql)),
        ("cycle.sql", text(PackageResources.cycle_sql)),
        ("deliveries.sql", text(PackageResources.deliveries_sql)),
        ("lease.sql", text(PackageResources.lease_sql)),
        ("ledger.sql", text(PackageResources.ledger_sql)),
        ("migration.sql", text(PackageResources.migration_sql)),
        ("notes.sql", text(PackageResources.notes_sql)),
        ("outbox.sql", text(PackageResources.outbox_sql)),
        ("quarantine.sql", text(PackageResources.quarantine_sql)),
        ("recall.sql", text(PackageResources.recall_sql)),
        ("receivers.sql", text(PackageResources.receivers_sql)),
        ("requests.sql", text(PackageResources.requests_sql)),
        ("retention.sql", text(PackageResources.retention_sql)),
        ("settlement.sql", text(PackageResources.settlement_sql)),
        ("silences.sql", text(PackageResources.silences_sql)),
        ("status.sql", text(PackageResources.status_sql)),
    ]

    /// Every block of the files, by name. The files are part of the program and a test reads all of
    /// them, so a mistake in a file stops the program.
    package static let all: [String: Query] = {
        do {
            return try index(files)
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    /// The blocks of some files, by name.
    /// - Throws: `QueryError` for a file of a wrong form, and for a name that two blocks have.
    package static func index(
        _ files: [(name: String, text: String)]
    ) throws(QueryError) -> [String: Query] {
        var index: [String: Query] = [:]
        for file in files {
            for query in try QueryFile.parse(file.text, file: file.name) {
                if let other = index.updateValue(query, forKey: query.name) {
                    throw QueryError(
                        file: query.file, line: query.line,
                        message: "\(query.name) is also a block of \(other.file)")
                }
            }
        }
        return index
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

/// The name of a statement. A test compares the names with the blocks of the files.
package enum QueryName: String, CaseIterable, Hashable, Sendable {
    /// Alerts and their events (`alerts.sql`).
    case selectAlerts, countAlerts, selectAlertsInIdRange, selectAlertsOfIncident, selectOpenAlerts,
        selectOverdueAlerts, selectEventsOfAlert, selectEventPage, selectRulesOnRecord,
        selectRegionsOnRecord, selectRuleQuality, selectIncidentOutcomes
    /// Notifications (`channels.sql`).
    case notify
    /// What a cycle writes (`cycle.sql`).
    case lockAlerts, upsertAlerts, insertAlertEvents, selectDifferingEvents, insertCycle,
        insertFailedCycle, upsertWatermark
    /// Deliveries (`deliveries.sql`).
    case selectDeliveries, countDeliveries, selectDelivery, selectDeliveriesOfAlert,
        selectDeliveryAttempts, selectRetryCandidates, selectDeliveryState, dropDeliveries,
        countOrphanedDeliveries, selectReceiversOnRecord
    /// The lease (`lease.sql`).
    case selectLease, mayTakeLease, acquireLease, holdLease, releaseLease
    /// The ledger (`ledger.sql`).
    case selectLedgerCases, selectLedgerCase, selectOpenLedgerCase, insertLedgerCase,
        linkLedgerCase, lockLedgerCase, setLedgerCaseDue, closeLedgerCase, insertLedgerMeasure,
        insertLedgerCheck, insertLedgerFollowUp, selectLedgerMeasures, selectLedgerChecks,
        selectLedgerFollowUps, hastenLedgerCases, openLedgerCases, linkLedgerCases
    /// Schema versions and roles (`migration.sql`).
    case lockMigrations, schemaExists, tableExists, mayReadTable, selectMigrations,
        insertMigration, selectMissingRoles, explainRole
    /// Verdicts, persons responsible and notes (`notes.sql`).
    case setVerdict, setAssignee, alertExists, insertAlertNote, selectNotesOfAlert
    /// Due deliveries (`outbox.sql`).
    case claimDeliveries, releaseClaims, selectNextDue
    /// The quarantine (`quarantine.sql`).
    case selectQuarantine, selectQuarantineTotals, countQuarantine, upsertQuarantineEntries,
        clearAbsentQuarantineEntries, clearReplacedQuarantineEntries, deleteQuarantineTotals,
        upsertQuarantineTotals
    /// What the evaluator reads before a cycle (`recall.sql`).
    case selectOpenVersions, selectEpisodes, selectEndedAsOf, selectWatermarks, selectLastAsOf,
        selectComingSilences, selectHeldDeliveries, selectWaitingDeliveries
    /// Receivers (`receivers.sql`).
    case selectDeliveredEvents, selectStandingAlerts, disableReceiver, selectDisabledReceiver,
        enableReceiver, bringForward, selectReceiverHealth
    /// Requests of people (`requests.sql`).
    case submitRequest, selectRequest, selectRequests, selectPendingRequests, lockRequest,
        answerRequest
    /// Deletion of old rows (`retention.sql`).
    case pruneDeliveries, pruneCycles, pruneQuarantine
    /// The results of tries, and the deliveries of a plan (`settlement.sql`).
    case settleDeliveries, lockAlertsOfMessage, lockDeliveries, selectGroupTimes, writeDeliveries,
        adoptIncidentDeliveries, dropAdoptedDeliveries
    /// Silences (`silences.sql`).
    case insertSilence, selectSilences, lockSilence, expireSilence
    /// The state of the service (`status.sql`).
    case countOpenAlerts, selectSystemAlerts, selectQueues, selectCycles, selectVitals

    /// The name of the block: `select_alerts` for `selectAlerts`.
    package var block: String {
        rawValue.reduce(into: "") { name, character in
            name += character.isUppercase ? "_\(character.lowercased())" : String(character)
        }
    }

    /// The statement.
    package var query: Query {
        guard let query = QueryName.queries[self] else {
            preconditionFailure("sql/queries has no block \(block)")
        }
        return query
    }

    private static let queries: [QueryName: Query] = Dictionary(
        uniqueKeysWithValues: allCases.compactMap { name in
            Queries.all[name.block].map { (name, $0) }
        })
}
