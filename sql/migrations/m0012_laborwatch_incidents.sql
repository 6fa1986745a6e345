-- Incidents: one thing that happened, with the alerts that saw it. An incident is an episode of the
-- rule `incident`, in the same tables as alerts, so that deadlines, acknowledgements and deliveries
-- have one mechanism. The views tell alerts and incidents apart.
ALTER TABLE laborwatch.alert
    ADD COLUMN incident_id uuid REFERENCES laborwatch.alert DEFERRABLE INITIALLY DEFERRED,
    ADD COLUMN incident    jsonb,
    ADD CONSTRAINT alert_incident CHECK ((rule = 'incident') = (incident IS NOT NULL)),
    ADD CONSTRAINT alert_in_incident CHECK (incident_id IS NULL OR incident IS NULL);
COMMENT ON COLUMN laborwatch.alert.incident_id IS
    'The incident that the alert belongs to; empty for an incident, and for an alert that ended before '
    'incidents existed.';
COMMENT ON COLUMN laborwatch.alert.incident IS
    'What only an incident has: kinds, rules and regions of its alerts, their number, whether it is on '
    'record only, and the last month with a raise; empty for an alert.';

-- Several incidents of one enterprise can be open: arrears since spring, and the layoff of autumn.
DROP INDEX laborwatch.alert_open;
CREATE UNIQUE INDEX alert_open ON laborwatch.alert (rule, subject_type, subject_id)
    WHERE state NOT IN ('resolved', 'withdrawn') AND rule <> 'incident';
CREATE INDEX alert_incident_id ON laborwatch.alert (incident_id) WHERE incident_id IS NOT NULL;

ALTER TABLE laborwatch.alert_event
    ADD COLUMN incident jsonb,
    DROP CONSTRAINT alert_event_what_check,
    ADD CONSTRAINT alert_event_what_check CHECK (what IN (
        'raised', 'tier_changed', 'confirmed', 'withdrawn', 'acknowledged', 'escalated', 'reminder',
        'resolved', 'joined', 'merged'));
COMMENT ON COLUMN laborwatch.alert_event.incident IS
    'The incident after the event: its id, tier, state, number of alerts, and whether it is on record '
    'only.';

CREATE VIEW laborwatch.episodes AS
SELECT alert_id, rule, kind::text AS kind, subject_type::text AS subject_type, subject_id,
       region_code, industry_code, tier::text AS tier, peak_tier::text AS peak_tier,
       state::text AS state, coalesce(title, rule || ': ' || subject_name) AS title,
       started_period, first_raised_at, last_event_at, resolved_at, persons, amount, as_of,
       verdict, coalesce(title_en, rule || ': ' || subject_name) AS title_en, subject_name,
       certainty::text AS certainty, period, share, evidence, sequence,
       acknowledged_tier::text AS acknowledged_tier, quiet_period, quiet_since, last_told_at,
       verdict_note, level, next_clock_at, assignee, incident_id, incident
  FROM laborwatch.alert;
COMMENT ON VIEW laborwatch.episodes IS 'Alerts and incidents together; an incident has incident.';

CREATE VIEW laborwatch.episode_events AS
SELECT e.event_id, e.alert_id, e.at, e.as_of, e.what, e.from_tier::text AS from_tier,
       e.to_tier::text AS to_tier, e.from_state::text AS from_state, e.to_state::text AS to_state,
       e.reason, e.evidence, e.actor, e.sequence, e.certainty::text AS certainty, e.persons,
       e.share, e.amount, e.period, e.subject, e.texts, e.due_at, a.rule, a.kind::text AS kind,
       e.on_behalf_of, e.level, e.incident
  FROM laborwatch.alert_event e
  JOIN laborwatch.alert a USING (alert_id);
COMMENT ON VIEW laborwatch.episode_events IS 'The events of alerts and incidents together.';

CREATE OR REPLACE VIEW laborwatch.alerts AS
SELECT alert_id, rule, kind::text AS kind, subject_type::text AS subject_type, subject_id,
       region_code, industry_code, tier::text AS tier, peak_tier::text AS peak_tier,
       state::text AS state, coalesce(title, rule || ': ' || subject_name) AS title,
       started_period, first_raised_at, last_event_at, resolved_at, persons, amount, as_of,
       verdict, coalesce(title_en, rule || ': ' || subject_name) AS title_en, subject_name,
       certainty::text AS certainty, period, share, evidence, sequence,
       acknowledged_tier::text AS acknowledged_tier, quiet_period, quiet_since, last_told_at,
       verdict_note, level, next_clock_at, assignee, incident_id
  FROM laborwatch.alert
 WHERE rule <> 'incident';

CREATE OR REPLACE VIEW laborwatch.alert_events AS
SELECT e.event_id, e.alert_id, e.at, e.as_of, e.what, e.from_tier::text AS from_tier,
       e.to_tier::text AS to_tier, e.from_state::text AS from_state, e.to_state::text AS to_state,
       e.reason, e.evidence, e.actor, e.sequence, e.certainty::text AS certainty, e.persons,
       e.share, e.amount, e.period, e.subject, e.texts, e.due_at, a.rule, a.kind::text AS kind,
       e.on_behalf_of, e.level, a.incident_id
  FROM laborwatch.alert_event e
  JOIN laborwatch.alert a USING (alert_id)
 WHERE a.rule <> 'incident';

