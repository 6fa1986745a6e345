-- The results of tries, and how a plan reads and writes deliveries.
--
-- Whoever locks several deliveries locks them in the order of their numbers.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: settle_deliveries
-- Records the result of a try of a message, and returns one row per delivery that the result changed.
-- A try whose claim had lapsed is recorded as well, but does not change the delivery. The statement
-- also writes the last message of the group and since when the receiver fails. A success after failures
-- makes the receiver's other failed deliveries due. The first five variables are arrays, one element
-- each per delivery: its number, its claim, its number of tries, whether it may become due earlier
-- (1 or 0), and when the retry schedule makes the next try (an empty text for NULL).
\set delivery_ids '{1}'
\set claims '{1}'
\set attempts '{1}'
\set may_come_forward '{0}'
\set scheduled_at '{""}'
\set state delivered
\set next_attempt_at NULL
\set started_at '2026-11-30 09:00+08'
\set ended_at '2026-11-30 09:00:01+08'
\set outcome delivered
\set status 200
\set error NULL
\set answer '''ok'''
\set message_id NULL
\set was_tried true
WITH line AS MATERIALIZED (
    SELECT delivery_id, claim, attempts, may_come_forward = 1 AS may_come_forward,
           nullif(scheduled_at, '')::timestamptz AS scheduled_at, ordinal
      FROM unnest(:'delivery_ids'::bigint[], :'claims'::bigint[], :'attempts'::bigint[],
                  :'may_come_forward'::bigint[], :'scheduled_at'::text[])
           WITH ORDINALITY
        AS line (delivery_id, claim, attempts, may_come_forward, scheduled_at, ordinal)
), moved AS (
    UPDATE laborwatch.delivery d
       SET state = :'state'::text, attempts = line.attempts, scheduled_at = line.scheduled_at,
           may_come_forward = line.may_come_forward,
           next_attempt_at = coalesce(:next_attempt_at::timestamptz, next_attempt_at),
           finished_at = CASE WHEN :'state'::text = 'pending' THEN NULL
                              ELSE :'ended_at'::timestamptz END,
           locked_until = NULL, claim = NULL, last_status = :status::bigint,
           last_error = :error::text, was_tried = :'was_tried'::boolean,
           message_id = coalesce(:message_id::uuid, message_id)
      FROM line
     WHERE d.delivery_id = line.delivery_id
       AND d.claim = line.claim
       AND d.state = 'pending'
    RETURNING d.delivery_id, d.receiver, d.group_key
), noted AS (
    INSERT INTO laborwatch.delivery_attempt
        (delivery_id, started_at, ended_at, outcome, counted, was_tried, next_attempt_at,
         status, error, answer)
    SELECT delivery_id, :'started_at'::timestamptz, :'ended_at'::timestamptz, :'outcome'::text,
           moved.delivery_id IS NOT NULL, :'was_tried'::boolean, :next_attempt_at::timestamptz,
           :status::bigint, :error::text, :answer::text
      FROM line
      JOIN laborwatch.delivery USING (delivery_id)
      LEFT JOIN moved USING (delivery_id)
     ORDER BY line.ordinal
), sent AS (
    INSERT INTO laborwatch.delivery_group AS g (receiver, group_key, last_sent_at)
    SELECT DISTINCT receiver, group_key, :'ended_at'::timestamptz
      FROM moved
     WHERE group_key IS NOT NULL AND :'outcome'::text = 'delivered'
        ON CONFLICT (receiver, group_key) DO UPDATE
       SET last_sent_at = greatest(g.last_sent_at, EXCLUDED.last_sent_at)
), failing AS (
    INSERT INTO laborwatch.receiver_state AS s (receiver, failing_since)
    SELECT DISTINCT receiver, :'started_at'::timestamptz
      FROM moved
     WHERE :'outcome'::text IN ('retry', 'dead')
        ON CONFLICT (receiver) DO UPDATE
       SET failing_since = EXCLUDED.failing_since
     WHERE s.failing_since IS NULL
), well AS (
    UPDATE laborwatch.receiver_state s
       SET failing_since = NULL
     WHERE :'outcome'::text = 'delivered'
       AND s.failing_since IS NOT NULL
       AND s.receiver IN (SELECT receiver FROM moved)
    RETURNING s.receiver
), forward AS (
    -- The same deliveries as in bring_forward.
    UPDATE laborwatch.delivery
       SET next_attempt_at = :'ended_at'::timestamptz
     WHERE delivery_id IN (
        SELECT d.delivery_id
          FROM laborwatch.delivery d
         WHERE d.receiver = (SELECT receiver FROM well)
           AND d.state = 'pending'
           AND d.attempts > 0
           AND d.locked_until IS NULL
           AND d.next_attempt_at > :'ended_at'::timestamptz
           AND d.may_come_forward
         ORDER BY d.delivery_id
           FOR UPDATE)
       AND EXISTS (SELECT FROM well)
)
SELECT delivery_id FROM moved;

