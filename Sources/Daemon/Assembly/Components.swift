package import Alerting
package import Deliver
import Detect
package import Labor
import LaborSQL
package import Postgres
package import Settings
package import Source
package import Store

/// Builds the parts of the daemon from a configuration: the only place where they meet.
package struct Components: Sendable {
    /// What was configured.
    package let configuration: Configuration
    /// The rules and texts that hold.
    package let catalogue: Catalogue
    /// Who is told of what.
    package let routing: Routing
    /// The words of the ledger of enterprises in difficulty.
    package let ledgerCodes: LedgerCodes
    /// The process's environment.
    package let environment: [String: String]

    /// Reads configuration, rules and texts.
    /// - Throws: `ConfigurationError` with every problem found.
    package init(
        path: String?, environment: [String: String],
        requires: Configuration.Requirement = .store
    ) throws {
        configuration = try Configuration.load(
            path: path, environment: environment, requires: requires)
        catalogue = try Catalogue.load(configuration.rules)
        routing = try RoutingFile.load(
            configuration.routingFile,
            RoutingFile.Context(
                receivers: configuration.receivers.map(\.name),
                rules: catalogue.rules.map(\.id), zone: configuration.zone,
                now: SystemClock.now()))
        ledgerCodes = try LedgerCodes.load(configuration.measuresFile)
        self.environment = environment
    }

    /// The bureau's time zone.
    package var zone: Zone { configuration.zone }

    /// A connection's options for a database of the configuration.
    private func options(_ dsn: DSN?, _ timeout: Duration, key: String) throws -> ConnectionOptions
    {
        guard let dsn else {
            throw Failure(
                exitCode: 2, "\(key) is not set",
                hint: "write `\(key.replacing(".", with: ": {")): \"host=/run/postgresql "
                    + "dbname=bureau\"}` into the configuration file")
        }
        return ConnectionOptions(dsn: dsn.text, statementTimeout: timeout)
    }

    /// How the source is reached.
    package func sourceOptions() throws -> ConnectionOptions {
        let source = configuration.source
        return try options(source.dsn, source.statementTimeout, key: "source.dsn")
    }

    /// How the store is reached.
    package func storeOptions() throws -> ConnectionOptions {
        let store = configuration.store
        return try options(
            store.dsn ?? configuration.source.dsn, store.statementTimeout, key: "store.dsn")
    }

    /// A reader of the source.
    /// - Parameter progress: called as a read goes on, for a watchdog.
    package func reader(
        progress: @escaping @Sendable () -> Void = {}
    ) throws -> SourceReader {
        let source = configuration.source
        return SourceReader(
            connection: ConnectionSlot(try sourceOptions()), map: source.maps,
            windowMonths: source.windowMonths, zone: zone,
            overlapSeconds: source.overlap.components.seconds,
            progress: progress)
    }

    /// The store, its schema checked.
    package func store() async throws -> PostgresStore {
        let options = try storeOptions()
        let connection = try await Connection.open(options)
        let state: SchemaState
        do {
            state = try await Migrator(Migrations.laborwatch).check(connection)
        } catch let error as StoreError where error.code == .missingPrivilege {
            await connection.close()
            throw Failure(
                exitCode: 3, "the schema laborwatch may not be used: \(error.message)",
                hint: "GRANT laborwatch_store to the role of store.dsn")
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        if let failure = Failure(schema: state, name: "laborwatch") { throw failure }
        return PostgresStore(options, visits: catalogue.playbooks.visits)
    }

    /// Opens the store, lends it and closes it again, however the work on it ends.
    /// - Throws: what `store()` throws, and the work's own errors.
    package func withStore<Result>(
        _ work: (PostgresStore) async throws -> Result
    ) async throws -> Result {
        let store = try await store()
        let result: Result
        do {
            result = try await work(store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
        return result
    }

    /// How long an answer may take.
    package var clocks: ResponseClocks {
        catalogue.playbooks.clocks(configuration.responseClocks)
    }

    /// Detection and the alert life cycle with the rules that hold.
    /// - Parameters:
    ///   - only: the rules to evaluate; nil for all. A rule's findings do not depend on the others.
    ///   - waits: whether somebody may answer, so that clocks run; nobody can in a replay of the
    ///     past.
    package func pipeline(only: Set<RuleID>? = nil, waits: Bool = true) -> Pipeline {
        Pipeline(
            evaluator: Evaluator(
                rules: catalogue.rules.filter { only?.contains($0.id) ?? true }),
            machine: EpisodeMachine(
                policies: catalogue.policies,
                knownRules: catalogue.evaluated, clocks: waits ? clocks : nil),
            wording: Wording(
                phrasebooks: catalogue.phrasebooks, clocks: clocks),
            dispatch: dispatch)
    }

    /// Who is told of what, with the receivers that are configured.
    package var dispatch: Dispatch {
        Dispatch(
            receivers: configuration.receivers.map(\.filter), routing: routing, zone: zone)
    }

    /// Who is told instead of whom when a delivery is given up, by name.
    package var fallbacks: [String: String] {
        configuration.receivers.reduce(into: [:]) { $0[$1.name] = $1.fallback }
    }

    /// The waits between the tries of a delivery.
    package func schedule() throws -> RetrySchedule {
        try RetrySchedule(waits: configuration.deliverySchedule.map(\.components.seconds))
    }
}