CREATE VIEW laborwatch.incidents AS
SELECT a.alert_id AS incident_id, (a.incident ->> 'record_only')::boolean AS record_only,
       a.subject_type::text AS subject_type, a.subject_id, a.region_code,
       ARRAY(SELECT jsonb_array_elements_text(a.incident -> 'regions')) AS regions,
       a.industry_code, ARRAY(SELECT jsonb_array_elements_text(a.incident -> 'kinds')) AS kinds,
       a.tier::text AS tier, a.peak_tier::text AS peak_tier, a.state::text AS state,
       a.certainty::text AS certainty, coalesce(a.title, a.subject_name) AS title,
       coalesce(a.title_en, a.subject_name) AS title_en, a.persons, a.amount,
       (a.incident ->> 'alerts')::int AS alerts, a.first_raised_at, a.last_event_at,
       a.resolved_at, a.assignee, a.level, a.next_clock_at, a.verdict, a.subject_name,
       a.started_period, a.period, a.share,
       ARRAY(SELECT jsonb_array_elements_text(a.incident -> 'rules')) AS rules, a.as_of
  FROM laborwatch.alert a
 WHERE a.rule = 'incident';
COMMENT ON VIEW laborwatch.incidents IS
    'One row per thing that happened: what people are told of and answer. Its alerts are those with '
    'its incident_id in laborwatch.alerts.';

CREATE VIEW laborwatch.incident_events AS
SELECT e.event_id, e.alert_id AS incident_id, e.at, e.as_of,
       CASE e.what WHEN 'raised' THEN 'opened' ELSE e.what END AS what,
       e.from_tier::text AS from_tier, e.to_tier::text AS to_tier, e.reason, e.actor,
       NULL::uuid AS alert_id, e.sequence, e.from_state::text AS from_state,
       e.to_state::text AS to_state, e.texts, e.due_at, e.level
  FROM laborwatch.alert_event e
  JOIN laborwatch.alert a USING (alert_id)
 WHERE a.rule = 'incident';
COMMENT ON VIEW laborwatch.incident_events IS 'Every transition of every incident.';

CREATE OR REPLACE VIEW laborwatch.deliveries AS
SELECT d.delivery_id, d.event_id, CASE WHEN a.rule <> 'incident' THEN d.alert_id END AS alert_id,
       d.sequence, d.receiver, d.state, d.reason, d.attempts, d.created_at, d.next_attempt_at,
       d.finished_at, d.last_status, d.last_error, d.locked_until, d.is_held, d.group_key,
       d.message_id, d.was_tried,
       CASE WHEN a.rule = 'incident' THEN a.alert_id ELSE a.incident_id END AS incident_id,
       d.alert_id AS episode_id
  FROM laborwatch.delivery d
  JOIN laborwatch.alert a ON a.alert_id = d.alert_id;
COMMENT ON COLUMN laborwatch.deliveries.incident_id IS
    'The incident that is told, or the incident of the alert that is told.';
COMMENT ON COLUMN laborwatch.deliveries.episode_id IS
    'The alert or the incident that is told, whichever it is.';

-- A column of a view means what the table's column of that name means.
DO $$
DECLARE
    missing record;
BEGIN
    FOR missing IN
        SELECT v.relname AS view_name, c.attname AS column_name,
               col_description(t.oid, o.attnum) AS meaning
          FROM (VALUES ('alerts', 'alert'), ('alert_events', 'alert_event'), ('alert_events', 'alert'),
                       ('episodes', 'alert'), ('episode_events', 'alert_event'),
                       ('episode_events', 'alert'), ('incidents', 'alert'),
                       ('incident_events', 'alert_event')) AS pair (view_name, table_name)
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
COMMENT ON COLUMN laborwatch.incidents.incident_id IS 'The identity of the incident.';
COMMENT ON COLUMN laborwatch.incidents.record_only IS
    'Whether nobody is told of it, because no alert of it is credible yet.';
COMMENT ON COLUMN laborwatch.incidents.regions IS
    'The regions of its alerts; the unit of the first one answers.';
COMMENT ON COLUMN laborwatch.incidents.kinds IS 'The kinds of its alerts.';
COMMENT ON COLUMN laborwatch.incidents.rules IS 'The rules of its alerts.';
COMMENT ON COLUMN laborwatch.incidents.alerts IS 'The number of alerts that ever joined.';
COMMENT ON COLUMN laborwatch.incident_events.incident_id IS 'The incident.';
COMMENT ON COLUMN laborwatch.incident_events.what IS
    'What it tells: opened, tier_changed, joined, merged, confirmed, acknowledged, escalated, '
    'reminder, resolved or withdrawn.';
COMMENT ON COLUMN laborwatch.incident_events.alert_id IS
    'The alert that caused the event; empty, because several alerts can cause one event.';
