-- What a cycle writes in one transaction: alerts, their events, watermarks and the record of the cycle
-- itself. A step of a person writes alerts and events with the same blocks.
--
-- Rows come as arrays of JSON texts whose keys are the column names, so that one statement of constant
-- length writes many rows.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: lock_alerts
-- One row per existing alert among those of the list and those with a listed delivery: its number of
-- events, and whether one of its deliveries is in the list held, or in the list released. The alerts
-- stay locked until the end of the transaction.
\set alerts '{00000000-0000-4000-8000-000000000001}'
\set held '{1}'
\set released '{}'
SELECT a.alert_id, a.sequence,
       a.alert_id IN (SELECT d.alert_id FROM laborwatch.delivery d
                       WHERE d.delivery_id = ANY (:'held'::bigint[])) AS is_held,
       a.alert_id IN (SELECT d.alert_id FROM laborwatch.delivery d
                       WHERE d.delivery_id = ANY (:'released'::bigint[])) AS is_released
  FROM laborwatch.alert a
 WHERE a.alert_id = ANY (:'alerts'::uuid[] || ARRAY(
           SELECT d.alert_id FROM laborwatch.delivery d
            WHERE d.delivery_id = ANY (:'held'::bigint[] || :'released'::bigint[])))
 ORDER BY a.alert_id
   FOR UPDATE OF a;

-- name: upsert_alerts
-- Writes alerts and incidents, in the order of the list. For one that exists, the rule and the ID of the
-- subject stay as they are, and the kind of an alert. The titles and the verdict stay as well when the new row has none, so
-- that a cycle does not erase the verdict of a person.
\set alerts '{"{\\"alert_id\\": \\"00000000-0000-4000-8000-000000000001\\", \\"rule\\": \\"layoff.statutory\\", \\"kind\\": \\"layoff\\", \\"subject_type\\": \\"enterprise\\", \\"subject_id\\": \\"77\\", \\"subject_name\\": \\"拉萨机械厂\\", \\"region_code\\": \\"540102\\", \\"tier\\": \\"yellow\\", \\"peak_tier\\": \\"yellow\\", \\"state\\": \\"firing\\", \\"certainty\\": \\"observed\\", \\"started_period\\": \\"2026-10-01\\", \\"period\\": \\"2026-10-01\\", \\"first_raised_at\\": \\"2026-11-05T01:00:00Z\\", \\"last_event_at\\": \\"2026-11-05T01:00:00Z\\", \\"last_told_at\\": \\"2026-11-05T01:00:00Z\\", \\"evidence\\": {}, \\"as_of\\": \\"2026-11-05T01:00:00Z\\", \\"sequence\\": 1, \\"level\\": 0}"}'
INSERT INTO laborwatch.alert AS a
    (alert_id, rule, kind, subject_type, subject_id, subject_name, region_code, industry_code, tier,
     peak_tier, state, certainty, title, title_en, started_period, period, first_raised_at,
     last_event_at, last_told_at, resolved_at, persons, share, amount, evidence, as_of, quiet_period,
     quiet_since, sequence, acknowledged_tier, verdict, level, next_clock_at, incident_id, incident)
SELECT alert_id, rule, kind, subject_type, subject_id, subject_name, region_code, industry_code, tier,
       peak_tier, state, certainty, title, title_en, started_period, period, first_raised_at,
       last_event_at, last_told_at, resolved_at, persons, share, amount, evidence, as_of,
       quiet_period, quiet_since, sequence, acknowledged_tier, verdict, level, next_clock_at,
       incident_id, incident
  FROM unnest(:'alerts'::text[]) WITH ORDINALITY AS line (json, ordinal)
 CROSS JOIN LATERAL jsonb_populate_record(NULL::laborwatch.alert, line.json::jsonb)
 ORDER BY line.ordinal
ON CONFLICT (alert_id) DO UPDATE
   SET subject_name = EXCLUDED.subject_name, region_code = EXCLUDED.region_code,
       industry_code = EXCLUDED.industry_code, tier = EXCLUDED.tier,
       peak_tier = EXCLUDED.peak_tier, state = EXCLUDED.state,
       certainty = EXCLUDED.certainty, title = coalesce(EXCLUDED.title, a.title),
       title_en = coalesce(EXCLUDED.title_en, a.title_en), period = EXCLUDED.period,
       last_event_at = EXCLUDED.last_event_at, last_told_at = EXCLUDED.last_told_at,
       resolved_at = EXCLUDED.resolved_at, persons = EXCLUDED.persons,
       share = EXCLUDED.share, amount = EXCLUDED.amount, evidence = EXCLUDED.evidence,
       as_of = EXCLUDED.as_of, quiet_period = EXCLUDED.quiet_period,
       quiet_since = EXCLUDED.quiet_since, sequence = EXCLUDED.sequence,
       acknowledged_tier = EXCLUDED.acknowledged_tier, level = EXCLUDED.level,
       next_clock_at = EXCLUDED.next_clock_at, incident_id = EXCLUDED.incident_id,
       incident = EXCLUDED.incident,
       kind = CASE WHEN a.rule = 'incident' THEN EXCLUDED.kind ELSE a.kind END,
       verdict = coalesce(EXCLUDED.verdict, a.verdict);

