package import Daemon
import LaborSQL
import Postgres
import Store

/// `laborwatch migrate`: migrates both schemas to the version of this program.
package struct MigrateVerb: Sendable {
    private let components: Components

    /// The verb for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// Migrates. A bureau that maps all tables to its own views does not need the schema `labor`.
    /// - Returns: one sentence per schema.
    package func run(storeOnly: Bool) async throws -> [String] {
        var sentences: [String] = []
        if !storeOnly {
            sentences.append(
                try await migrate(Migrations.labor, try components.sourceOptions()))
        }
        sentences.append(try await migrate(Migrations.laborwatch, try components.storeOptions()))
        return sentences
    }

    private func migrate(
        _ set: MigrationSet, _ options: ConnectionOptions
    ) async throws -> String {
        let connection = try await Connection.open(options)
        do {
            let report = try await Migrator(set).migrate(connection)
            await connection.close()
            return MigrateVerb.sentence(report)
        } catch {
            await connection.close()
            throw error
        }
    }

    private static func sentence(_ report: MigrationReport) -> String {
        var sentence =
            report.applied.isEmpty
            ? "schema \(report.set): version \(report.version), nothing to do"
            : "schema \(report.set): applied \(report.applied.joined(separator: ", ")); "
                + "now version \(report.version)"
        if !report.missingRoles.isEmpty {
            sentence +=
                "\n  note: the roles \(report.missingRoles.joined(separator: ", ")) are not there; "
                + "let a user with CREATEROLE run migrate once"
        }
        return sentence
    }
}
