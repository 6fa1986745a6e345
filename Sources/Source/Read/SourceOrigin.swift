/// Identifies the database that the transaction numbers belong to.
///
/// A transaction number shows a change only within one database, and only while the triggers set
/// it on each row. A restored dump may contain other numbers. Restoring it changes the cluster, the
/// database or the files of the tables, or disables the triggers for a time. The fingerprint
/// changes in each of these cases, and the source is then read completely.
enum SourceOrigin {
    /// An SQL expression that changes with the cluster, the database, the files of each table with
    /// a `changed_xid`, and the state of its triggers. Disabling and enabling a trigger writes a
    /// new version of its row in `pg_trigger`, so the expression also changes after both.
    static let fingerprint = """
        (SELECT md5(concat_ws(' ', (SELECT system_identifier FROM pg_control_system()),
            (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()),
            (SELECT string_agg(concat_ws(' ', c.oid, c.relfilenode,
                        (SELECT string_agg(concat_ws(' ', t.oid, t.xmin), ' ' ORDER BY t.oid)
                           FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid)),
                    ' ' ORDER BY c.oid)
               FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a
                    ON a.attrelid = c.oid
              WHERE a.attname = '\(SourceTable.watermarkColumn)' AND NOT a.attisdropped
                AND a.atttypid = 'xid8'::regtype AND c.relkind IN ('r', 'p')
                AND c.relpersistence <> 't'))))
        """
}
