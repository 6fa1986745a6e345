-- Deletion of old rows. Each statement deletes at most `limit` rows, so that others wait briefly.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: prune_deliveries
-- Deletes deliveries that finished before a moment. Deliveries of open episodes stay, because they
-- decide whether a receiver gets the end of the episode. Deliveries beside a pending one or a dead
-- letter of the same receiver and episode stay, because they decide whether the dead letter may be
-- sent again.
\set before '2025-01-01 00:00+08'
\set limit 1000
DELETE FROM laborwatch.delivery
 WHERE delivery_id IN (
     SELECT d.delivery_id
       FROM laborwatch.delivery d
       JOIN laborwatch.alert a ON a.alert_id = d.alert_id
      WHERE d.finished_at < :'before'::timestamptz
        AND d.state IN ('delivered', 'suppressed', 'dropped')
        AND a.state IN ('resolved', 'withdrawn')
        AND NOT EXISTS (
            SELECT FROM laborwatch.delivery other
             WHERE other.alert_id = d.alert_id
               AND other.receiver = d.receiver
               AND other.state IN ('pending', 'dead'))
      LIMIT :'limit'::bigint);

-- name: prune_cycles
-- Deletes cycles that were recorded before a moment. The last successful cycle stays.
\set before '2025-01-01 00:00+08'
\set limit 1000
DELETE FROM laborwatch.cycle
 WHERE cycle_id IN (
     SELECT cycle_id FROM laborwatch.cycle
      WHERE committed_at < :'before'::timestamptz
        AND cycle_id <> coalesce(
            (SELECT max(cycle_id) FROM laborwatch.cycle WHERE outcome = 'ok'), 0)
      LIMIT :'limit'::bigint);

-- name: prune_quarantine
-- Deletes quarantine entries that were cleared before a moment.
\set before '2025-01-01 00:00+08'
\set limit 1000
DELETE FROM laborwatch.quarantine_entry
 WHERE entry_id IN (
     SELECT entry_id FROM laborwatch.quarantine_entry
      WHERE cleared_at < :'before'::timestamptz
      LIMIT :'limit'::bigint);
