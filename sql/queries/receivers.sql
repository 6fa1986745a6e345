-- Receivers: which events they have got, which of them are disabled, and how deliveries to them fare.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: select_delivered_events
-- One row per event that was delivered to a receiver before a given event of the same alert, in order.
-- The list is two arrays, one element each per alert: the alert, and the number of the given event.
\set alerts '{00000000-0000-4000-8000-000000000001}'
\set sequences '{2}'
\set receiver file
SELECT d.alert_id, e.event_id, e.sequence, e.at
  FROM unnest(:'alerts'::uuid[], :'sequences'::bigint[]) AS asked (alert_id, place)
  JOIN laborwatch.delivery d
    ON d.alert_id = asked.alert_id AND d.receiver = :'receiver'::text AND d.state = 'delivered'
   AND d.sequence < asked.place
  JOIN laborwatch.alert_event e ON e.event_id = d.event_id
 ORDER BY d.alert_id, d.sequence;

-- name: select_standing_alerts
-- One row per alert that a receiver knows, and that is open or ended at or after a moment: when the
-- first event that the receiver got happened, and from the second column on the last event that it got,
-- with the columns of select_events_of_alert and the response deadline of the delivery.
--
-- The query starts from the open and the recently ended alerts, which are few compared with all
-- deliveries. An alert that ended earlier, with its end still undelivered, is left out: the alert
-- expires at the receiver by itself. The states are literals, so that the index on the state can be
-- used.
\set receiver file
\set ended_since '2026-11-29 09:00+08'
SELECT told.started_at,
       e.event_id, e.alert_id, e.sequence, e.at, e.as_of, e.what, e.from_tier, e.to_tier,
       e.from_state, e.to_state, e.reason, e.certainty, e.period, e.persons, e.share, e.amount,
       e.evidence, e.subject, e.texts, last.due_at, e.actor, a.rule, a.kind, e.on_behalf_of, e.level,
       e.incident
  FROM laborwatch.alert a
 CROSS JOIN LATERAL (
    SELECT d.event_id, d.due_at
      FROM laborwatch.delivery d
     WHERE d.alert_id = a.alert_id AND d.receiver = :'receiver'::text AND d.state = 'delivered'
     ORDER BY d.sequence DESC
     LIMIT 1
 ) AS last
  JOIN laborwatch.alert_event e ON e.event_id = last.event_id
 CROSS JOIN LATERAL (
    SELECT min(f.at) AS started_at
      FROM laborwatch.delivery d
      JOIN laborwatch.alert_event f ON f.event_id = d.event_id
     WHERE d.alert_id = a.alert_id AND d.receiver = :'receiver'::text AND d.state = 'delivered'
 ) AS told
 WHERE (a.state IN ('pending', 'provisional', 'firing', 'acknowledged')
        OR a.last_event_at >= :'ended_since'::timestamptz)
   AND (e.to_state IN ('pending', 'provisional', 'firing', 'acknowledged')
        OR e.at >= :'ended_since'::timestamptz)
 ORDER BY a.alert_id;

-- name: disable_receiver
-- Disables a receiver, with its reason and a digest of its address.
\set receiver bureau
\set disabled_at '2026-11-30 09:00+08'
\set reason 'the endpoint is gone (410)'
\set fingerprint 0123456789abcdef
INSERT INTO laborwatch.receiver_state (receiver, disabled_at, disabled_reason, fingerprint)
VALUES (:'receiver'::text, :'disabled_at'::timestamptz, :'reason'::text, :'fingerprint'::text)
ON CONFLICT (receiver) DO UPDATE
   SET disabled_at = EXCLUDED.disabled_at,
       disabled_reason = EXCLUDED.disabled_reason,
       fingerprint = EXCLUDED.fingerprint;

-- name: select_disabled_receiver
-- Why a receiver is disabled, and the digest of the address that it had then; no row while it is
-- enabled.
\set receiver bureau
SELECT disabled_reason, fingerprint
  FROM laborwatch.receiver_state
 WHERE receiver = :'receiver'::text AND disabled_at IS NOT NULL;

-- name: enable_receiver
-- Enables a receiver, makes its failed deliveries due, and returns 1; returns 0, and changes nothing,
-- when the receiver was not disabled.
\set receiver bureau
\set now '2026-11-30 09:00+08'
WITH enabled AS (
    UPDATE laborwatch.receiver_state
       SET disabled_at = NULL, disabled_reason = NULL, fingerprint = NULL
     WHERE receiver = :'receiver'::text AND disabled_at IS NOT NULL
    RETURNING receiver
), forward AS (
    -- The same deliveries as in bring_forward.
    UPDATE laborwatch.delivery
       SET next_attempt_at = :'now'::timestamptz
     WHERE delivery_id IN (
        SELECT d.delivery_id
          FROM laborwatch.delivery d
         WHERE d.receiver = (SELECT receiver FROM enabled)
           AND d.state = 'pending'
           AND d.attempts > 0
           AND d.locked_until IS NULL
           AND d.next_attempt_at > :'now'::timestamptz
           AND d.may_come_forward
         ORDER BY d.delivery_id
           FOR UPDATE)
)
SELECT count(*) AS enabled FROM enabled;

-- name: bring_forward
-- Makes the failed deliveries of a receiver due, in their old order. The column may_come_forward says
-- which deliveries these are. settle_deliveries and enable_receiver contain the same statement.
\set receiver bureau
\set now '2026-11-30 09:00+08'
UPDATE laborwatch.delivery
   SET next_attempt_at = :'now'::timestamptz
 WHERE delivery_id IN (
    SELECT d.delivery_id
      FROM laborwatch.delivery d
     WHERE d.receiver = :'receiver'::text
       AND d.state = 'pending'
       AND d.attempts > 0
       AND d.locked_until IS NULL
       AND d.next_attempt_at > :'now'::timestamptz
       AND d.may_come_forward
     ORDER BY d.delivery_id
       FOR UPDATE);

-- name: select_receiver_health
-- One row per receiver that has a recorded state, a pending delivery or a recent dead letter, by name:
-- when and why it was disabled, since when it fails, the number of pending deliveries and the oldest of
-- them, the number of deliveries that were given up after since and until now, and the last error of
-- the oldest pending delivery that has one.
\set now '2026-11-30 09:00+08'
\set since '2026-11-29 09:00+08'
WITH waiting AS (
    SELECT receiver, count(*) AS pending, min(created_at) AS oldest
      FROM laborwatch.deliveries
     WHERE state = 'pending'
     GROUP BY receiver
), dead AS (
    SELECT receiver, count(*) AS dead
      FROM laborwatch.deliveries
     WHERE state = 'dead' AND finished_at > :'since'::timestamptz
       AND finished_at <= :'now'::timestamptz
     GROUP BY receiver
)
SELECT receiver, s.disabled_at, s.disabled_reason, s.failing_since,
       coalesce(w.pending, 0) AS pending, w.oldest, coalesce(x.dead, 0) AS dead,
       (SELECT d.last_error
          FROM laborwatch.deliveries d
         WHERE d.state = 'pending' AND d.last_error IS NOT NULL
           AND d.receiver = w.receiver AND d.was_tried
         ORDER BY d.delivery_id
         LIMIT 1) AS failure
  FROM laborwatch.receivers s
  FULL JOIN waiting w USING (receiver)
  FULL JOIN dead x USING (receiver)
 ORDER BY receiver;
