-- Two facts that an earlier version read from the wording of errors become columns: whether a try
-- contacted the receiver, and whether a failed delivery becomes due when the receiver works again.
ALTER TABLE laborwatch.delivery_attempt
    ADD COLUMN was_tried boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN laborwatch.delivery_attempt.was_tried IS
    'Whether the receiver was contacted; false when the courier returned the delivery without a try.';
UPDATE laborwatch.delivery_attempt
   SET was_tried = false
 WHERE error LIKE 'not tried: %';

ALTER TABLE laborwatch.delivery
    ADD COLUMN was_tried        boolean NOT NULL DEFAULT false,
    ADD COLUMN scheduled_at     timestamptz,
    ADD COLUMN may_come_forward boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN laborwatch.delivery.was_tried IS
    'Whether last_status and last_error are from a try that contacted the receiver.';
COMMENT ON COLUMN laborwatch.delivery.scheduled_at IS
    'When the retry schedule makes the next try; empty unless the schedule set the present wait.';
COMMENT ON COLUMN laborwatch.delivery.may_come_forward IS
    'Whether the first success of another delivery to the receiver makes this one due at once.';
UPDATE laborwatch.delivery d
   SET was_tried = coalesce(d.last_error, '') NOT LIKE 'not tried: %'
 WHERE d.attempts > 0 OR d.last_error IS NOT NULL;
UPDATE laborwatch.delivery d
   SET scheduled_at = try.scheduled_at, may_come_forward = try.may_come_forward
  FROM (SELECT DISTINCT ON (t.delivery_id)
               t.delivery_id, t.outcome, t.next_attempt_at AS scheduled_at,
               coalesce(t.started_at >= t.was_due, true) AS may_come_forward
          FROM (SELECT a.*, lag(CASE a.outcome WHEN 'retry' THEN a.next_attempt_at END)
                                OVER (PARTITION BY a.delivery_id ORDER BY a.attempt_id) AS was_due
                  FROM laborwatch.delivery_attempt a
                  JOIN laborwatch.delivery pending USING (delivery_id)
                 WHERE a.counted AND a.was_tried AND pending.state = 'pending') AS t
         ORDER BY t.delivery_id, t.attempt_id DESC) AS try
 WHERE try.delivery_id = d.delivery_id AND try.outcome = 'retry';

DROP INDEX laborwatch.delivery_failed;
CREATE INDEX delivery_failed ON laborwatch.delivery (receiver, delivery_id)
    WHERE state = 'pending' AND last_error IS NOT NULL AND was_tried;

CREATE OR REPLACE VIEW laborwatch.deliveries AS
SELECT delivery_id, event_id, alert_id, sequence, receiver, state, reason, attempts, created_at,
       next_attempt_at, finished_at, last_status, last_error, locked_until, is_held, group_key,
       message_id, was_tried
  FROM laborwatch.delivery;
COMMENT ON COLUMN laborwatch.deliveries.was_tried IS
    'Whether last_status and last_error are from a try that contacted the receiver.';

CREATE OR REPLACE VIEW laborwatch.delivery_attempts AS
SELECT t.attempt_id, t.delivery_id, d.event_id, d.alert_id, d.receiver, t.started_at, t.ended_at,
       t.outcome, t.counted, t.next_attempt_at, t.status, t.error, t.answer, t.was_tried
  FROM laborwatch.delivery_attempt t
  JOIN laborwatch.delivery d USING (delivery_id)
 UNION ALL
SELECT NULL, d.delivery_id, d.event_id, d.alert_id, d.receiver, d.finished_at, d.finished_at,
       'suppressed', false, NULL, NULL, d.reason, NULL, false
  FROM laborwatch.delivery d
 WHERE d.state = 'suppressed';
COMMENT ON COLUMN laborwatch.delivery_attempts.was_tried IS
    'Whether the receiver was contacted; false when the courier returned the delivery without a try.';
