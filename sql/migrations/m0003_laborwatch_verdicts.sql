-- Why a person judged an alert as they did, in their own words.
ALTER TABLE laborwatch.alert ADD COLUMN verdict_note text;
COMMENT ON COLUMN laborwatch.alert.verdict_note IS
    'What the person who gave the verdict wrote beside it.';

CREATE OR REPLACE VIEW laborwatch.alerts AS
SELECT alert_id, rule, kind::text AS kind, subject_type::text AS subject_type, subject_id,
       region_code, industry_code, tier::text AS tier, peak_tier::text AS peak_tier,
       state::text AS state, coalesce(title, rule || ': ' || subject_name) AS title,
       started_period, first_raised_at, last_event_at, resolved_at, persons, amount, as_of,
       verdict, coalesce(title_en, rule || ': ' || subject_name) AS title_en, subject_name,
       certainty::text AS certainty, period, share, evidence, sequence,
       acknowledged_tier::text AS acknowledged_tier, quiet_period, quiet_since, last_told_at,
       verdict_note
  FROM laborwatch.alert;
COMMENT ON COLUMN laborwatch.alerts.verdict_note IS
    'What the person who gave the verdict wrote beside it.';