-- name: insert_alert_events
-- Writes events, in the order of the list, and returns one row per event that did not exist yet: its
-- ID.
\set events '{"{\\"event_id\\": \\"00000000-0000-4000-8000-000000000001\\", \\"alert_id\\": \\"00000000-0000-4000-8000-000000000001\\", \\"sequence\\": 1, \\"at\\": \\"2026-11-05T01:00:00Z\\", \\"as_of\\": \\"2026-11-05T01:00:00Z\\", \\"what\\": \\"raised\\", \\"to_tier\\": \\"yellow\\", \\"to_state\\": \\"firing\\", \\"reason\\": \\"threshold_crossed\\", \\"certainty\\": \\"observed\\", \\"period\\": \\"2026-10-01\\", \\"evidence\\": {}, \\"subject\\": {}, \\"texts\\": {}, \\"level\\": 0}"}'
INSERT INTO laborwatch.alert_event
    (event_id, alert_id, sequence, at, as_of, what, from_tier, to_tier, from_state, to_state, reason,
     certainty, period, persons, share, amount, evidence, subject, texts, due_at, actor, on_behalf_of,
     level, incident)
SELECT event_id, alert_id, sequence, at, as_of, what, from_tier, to_tier, from_state, to_state, reason,
       certainty, period, persons, share, amount, evidence, subject, texts, due_at, actor,
       on_behalf_of, level, incident
  FROM unnest(:'events'::text[]) WITH ORDINALITY AS line (json, ordinal)
 CROSS JOIN LATERAL jsonb_populate_record(NULL::laborwatch.alert_event, line.json::jsonb)
 ORDER BY line.ordinal
ON CONFLICT (event_id) DO NOTHING
RETURNING event_id;

-- name: select_differing_events
-- One row per event of the list that exists with other contents: its ID. Such events occur when a step
-- of a person and a cycle both created the next event of an alert, and neither knew of the other.
\set events '{"{\\"event_id\\": \\"00000000-0000-4000-8000-000000000001\\", \\"alert_id\\": \\"00000000-0000-4000-8000-000000000001\\", \\"sequence\\": 1, \\"as_of\\": \\"2026-11-05T01:00:00Z\\", \\"what\\": \\"raised\\", \\"to_tier\\": \\"yellow\\", \\"to_state\\": \\"firing\\", \\"reason\\": \\"threshold_crossed\\"}"}'
SELECT e.event_id
  FROM unnest(:'events'::text[]) AS line (json)
 CROSS JOIN LATERAL jsonb_populate_record(NULL::laborwatch.alert_event, line.json::jsonb) AS n
  JOIN laborwatch.alert_event e ON e.event_id = n.event_id
 WHERE (e.alert_id, e.sequence, e.what, e.reason, e.as_of, e.to_tier, e.to_state)
       <> (n.alert_id, n.sequence, n.what, n.reason, n.as_of, n.to_tier, n.to_state)
    OR e.actor IS DISTINCT FROM n.actor;

-- name: insert_cycle
-- Records a successful cycle. The mode system, of a cycle that evaluated the service itself only, is
-- written as NULL.
\set as_of '2026-11-30 09:00+08'
\set started_at '2026-11-30 09:00+08'
\set seconds 0.5
\set mode full
\set rows_read 7
\set findings 1
\set events 1
\set deliveries 1
\set rejections 0
\set holder daemon
\set token 1
INSERT INTO laborwatch.cycle
    (as_of, started_at, seconds, outcome, mode, rows_read, findings, events, deliveries, rejections,
     holder, token)
VALUES (:'as_of'::timestamptz, :'started_at'::timestamptz, :'seconds'::double precision, 'ok',
        nullif(:'mode'::text, 'system'), :'rows_read'::bigint, :'findings'::bigint,
        :'events'::bigint, :'deliveries'::bigint, :'rejections'::bigint, :'holder'::text,
        :'token'::bigint);

-- name: insert_failed_cycle
-- Records a cycle that failed, with its error.
\set as_of '2026-11-30 09:00+08'
\set started_at '2026-11-30 09:00+08'
\set error 'the source does not answer'
INSERT INTO laborwatch.cycle (as_of, started_at, outcome, error)
VALUES (:'as_of'::timestamptz, :'started_at'::timestamptz, 'failed', :'error'::text);

-- name: upsert_watermark
-- Writes up to where a part of the source was read.
\set source report
\set value 731
INSERT INTO laborwatch.watermark (source, value)
VALUES (:'source'::text, :'value'::text)
ON CONFLICT (source) DO UPDATE
   SET value = EXCLUDED.value, changed_at = clock_timestamp();
