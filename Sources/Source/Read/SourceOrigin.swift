/// Where transaction numbers come from.
///
/// A number says what changed only within one database, and only while the triggers of the tables
/// stamp each row. A dump that is loaded with its own numbers, old or new, comes into another
/// cluster, into another database, into other files, or past triggers that were switched off and on
/// again: each of them shows here, and what was read before is then read anew.
enum SourceOrigin {
    /// An expression that changes with the cluster, the database, the files of every table with a
    /// `changed_xid`, and the state of its triggers. A switched trigger is another version of its
    /// row in `pg_trigger`, so that one switched off and on again shows too.
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
