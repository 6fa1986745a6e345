-- The state of the service: open alerts, queues, cycles and the figures of its own health.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: count_open_alerts
-- One row per tier with open alerts: the tier and the number.
SELECT tier, count(*) FROM laborwatch.alerts
 WHERE state NOT IN ('resolved', 'withdrawn')
 GROUP BY tier;

-- name: select_system_alerts
-- One row per open problem of the service itself: the rule, the affected part, the tier, and when it
-- was raised.
SELECT rule, subject_id, tier, first_raised_at
  FROM laborwatch.alerts
 WHERE kind = 'system' AND state NOT IN ('resolved', 'withdrawn');

-- name: select_queues
-- One row per receiver with pending deliveries or dead letters, by name: the number of each, and when
-- the event of the oldest of each was created.
SELECT receiver,
       count(*) FILTER (WHERE state = 'pending') AS pending,
       min(created_at) FILTER (WHERE state = 'pending') AS oldest_pending,
       count(*) FILTER (WHERE state = 'dead') AS dead,
       min(created_at) FILTER (WHERE state = 'dead') AS oldest_dead
  FROM laborwatch.deliveries
 WHERE state IN ('pending', 'dead')
 GROUP BY receiver
 ORDER BY receiver;

-- name: select_cycles
-- One row per cycle, newest first; the column seconds is its duration. With is_good_only only the
-- cycles that evaluated the source successfully.
\set is_good_only false
\set limit 10
SELECT cycle_id, as_of, started_at, committed_at, seconds, error, mode, rows_read,
       findings, events, deliveries, rejections, holder
  FROM laborwatch.cycles
 WHERE (outcome = 'ok' AND mode IS NOT NULL) OR NOT :'is_good_only'::boolean
 ORDER BY cycle_id DESC
 LIMIT :'limit'::bigint;

-- name: select_vitals
-- One row: the clock of the database, the number of values that cannot be used and were first seen
-- after a moment, and how often the lease changed hands within the last hour.
\set since '2026-11-29 09:00+08'
SELECT clock_timestamp() AS clock, coalesce(sum(new), 0)::bigint AS quarantined,
       (SELECT greatest(count(DISTINCT token) - 1, 0)
          FROM laborwatch.cycle
         WHERE committed_at > now() - interval '1 hour') AS lease_changes
  FROM (
      -- If not all values are listed, the rest counts as new in proportion.
      SELECT round(count(*) FILTER (WHERE e.first_seen > :'since'::timestamptz)
                   * greatest(max(t.total), count(*))::numeric / count(*)) AS new
        FROM laborwatch.quarantine_entry e
        LEFT JOIN laborwatch.quarantine_total t USING (table_name, reason)
       WHERE e.cleared_at IS NULL
       GROUP BY table_name, reason) AS quarantined;
