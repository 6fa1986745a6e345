package import Alerting
package import Deliver
import Detect
package import Labor
import LaborSQL
package import Postgres
package import Settings
package import Source
package import Store

/// Builds the parts of the daemon from a configuration. No other code connects the modules.
package struct Components: Sendable {
    /// The configuration of the daemon.
    package let configuration: Configuration
    /// The rules and texts in use.
    package let catalogue: Catalogue
    /// The routing: which receivers are notified of which alerts.
    package let routing: Routing
    /// The code table of the ledger of enterprises in difficulty.
    package let ledgerCodes: LedgerCodes
    /// The process's environment variables.
    package let environment: [String: String]

    /// Reads the configuration, the rules, the texts, the routing and the ledger's codes.
    /// - Throws: `ConfigurationError` with all problems of the first part that has any.
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

    /// The connection options for a database. Throws a `Failure` with exit code 2 when the DSN is
    /// missing.
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

    /// The options for connecting to the source. In the source, a time without an offset is a time
    /// of the bureau's clock.
    package func sourceOptions() throws -> ConnectionOptions {
        let source = configuration.source
        var options = try options(source.dsn, source.statementTimeout, key: "source.dsn")
        options.timeZone = zone.name
        return options
    }

    /// The connection options of the store; without `store.dsn` those of the source's database.
    package func storeOptions() throws -> ConnectionOptions {
        let store = configuration.store
        return try options(
            store.dsn ?? configuration.source.dsn, store.statementTimeout, key: "store.dsn")
    }

    /// A reader of the source.
    /// - Parameter progress: called repeatedly during a read, for the watchdog.
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

    /// The store, after a check of its schema version. Throws a `Failure` when the schema is
    /// missing, old or not accessible.
    /// - Parameter role: the database role whose rights the work needs: that of the daemon, of a
    ///   person who reads, or of a person who makes requests.
    package func store(as role: StoreRole = .store) async throws -> PostgresStore {
        let options = try storeOptions()
        let connection = try await Connection.open(options)
        let state: SchemaState
        do {
            state = try await Migrator(Migrations.laborwatch).check(connection, needs: role)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        // An account that may read the views but not the schema version gets an error later, when
        // it reads a view that is missing.
        if state != .hidden || role == .store,
            let failure = Failure(schema: state, name: "laborwatch")
        {
            throw failure
        }
        return PostgresStore(options, visits: catalogue.playbooks.visits)
    }

    /// Opens the store, passes it to `work`, and closes it, also when `work` throws.
    /// - Throws: the errors of `store(as:)` and of `work`.
    package func withStore<Result>(
        as role: StoreRole = .analyst, _ work: (PostgresStore) async throws -> Result
    ) async throws -> Result {
        let store = try await store(as: role)
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

    /// The time limits for an answer, including those of the playbooks.
    package var clocks: ResponseClocks {
        catalogue.playbooks.clocks(configuration.responseClocks)
    }

    /// The pipeline with the rules in use.
    /// - Parameters:
    ///   - only: the rules to evaluate; nil for all. Findings of a rule do not depend on other
    ///     rules.
    ///   - waits: whether response clocks run. It is false in a replay of the past, where nobody
    ///     can answer.
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

    /// The dispatch, which decides who is notified, with the configured receivers.
    package var dispatch: Dispatch {
        Dispatch(
            receivers: configuration.receivers.map(\.filter), routing: routing, zone: zone)
    }

    /// The fallback receiver of each receiver, by name. It gets the deliveries that are abandoned.
    package var fallbacks: [String: String] {
        configuration.receivers.reduce(into: [:]) { $0[$1.name] = $1.fallback }
    }

    /// The waits before the attempts of a delivery.
    package func schedule() throws -> RetrySchedule {
        try RetrySchedule(waits: configuration.deliverySchedule.map(\.components.seconds))
    }
}
