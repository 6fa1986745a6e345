import LaborSQL
import Postgres
import Store

/// A database with the schemas `labor` and `laborwatch` and no rows of enterprises or alerts.
package let migrated = DatabaseTemplate(name: "migrated") { dsn in
    let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
    _ = try await Migrator(Migrations.labor).migrate(connection)
    _ = try await Migrator(Migrations.laborwatch).migrate(connection)
    await connection.close()
}
