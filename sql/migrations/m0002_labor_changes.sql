-- The transaction that wrote a row is stamped on every way in: INSERT and COPY with a number of
-- another database, UPDATE, and rows that a replication brings.

COMMENT ON FUNCTION labor.keep_changed_xid() IS
    'Stamps a row with the transaction that writes it, whatever number it came with, so that a poll '
    'sees it.';

-- A row that has the number already, as the column's default gives it, costs no call.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['region', 'industry', 'enterprise', 'report', 'event', 'indicator']
    LOOP
        EXECUTE format('DROP TRIGGER keep_changed_xid ON labor.%I', name);
        EXECUTE format(
            'CREATE TRIGGER keep_changed_xid BEFORE INSERT OR UPDATE ON labor.%I
                FOR EACH ROW WHEN (NEW.changed_xid IS DISTINCT FROM pg_current_xact_id())
                EXECUTE FUNCTION labor.keep_changed_xid()', name);
        -- ALWAYS: also where rows are loaded with session_replication_role = replica.
        EXECUTE format('ALTER TABLE labor.%I ENABLE ALWAYS TRIGGER keep_changed_xid', name);
        EXECUTE format('ALTER TABLE labor.%I ENABLE ALWAYS TRIGGER notify_source', name);
        -- A number that was not given out yet came from another database.
        EXECUTE format(
            'UPDATE labor.%I SET changed_xid = pg_current_xact_id()
              WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot())', name);
    END LOOP;
END
$$;

-- Polls look for what changed, and for what was dated ahead and has become known.
CREATE INDEX enterprise_changed_xid ON labor.enterprise (changed_xid);
CREATE INDEX event_reported_at ON labor.event (reported_at);
CREATE INDEX indicator_reported_at ON labor.indicator (reported_at);
