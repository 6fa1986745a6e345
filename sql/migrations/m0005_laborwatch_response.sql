-- Who answers an alert, what happens when nobody does, and the ledger of enterprises in difficulty.
ALTER TABLE laborwatch.alert
    ADD COLUMN level         integer NOT NULL DEFAULT 0 CHECK (level >= 0),
    ADD COLUMN next_clock_at timestamptz,
    ADD COLUMN assignee      text CHECK (assignee <> '');
COMMENT ON COLUMN laborwatch.alert.level IS
    'How many levels it was handed up because nobody answered: 0 county, 1 city, 2 region.';
COMMENT ON COLUMN laborwatch.alert.next_clock_at IS
    'Until when somebody has to take it on; empty while nobody is waited for.';
COMMENT ON COLUMN laborwatch.alert.assignee IS 'The person or unit that is to look after it.';
-- Whose clock ran out.
CREATE INDEX alert_clock ON laborwatch.alert (next_clock_at) WHERE next_clock_at IS NOT NULL;

ALTER TABLE laborwatch.alert_event
    ADD COLUMN on_behalf_of text,
    ADD COLUMN level        integer NOT NULL DEFAULT 0 CHECK (level >= 0);
COMMENT ON COLUMN laborwatch.alert_event.on_behalf_of IS
    'In whose name the actor acted, as they said; empty for their own.';
COMMENT ON COLUMN laborwatch.alert_event.level IS
    'How many levels the alert had been handed up by then, this event included.';

CREATE TABLE laborwatch.alert_note (
    note_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id     uuid NOT NULL REFERENCES laborwatch.alert,
    at           timestamptz NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('note', 'assign', 'verdict')),
    body         text NOT NULL CHECK (body <> ''),
    actor        text NOT NULL CHECK (actor <> ''),
    on_behalf_of text
);
COMMENT ON TABLE laborwatch.alert_note IS
    'What people wrote of an alert; rows are written once, and nobody is told of them.';
COMMENT ON COLUMN laborwatch.alert_note.note_id IS 'The identity.';
COMMENT ON COLUMN laborwatch.alert_note.alert_id IS 'The episode.';
COMMENT ON COLUMN laborwatch.alert_note.at IS 'When it was written.';
COMMENT ON COLUMN laborwatch.alert_note.kind IS
    'note, assign (body is whom it was given to) or verdict (body begins with the verdict).';
COMMENT ON COLUMN laborwatch.alert_note.body IS 'What was written.';
COMMENT ON COLUMN laborwatch.alert_note.actor IS 'The account that wrote it.';
COMMENT ON COLUMN laborwatch.alert_note.on_behalf_of IS
    'In whose name, as they said; empty for their own.';
CREATE INDEX alert_note_alert ON laborwatch.alert_note (alert_id, note_id);

