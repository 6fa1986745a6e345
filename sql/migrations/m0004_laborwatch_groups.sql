-- Messages of several events, deliveries that a silence or an inhibition holds back for a while,
-- and what is known of each receiver over restarts.
ALTER TABLE laborwatch.delivery
    ADD COLUMN is_held        boolean NOT NULL DEFAULT false,
    ADD COLUMN group_key      text CHECK (group_key <> ''),
    ADD COLUMN message_id     uuid,
    ADD COLUMN group_interval integer CHECK (group_interval >= 0);
COMMENT ON COLUMN laborwatch.delivery.is_held IS
    'Suppressed by what passes (a silence, an inhibition): looked at again at every step.';
COMMENT ON COLUMN laborwatch.delivery.group_key IS
    'What it is told together with; empty for a message of its own.';
COMMENT ON COLUMN laborwatch.delivery.message_id IS
    'The message that told it or tried to last; what went out together shares one.';
COMMENT ON COLUMN laborwatch.delivery.group_interval IS
    'Seconds that lie between the group''s last message and its first try; empty for none.';
COMMENT ON COLUMN laborwatch.delivery.reason IS
    'Why it was suppressed or dropped, or of which delivery it is the fallback.';
ALTER TABLE laborwatch.delivery
    ADD CONSTRAINT delivery_held CHECK (NOT is_held OR state = 'suppressed');
CREATE INDEX delivery_held ON laborwatch.delivery (alert_id, receiver, sequence) WHERE is_held;

-- Messages of their own and groups are walked along by themselves: neither's backlog costs the
-- other.
DROP INDEX laborwatch.delivery_due;
CREATE INDEX delivery_due_alone ON laborwatch.delivery (receiver, next_attempt_at, delivery_id)
    WHERE state = 'pending' AND group_key IS NULL;
CREATE INDEX delivery_due_group ON laborwatch.delivery (receiver, next_attempt_at, delivery_id)
    WHERE state = 'pending' AND group_key IS NOT NULL;
CREATE INDEX delivery_group_member ON laborwatch.delivery (receiver, group_key)
    WHERE state = 'pending' AND group_key IS NOT NULL;

CREATE TABLE laborwatch.delivery_group (
    receiver     text NOT NULL,
    group_key    text NOT NULL,
    last_sent_at timestamptz NOT NULL,
    PRIMARY KEY (receiver, group_key)
);
COMMENT ON TABLE laborwatch.delivery_group IS
    'When a receiver got the last message of a group, for the interval between two of them.';
COMMENT ON COLUMN laborwatch.delivery_group.receiver IS 'The receiver.';
COMMENT ON COLUMN laborwatch.delivery_group.group_key IS 'The group.';
COMMENT ON COLUMN laborwatch.delivery_group.last_sent_at IS 'When the receiver had it.';

CREATE TABLE laborwatch.receiver_state (
    receiver        text PRIMARY KEY,
    failing_since   timestamptz,
    disabled_at     timestamptz,
    disabled_reason text,
    fingerprint     text,
    CONSTRAINT receiver_state_disabled
        CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)
               AND (disabled_at IS NULL) = (fingerprint IS NULL))
);
COMMENT ON TABLE laborwatch.receiver_state IS
    'How receivers fare: since when one fails, and which one is gone and gets nothing more.';
COMMENT ON COLUMN laborwatch.receiver_state.receiver IS 'The receiver.';
COMMENT ON COLUMN laborwatch.receiver_state.failing_since IS
    'When the first try failed after which none went well; empty while it answers.';
COMMENT ON COLUMN laborwatch.receiver_state.disabled_at IS
    'When it said that it is gone; empty while it is told.';
COMMENT ON COLUMN laborwatch.receiver_state.disabled_reason IS 'What it said then.';
COMMENT ON COLUMN laborwatch.receiver_state.fingerprint IS
    'A digest of the address that is gone: another address enables the receiver again.';

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
    'The message that told it or tried to last; what went out together shares one.';