-- name: lock_alerts_of_message
-- One row without columns per alert of the list. The alerts stay locked until the end of the
-- transaction. Alerts are locked before deliveries, as a cycle locks them.
\set alerts '{00000000-0000-4000-8000-000000000001}'
SELECT FROM laborwatch.alert WHERE alert_id = ANY (:'alerts'::uuid[]) ORDER BY alert_id FOR UPDATE;

-- name: lock_deliveries
-- One row per delivery that a plan needs: the delivery, its event, the time of the last message of its
-- group, and a summary of the queue of its alert and receiver. A queue without such a delivery has one
-- row with the summary only; its delivery_id is NULL.
--
-- depths has one element per alert: 0 requests the waiting deliveries whose response deadline is
-- earlier than that of the alert, 1 all that are pending or held, 2 in addition the suppressed ones.
-- With a receiver only the deliveries to that receiver are read. The deliveries in delivery_ids are
-- read in any case, if the list has their alert.
--
-- The part free contains the deliveries that the plan may change, locked in the order of their numbers
-- until the end of the transaction. A delivery that a courier claims or settles meanwhile is not in
-- free after the lock is granted; it counts in past, which sees its former state. Claimed deliveries
-- are read without a lock, because the plan does not change them. A cycle therefore does not wait for
-- the transaction of a courier, and a courier does not wait for a cycle.
\set alerts '{00000000-0000-4000-8000-000000000001}'
\set depths '{2}'
\set receiver NULL
\set delivery_ids '{1}'
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(:'alerts'::uuid[], :'depths'::bigint[]) AS asked (alert_id, depth)
), free AS MATERIALIZED (
    SELECT d.*
      FROM asked
      JOIN laborwatch.alert a USING (alert_id)
      JOIN laborwatch.delivery d USING (alert_id)
     WHERE d.delivery_id = ANY (:'delivery_ids'::bigint[])
        OR (d.locked_until IS NULL
            AND (:receiver::text IS NULL OR d.receiver = :receiver::text)
            AND CASE
                WHEN asked.depth = 0
                THEN d.state = 'pending' AND d.attempts = 0
                     AND d.due_at < a.next_clock_at
                ELSE d.state = 'pending' OR d.is_held
                     OR (d.state = 'suppressed' AND asked.depth = 2)
                END)
     ORDER BY d.delivery_id
       FOR UPDATE OF d
), live AS MATERIALIZED (
    SELECT * FROM free
     UNION ALL
    SELECT d.*
      FROM asked
      JOIN laborwatch.delivery d USING (alert_id)
     WHERE asked.depth > 0
       AND d.state = 'pending'
       AND d.locked_until IS NOT NULL
       AND d.delivery_id <> ALL (:'delivery_ids'::bigint[])
       AND (:receiver::text IS NULL OR d.receiver = :receiver::text)
), past AS (
    SELECT d.alert_id, d.receiver, min(d.sequence) AS notified_from,
           max(d.sequence) AS notified_through,
           max(d.sequence) FILTER (WHERE d.state = 'delivered') AS delivered_through
      FROM asked
      JOIN laborwatch.delivery d USING (alert_id)
     WHERE asked.depth > 0
       AND (:receiver::text IS NULL OR d.receiver = :receiver::text)
       AND d.state NOT IN ('suppressed', 'dropped')
       AND NOT EXISTS (SELECT FROM live WHERE live.delivery_id = d.delivery_id)
     GROUP BY d.alert_id, d.receiver
)
SELECT one.alert_id, one.receiver, a.state IN ('resolved', 'withdrawn') AS has_ended,
       one.notified_from, one.notified_through, one.delivered_through, one.delivery_id, one.event_id,
       one.sequence, (e.what = 'merged' OR e.what IN ('resolved', 'withdrawn')) AS ends_alert,
       coalesce(laborwatch.tier_rank(e.to_tier) > laborwatch.tier_rank(e.from_tier), false)
           AS raises_tier,
       one.state, one.reason, one.is_held, one.is_owed, one.fallback_of, one.attempts,
       one.created_at, one.next_attempt_at, one.finished_at, one.group_key, one.group_interval,
       one.quiet_from, one.quiet_until, one.due_at, g.last_sent_at, one.locked_until
  FROM (SELECT * FROM past FULL JOIN live USING (alert_id, receiver)) AS one
  JOIN laborwatch.alert a ON a.alert_id = one.alert_id
  LEFT JOIN laborwatch.alert_event e ON e.event_id = one.event_id
  LEFT JOIN laborwatch.delivery_group g
    ON g.receiver = one.receiver AND g.group_key = one.group_key
 ORDER BY one.delivery_id;

