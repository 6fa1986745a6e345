-- What waits for its time: until when the alert is to be answered once it is told, the quiet hours
-- that a group's interval must not lead into, and what is told whatever filters say, which a silence
-- may hold back like all else.
ALTER TABLE laborwatch.delivery
    ADD COLUMN due_at      timestamptz,
    ADD COLUMN quiet_from  timestamptz,
    ADD COLUMN quiet_until timestamptz,
    ADD COLUMN is_owed     boolean NOT NULL DEFAULT false,
    ADD COLUMN fallback_of bigint;
COMMENT ON COLUMN laborwatch.delivery.due_at IS
    'Until when the alert is to be answered, as this receiver is told; empty without a clock.';
COMMENT ON COLUMN laborwatch.delivery.quiet_from IS
    'When the next quiet hours begin, into which the group''s interval may put it off.';
COMMENT ON COLUMN laborwatch.delivery.quiet_until IS
    'When they end: then it is told if they would have been broken.';
COMMENT ON COLUMN laborwatch.delivery.is_owed IS
    'Told whatever routes and filters say: as a fallback, or to whom the episode was told before.';
COMMENT ON COLUMN laborwatch.delivery.fallback_of IS
    'The delivery, given up, in whose place it is told; kept while the reason says what holds it.';
UPDATE laborwatch.delivery
   SET is_owed = true, fallback_of = substr(reason, 13)::bigint
 WHERE state = 'pending' AND reason LIKE 'fallback_of:%';
UPDATE laborwatch.delivery d
   SET due_at = e.due_at
  FROM laborwatch.alert_event e
  JOIN laborwatch.alert a USING (alert_id)
 WHERE e.event_id = d.event_id
   AND e.due_at IS NOT NULL
   AND (d.state = 'pending' OR a.state NOT IN ('resolved', 'withdrawn'));

-- What a cycle looks at again, which is little beside all that is pending. The claim asks for no try
-- and no time of order, so that it is never taken for that.
CREATE INDEX delivery_waiting ON laborwatch.delivery (alert_id, receiver, delivery_id, is_owed)
    WHERE state = 'pending' AND attempts = 0 AND locked_until IS NULL
      AND (next_attempt_at > created_at OR is_owed);
