-- Deliveries, as people read and change them.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: select_deliveries
-- One row per matching delivery, newest first: the delivery, the type and the tier of its event, the
-- rule and the subject of its alert. NULL in a condition matches every delivery. The time range counts
-- when the event was created.
\set states NULL
\set receivers '''{file,bureau}'''
\set alert_id NULL
\set since '''2026-01-01 00:00+08'''
\set until NULL
\set is_held NULL
\set limit 20
\set offset 0
SELECT d.delivery_id, d.event_id, d.episode_id, d.sequence, e.what, e.to_tier, a.rule, a.subject_name,
       d.receiver, d.state, d.reason, d.attempts, d.created_at, d.next_attempt_at, d.locked_until,
       d.finished_at, d.last_status, d.last_error, d.is_held, d.group_key, d.message_id
  FROM laborwatch.deliveries d
  JOIN laborwatch.episode_events e USING (event_id)
  JOIN laborwatch.episodes a ON a.alert_id = d.episode_id
 WHERE (:states::text[] IS NULL OR d.state = ANY (:states::text[]))
   AND (:receivers::text[] IS NULL OR d.receiver = ANY (:receivers::text[]))
   AND (:alert_id::uuid IS NULL OR d.episode_id = :alert_id::uuid)
   AND (:since::timestamptz IS NULL OR d.created_at >= :since::timestamptz)
   AND (:until::timestamptz IS NULL OR d.created_at < :until::timestamptz)
   AND (:is_held::boolean IS NULL OR d.is_held = :is_held::boolean)
 ORDER BY d.created_at DESC, d.delivery_id DESC
 LIMIT :'limit'::bigint OFFSET :'offset'::bigint;

-- name: count_deliveries
-- The number of deliveries that match; the conditions are those of select_deliveries.
\set states NULL
\set receivers '''{file,bureau}'''
\set alert_id NULL
\set since '''2026-01-01 00:00+08'''
\set until NULL
\set is_held NULL
SELECT count(*)
  FROM laborwatch.deliveries d
 WHERE (:states::text[] IS NULL OR d.state = ANY (:states::text[]))
   AND (:receivers::text[] IS NULL OR d.receiver = ANY (:receivers::text[]))
   AND (:alert_id::uuid IS NULL OR d.episode_id = :alert_id::uuid)
   AND (:since::timestamptz IS NULL OR d.created_at >= :since::timestamptz)
   AND (:until::timestamptz IS NULL OR d.created_at < :until::timestamptz)
   AND (:is_held::boolean IS NULL OR d.is_held = :is_held::boolean);

-- name: select_delivery
-- One delivery, or no row; the columns are those of select_deliveries.
\set delivery_id 1
SELECT d.delivery_id, d.event_id, d.episode_id, d.sequence, e.what, e.to_tier, a.rule, a.subject_name,
       d.receiver, d.state, d.reason, d.attempts, d.created_at, d.next_attempt_at, d.locked_until,
       d.finished_at, d.last_status, d.last_error, d.is_held, d.group_key, d.message_id
  FROM laborwatch.deliveries d
  JOIN laborwatch.episode_events e USING (event_id)
  JOIN laborwatch.episodes a ON a.alert_id = d.episode_id
 WHERE d.delivery_id = :'delivery_id'::bigint;

-- name: select_deliveries_of_alert
-- One row per delivery of an alert, by event and receiver; the columns are those of select_deliveries.
\set alert_id 00000000-0000-4000-8000-000000000001
SELECT d.delivery_id, d.event_id, d.episode_id, d.sequence, e.what, e.to_tier, a.rule, a.subject_name,
       d.receiver, d.state, d.reason, d.attempts, d.created_at, d.next_attempt_at, d.locked_until,
       d.finished_at, d.last_status, d.last_error, d.is_held, d.group_key, d.message_id
  FROM laborwatch.deliveries d
  JOIN laborwatch.episode_events e USING (event_id)
  JOIN laborwatch.episodes a ON a.alert_id = d.episode_id
 WHERE d.episode_id = :'alert_id'::uuid
 ORDER BY d.sequence, d.receiver;

-- name: select_delivery_attempts
-- One row per try of the listed deliveries, oldest first.
\set delivery_ids '{1}'
SELECT delivery_id, started_at, ended_at, outcome, counted, was_tried, next_attempt_at, status, error,
       answer
  FROM laborwatch.delivery_attempts
 WHERE delivery_id = ANY (:'delivery_ids'::bigint[]) AND attempt_id IS NOT NULL
 ORDER BY attempt_id;

-- name: select_retry_candidates
-- One row per delivery that a person may make pending again: dead letters, and with a delivery_id also
-- that delivery while it is pending and no courier has claimed it. NULL in delivery_id or receiver
-- matches every delivery. The caller decides about each.
\set delivery_id NULL
\set receiver '''bureau'''
\set now '2026-11-30 09:00+08'
SELECT d.delivery_id, d.alert_id
  FROM laborwatch.delivery d
 WHERE (:delivery_id::bigint IS NULL OR d.delivery_id = :delivery_id::bigint)
   AND (:receiver::text IS NULL OR d.receiver = :receiver::text)
   AND (d.state = 'dead'
        OR (:delivery_id::bigint IS NOT NULL AND d.state = 'pending'
            AND (d.locked_until IS NULL OR d.locked_until <= :'now'::timestamptz)))
 ORDER BY d.delivery_id;

-- name: select_delivery_state
-- The state of a delivery, or no row when it does not exist.
\set delivery_id 1
SELECT state FROM laborwatch.delivery WHERE delivery_id = :'delivery_id'::bigint;

-- name: drop_deliveries
-- Drops all pending deliveries of a receiver. The result of a try that is running is ignored.
\set receiver bureau
\set reason receiver_removed
\set now '2026-11-30 09:00+08'
UPDATE laborwatch.delivery
   SET state = 'dropped', reason = :'reason'::text, finished_at = :'now'::timestamptz,
       locked_until = NULL, claim = NULL
 WHERE delivery_id IN (
    SELECT delivery_id FROM laborwatch.delivery
     WHERE state = 'pending' AND receiver = :'receiver'::text
     ORDER BY delivery_id
       FOR UPDATE);

-- name: count_orphaned_deliveries
-- One row per receiver that is not in the list and has pending deliveries: their number. No courier
-- will ever claim them.
\set receivers '{file,bureau}'
SELECT receiver, count(*) FROM laborwatch.delivery
 WHERE state = 'pending' AND receiver <> ALL (:'receivers'::text[])
 GROUP BY receiver;

-- name: select_receivers_on_record
-- One row per name of the list for which any delivery was ever recorded.
\set receivers '{file,bureau}'
SELECT name FROM unnest(:'receivers'::text[]) AS asked (name)
 WHERE EXISTS (SELECT FROM laborwatch.deliveries d WHERE d.receiver = asked.name);
