-- What waits for its time: until when the alert is to be answered once it is told.
ALTER TABLE laborwatch.delivery
    ADD COLUMN due_at timestamptz;
COMMENT ON COLUMN laborwatch.delivery.due_at IS
    'Until when the alert is to be answered, as this receiver is told; empty without a clock.';
UPDATE laborwatch.delivery d
   SET due_at = e.due_at
  FROM laborwatch.alert_event e
  JOIN laborwatch.alert a USING (alert_id)
 WHERE e.event_id = d.event_id
   AND e.due_at IS NOT NULL
   AND (d.state = 'pending' OR a.state NOT IN ('resolved', 'withdrawn'));
