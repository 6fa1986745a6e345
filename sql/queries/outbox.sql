-- The outbox, as couriers read it: which deliveries are due.
--
-- Two conditions occur in several blocks:
--
-- - A delivery is blocked while an older one of the same receiver and alert is pending. A dead one does
--   not block. OFFSET 0 keeps the subquery from becoming a join: planned before the table had
--   statistics about a storm, the join compared every delivery with every other.
-- - A delivery of a group may be sent at its own time, but not before its interval after the last
--   message of the group. If that moment is in quiet hours, the delivery may be sent at their end.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: claim_deliveries
-- Claims due deliveries of the receivers until a moment, and returns one row per delivery: the
-- delivery, its claim and group, and from the ninth column on its event, with the columns of
-- select_events_of_alert and the response deadline of the delivery.
--
-- Two couriers never claim the same delivery, and SKIP LOCKED lets them run at the same time. The
-- columns of the claim, not the locks of the rows, keep a delivery claimed while it is sent; the locks
-- last for this statement only. Each receiver has its own scan of an index, so that the backlog of a
-- dead receiver does not slow down the others. MATERIALIZED keeps the limits effective.
--
-- Per receiver the group that has been due longest is claimed (company), including later events of an
-- alert if no earlier one is left out (whole). A message contains only deliveries with the same number
-- of tries: a message thereby keeps its deliveries and its ID in every try, and a new delivery is not
-- given up together with an old one. An untried delivery joins the first message of its group, even if
-- its own wait is not over.
\set receivers '{file,bureau}'
\set now '2026-11-30 09:00+08'
\set limit 100
\set locked_until '2026-11-30 09:02+08'
\set group_max 10000
WITH company AS MATERIALIZED (
    SELECT wanted.receiver, head.group_key, head.attempts
      FROM unnest(:'receivers'::text[]) AS wanted (receiver)
     CROSS JOIN LATERAL (
        SELECT d.group_key, d.attempts
          FROM laborwatch.delivery d
          LEFT JOIN laborwatch.delivery_group g
            ON g.receiver = d.receiver AND g.group_key = d.group_key AND d.attempts = 0
         WHERE d.state = 'pending'
           AND d.group_key IS NOT NULL
           AND d.receiver = wanted.receiver
           AND d.next_attempt_at <= :'now'::timestamptz
           AND (d.locked_until IS NULL OR d.locked_until <= :'now'::timestamptz)
           AND greatest(
                   d.next_attempt_at,
                   CASE WHEN g.last_sent_at + make_interval(secs => d.group_interval)
                                 >= d.quiet_from
                         AND g.last_sent_at + make_interval(secs => d.group_interval)
                                 < d.quiet_until
                        THEN d.quiet_until
                        ELSE g.last_sent_at + make_interval(secs => d.group_interval) END)
               <= :'now'::timestamptz
           AND NOT EXISTS (
               SELECT FROM laborwatch.delivery older
                WHERE older.state = 'pending'
                  AND older.receiver = d.receiver
                  AND older.alert_id = d.alert_id
                  AND older.sequence < d.sequence
               OFFSET 0)
         ORDER BY d.next_attempt_at, d.delivery_id
         LIMIT 1
     ) AS head
     LIMIT :'limit'::bigint
), member AS MATERIALIZED (
    SELECT one.delivery_id, one.receiver, one.alert_id, one.sequence
      FROM company c
     CROSS JOIN LATERAL (
        SELECT d.delivery_id, d.receiver, d.alert_id, d.sequence
          FROM laborwatch.delivery d
         WHERE d.state = 'pending'
           AND d.receiver = c.receiver
           AND d.group_key = c.group_key
           AND d.attempts = c.attempts
           AND (d.next_attempt_at <= :'now'::timestamptz
                OR (d.attempts = 0 AND d.created_at <= :'now'::timestamptz))
           AND (d.locked_until IS NULL OR d.locked_until <= :'now'::timestamptz)
           AND NOT EXISTS (
               SELECT FROM laborwatch.delivery older
                WHERE older.state = 'pending'
                  AND older.receiver = d.receiver
                  AND older.alert_id = d.alert_id
                  AND older.sequence < d.sequence
                  AND (older.group_key IS DISTINCT FROM d.group_key
                       OR older.attempts <> d.attempts
                       OR (older.next_attempt_at > :'now'::timestamptz AND older.attempts > 0)
                       OR older.locked_until > :'now'::timestamptz)
               OFFSET 0)
         ORDER BY d.created_at, d.sequence, d.delivery_id
         LIMIT :'group_max'::bigint
           FOR UPDATE OF d SKIP LOCKED
     ) AS one
), whole AS (
    SELECT m.delivery_id
      FROM member m
     WHERE NOT EXISTS (
         SELECT FROM laborwatch.delivery older
          WHERE older.state = 'pending'
            AND older.receiver = m.receiver
            AND older.alert_id = m.alert_id
            AND older.sequence < m.sequence
            AND older.delivery_id NOT IN (SELECT delivery_id FROM member)
         OFFSET 0)
), due AS MATERIALIZED (
    SELECT head.delivery_id
      FROM unnest(:'receivers'::text[]) AS wanted (receiver)
     CROSS JOIN LATERAL (
        SELECT d.delivery_id, d.next_attempt_at
          FROM laborwatch.delivery d
         WHERE d.state = 'pending'
           AND d.group_key IS NULL
           AND d.receiver = wanted.receiver
           AND d.next_attempt_at <= :'now'::timestamptz
           AND (d.locked_until IS NULL OR d.locked_until <= :'now'::timestamptz)
           AND NOT EXISTS (
               SELECT FROM laborwatch.delivery older
                WHERE older.state = 'pending'
                  AND older.receiver = d.receiver
                  AND older.alert_id = d.alert_id
                  AND older.sequence < d.sequence
               OFFSET 0)
         ORDER BY d.next_attempt_at, d.delivery_id
         LIMIT :'limit'::bigint
           FOR UPDATE OF d SKIP LOCKED
     ) AS head
     ORDER BY head.next_attempt_at, head.delivery_id
     LIMIT :'limit'::bigint - (SELECT count(*) FROM company)
), claimed AS (
    UPDATE laborwatch.delivery d
       SET locked_until = :'locked_until'::timestamptz,
           claim = nextval('laborwatch.delivery_claim')
      FROM (SELECT delivery_id FROM due UNION ALL SELECT delivery_id FROM whole) AS taken
     WHERE d.delivery_id = taken.delivery_id
    RETURNING d.*
)
SELECT c.delivery_id, c.receiver, c.attempts, c.created_at, c.claim, c.group_key, c.scheduled_at,
       c.may_come_forward,
       e.event_id, e.alert_id, e.sequence, e.at, e.as_of, e.what, e.from_tier, e.to_tier,
       e.from_state, e.to_state, e.reason, e.certainty, e.period, e.persons, e.share, e.amount,
       e.evidence, e.subject, e.texts, c.due_at, e.actor, a.rule, a.kind, e.on_behalf_of, e.level,
       e.incident
  FROM claimed c
  JOIN laborwatch.alert_event e ON e.event_id = c.event_id
  JOIN laborwatch.alert a ON a.alert_id = c.alert_id
 ORDER BY CASE WHEN c.group_key IS NULL THEN c.next_attempt_at ELSE c.created_at END,
          CASE WHEN c.group_key IS NULL THEN 0 ELSE c.sequence END, c.delivery_id;

