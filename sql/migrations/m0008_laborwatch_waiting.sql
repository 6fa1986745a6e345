-- What waits for its time: until when the alert is to be answered once it is told, and the quiet
-- hours that a group's interval must not lead into.
ALTER TABLE laborwatch.delivery
    ADD COLUMN due_at      timestamptz,
    ADD COLUMN quiet_from  timestamptz,
    ADD COLUMN quiet_until timestamptz;
COMMENT ON COLUMN laborwatch.delivery.due_at IS
    'Until when the alert is to be answered, as this receiver is told; empty without a clock.';
COMMENT ON COLUMN laborwatch.delivery.quiet_from IS
    'When the next quiet hours begin, into which the group''s interval may put it off.';
COMMENT ON COLUMN laborwatch.delivery.quiet_until IS
    'When they end: then it is told if they would have been broken.';
UPDATE laborwatch.delivery d
   SET due_at = e.due_at
  FROM laborwatch.alert_event e
  JOIN laborwatch.alert a USING (alert_id)
 WHERE e.event_id = d.event_id
   AND e.due_at IS NOT NULL
   AND (d.state = 'pending' OR a.state NOT IN ('resolved', 'withdrawn'));