CREATE TABLE laborwatch.ledger_case (
    case_id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enterprise_id       text NOT NULL CHECK (enterprise_id <> ''),
    enterprise_name     text NOT NULL,
    region_code         text,
    industry_code       text,
    opened_at           timestamptz NOT NULL,
    opened_by           text NOT NULL CHECK (opened_by <> ''),
    opened_on_behalf_of text,
    opened_note         text,
    next_due_at         timestamptz,
    closed_at           timestamptz,
    closed_by           text,
    closed_on_behalf_of text,
    close_reason        text CHECK (close_reason IN ('recovered', 'layoff_completed', 'closed_down',
                                                     'relocated', 'mistaken')),
    close_note          text,
    CONSTRAINT ledger_case_end CHECK (
        (closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (close_reason IS NULL))
);
COMMENT ON TABLE laborwatch.ledger_case IS
    'Enterprises in difficulty that the bureau helps (困难企业帮扶台账), one case at a time each.';
COMMENT ON COLUMN laborwatch.ledger_case.case_id IS 'The identity.';
COMMENT ON COLUMN laborwatch.ledger_case.enterprise_id IS 'The enterprise''s enterprise_id.';
COMMENT ON COLUMN laborwatch.ledger_case.enterprise_name IS 'Its name when the case was opened.';
COMMENT ON COLUMN laborwatch.ledger_case.region_code IS 'Where it was then.';
COMMENT ON COLUMN laborwatch.ledger_case.industry_code IS 'Its industry then.';
COMMENT ON COLUMN laborwatch.ledger_case.opened_at IS 'When the case was opened.';
COMMENT ON COLUMN laborwatch.ledger_case.opened_by IS
    'The account that opened it; laborwatch itself when an alert did.';
COMMENT ON COLUMN laborwatch.ledger_case.opened_on_behalf_of IS
    'In whose name, as they said; empty for their own.';
COMMENT ON COLUMN laborwatch.ledger_case.opened_note IS 'Why, in the words of who opened it.';
COMMENT ON COLUMN laborwatch.ledger_case.next_due_at IS
    'Until when somebody has to look again; empty once nobody has to.';
COMMENT ON COLUMN laborwatch.ledger_case.closed_at IS 'When it was closed; empty while it runs.';
COMMENT ON COLUMN laborwatch.ledger_case.closed_by IS 'The account that closed it.';
COMMENT ON COLUMN laborwatch.ledger_case.closed_on_behalf_of IS
    'In whose name, as they said; empty for their own.';
COMMENT ON COLUMN laborwatch.ledger_case.close_reason IS
    'recovered, layoff_completed, closed_down, relocated or mistaken.';
COMMENT ON COLUMN laborwatch.ledger_case.close_note IS 'What the person who closed it wrote.';
-- An enterprise has one open case at most; whoever opens a second one finds the first.
CREATE UNIQUE INDEX ledger_case_open ON laborwatch.ledger_case (enterprise_id)
    WHERE closed_at IS NULL;
CREATE INDEX ledger_case_due ON laborwatch.ledger_case (next_due_at) WHERE closed_at IS NULL;

CREATE TABLE laborwatch.ledger_case_alert (
    case_id  bigint NOT NULL REFERENCES laborwatch.ledger_case,
    alert_id uuid NOT NULL REFERENCES laborwatch.alert,
    PRIMARY KEY (case_id, alert_id)
);
COMMENT ON TABLE laborwatch.ledger_case_alert IS 'Which alerts a case is about.';
COMMENT ON COLUMN laborwatch.ledger_case_alert.case_id IS 'The case.';
COMMENT ON COLUMN laborwatch.ledger_case_alert.alert_id IS 'The episode.';

CREATE TABLE laborwatch.ledger_measure (
    measure_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id      bigint NOT NULL REFERENCES laborwatch.ledger_case,
    at           timestamptz NOT NULL,
    code         text NOT NULL CHECK (code <> ''),
    persons      bigint CHECK (persons >= 0),
    note         text,
    actor        text NOT NULL CHECK (actor <> ''),
    on_behalf_of text
);
COMMENT ON TABLE laborwatch.ledger_measure IS
    'What was done to keep jobs or place people; rows are written once.';
COMMENT ON COLUMN laborwatch.ledger_measure.measure_id IS 'The identity.';
COMMENT ON COLUMN laborwatch.ledger_measure.case_id IS 'The case.';
COMMENT ON COLUMN laborwatch.ledger_measure.at IS 'When it was noted.';
COMMENT ON COLUMN laborwatch.ledger_measure.code IS 'The measure, a code of alerts/measures.yaml.';
COMMENT ON COLUMN laborwatch.ledger_measure.persons IS 'How many persons it is for.';
COMMENT ON COLUMN laborwatch.ledger_measure.note IS 'What was written beside it.';
COMMENT ON COLUMN laborwatch.ledger_measure.actor IS 'The account that noted it.';
COMMENT ON COLUMN laborwatch.ledger_measure.on_behalf_of IS
    'In whose name, as they said; empty for their own.';
CREATE INDEX ledger_measure_case ON laborwatch.ledger_measure (case_id, measure_id);

CREATE TABLE laborwatch.ledger_check (
    check_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id      bigint NOT NULL REFERENCES laborwatch.ledger_case,
    at           timestamptz NOT NULL,
    item         text NOT NULL CHECK (item <> ''),
    result       text NOT NULL CHECK (result IN ('yes', 'no', 'not_applicable')),
    note         text,
    actor        text NOT NULL CHECK (actor <> ''),
    on_behalf_of text
);
COMMENT ON TABLE laborwatch.ledger_check IS
    'Answers to the check list of a layoff plan; the newest of an item counts, none is changed.';
COMMENT ON COLUMN laborwatch.ledger_check.check_id IS 'The identity.';
COMMENT ON COLUMN laborwatch.ledger_check.case_id IS 'The case.';
COMMENT ON COLUMN laborwatch.ledger_check.at IS 'When it was answered.';
COMMENT ON COLUMN laborwatch.ledger_check.item IS 'The item, a code of alerts/measures.yaml.';
COMMENT ON COLUMN laborwatch.ledger_check.result IS 'yes, no or not_applicable.';
COMMENT ON COLUMN laborwatch.ledger_check.note IS 'What was written beside it.';
COMMENT ON COLUMN laborwatch.ledger_check.actor IS 'The account that answered it.';
COMMENT ON COLUMN laborwatch.ledger_check.on_behalf_of IS
    'In whose name, as they said; empty for their own.';
CREATE INDEX ledger_check_case ON laborwatch.ledger_check (case_id, check_id);

CREATE TABLE laborwatch.ledger_follow_up (
    follow_up_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id      bigint NOT NULL REFERENCES laborwatch.ledger_case,
    at           timestamptz NOT NULL,
    note         text NOT NULL CHECK (note <> ''),
    next_due_at  timestamptz,
    actor        text NOT NULL CHECK (actor <> ''),
    on_behalf_of text
);
COMMENT ON TABLE laborwatch.ledger_follow_up IS
    'Who looked after a case, what they found and when somebody looks again.';
COMMENT ON COLUMN laborwatch.ledger_follow_up.follow_up_id IS 'The identity.';
COMMENT ON COLUMN laborwatch.ledger_follow_up.case_id IS 'The case.';
COMMENT ON COLUMN laborwatch.ledger_follow_up.at IS 'When somebody looked.';
COMMENT ON COLUMN laborwatch.ledger_follow_up.note IS 'What they found.';
COMMENT ON COLUMN laborwatch.ledger_follow_up.next_due_at IS
    'Until when somebody has to look again; empty when nobody has to.';
COMMENT ON COLUMN laborwatch.ledger_follow_up.actor IS 'The account that noted it.';
COMMENT ON COLUMN laborwatch.ledger_follow_up.on_behalf_of IS
    'In whose name, as they said; empty for their own.';
CREATE INDEX ledger_follow_up_case ON laborwatch.ledger_follow_up (case_id, follow_up_id);

CREATE OR REPLACE VIEW laborwatch.alerts AS
SELECT alert_id, rule, kind::text AS kind, subject_type::text AS subject_type, subject_id,
       region_code, industry_code, tier::text AS tier, peak_tier::text AS peak_tier,
       state::text AS state, coalesce(title, rule || ': ' || subject_name) AS title,
       started_period, first_raised_at, last_event_at, resolved_at, persons, amount, as_of,
       verdict, coalesce(title_en, rule || ': ' || subject_name) AS title_en, subject_name,
       certainty::text AS certainty, period, share, evidence, sequence,
       acknowledged_tier::text AS acknowledged_tier, quiet_period, quiet_since, last_told_at,
       verdict_note, level, next_clock_at, assignee
  FROM laborwatch.alert;

CREATE OR REPLACE VIEW laborwatch.alert_events AS
SELECT e.event_id, e.alert_id, e.at, e.as_of, e.what, e.from_tier::text AS from_tier,
       e.to_tier::text AS to_tier, e.from_state::text AS from_state, e.to_state::text AS to_state,
       e.reason, e.evidence, e.actor, e.sequence, e.certainty::text AS certainty, e.persons,
       e.share, e.amount, e.period, e.subject, e.texts, e.due_at, a.rule, a.kind::text AS kind,
       e.on_behalf_of, e.level
  FROM laborwatch.alert_event e
  JOIN laborwatch.alert a USING (alert_id);

CREATE VIEW laborwatch.alert_notes AS
SELECT note_id, alert_id, at, kind, body, actor, on_behalf_of
  FROM laborwatch.alert_note;
COMMENT ON VIEW laborwatch.alert_notes IS 'What people wrote of alerts, and whom they gave them to.';

CREATE VIEW laborwatch.ledger_cases AS
SELECT c.case_id, c.enterprise_id, c.enterprise_name, c.region_code, c.industry_code, c.opened_at,
       c.opened_by, c.opened_on_behalf_of, c.opened_note, c.next_due_at, c.closed_at, c.closed_by,
       c.closed_on_behalf_of, c.close_reason, c.close_note,
       ARRAY(SELECT l.alert_id FROM laborwatch.ledger_case_alert l
              WHERE l.case_id = c.case_id ORDER BY l.alert_id) AS alert_ids
  FROM laborwatch.ledger_case c;
COMMENT ON VIEW laborwatch.ledger_cases IS
    'Enterprises in difficulty that the bureau helps, open and closed cases.';
COMMENT ON COLUMN laborwatch.ledger_cases.alert_ids IS 'The alerts that the case is about.';

CREATE VIEW laborwatch.ledger_measures AS
SELECT measure_id, case_id, at, code, persons, note, actor, on_behalf_of
  FROM laborwatch.ledger_measure;
COMMENT ON VIEW laborwatch.ledger_measures IS 'What was done to keep jobs or place people.';

CREATE VIEW laborwatch.ledger_checks AS
SELECT check_id, case_id, at, item, result, note, actor, on_behalf_of
  FROM laborwatch.ledger_check;
COMMENT ON VIEW laborwatch.ledger_checks IS
    'Answers to the check list of a layoff plan; the newest of an item counts.';

CREATE VIEW laborwatch.ledger_follow_ups AS
SELECT follow_up_id, case_id, at, note, next_due_at, actor, on_behalf_of
  FROM laborwatch.ledger_follow_up;
COMMENT ON VIEW laborwatch.ledger_follow_ups IS
    'Who looked after a case, what they found and when somebody looks again.';

-- A column of a view means what the table's column of that name means, unless said otherwise.
DO $$
DECLARE
    missing record;
BEGIN
    FOR missing IN
        SELECT v.relname AS view_name, c.attname AS column_name,
               col_description(t.oid, o.attnum) AS meaning
          FROM (VALUES ('alerts', 'alert'), ('alert_events', 'alert_event'),
                       ('alert_notes', 'alert_note'), ('ledger_cases', 'ledger_case'),
                       ('ledger_measures', 'ledger_measure'), ('ledger_checks', 'ledger_check'),
                       ('ledger_follow_ups', 'ledger_follow_up')) AS pair (view_name, table_name)
          JOIN pg_class v ON v.oid = format('laborwatch.%I', pair.view_name)::regclass
          JOIN pg_class t ON t.oid = format('laborwatch.%I', pair.table_name)::regclass
          JOIN pg_attribute c ON c.attrelid = v.oid AND c.attnum > 0
          JOIN pg_attribute o ON o.attrelid = t.oid AND o.attname = c.attname
         WHERE col_description(v.oid, c.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN laborwatch.%I.%I IS %L',
                       missing.view_name, missing.column_name, missing.meaning);
    END LOOP;
END
$$;
