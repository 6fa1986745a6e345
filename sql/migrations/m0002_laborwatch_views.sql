-- The contract for readers. A column may be added at the end of a view; none is renamed or taken
-- away. Titles fall back to rule and subject for an episode that nobody was told of yet.

CREATE VIEW laborwatch.alerts AS
SELECT alert_id, rule, kind::text AS kind, subject_type::text AS subject_type, subject_id,
       region_code, industry_code, tier::text AS tier, peak_tier::text AS peak_tier,
       state::text AS state, coalesce(title, rule || ': ' || subject_name) AS title,
       started_period, first_raised_at, last_event_at, resolved_at, persons, amount, as_of,
       verdict, coalesce(title_en, rule || ': ' || subject_name) AS title_en, subject_name,
       certainty::text AS certainty, period, share, evidence, sequence,
       acknowledged_tier::text AS acknowledged_tier, quiet_period, quiet_since, last_told_at
  FROM laborwatch.alert;
COMMENT ON VIEW laborwatch.alerts IS 'One row an episode, as it stands now.';

CREATE VIEW laborwatch.alert_events AS
SELECT e.event_id, e.alert_id, e.at, e.as_of, e.what, e.from_tier::text AS from_tier,
       e.to_tier::text AS to_tier, e.from_state::text AS from_state, e.to_state::text AS to_state,
       e.reason, e.evidence, e.actor, e.sequence, e.certainty::text AS certainty, e.persons,
       e.share, e.amount, e.period, e.subject, e.texts, e.due_at, a.rule, a.kind::text AS kind
  FROM laborwatch.alert_event e
  JOIN laborwatch.alert a USING (alert_id);
COMMENT ON VIEW laborwatch.alert_events IS 'Every transition of every episode.';
COMMENT ON COLUMN laborwatch.alert_events.rule IS 'The episode''s rule.';
COMMENT ON COLUMN laborwatch.alert_events.kind IS 'What the episode is about.';

CREATE VIEW laborwatch.deliveries AS
SELECT delivery_id, event_id, alert_id, sequence, receiver, state, reason, attempts, created_at,
       next_attempt_at, finished_at, last_status, last_error, locked_until
  FROM laborwatch.delivery;
COMMENT ON VIEW laborwatch.deliveries IS 'Who was told, is to be told, or was not told and why.';

CREATE VIEW laborwatch.delivery_attempts AS
SELECT t.attempt_id, t.delivery_id, d.event_id, d.alert_id, d.receiver, t.started_at, t.ended_at,
       t.outcome, t.counted, t.next_attempt_at, t.status, t.error, t.answer
  FROM laborwatch.delivery_attempt t
  JOIN laborwatch.delivery d USING (delivery_id)
 UNION ALL
SELECT NULL, d.delivery_id, d.event_id, d.alert_id, d.receiver, d.finished_at, d.finished_at,
       'suppressed', false, NULL, NULL, d.reason, NULL
  FROM laborwatch.delivery d
 WHERE d.state = 'suppressed';
COMMENT ON VIEW laborwatch.delivery_attempts IS
    'Every try of every delivery, and every delivery that was suppressed, with the reason.';
COMMENT ON COLUMN laborwatch.delivery_attempts.attempt_id IS
    'The try''s identity; empty for a suppressed delivery.';
COMMENT ON COLUMN laborwatch.delivery_attempts.event_id IS 'What was told.';
COMMENT ON COLUMN laborwatch.delivery_attempts.alert_id IS 'The episode.';
COMMENT ON COLUMN laborwatch.delivery_attempts.receiver IS 'Who was told.';
COMMENT ON COLUMN laborwatch.delivery_attempts.outcome IS
    'delivered, retry, snooze, dead; or suppressed, when nothing was sent.';
COMMENT ON COLUMN laborwatch.delivery_attempts.error IS
    'What went wrong; for a suppressed delivery, why it was not sent.';

CREATE VIEW laborwatch.cycles AS
SELECT cycle_id, as_of, started_at, committed_at, seconds, outcome, mode, rows_read, findings,
       events, deliveries, rejections, holder, token, error
  FROM laborwatch.cycle;
COMMENT ON VIEW laborwatch.cycles IS 'Every evaluation, also those that failed.';

CREATE VIEW laborwatch.quarantine AS
SELECT entry_id, table_name, row_key, enterprise_id, period, field, value, reason, expected, hint,
       reported_at, first_seen, last_seen, cleared_at
  FROM laborwatch.quarantine_entry;
COMMENT ON VIEW laborwatch.quarantine IS
    'Values of the source that could not be used; mended ones have cleared_at.';

CREATE VIEW laborwatch.silences AS
SELECT silence_id, rule, kind::text AS kind, subject_type::text AS subject_type, subject_id,
       region_code, tier_max::text AS tier_max, starts_at, ends_at, reason, created_by, created_at,
       expired_at, expired_by
  FROM laborwatch.silence;
COMMENT ON VIEW laborwatch.silences IS 'Who silenced what, until when and why.';

-- A column of a view means what the table's column of that name means, unless said otherwise.
DO $$
DECLARE
    missing record;
BEGIN
    FOR missing IN
        SELECT v.relname AS view_name, c.attname AS column_name,
               col_description(t.oid, o.attnum) AS meaning
          FROM (VALUES ('alerts', 'alert'), ('alert_events', 'alert_event'),
                       ('deliveries', 'delivery'), ('delivery_attempts', 'delivery_attempt'),
                       ('cycles', 'cycle'), ('quarantine', 'quarantine_entry'),
                       ('silences', 'silence')) AS pair (view_name, table_name)
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
