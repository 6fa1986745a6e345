-- The quarantine with its true size. Of one table and reason only so many values are listed, so that a
-- table gone bad does not fill the store; how many there are in all is kept beside the list. And with
-- the names that a reader knows: the enterprise's, and the bureau's own table or view.
ALTER TABLE laborwatch.quarantine_entry
    ADD COLUMN relation        text,
    ADD COLUMN enterprise_name text;
COMMENT ON COLUMN laborwatch.quarantine_entry.relation IS
    'The bureau''s own table or view that the value was read from, by the source map.';
COMMENT ON COLUMN laborwatch.quarantine_entry.enterprise_name IS
    'The name of the enterprise, where the source knows it.';

CREATE TABLE laborwatch.quarantine_total (
    table_name text NOT NULL,
    reason     text NOT NULL,
    total      bigint NOT NULL CHECK (total > 0),
    PRIMARY KEY (table_name, reason)
);
COMMENT ON TABLE laborwatch.quarantine_total IS
    'How many values of each table and reason cannot be used now, listed or not.';
COMMENT ON COLUMN laborwatch.quarantine_total.table_name IS 'The table or view.';
COMMENT ON COLUMN laborwatch.quarantine_total.reason IS
    'Why the values are not used, a stable word.';
COMMENT ON COLUMN laborwatch.quarantine_total.total IS 'How many there are now.';
INSERT INTO laborwatch.quarantine_total (table_name, reason, total)
SELECT table_name, reason, count(*)
  FROM laborwatch.quarantine_entry
 WHERE cleared_at IS NULL
 GROUP BY table_name, reason;

CREATE OR REPLACE VIEW laborwatch.quarantine AS
SELECT entry_id, table_name, row_key, enterprise_id, period, field, value, reason, expected, hint,
       reported_at, first_seen, last_seen, cleared_at, relation, enterprise_name
  FROM laborwatch.quarantine_entry;
COMMENT ON COLUMN laborwatch.quarantine.relation IS
    'The bureau''s own table or view that the value was read from, by the source map.';
COMMENT ON COLUMN laborwatch.quarantine.enterprise_name IS
    'The name of the enterprise, where the source knows it.';

CREATE VIEW laborwatch.quarantine_totals AS
SELECT table_name, reason, greatest(t.total, e.listed) AS total, coalesce(e.listed, 0) AS listed
  FROM laborwatch.quarantine_total t
  FULL JOIN (SELECT table_name, reason, count(*) AS listed
               FROM laborwatch.quarantine_entry
              WHERE cleared_at IS NULL
              GROUP BY table_name, reason) e USING (table_name, reason);
COMMENT ON VIEW laborwatch.quarantine_totals IS
    'How many values of each table and reason cannot be used now, and how many of them are listed.';
COMMENT ON COLUMN laborwatch.quarantine_totals.table_name IS 'The table or view.';
COMMENT ON COLUMN laborwatch.quarantine_totals.reason IS
    'Why the values are not used, a stable word.';
COMMENT ON COLUMN laborwatch.quarantine_totals.total IS 'How many there are now.';
COMMENT ON COLUMN laborwatch.quarantine_totals.listed IS
    'How many of them laborwatch.quarantine lists.';
