import Synchronization

/// The shapes of the source's relations as they were found last, so that a poll asks for them only
/// when the source has changed.
final class ShapeMemory: Sendable {
    /// Shapes, and the state of the source's catalogue that they were found in.
    private struct Known {
        var fingerprint: String
        var shapes: [SourceTable: TableShape]
    }

    private let known = Mutex<Known?>(nil)

    /// A number that differs whenever a relation or column comes, goes, or changes its name or type.
    /// Temporary tables, partitions and what the server brings along do not count: they come and go
    /// without a change of what is read.
    static let fingerprint = """
        (SELECT coalesce(sum(hashtextextended(concat_ws(' ', c.oid, c.relname, c.relnamespace,
            a.attnum, a.attname, a.atttypid, a.atttypmod), 0)), 0)::text
           FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
          WHERE c.oid >= 16384 AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
            AND c.relpersistence <> 't' AND NOT c.relispartition
            AND a.attnum > 0 AND NOT a.attisdropped)
        || ' ' || current_schemas(true)::text
        """

    /// The shapes found under the same fingerprint; nil when the source has changed since.
    func shapes(_ fingerprint: String) -> [SourceTable: TableShape]? {
        known.withLock { $0?.fingerprint == fingerprint ? $0?.shapes : nil }
    }

    func keep(_ shapes: [SourceTable: TableShape], _ fingerprint: String) {
        known.withLock { $0 = Known(fingerprint: fingerprint, shapes: shapes) }
    }

    /// Forgets the shapes: a read failed, and a privilege or a function may be why.
    func forget() {
        known.withLock { $0 = nil }
    }
}
