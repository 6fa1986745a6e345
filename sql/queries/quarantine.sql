-- Values of the source that cannot be used.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: select_quarantine
-- One row per value that cannot be used now, newest first, then by table and row: where the value
-- is, what is wrong, what was expected, what helps, and when it was first and last seen.
\set limit 20
\set offset 0
SELECT table_name, row_key, enterprise_id, period, field, value, reason, expected, hint, reported_at,
       first_seen, last_seen, relation, enterprise_name
  FROM laborwatch.quarantine
 WHERE cleared_at IS NULL
 ORDER BY first_seen DESC, table_name, row_key, field, reason
 LIMIT :'limit'::bigint OFFSET :'offset'::bigint;

-- name: select_quarantine_totals
-- One row per table and reason: the number of values that cannot be used now, listed or not.
SELECT table_name, reason, total FROM laborwatch.quarantine_totals
 ORDER BY table_name, reason;

-- name: count_quarantine
-- The number of values that cannot be used now, listed or not.
SELECT coalesce(sum(total), 0)::bigint AS total FROM laborwatch.quarantine_totals;

-- name: upsert_quarantine_entries
-- Writes values that cannot be used, each a JSON text with the columns of the table, and returns one
-- row per value: its identity. Without is_full, entries that are already in the table are not written
-- again. Duplicates are merged first, because ON CONFLICT must not touch a row twice. Known entries
-- are left out before the insert, because even an ON CONFLICT without a change locks the row, which
-- is a write.
\set rejections '{"{\\"table_name\\": \\"report\\", \\"row_key\\": \\"7\\", \\"field\\": \\"headcount\\", \\"value\\": \\"-4\\", \\"reason\\": \\"negative\\", \\"expected\\": \\"0 or more\\", \\"hint\\": \\"correct it\\"}"}'
\set is_full true
\set now '2026-11-30 09:00+08'
WITH listed AS MATERIALIZED (
    SELECT DISTINCT ON (identity)
           md5(concat_ws(E'\x1f', table_name, row_key, field, value, reason)) AS identity, r.*
      FROM unnest(:'rejections'::text[]) WITH ORDINALITY AS line (json, ordinal)
     CROSS JOIN LATERAL jsonb_to_record(line.json::jsonb) AS r (
           table_name text, row_key text, enterprise_id bigint, period date, field text,
           value text, reason text, expected text, hint text, reported_at timestamptz,
           relation text, enterprise_name text)
     ORDER BY identity, line.ordinal
), written AS (
    INSERT INTO laborwatch.quarantine_entry AS q
        (identity, table_name, row_key, enterprise_id, period, field, value, reason, expected,
         hint, reported_at, first_seen, last_seen, relation, enterprise_name)
    SELECT identity, table_name, row_key, enterprise_id, period, field, value, reason, expected,
           hint, reported_at, :'now'::timestamptz, :'now'::timestamptz, relation, enterprise_name
      FROM listed
     WHERE :'is_full'::boolean OR NOT EXISTS (
           SELECT FROM laborwatch.quarantine_entry known
            WHERE known.identity = listed.identity
              AND known.cleared_at IS NULL
              AND known.reported_at IS NOT DISTINCT FROM listed.reported_at)
    ON CONFLICT (identity) DO UPDATE
       SET last_seen = EXCLUDED.last_seen, cleared_at = NULL, expected = EXCLUDED.expected,
           hint = EXCLUDED.hint, reported_at = EXCLUDED.reported_at,
           relation = EXCLUDED.relation, enterprise_name = EXCLUDED.enterprise_name
)
SELECT identity FROM listed;

-- name: clear_absent_quarantine_entries
-- Clears every entry whose identity is not in the list. The list is complete.
\set identities '{0123456789abcdef0123456789abcdef}'
\set now '2026-11-30 09:00+08'
UPDATE laborwatch.quarantine_entry AS q
   SET cleared_at = :'now'::timestamptz
 WHERE q.cleared_at IS NULL
   AND NOT EXISTS (
       SELECT FROM unnest(:'identities'::text[]) AS listed (identity)
        WHERE listed.identity = q.identity);

-- name: clear_replaced_quarantine_entries
-- Clears every entry that an entry of the list replaces: the same field of the same row, with another
-- value that cannot be used.
\set identities '{0123456789abcdef0123456789abcdef}'
\set now '2026-11-30 09:00+08'
UPDATE laborwatch.quarantine_entry AS q
   SET cleared_at = :'now'::timestamptz
  FROM laborwatch.quarantine_entry AS n
 WHERE n.identity = ANY (:'identities'::text[])
   AND q.cleared_at IS NULL
   AND (q.table_name, q.row_key, q.field) = (n.table_name, n.row_key, n.field)
   AND NOT EXISTS (
       SELECT FROM unnest(:'identities'::text[]) AS listed (identity)
        WHERE listed.identity = q.identity);

-- name: delete_quarantine_totals
-- Deletes the totals of tables and reasons that are not in the list. The list is two arrays, one
-- element each per total.
\set tables '{report}'
\set reasons '{negative}'
DELETE FROM laborwatch.quarantine_total AS t
 WHERE NOT EXISTS (
       SELECT FROM unnest(:'tables'::text[], :'reasons'::text[]) AS now (table_name, reason)
        WHERE (now.table_name, now.reason) = (t.table_name, t.reason));

-- name: upsert_quarantine_totals
-- Writes the total of each table and reason; a total that did not change is not written again. The
-- list is three arrays, one element each per total.
\set tables '{report}'
\set reasons '{negative}'
\set totals '{12}'
INSERT INTO laborwatch.quarantine_total AS t (table_name, reason, total)
SELECT table_name, reason, total
  FROM unnest(:'tables'::text[], :'reasons'::text[], :'totals'::bigint[])
       AS now (table_name, reason, total)
ON CONFLICT (table_name, reason) DO UPDATE SET total = EXCLUDED.total
 WHERE t.total <> EXCLUDED.total;
