import Synchronization

/// A cache of the shapes of the source's relations, so that a poll inspects them only after the
/// catalogue of the database has changed.
final class ShapeMemory: Sendable {
    /// Shapes, with the fingerprint of the catalogue from which they were read.
    private struct Known {
        var fingerprint: String
        var shapes: [SourceTable: TableShape]
    }

    private let known = Mutex<Known?>(nil)

    /// A number that changes when a relation or column is created, dropped or renamed, or changes
    /// its type. Temporary tables, partitions and system relations are left out, because they
    /// change without an effect on the source.
    static let fingerprint = """
        (SELECT coalesce(sum(hashtextextended(concat_ws(' ', c.oid, c.relname, c.relnamespace,
            a.attnum, a.attname, a.atttypid, a.atttypmod), 0)), 0)::text
           FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
          WHERE c.oid >= 16384 AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
            AND c.relpersistence <> 't' AND NOT c.relispartition
            AND a.attnum > 0 AND NOT a.attisdropped)
        || ' ' || current_schemas(true)::text
        """

    /// The cached shapes; nil when the fingerprint has changed.
    func shapes(_ fingerprint: String) -> [SourceTable: TableShape]? {
        known.withLock { $0?.fingerprint == fingerprint ? $0?.shapes : nil }
    }

    func keep(_ shapes: [SourceTable: TableShape], _ fingerprint: String) {
        known.withLock { $0 = Known(fingerprint: fingerprint, shapes: shapes) }
    }

    /// Empties the cache. A failed read may be due to a changed privilege or function, which the
    /// fingerprint does not show.
    func forget() {
        known.withLock { $0 = nil }
    }
}
