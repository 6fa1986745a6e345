-- Messages of several events, and deliveries that a silence or an inhibition holds back for a while.
ALTER TABLE laborwatch.delivery
    ADD COLUMN is_held    boolean NOT NULL DEFAULT false,
    ADD COLUMN group_key  text CHECK (group_key <> ''),
    ADD COLUMN message_id uuid;
COMMENT ON COLUMN laborwatch.delivery.is_held IS
    'Suppressed by what passes (a silence, an inhibition): looked at again at every step.';
COMMENT ON COLUMN laborwatch.delivery.group_key IS
    'What it is told together with; empty for a message of its own.';
COMMENT ON COLUMN laborwatch.delivery.message_id IS
    'The message that told it; deliveries that went out together share one.';
ALTER TABLE laborwatch.delivery
    ADD CONSTRAINT delivery_held CHECK (NOT is_held OR state = 'suppressed');
CREATE INDEX delivery_held ON laborwatch.delivery (alert_id, receiver, sequence) WHERE is_held;
CREATE INDEX delivery_group_due ON laborwatch.delivery (receiver, group_key, next_attempt_at)
    WHERE state = 'pending' AND group_key IS NOT NULL;

CREATE TABLE laborwatch.delivery_group (
    receiver     text NOT NULL,
    group_key    text NOT NULL,
    last_sent_at timestamptz NOT NULL,
    PRIMARY KEY (receiver, group_key)
);
COMMENT ON TABLE laborwatch.delivery_group IS
    'When a receiver was last sent a message of a group, for the interval between two of them.';
COMMENT ON COLUMN laborwatch.delivery_group.receiver IS 'The receiver.';
COMMENT ON COLUMN laborwatch.delivery_group.group_key IS 'The group.';
COMMENT ON COLUMN laborwatch.delivery_group.last_sent_at IS 'When the last message was taken.';

CREATE OR REPLACE VIEW laborwatch.deliveries AS
SELECT delivery_id, event_id, alert_id, sequence, receiver, state, reason, attempts, created_at,
       next_attempt_at, finished_at, last_status, last_error, locked_until, is_held, group_key,
       message_id
  FROM laborwatch.delivery;
COMMENT ON COLUMN laborwatch.deliveries.is_held IS
    'Suppressed by what passes (a silence, an inhibition): looked at again at every step.';
COMMENT ON COLUMN laborwatch.deliveries.group_key IS
    'What it is told together with; empty for a message of its own.';
COMMENT ON COLUMN laborwatch.deliveries.message_id IS
    'The message that told it; deliveries that went out together share one.';
