-- What the evaluator reads from the store before a cycle, in one snapshot.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: select_open_versions
-- One row per open alert: its number of events, and the ID of the transaction that last wrote its row.
-- The two show whether an alert that was read before has changed.
SELECT a.alert_id, a.sequence, a.xmin::text::bigint AS version
  FROM laborwatch.alert a
 WHERE a.state NOT IN ('resolved', 'withdrawn');

-- name: select_episodes
-- One row per alert of the list: the state of the episode. The columns are those of select_open_alerts.
\set alerts '{00000000-0000-4000-8000-000000000001}'
SELECT a.alert_id, a.rule, a.kind, a.subject_type, a.subject_id, a.subject_name, a.region_code,
       a.industry_code, a.tier, a.peak_tier, a.state, a.certainty, a.started_period, a.period,
       a.first_raised_at, a.last_event_at, a.last_told_at, a.resolved_at, a.persons, a.share,
       a.amount, a.evidence, a.as_of, a.quiet_period, a.quiet_since, a.sequence,
       a.acknowledged_tier, a.verdict, a.level, a.next_clock_at, a.incident_id, a.incident
  FROM laborwatch.alert a
 WHERE a.alert_id = ANY (:'alerts'::uuid[]);

-- name: select_ended_as_of
-- One row per ended alert whose last finding was made as of this moment: its ID.
\set as_of '2026-11-05 09:00+08'
SELECT alert_id FROM laborwatch.alert
 WHERE state IN ('resolved', 'withdrawn') AND as_of = :'as_of'::timestamptz;

-- name: select_watermarks
-- One row per part of the source: up to where it was read.
SELECT source, value FROM laborwatch.watermark;

-- name: select_last_as_of
-- The as-of of the last successful cycle, or no row when there was none.
SELECT as_of FROM laborwatch.cycle
 WHERE outcome = 'ok'
 ORDER BY cycle_id DESC
 LIMIT 1;

-- name: select_coming_silences
-- One row per silence that had not ended when the last successful cycle began, oldest first; the
-- columns are those of select_silences. The store does not know the present moment of the evaluator,
-- which leaves out the silences that have ended since.
SELECT silence_id, rule, kind, subject_type, subject_id, region_code, tier_max, starts_at,
       ends_at, reason, created_by, expired_at
  FROM laborwatch.silence
 WHERE least(ends_at, expired_at) > coalesce(
           (SELECT started_at FROM laborwatch.cycle
             WHERE outcome = 'ok'
             ORDER BY cycle_id DESC
             LIMIT 1), '-infinity')
 ORDER BY silence_id;

-- name: select_held_deliveries
-- One row per alert and receiver with held deliveries: the newest one, because it describes the
-- current state of the alert.
SELECT DISTINCT ON (alert_id, receiver) delivery_id, alert_id, receiver, reason, is_owed
  FROM laborwatch.delivery
 WHERE is_held
 ORDER BY alert_id, receiver, sequence DESC;

-- name: select_waiting_deliveries
-- One row per pending and untried delivery of an open alert that waits for its group, for the end of
-- quiet hours, or as a fallback. The conditions on the delivery are those of the index
-- delivery_waiting.
SELECT d.delivery_id, d.alert_id, d.receiver, d.is_owed
  FROM laborwatch.delivery d
  JOIN laborwatch.alert a USING (alert_id)
 WHERE d.state = 'pending'
   AND d.attempts = 0
   AND d.locked_until IS NULL
   AND (d.next_attempt_at > d.created_at OR d.is_owed)
   AND a.state NOT IN ('resolved', 'withdrawn')
 ORDER BY d.delivery_id;
