import Alerting
import LaborSQL
import Postgres
import Support
import Testing

/// The blocks of `sql/queries` against the real schema.
struct NamedQueryTests {
    /// Blocks with a common decoder: it reads the columns of the first, so the others begin with
    /// the same columns.
    private static let decoders: [(first: QueryName, others: [QueryName])] = [
        (
            .selectOpenAlerts,
            [
                .selectAlerts, .selectAlertsInIdRange, .selectAlertsOfIncident,
                .selectOverdueAlerts, .selectEpisodes,
            ]
        ),
        (
            .selectAlerts,
            [.selectAlertsInIdRange, .selectAlertsOfIncident, .selectOverdueAlerts]
        ),
        (.selectEventsOfAlert, [.selectEventPage]),
        (.selectRequest, [.selectRequests, .selectPendingRequests]),
        (.selectLedgerCases, [.selectLedgerCase]),
        (.selectSilences, [.selectComingSilences]),
        (.selectDeliveries, [.selectDelivery, .selectDeliveriesOfAlert]),
    ]

    /// Blocks that have the columns of an event after columns of their own, and the number of the
    /// latter.
    private static let eventColumns: [QueryName: Int] = [
        .claimDeliveries: 8, .selectStandingAlerts: 1,
    ]

    /// Blocks whose examples write the rows that the examples of other blocks name.
    private static let exampleRows: [QueryName] = [
        .upsertAlerts, .insertAlertEvents, .writeDeliveries,
    ]

    @Test func `every name has a block and every block has a name`() throws {
        let index = try Queries.index(Queries.files)
        #expect(index.count > 100)
        #expect(Set(index.keys) == Set(QueryName.allCases.map(\.block)))
        for name in QueryName.allCases { #expect(name.query.name == name.block) }
    }

    @Test(.timeLimit(.minutes(20)))
    func `PostgreSQL prepares every block with the parameters that the loader found`()
        async throws
    {
        try await withStore { bench in
            for name in QueryName.allCases {
                let query = name.query
                let schema = Dictionary(
                    uniqueKeysWithValues: query.identifiers.map { ($0, "laborwatch") })
                let text = query.naming(schema).text
                let count = try await bench.sql.perform { session in
                    do {
                        try session.execute("PREPARE \(query.name) AS \(text)")
                    } catch let error as PostgresError {
                        Issue.record("\(query.file):\(query.line): \(error.message)")
                        return query.parameters.count
                    }
                    let count = try session.first(
                        """
                        SELECT cardinality(parameter_types)::bigint FROM pg_prepared_statements
                         WHERE name = $1
                        """, [.text(query.name)]
                    ) { Int(try $0.int(0)) }
                    return count ?? 0
                }
                #expect(count == query.parameters.count, "\(query.name)")
            }
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `every block runs in psql with its example values`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(1).told(.raised))
            try await bench.run(
                """
                INSERT INTO laborwatch.ledger_case
                    (enterprise_id, enterprise_name, opened_at, opened_by)
                VALUES ('1', '企业1', now(), 'officer')
                """)
            // The rows that the examples of the other blocks name.
            for name in Self.exampleRows {
                let run = try Psql.run(name.query.source, dsn: bench.dsn)
                #expect(run.status == 0 && run.errors.isEmpty, "\(name): \(run.errors)")
            }
            var columns: [QueryName: [Substring]] = [:]
            for name in QueryName.allCases {
                let query = name.query
                let run = try Psql.run("BEGIN;\n\(query.source)ROLLBACK;\n", dsn: bench.dsn)
                #expect(
                    run.status == 0 && run.errors.isEmpty,
                    "\(query.file):\(query.line): \(run.errors)")
                columns[name] = run.output.prefix { $0 != "\n" }.split(separator: ",")
            }
            for (first, others) in Self.decoders {
                let wanted = try #require(columns[first])
                #expect(wanted.count > 5, "\(first)")
                for other in others {
                    #expect(columns[other]?.starts(with: wanted) == true, "\(other) ≠ \(first)")
                }
            }
            let event = try #require(columns[.selectEventsOfAlert])
            for (name, own) in Self.eventColumns {
                #expect(columns[name]?.dropFirst(own).elementsEqual(event) == true, "\(name)")
            }
            // Nothing is kept: the only case is the one that this test made.
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.ledger_case") == 1)
        }
    }

    /// A parameter in place of the states would hide the partial indexes on the state from the
    /// planner.
    @Test func `a block that lists states lists all open ones or all ended ones`() throws {
        func list(_ states: [AlertState]) -> String {
            "(" + states.map { "'\($0.rawValue)'" }.joined(separator: ", ") + ")"
        }
        let open = list(AlertState.allCases.filter(\.isOpen))
        let ended = list(AlertState.allCases.filter { !$0.isOpen })
        let standing = QueryName.selectStandingAlerts.query.text
        #expect(standing.contains("a.state IN \(open)"))
        #expect(standing.contains("e.to_state IN \(open)"))
        let planned = QueryName.lockDeliveries.query.text
        #expect(planned.contains("a.state IN \(ended)"))
        #expect(planned.contains("e.what IN \(ended)"))
        #expect(QueryName.selectEndedAsOf.query.text.contains("state IN \(ended)"))
        for name in [
            QueryName.selectOpenAlerts, .selectOpenVersions, .selectWaitingDeliveries,
            .countOpenAlerts,
        ] {
            #expect(name.query.text.contains("state NOT IN \(ended)"), "\(name)")
        }
    }

    @Test func `a call gives every parameter by its name`() throws {
        let query = QueryName.lockSilence.query
        #expect(try query.ordered(["silence_id": 7]) == [7])
        let missing = #expect(throws: QueryError.self) { try query.ordered(["silence": 7]) }
        #expect(missing?.message == "lock_silence: the parameter 'silence_id' has no value")
        let unknown = #expect(throws: QueryError.self) {
            try query.ordered(["silence_id": 7, "id": 7])
        }
        #expect(unknown?.message == "lock_silence: the query has no parameter 'id'")
        #expect(unknown?.file == "silences.sql")
    }

    @Test func `an identifier is quoted, and a call without it is an error`() throws {
        let query = QueryName.selectMigrations.query
        #expect(query.identifiers == ["schema"])
        #expect(throws: QueryError.self) { try query.ordered([String: Int]()) }
        let named = query.naming(["schema": "a\"b"])
        #expect(named.text.contains("FROM \"a\"\"b\".schema_version"))
        #expect(try named.ordered([String: Int]()) == [])
    }
}