-- name: select_group_times
-- One row per group of the list that had a message: the receiver, the group and the time of the last
-- message. The list is two arrays, one element each per group.
\set receivers '{bureau}'
\set groups '{layoff}'
SELECT g.receiver, g.group_key, g.last_sent_at
  FROM unnest(:'receivers'::text[], :'groups'::text[]) AS asked (receiver, group_key)
  JOIN laborwatch.delivery_group g USING (receiver, group_key);

-- name: write_deliveries
-- Writes deliveries, each a JSON text whose keys are the column names. A row with a delivery_id is
-- updated; the others are inserted in the order of the list. A delivery that exists for the same event
-- and receiver stays as it is.
\set deliveries '{"{\\"event_id\\": \\"00000000-0000-4000-8000-000000000001\\", \\"alert_id\\": \\"00000000-0000-4000-8000-000000000001\\", \\"sequence\\": 1, \\"receiver\\": \\"file\\", \\"state\\": \\"pending\\", \\"attempts\\": 0, \\"is_held\\": false, \\"is_owed\\": false, \\"created_at\\": \\"2026-11-05T01:00:00Z\\", \\"next_attempt_at\\": \\"2026-11-05T01:00:00Z\\"}"}'
WITH line AS MATERIALIZED (
    SELECT row.*, line.ordinal
      FROM unnest(:'deliveries'::text[]) WITH ORDINALITY AS line (json, ordinal)
     CROSS JOIN LATERAL jsonb_populate_record(
         NULL::laborwatch.delivery, line.json::jsonb) AS row
), changed AS (
    UPDATE laborwatch.delivery d
       SET (state, reason, attempts, is_held, is_owed, fallback_of, group_key, group_interval,
            quiet_from, quiet_until, next_attempt_at, finished_at, due_at) =
           (line.state, line.reason, line.attempts, line.is_held, line.is_owed, line.fallback_of,
            line.group_key, line.group_interval, line.quiet_from, line.quiet_until,
            line.next_attempt_at, line.finished_at, line.due_at)
      FROM line
     WHERE d.delivery_id = line.delivery_id
)
INSERT INTO laborwatch.delivery
    (event_id, alert_id, sequence, receiver, created_at, state, reason, attempts, is_held, is_owed,
     fallback_of, group_key, group_interval, quiet_from, quiet_until, next_attempt_at, finished_at,
     due_at)
SELECT event_id, alert_id, sequence, receiver, created_at, state, reason, attempts, is_held, is_owed,
       fallback_of, group_key, group_interval, quiet_from, quiet_until, next_attempt_at, finished_at,
       due_at
  FROM line
 WHERE delivery_id IS NULL
 ORDER BY ordinal
ON CONFLICT (event_id, receiver) DO NOTHING;

-- name: adopt_incident_deliveries
-- After incidents of existing alerts were opened: a receiver that got an alert of the incident counts as
-- told of the incident. For a receiver that still waits for one, the delivery of the incident takes its
-- place.
\set events '{00000000-0000-4000-8000-000000000001}'
WITH known AS (
    SELECT i.delivery_id, bool_or(d.state IN ('delivered', 'dead')) AS was_told,
           bool_or(d.state = 'pending') AS is_waiting
      FROM laborwatch.delivery i
      JOIN laborwatch.alert a ON a.incident_id = i.alert_id
      JOIN laborwatch.delivery d ON d.alert_id = a.alert_id AND d.receiver = i.receiver
     WHERE i.event_id = ANY (:'events'::uuid[]) AND i.reason = 'known_by_alerts'
     GROUP BY i.delivery_id
)
UPDATE laborwatch.delivery i
   SET state = CASE WHEN known.was_told THEN 'delivered' ELSE 'pending' END, reason = NULL,
       next_attempt_at = i.created_at,
       finished_at = CASE WHEN known.was_told THEN i.created_at END
  FROM known
 WHERE known.delivery_id = i.delivery_id AND (known.was_told OR known.is_waiting);

-- name: drop_adopted_deliveries
-- Drops the pending deliveries of alerts whose incidents were opened for existing alerts, to receivers
-- that are told of the incidents instead.
\set receivers '{chat}'
\set events '{00000000-0000-4000-8000-000000000001}'
UPDATE laborwatch.delivery d
   SET state = 'dropped', reason = 'known_by_alerts', finished_at = i.created_at
  FROM laborwatch.delivery i
  JOIN laborwatch.alert a ON a.incident_id = i.alert_id
 WHERE i.event_id = ANY (:'events'::uuid[]) AND i.receiver = ANY (:'receivers'::text[])
   AND d.alert_id = a.alert_id AND d.receiver = i.receiver
   AND d.state = 'pending' AND d.locked_until IS NULL;
