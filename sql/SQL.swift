/// One step of a schema's history, as it lies in `migrations/`.
package struct Migration: Hashable, Sendable {
    /// The schema it belongs to, `labor` or `laborwatch`.
    package let set: String
    /// Its place in the set, from 1 without gaps.
    package let number: Int
    /// Its file's name without the ending.
    package let name: String
    /// The statements; they run in one transaction.
    package let sql: String
    /// A digest of the statements: a migration that was applied is never edited.
    package let checksum: String

    /// A migration from its parts; the checksum is computed.
    package init(set: String, number: Int, name: String, sql: String) {
        self.set = set
        self.number = number
        self.name = name
        self.sql = sql
        checksum = digest(sql)
    }
}

/// The migrations of one schema in their order, and the roles that may use it.
package struct MigrationSet: Hashable, Sendable {
    /// The schema.
    package let name: String
    /// What the schema is for, one sentence.
    package let purpose: String
    /// Its migrations in order.
    package let migrations: [Migration]
    /// The roles that `grants` makes, when the migrating user may.
    package let roles: [String]
    /// Statements that make roles and rights anew; run after every migration.
    package let grants: String

    /// The version that this program knows.
    package var version: Int { migrations.last?.number ?? 0 }

    /// A set from its parts.
    package init(
        name: String, purpose: String, migrations: [Migration], roles: [String], grants: String
    ) {
        self.name = name
        self.purpose = purpose
        self.migrations = migrations
        self.roles = roles
        self.grants = grants
    }
}

/// The two schemas. Source and store may be two databases, so each has its own set.
package enum Migrations {
    /// The bureau's tables; a bureau with its own tables needs a source map instead.
    package static let labor = MigrationSet(
        name: "labor",
        purpose: "The figures that enterprises and the bureau report.",
        migrations: [
            Migration(
                set: "labor", number: 1, name: "m0001_labor",
                sql: text(PackageResources.m0001_labor_sql)),
            Migration(
                set: "labor", number: 2, name: "m0002_labor_changes",
                sql: text(PackageResources.m0002_labor_changes_sql)),
        ],
        roles: ["laborwatch_source"],
        grants: text(PackageResources.roles_labor_sql))

    /// Alert history, outbox and everything else that the daemon keeps.
    package static let laborwatch = MigrationSet(
        name: "laborwatch",
        purpose: "What laborwatch said and did; people read the views.",
        migrations: [
            Migration(
                set: "laborwatch", number: 1, name: "m0001_laborwatch",
                sql: text(PackageResources.m0001_laborwatch_sql)),
            Migration(
                set: "laborwatch", number: 2, name: "m0002_laborwatch_views",
                sql: text(PackageResources.m0002_laborwatch_views_sql)),
            Migration(
                set: "laborwatch", number: 3, name: "m0003_laborwatch_verdicts",
                sql: text(PackageResources.m0003_laborwatch_verdicts_sql)),
            Migration(
                set: "laborwatch", number: 4, name: "m0004_laborwatch_groups",
                sql: text(PackageResources.m0004_laborwatch_groups_sql)),
            Migration(
                set: "laborwatch", number: 5, name: "m0005_laborwatch_response",
                sql: text(PackageResources.m0005_laborwatch_response_sql)),
            Migration(
                set: "laborwatch", number: 6, name: "m0006_laborwatch_closings",
                sql: text(PackageResources.m0006_laborwatch_closings_sql)),
            Migration(
                set: "laborwatch", number: 7, name: "m0007_laborwatch_vitals",
                sql: text(PackageResources.m0007_laborwatch_vitals_sql)),
            Migration(
                set: "laborwatch", number: 8, name: "m0008_laborwatch_waiting",
                sql: text(PackageResources.m0008_laborwatch_waiting_sql)),
            Migration(
                set: "laborwatch", number: 9, name: "m0009_laborwatch_requests",
                sql: text(PackageResources.m0009_laborwatch_requests_sql)),
            Migration(
                set: "laborwatch", number: 10, name: "m0010_laborwatch_tries",
                sql: text(PackageResources.m0010_laborwatch_tries_sql)),
            Migration(
                set: "laborwatch", number: 11, name: "m0011_laborwatch_quarantine",
                sql: text(PackageResources.m0011_laborwatch_quarantine_sql)),
            Migration(
                set: "laborwatch", number: 12, name: "m0012_laborwatch_incidents",
                sql: text(PackageResources.m0012_laborwatch_incidents_sql)),
        ],
        roles: ["laborwatch_store", "laborwatch_officer", "laborwatch_analyst"],
        grants: text(PackageResources.roles_laborwatch_sql))

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

/// FNV-1a in 64 bits: it finds an edit, and needs not withstand a forger.
private func digest(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
