-- What the daemon said and did. The tables are private; people read the views of the next
-- migration, whose columns are a contract.

CREATE FUNCTION laborwatch.tier_rank(tier text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE tier
        WHEN 'blue' THEN 1 WHEN 'yellow' THEN 2 WHEN 'orange' THEN 3 WHEN 'red' THEN 4
    END;
COMMENT ON FUNCTION laborwatch.tier_rank(text) IS
    '1 for blue to 4 for red; empty for anything else.';

CREATE DOMAIN laborwatch.tier AS text
    CHECK (VALUE IN ('blue', 'yellow', 'orange', 'red'));
COMMENT ON DOMAIN laborwatch.tier IS 'The four tiers, blue the lowest.';

CREATE DOMAIN laborwatch.alert_state AS text
    CHECK (VALUE IN ('pending', 'provisional', 'firing', 'acknowledged', 'resolved', 'withdrawn'));
COMMENT ON DOMAIN laborwatch.alert_state IS
    'Where an episode stands; resolved and withdrawn are ends.';

CREATE DOMAIN laborwatch.alert_kind AS text
    CHECK (VALUE IN ('layoff', 'wage_arrears', 'social_insurance', 'mass_unemployment', 'dispute',
                     'indicator', 'reporting', 'system'));
COMMENT ON DOMAIN laborwatch.alert_kind IS 'What an alert is about.';

CREATE DOMAIN laborwatch.certainty AS text
    CHECK (VALUE IN ('provisional', 'confirmed', 'observed'));
COMMENT ON DOMAIN laborwatch.certainty IS 'How sure a finding is.';

CREATE DOMAIN laborwatch.subject_type AS text
    CHECK (VALUE IN ('enterprise', 'cell', 'region', 'indicator', 'system'));
COMMENT ON DOMAIN laborwatch.subject_type IS 'What kind of thing an alert is about.';

CREATE TABLE laborwatch.alert (
    alert_id          uuid PRIMARY KEY,
    rule              text NOT NULL CHECK (rule <> ''),
    kind              laborwatch.alert_kind NOT NULL,
    subject_type      laborwatch.subject_type NOT NULL,
    subject_id        text NOT NULL CHECK (subject_id <> ''),
    subject_name      text NOT NULL,
    region_code       text,
    industry_code     text,
    tier              laborwatch.tier NOT NULL,
    peak_tier         laborwatch.tier NOT NULL,
    state             laborwatch.alert_state NOT NULL,
    certainty         laborwatch.certainty NOT NULL,
    title             text,
    title_en          text,
    started_period    date NOT NULL CHECK (extract(day FROM started_period) = 1),
    period            date NOT NULL CHECK (extract(day FROM period) = 1),
    first_raised_at   timestamptz NOT NULL,
    last_event_at     timestamptz NOT NULL,
    last_told_at      timestamptz NOT NULL,
    resolved_at       timestamptz,
    persons           bigint,
    share             double precision,
    amount            numeric(20,2),
    evidence          jsonb NOT NULL,
    as_of             timestamptz NOT NULL,
    quiet_period      date CHECK (extract(day FROM quiet_period) = 1),
    quiet_since       timestamptz,
    sequence          bigint NOT NULL CHECK (sequence >= 0),
    acknowledged_tier laborwatch.tier,
    verdict           text CHECK (verdict IN ('confirmed', 'false_alarm', 'transfer', 'seasonal')),
    CONSTRAINT alert_end CHECK ((resolved_at IS NOT NULL) = (state IN ('resolved', 'withdrawn'))),
    CONSTRAINT alert_peak CHECK (laborwatch.tier_rank(peak_tier) >= laborwatch.tier_rank(tier))
);
COMMENT ON TABLE laborwatch.alert IS
    'Episodes: one row for a rule and subject from raising to end, as it stands now.';
COMMENT ON COLUMN laborwatch.alert.alert_id IS
    'The identity of the episode, the same in every event of it.';
COMMENT ON COLUMN laborwatch.alert.rule IS 'The rule that raised it.';
COMMENT ON COLUMN laborwatch.alert.kind IS 'What it is about.';
COMMENT ON COLUMN laborwatch.alert.subject_type IS
    'What kind of thing it is about: enterprise, cell, region, indicator or system.';
COMMENT ON COLUMN laborwatch.alert.subject_id IS
    'The subject''s identity; for an enterprise its enterprise_id.';
COMMENT ON COLUMN laborwatch.alert.subject_name IS 'The subject''s name when last looked at.';
COMMENT ON COLUMN laborwatch.alert.region_code IS 'Where the subject is.';
COMMENT ON COLUMN laborwatch.alert.industry_code IS 'The subject''s industry.';
COMMENT ON COLUMN laborwatch.alert.tier IS 'The tier now; after the end, the last one.';
COMMENT ON COLUMN laborwatch.alert.peak_tier IS 'The highest tier it ever had.';
COMMENT ON COLUMN laborwatch.alert.state IS
    'Where it stands: pending, provisional, firing, acknowledged, resolved or withdrawn.';
COMMENT ON COLUMN laborwatch.alert.certainty IS
    'How sure it is: provisional, confirmed or observed.';
COMMENT ON COLUMN laborwatch.alert.title IS
    'One line in Chinese, as it was told when it was raised.';
COMMENT ON COLUMN laborwatch.alert.title_en IS 'The same line in English.';
COMMENT ON COLUMN laborwatch.alert.started_period IS
    'The month whose figures raised it, as its first day.';
COMMENT ON COLUMN laborwatch.alert.period IS
    'The month whose figures were looked at last, as its first day.';
COMMENT ON COLUMN laborwatch.alert.first_raised_at IS 'When it was first raised.';
COMMENT ON COLUMN laborwatch.alert.last_event_at IS 'When its last event happened.';
COMMENT ON COLUMN laborwatch.alert.last_told_at IS
    'When somebody was last told of it; reminders count from here.';
COMMENT ON COLUMN laborwatch.alert.resolved_at IS 'When it ended; empty while it runs.';
COMMENT ON COLUMN laborwatch.alert.persons IS 'Persons concerned, by the latest finding.';
COMMENT ON COLUMN laborwatch.alert.share IS 'Persons as a share of staff, 0 to 1.';
COMMENT ON COLUMN laborwatch.alert.amount IS 'Money concerned, yuan.';
COMMENT ON COLUMN laborwatch.alert.evidence IS
    'Why it stands, by the latest finding: values, expectation, threshold with its source, rows '
    'used.';
COMMENT ON COLUMN laborwatch.alert.as_of IS 'As of when it was last looked at with a finding.';
COMMENT ON COLUMN laborwatch.alert.quiet_period IS
    'The first month that was clear after the last finding; empty while the finding stands.';
COMMENT ON COLUMN laborwatch.alert.quiet_since IS
    'When the first clear month was seen; empty while the finding stands.';
COMMENT ON COLUMN laborwatch.alert.sequence IS
    'How many events it has had; a writer that counted otherwise is refused.';
COMMENT ON COLUMN laborwatch.alert.acknowledged_tier IS
    'The tier that a person took on; a higher one ends the acknowledgement.';
COMMENT ON COLUMN laborwatch.alert.verdict IS
    'A person''s judgement: confirmed, false_alarm, transfer or seasonal.';

-- At most one open episode of a rule and subject.
CREATE UNIQUE INDEX alert_open ON laborwatch.alert (rule, subject_type, subject_id)
    WHERE state NOT IN ('resolved', 'withdrawn');
CREATE INDEX alert_last_event_at ON laborwatch.alert (last_event_at DESC, alert_id);
CREATE INDEX alert_state ON laborwatch.alert (state, last_event_at DESC);
CREATE INDEX alert_region ON laborwatch.alert (region_code, last_event_at DESC);
CREATE INDEX alert_rule ON laborwatch.alert (rule, last_event_at DESC);
CREATE INDEX alert_subject ON laborwatch.alert (subject_type, subject_id);

CREATE TABLE laborwatch.alert_event (
    event_id   uuid PRIMARY KEY,
    alert_id   uuid NOT NULL REFERENCES laborwatch.alert,
    sequence   bigint NOT NULL CHECK (sequence >= 1),
    at         timestamptz NOT NULL,
    as_of      timestamptz NOT NULL,
    what       text NOT NULL CHECK (what IN ('raised', 'tier_changed', 'confirmed', 'withdrawn',
                                             'acknowledged', 'escalated', 'reminder', 'resolved')),
    from_tier  laborwatch.tier,
    to_tier    laborwatch.tier NOT NULL,
    from_state laborwatch.alert_state,
    to_state   laborwatch.alert_state NOT NULL,
    reason     text NOT NULL CHECK (reason ~ '^[a-z][a-z_]*$'),
    certainty  laborwatch.certainty NOT NULL,
    period     date NOT NULL CHECK (extract(day FROM period) = 1),
    persons    bigint,
    share      double precision,
    amount     numeric(20,2),
    evidence   jsonb NOT NULL,
    subject    jsonb NOT NULL,
    texts      jsonb NOT NULL,
    due_at     timestamptz,
    actor      text,
    CONSTRAINT alert_event_sequence UNIQUE (alert_id, sequence)
);
COMMENT ON TABLE laborwatch.alert_event IS
    'Every transition of every episode; rows are written once and never changed.';
COMMENT ON COLUMN laborwatch.alert_event.event_id IS
    'The identity, made from the episode and the sequence: the same in every replay and every '
    'delivery.';
COMMENT ON COLUMN laborwatch.alert_event.alert_id IS 'The episode.';
COMMENT ON COLUMN laborwatch.alert_event.sequence IS
    '1 for the first event of the episode, then counting up.';
COMMENT ON COLUMN laborwatch.alert_event.at IS 'When it was said.';
COMMENT ON COLUMN laborwatch.alert_event.as_of IS
    'What was known then: everything reported up to here.';
COMMENT ON COLUMN laborwatch.alert_event.what IS
    'What it tells: raised, tier_changed, confirmed, withdrawn, acknowledged, escalated, '
    'reminder or resolved.';
COMMENT ON COLUMN laborwatch.alert_event.from_tier IS 'The tier before; empty when there was none.';
COMMENT ON COLUMN laborwatch.alert_event.to_tier IS 'The tier after.';
COMMENT ON COLUMN laborwatch.alert_event.from_state IS
    'The state before; empty when there was none.';
COMMENT ON COLUMN laborwatch.alert_event.to_state IS 'The state after.';
COMMENT ON COLUMN laborwatch.alert_event.reason IS 'Why, as a stable word.';
COMMENT ON COLUMN laborwatch.alert_event.certainty IS 'How sure it was.';
COMMENT ON COLUMN laborwatch.alert_event.period IS
    'The month whose figures decided, as its first day.';
COMMENT ON COLUMN laborwatch.alert_event.persons IS 'Persons concerned.';
COMMENT ON COLUMN laborwatch.alert_event.share IS 'Persons as a share of staff, 0 to 1.';
COMMENT ON COLUMN laborwatch.alert_event.amount IS 'Money concerned, yuan.';
COMMENT ON COLUMN laborwatch.alert_event.evidence IS
    'Why the finding stands: values, expectation, threshold with its source, rows used.';
COMMENT ON COLUMN laborwatch.alert_event.subject IS 'Whom it was about, as known then.';
COMMENT ON COLUMN laborwatch.alert_event.texts IS
    'The words by language, made when it happened and never changed afterwards.';
COMMENT ON COLUMN laborwatch.alert_event.due_at IS
    'Until when the responsible unit has to report; empty without a clock.';
COMMENT ON COLUMN laborwatch.alert_event.actor IS 'Who did it; empty for the daemon itself.';

CREATE INDEX alert_event_at ON laborwatch.alert_event (at, sequence, alert_id);

CREATE TABLE laborwatch.delivery (
    delivery_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id        uuid NOT NULL REFERENCES laborwatch.alert_event,
    alert_id        uuid NOT NULL REFERENCES laborwatch.alert,
    sequence        bigint NOT NULL,
    receiver        text NOT NULL CHECK (receiver <> ''),
    state           text NOT NULL
        CHECK (state IN ('pending', 'delivered', 'dead', 'suppressed', 'dropped')),
    reason          text,
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    created_at      timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    locked_until    timestamptz,
    claim           bigint,
    finished_at     timestamptz,
    last_status     integer,
    last_error      text,
    CONSTRAINT delivery_once UNIQUE (event_id, receiver),
    CONSTRAINT delivery_finished CHECK ((finished_at IS NOT NULL) = (state <> 'pending')),
    CONSTRAINT delivery_reason CHECK (state NOT IN ('suppressed', 'dropped') OR reason IS NOT NULL),
    CONSTRAINT delivery_claim CHECK (state = 'pending' OR (claim IS NULL AND locked_until IS NULL))
);
COMMENT ON TABLE laborwatch.delivery IS
    'The outbox: one row for each event and receiver, also for those who are not told.';
COMMENT ON COLUMN laborwatch.delivery.delivery_id IS 'The identity.';
COMMENT ON COLUMN laborwatch.delivery.event_id IS 'What is to be told.';
COMMENT ON COLUMN laborwatch.delivery.alert_id IS
    'The episode; its events reach one receiver in their order.';
COMMENT ON COLUMN laborwatch.delivery.sequence IS 'The event''s place in the episode.';
COMMENT ON COLUMN laborwatch.delivery.receiver IS 'Who is to be told.';
COMMENT ON COLUMN laborwatch.delivery.state IS
    'pending, delivered, dead (given up), suppressed (not wanted) or dropped (not told any more).';
COMMENT ON COLUMN laborwatch.delivery.reason IS 'Why it was suppressed or dropped.';
COMMENT ON COLUMN laborwatch.delivery.attempts IS 'Tries that counted.';
COMMENT ON COLUMN laborwatch.delivery.created_at IS 'When it was ordered.';
COMMENT ON COLUMN laborwatch.delivery.next_attempt_at IS 'When the next try is due.';
COMMENT ON COLUMN laborwatch.delivery.locked_until IS
    'Until when a courier has it; after that it falls free.';
COMMENT ON COLUMN laborwatch.delivery.claim IS
    'The token of the newest claim: a result with an older one does not count.';
COMMENT ON COLUMN laborwatch.delivery.finished_at IS
    'When it came to its end; empty while it is pending.';
COMMENT ON COLUMN laborwatch.delivery.last_status IS
    'The HTTP status of the last try, where there was an answer.';
COMMENT ON COLUMN laborwatch.delivery.last_error IS
    'What went wrong in the last try; empty when it went well.';

CREATE SEQUENCE laborwatch.delivery_claim;
COMMENT ON SEQUENCE laborwatch.delivery_claim IS 'Tokens of claims; no two claims share one.';

-- The queue of each receiver and episode: what is claimed, and what blocks what.
CREATE INDEX delivery_queue ON laborwatch.delivery (receiver, alert_id, sequence)
    WHERE state = 'pending';
CREATE INDEX delivery_due ON laborwatch.delivery (receiver, next_attempt_at, delivery_id)
    WHERE state = 'pending';
CREATE INDEX delivery_claimed ON laborwatch.delivery (receiver)
    WHERE state = 'pending' AND locked_until IS NOT NULL;
CREATE INDEX delivery_dead ON laborwatch.delivery (receiver, delivery_id) WHERE state = 'dead';
CREATE INDEX delivery_created_at ON laborwatch.delivery (created_at DESC, delivery_id DESC);
CREATE INDEX delivery_alert ON laborwatch.delivery (alert_id);
-- What retention may take out.
CREATE INDEX delivery_finished_at ON laborwatch.delivery (finished_at)
    WHERE state IN ('delivered', 'suppressed', 'dropped');

CREATE TABLE laborwatch.delivery_attempt (
    attempt_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id     bigint NOT NULL REFERENCES laborwatch.delivery ON DELETE CASCADE,
    started_at      timestamptz NOT NULL,
    ended_at        timestamptz NOT NULL,
    outcome         text NOT NULL CHECK (outcome IN ('delivered', 'retry', 'snooze', 'dead')),
    counted         boolean NOT NULL,
    next_attempt_at timestamptz,
    status          integer,
    error           text,
    answer          text
);
COMMENT ON TABLE laborwatch.delivery_attempt IS 'Every try of every delivery.';
COMMENT ON COLUMN laborwatch.delivery_attempt.attempt_id IS 'The identity.';
COMMENT ON COLUMN laborwatch.delivery_attempt.delivery_id IS 'The delivery.';
COMMENT ON COLUMN laborwatch.delivery_attempt.started_at IS 'When the try began.';
COMMENT ON COLUMN laborwatch.delivery_attempt.ended_at IS 'When it ended.';
COMMENT ON COLUMN laborwatch.delivery_attempt.outcome IS
    'delivered, retry (counts), snooze (the receiver asked to wait) or dead.';
COMMENT ON COLUMN laborwatch.delivery_attempt.counted IS
    'False when the claim had lapsed and the result changed nothing.';
COMMENT ON COLUMN laborwatch.delivery_attempt.next_attempt_at IS 'When it is to be tried again.';
COMMENT ON COLUMN laborwatch.delivery_attempt.status IS
    'The HTTP status, where there was an answer.';
COMMENT ON COLUMN laborwatch.delivery_attempt.error IS 'What went wrong, one sentence.';
COMMENT ON COLUMN laborwatch.delivery_attempt.answer IS 'The beginning of the answer.';

CREATE INDEX delivery_attempt_delivery ON laborwatch.delivery_attempt (delivery_id, attempt_id);

CREATE TABLE laborwatch.cycle (
    cycle_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    as_of        timestamptz NOT NULL,
    started_at   timestamptz NOT NULL,
    committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seconds      double precision,
    outcome      text NOT NULL CHECK (outcome IN ('ok', 'failed')),
    mode         text CHECK (mode IN ('full', 'incremental')),
    rows_read    bigint CHECK (rows_read >= 0),
    findings     bigint CHECK (findings >= 0),
    events       bigint CHECK (events >= 0),
    deliveries   bigint CHECK (deliveries >= 0),
    rejections   bigint CHECK (rejections >= 0),
    holder       text,
    token        bigint,
    error        text,
    CONSTRAINT cycle_error CHECK ((error IS NOT NULL) = (outcome = 'failed'))
);
COMMENT ON TABLE laborwatch.cycle IS 'Every evaluation, also those that failed.';
COMMENT ON COLUMN laborwatch.cycle.cycle_id IS 'The identity; grows with time.';
COMMENT ON COLUMN laborwatch.cycle.as_of IS
    'What the cycle looked at: everything reported up to here.';
COMMENT ON COLUMN laborwatch.cycle.started_at IS 'When it began, by the daemon''s clock.';
COMMENT ON COLUMN laborwatch.cycle.committed_at IS
    'When it was written down, by the database''s clock.';
COMMENT ON COLUMN laborwatch.cycle.seconds IS 'How long it took up to the commit.';
COMMENT ON COLUMN laborwatch.cycle.outcome IS
    'ok, or failed: a failed cycle changed nothing and is tried again.';
COMMENT ON COLUMN laborwatch.cycle.mode IS 'full, or incremental.';
COMMENT ON COLUMN laborwatch.cycle.rows_read IS 'Rows read.';
COMMENT ON COLUMN laborwatch.cycle.findings IS 'Findings made.';
COMMENT ON COLUMN laborwatch.cycle.events IS 'Events written.';
COMMENT ON COLUMN laborwatch.cycle.deliveries IS 'Deliveries ordered, without suppressed ones.';
COMMENT ON COLUMN laborwatch.cycle.rejections IS 'Values that could not be used.';
COMMENT ON COLUMN laborwatch.cycle.holder IS 'Which daemon.';
COMMENT ON COLUMN laborwatch.cycle.token IS 'Under which lease.';
COMMENT ON COLUMN laborwatch.cycle.error IS 'Why it failed.';

CREATE INDEX cycle_outcome ON laborwatch.cycle (outcome, cycle_id DESC);
CREATE INDEX cycle_committed_at ON laborwatch.cycle (committed_at);

CREATE TABLE laborwatch.quarantine_entry (
    entry_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    identity      text NOT NULL UNIQUE,
    table_name    text NOT NULL,
    row_key       text NOT NULL,
    enterprise_id bigint,
    period        date,
    field         text NOT NULL,
    value         text NOT NULL,
    reason        text NOT NULL,
    expected      text NOT NULL,
    hint          text NOT NULL,
    reported_at   timestamptz,
    first_seen    timestamptz NOT NULL,
    last_seen     timestamptz NOT NULL,
    cleared_at    timestamptz
);
COMMENT ON TABLE laborwatch.quarantine_entry IS
    'Values of the source that could not be used, each until it was mended.';
COMMENT ON COLUMN laborwatch.quarantine_entry.entry_id IS 'The identity.';
COMMENT ON COLUMN laborwatch.quarantine_entry.identity IS
    'A digest of table, row, field, value and reason: the same fault is one entry.';
COMMENT ON COLUMN laborwatch.quarantine_entry.table_name IS 'The table or view.';
COMMENT ON COLUMN laborwatch.quarantine_entry.row_key IS 'The row, as its key reads.';
COMMENT ON COLUMN laborwatch.quarantine_entry.enterprise_id IS
    'The enterprise, where there is one.';
COMMENT ON COLUMN laborwatch.quarantine_entry.period IS 'The month, where there is one.';
COMMENT ON COLUMN laborwatch.quarantine_entry.field IS 'The field at fault.';
COMMENT ON COLUMN laborwatch.quarantine_entry.value IS 'The value as found.';
COMMENT ON COLUMN laborwatch.quarantine_entry.reason IS 'Why it is not used, a stable word.';
COMMENT ON COLUMN laborwatch.quarantine_entry.expected IS 'What was expected.';
COMMENT ON COLUMN laborwatch.quarantine_entry.hint IS 'What to do about it.';
COMMENT ON COLUMN laborwatch.quarantine_entry.reported_at IS 'When the bureau learnt the row.';
COMMENT ON COLUMN laborwatch.quarantine_entry.first_seen IS 'When it was seen first.';
COMMENT ON COLUMN laborwatch.quarantine_entry.last_seen IS
    'When it was written or looked at by a full cycle last; others do not touch what stands.';
COMMENT ON COLUMN laborwatch.quarantine_entry.cleared_at IS
    'When it was found mended; empty while it stands.';

CREATE INDEX quarantine_entry_open ON laborwatch.quarantine_entry (table_name, row_key, field)
    WHERE cleared_at IS NULL;
CREATE INDEX quarantine_entry_cleared_at ON laborwatch.quarantine_entry (cleared_at)
    WHERE cleared_at IS NOT NULL;

CREATE TABLE laborwatch.silence (
    silence_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule         text,
    kind         laborwatch.alert_kind,
    subject_type laborwatch.subject_type,
    subject_id   text,
    region_code  text,
    tier_max     laborwatch.tier,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    reason       text NOT NULL CHECK (reason <> ''),
    created_by   text NOT NULL CHECK (created_by <> ''),
    created_at   timestamptz NOT NULL,
    expired_at   timestamptz,
    expired_by   text,
    CONSTRAINT silence_span CHECK (ends_at > starts_at),
    CONSTRAINT silence_matches CHECK (
        num_nonnulls(rule, kind, subject_id, region_code) > 0),
    CONSTRAINT silence_subject CHECK ((subject_type IS NULL) = (subject_id IS NULL))
);
COMMENT ON TABLE laborwatch.silence IS
    'Who silenced what, until when and why; a row is never deleted.';
COMMENT ON COLUMN laborwatch.silence.silence_id IS 'The identity.';
COMMENT ON COLUMN laborwatch.silence.rule IS 'Alerts of this rule; empty = of any.';
COMMENT ON COLUMN laborwatch.silence.kind IS 'Alerts of this kind; empty = of any.';
COMMENT ON COLUMN laborwatch.silence.subject_type IS
    'Alerts about this kind of subject; empty = about any.';
COMMENT ON COLUMN laborwatch.silence.subject_id IS 'Alerts about this subject; empty = about any.';
COMMENT ON COLUMN laborwatch.silence.region_code IS
    'Alerts in this region and below; empty = anywhere.';
COMMENT ON COLUMN laborwatch.silence.tier_max IS 'Alerts up to this tier; empty = of all tiers.';
COMMENT ON COLUMN laborwatch.silence.starts_at IS 'From when.';
COMMENT ON COLUMN laborwatch.silence.ends_at IS 'Until when.';
COMMENT ON COLUMN laborwatch.silence.reason IS 'Why; never empty.';
COMMENT ON COLUMN laborwatch.silence.created_by IS 'Who.';
COMMENT ON COLUMN laborwatch.silence.created_at IS 'When it was made.';
COMMENT ON COLUMN laborwatch.silence.expired_at IS 'When a person ended it early; empty otherwise.';
COMMENT ON COLUMN laborwatch.silence.expired_by IS 'Who ended it early.';

CREATE INDEX silence_ends_at ON laborwatch.silence (ends_at);

CREATE TABLE laborwatch.watermark (
    source     text PRIMARY KEY,
    value      text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE laborwatch.watermark IS
    'Up to where each part of the source was read; moves in the transaction that says what was '
    'found.';
COMMENT ON COLUMN laborwatch.watermark.source IS 'The part of the source.';
COMMENT ON COLUMN laborwatch.watermark.value IS 'Up to where; its meaning is the reader''s.';
COMMENT ON COLUMN laborwatch.watermark.changed_at IS 'When it moved last.';

CREATE TABLE laborwatch.lease (
    name        text PRIMARY KEY,
    holder      text NOT NULL,
    token       bigint NOT NULL,
    acquired_at timestamptz NOT NULL,
    renewed_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);
COMMENT ON TABLE laborwatch.lease IS
    'Who may evaluate. Every write of a cycle locks this row and checks the token.';
COMMENT ON COLUMN laborwatch.lease.name IS 'The right that is held.';
COMMENT ON COLUMN laborwatch.lease.holder IS
    'The daemon that holds it; empty when it was given back.';
COMMENT ON COLUMN laborwatch.lease.token IS 'Grows with every change of holder.';
COMMENT ON COLUMN laborwatch.lease.acquired_at IS 'When the holder got it.';
COMMENT ON COLUMN laborwatch.lease.renewed_at IS 'When the holder renewed it last.';
COMMENT ON COLUMN laborwatch.lease.expires_at IS 'Until when it holds, by this database''s clock.';