-- name: release_claims
-- Cancels the claim of every pending delivery.
UPDATE laborwatch.delivery
   SET locked_until = NULL, claim = NULL
 WHERE state = 'pending' AND locked_until IS NOT NULL;

-- name: select_next_due
-- When the next delivery of the receivers that is not blocked may be sent; NULL when none is pending.
-- Of the deliveries without a group the first in the index decides. Groups need all rows, because each
-- group has its own interval. Claimed deliveries are few, and each is looked at.
\set receivers '{file,bureau}'
SELECT min(head.due_at) AS next_due
  FROM unnest(:'receivers'::text[]) AS wanted (receiver)
 CROSS JOIN LATERAL (
    (SELECT d.next_attempt_at AS due_at
       FROM laborwatch.delivery d
      WHERE d.state = 'pending'
        AND d.group_key IS NULL
        AND d.receiver = wanted.receiver
        AND d.locked_until IS NULL
        AND NOT EXISTS (
            SELECT FROM laborwatch.delivery older
             WHERE older.state = 'pending'
               AND older.receiver = d.receiver
               AND older.alert_id = d.alert_id
               AND older.sequence < d.sequence
            OFFSET 0)
      ORDER BY d.next_attempt_at
      LIMIT 1)
     UNION ALL
    (SELECT min(greatest(
                d.next_attempt_at,
                CASE WHEN g.last_sent_at + make_interval(secs => d.group_interval) >= d.quiet_from
                      AND g.last_sent_at + make_interval(secs => d.group_interval) < d.quiet_until
                     THEN d.quiet_until
                     ELSE g.last_sent_at + make_interval(secs => d.group_interval) END))
       FROM laborwatch.delivery d
       LEFT JOIN laborwatch.delivery_group g
         ON g.receiver = d.receiver AND g.group_key = d.group_key AND d.attempts = 0
      WHERE d.state = 'pending'
        AND d.group_key IS NOT NULL
        AND d.receiver = wanted.receiver
        AND d.locked_until IS NULL
        AND NOT EXISTS (
            SELECT FROM laborwatch.delivery older
             WHERE older.state = 'pending'
               AND older.receiver = d.receiver
               AND older.alert_id = d.alert_id
               AND older.sequence < d.sequence
            OFFSET 0))
     UNION ALL
    (SELECT greatest(
                d.next_attempt_at,
                CASE WHEN g.last_sent_at + make_interval(secs => d.group_interval) >= d.quiet_from
                      AND g.last_sent_at + make_interval(secs => d.group_interval) < d.quiet_until
                     THEN d.quiet_until
                     ELSE g.last_sent_at + make_interval(secs => d.group_interval) END,
                d.locked_until)
       FROM laborwatch.delivery d
       LEFT JOIN laborwatch.delivery_group g
         ON g.receiver = d.receiver AND g.group_key = d.group_key AND d.attempts = 0
      WHERE d.state = 'pending'
        AND d.receiver = wanted.receiver
        AND d.locked_until IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM laborwatch.delivery older
             WHERE older.state = 'pending'
               AND older.receiver = d.receiver
               AND older.alert_id = d.alert_id
               AND older.sequence < d.sequence
            OFFSET 0))
 ) AS head;
