-- Alerts and their events, as people read them.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: select_alerts
-- One row per matching alert, or per matching incident when incidents is true: the state of the
-- episode, the title in both languages (NULL when no event gave one), the comment on the verdict and
-- the person responsible. Latest event first; with by_tier the highest tier first. NULL in a condition
-- matches every alert. record_only limits incidents to those on record only (true) or to the others
-- (false). since limits the last event, until the time of the raise; words is a part of the title or of
-- the subject's name, or the ID of the subject.
\set incidents false
\set record_only NULL
\set tiers NULL
\set kinds NULL
\set rules '''{layoff.statutory,mass.rate}'''
\set states NULL
\set regions NULL
\set subject_type NULL
\set subject_id NULL
\set since '''2026-01-01 00:00+08'''
\set until NULL
\set words NULL
\set by_tier false
\set limit 20
\set offset 0
SELECT a.alert_id, a.rule, a.kind, a.subject_type, a.subject_id, a.subject_name, a.region_code,
       a.industry_code, a.tier, a.peak_tier, a.state, a.certainty, a.started_period, a.period,
       a.first_raised_at, a.last_event_at, a.last_told_at, a.resolved_at, a.persons, a.share,
       a.amount, a.evidence, a.as_of, a.quiet_period, a.quiet_since, a.sequence,
       a.acknowledged_tier, a.verdict, a.level, a.next_clock_at, a.incident_id, a.incident,
       nullif(a.title, a.rule || ': ' || a.subject_name) AS title,
       nullif(a.title_en, a.rule || ': ' || a.subject_name) AS title_en, a.verdict_note,
       a.assignee
  FROM laborwatch.episodes a
 WHERE (a.incident IS NOT NULL) = :'incidents'::boolean
   AND (:record_only::boolean IS NULL
        OR (a.incident ->> 'record_only')::boolean = :record_only::boolean)
   AND (:tiers::text[] IS NULL OR a.tier = ANY (:tiers::text[]))
   AND (:kinds::text[] IS NULL OR a.kind = ANY (:kinds::text[])
        OR a.incident -> 'kinds' ?| :kinds::text[])
   AND (:rules::text[] IS NULL OR a.rule = ANY (:rules::text[])
        OR a.incident -> 'rules' ?| :rules::text[])
   AND (:states::text[] IS NULL OR a.state = ANY (:states::text[]))
   AND (:regions::text[] IS NULL OR a.region_code = ANY (:regions::text[]))
   AND (:subject_type::text IS NULL OR a.subject_type = :subject_type::text)
   AND (:subject_id::text IS NULL OR a.subject_id = :subject_id::text)
   AND (:since::timestamptz IS NULL OR a.last_event_at >= :since::timestamptz)
   AND (:until::timestamptz IS NULL OR a.first_raised_at < :until::timestamptz)
   AND (:words::text IS NULL OR a.subject_id = :words::text
        OR position(lower(:words::text) IN lower(a.subject_name)) > 0
        OR position(lower(:words::text) IN lower(coalesce(a.title, ''))) > 0
        OR position(lower(:words::text) IN lower(coalesce(a.title_en, ''))) > 0)
 ORDER BY CASE WHEN :'by_tier'::boolean THEN laborwatch.tier_rank(a.tier) END DESC,
          a.last_event_at DESC, a.region_code, a.alert_id
 LIMIT :'limit'::bigint OFFSET :'offset'::bigint;

-- name: count_alerts
-- The number of alerts that match; the conditions are those of select_alerts.
\set incidents false
\set record_only NULL
\set tiers NULL
\set kinds NULL
\set rules '''{layoff.statutory,mass.rate}'''
\set states NULL
\set regions NULL
\set subject_type NULL
\set subject_id NULL
\set since '''2026-01-01 00:00+08'''
\set until NULL
\set words NULL
SELECT count(*)
  FROM laborwatch.episodes a
 WHERE (a.incident IS NOT NULL) = :'incidents'::boolean
   AND (:record_only::boolean IS NULL
        OR (a.incident ->> 'record_only')::boolean = :record_only::boolean)
   AND (:tiers::text[] IS NULL OR a.tier = ANY (:tiers::text[]))
   AND (:kinds::text[] IS NULL OR a.kind = ANY (:kinds::text[])
        OR a.incident -> 'kinds' ?| :kinds::text[])
   AND (:rules::text[] IS NULL OR a.rule = ANY (:rules::text[])
        OR a.incident -> 'rules' ?| :rules::text[])
   AND (:states::text[] IS NULL OR a.state = ANY (:states::text[]))
   AND (:regions::text[] IS NULL OR a.region_code = ANY (:regions::text[]))
   AND (:subject_type::text IS NULL OR a.subject_type = :subject_type::text)
   AND (:subject_id::text IS NULL OR a.subject_id = :subject_id::text)
   AND (:since::timestamptz IS NULL OR a.last_event_at >= :since::timestamptz)
   AND (:until::timestamptz IS NULL OR a.first_raised_at < :until::timestamptz)
   AND (:words::text IS NULL OR a.subject_id = :words::text
        OR position(lower(:words::text) IN lower(a.subject_name)) > 0
        OR position(lower(:words::text) IN lower(coalesce(a.title, ''))) > 0
        OR position(lower(:words::text) IN lower(coalesce(a.title_en, ''))) > 0);

-- name: select_alerts_in_id_range
-- Up to two alerts or incidents whose IDs lie in a range; the columns are those of select_alerts. A
-- range lets the query use the index for the first digits of an ID.
\set first 00000000-0000-4000-8000-000000000000
\set last 00000000-0000-4000-8000-ffffffffffff
SELECT a.alert_id, a.rule, a.kind, a.subject_type, a.subject_id, a.subject_name, a.region_code,
       a.industry_code, a.tier, a.peak_tier, a.state, a.certainty, a.started_period, a.period,
       a.first_raised_at, a.last_event_at, a.last_told_at, a.resolved_at, a.persons, a.share,
       a.amount, a.evidence, a.as_of, a.quiet_period, a.quiet_since, a.sequence,
       a.acknowledged_tier, a.verdict, a.level, a.next_clock_at, a.incident_id, a.incident,
       nullif(a.title, a.rule || ': ' || a.subject_name) AS title,
       nullif(a.title_en, a.rule || ': ' || a.subject_name) AS title_en, a.verdict_note,
       a.assignee
  FROM laborwatch.episodes a
 WHERE a.alert_id BETWEEN :'first'::uuid AND :'last'::uuid
 LIMIT 2;

-- name: select_alerts_of_incident
-- One row per alert that belongs to an incident, the highest tier first, then the oldest; the columns
-- are those of select_alerts.
\set incident_id 00000000-0000-4000-8000-000000000001
\set limit 100
SELECT a.alert_id, a.rule, a.kind, a.subject_type, a.subject_id, a.subject_name, a.region_code,
       a.industry_code, a.tier, a.peak_tier, a.state, a.certainty, a.started_period, a.period,
       a.first_raised_at, a.last_event_at, a.last_told_at, a.resolved_at, a.persons, a.share,
       a.amount, a.evidence, a.as_of, a.quiet_period, a.quiet_since, a.sequence,
       a.acknowledged_tier, a.verdict, a.level, a.next_clock_at, a.incident_id, a.incident,
       nullif(a.title, a.rule || ': ' || a.subject_name) AS title,
       nullif(a.title_en, a.rule || ': ' || a.subject_name) AS title_en, a.verdict_note,
       a.assignee
  FROM laborwatch.episodes a
 WHERE a.incident_id = :'incident_id'::uuid
 ORDER BY laborwatch.tier_rank(a.tier) DESC, a.first_raised_at, a.alert_id
 LIMIT :'limit'::bigint;

-- name: select_open_alerts
-- One row per open alert and per open incident: the state of the episode.
SELECT a.alert_id, a.rule, a.kind, a.subject_type, a.subject_id, a.subject_name, a.region_code,
       a.industry_code, a.tier, a.peak_tier, a.state, a.certainty, a.started_period, a.period,
       a.first_raised_at, a.last_event_at, a.last_told_at, a.resolved_at, a.persons, a.share,
       a.amount, a.evidence, a.as_of, a.quiet_period, a.quiet_since, a.sequence,
       a.acknowledged_tier, a.verdict, a.level, a.next_clock_at, a.incident_id, a.incident
  FROM laborwatch.episodes a
 WHERE a.state NOT IN ('resolved', 'withdrawn');

-- name: select_overdue_alerts
-- One row per open alert, or per open incident when incidents is true, and cause for which a person has
-- to act, highest tier first, then the oldest cause: the columns of select_alerts, the cause, and since
-- when it lasts. Nobody has to act on an incident that is on record only. The limits count days,
-- silent_months counts months; now is the moment for which the list is made.
\set incidents false
\set now '2026-11-30 09:00+08'
\set quiet_days 62
\set taken_on_quiet_days 7
\set provisional_days 92
\set silent_months 3
SELECT a.alert_id, a.rule, a.kind, a.subject_type, a.subject_id, a.subject_name, a.region_code,
       a.industry_code, a.tier, a.peak_tier, a.state, a.certainty, a.started_period, a.period,
       a.first_raised_at, a.last_event_at, a.last_told_at, a.resolved_at, a.persons, a.share,
       a.amount, a.evidence, a.as_of, a.quiet_period, a.quiet_since, a.sequence,
       a.acknowledged_tier, a.verdict, a.level, a.next_clock_at, a.incident_id, a.incident,
       nullif(a.title, a.rule || ': ' || a.subject_name) AS title,
       nullif(a.title_en, a.rule || ': ' || a.subject_name) AS title_en, a.verdict_note,
       a.assignee, due.cause, due.since
  FROM laborwatch.episodes a
 CROSS JOIN LATERAL (VALUES
    ('unanswered', a.next_clock_at,
     a.state IN ('firing', 'provisional') AND a.quiet_since IS NULL
     AND a.next_clock_at <= :'now'::timestamptz),
    ('quiet', a.quiet_since,
     a.state <> 'acknowledged'
     AND a.quiet_since <= :'now'::timestamptz - make_interval(days => :'quiet_days'::int)),
    ('taken_on_quiet', a.quiet_since,
     a.state = 'acknowledged'
     AND a.quiet_since
         <= :'now'::timestamptz - make_interval(days => :'taken_on_quiet_days'::int)),
    ('provisional', a.first_raised_at,
     a.state = 'provisional'
     AND a.first_raised_at
         <= :'now'::timestamptz - make_interval(days => :'provisional_days'::int)),
    ('silent', (a.period + interval '1 month')::timestamptz,
     a.quiet_since IS NULL
     AND a.period < date_trunc('month', :'now'::timestamptz)
                    - make_interval(months => :'silent_months'::int))
 ) AS due (cause, since, is_so)
 WHERE (a.incident IS NOT NULL) = :'incidents'::boolean
   AND a.state NOT IN ('resolved', 'withdrawn') AND due.is_so
   AND (a.incident ->> 'record_only')::boolean IS NOT TRUE
 ORDER BY laborwatch.tier_rank(a.tier) DESC, due.since, a.alert_id, due.cause;

-- name: select_events_of_alert
-- One row per event of an alert, in order: the event, its texts and the response deadline that they
-- state.
\set alert_id 00000000-0000-4000-8000-000000000001
SELECT e.event_id, e.alert_id, e.sequence, e.at, e.as_of, e.what, e.from_tier, e.to_tier,
       e.from_state, e.to_state, e.reason, e.certainty, e.period, e.persons, e.share, e.amount,
       e.evidence, e.subject, e.texts, e.due_at, e.actor, a.rule, a.kind, e.on_behalf_of, e.level,
       e.incident
  FROM laborwatch.episode_events e
  JOIN laborwatch.episodes a USING (alert_id)
 WHERE e.alert_id = :'alert_id'::uuid
 ORDER BY e.sequence;

-- name: select_event_page
-- One row per event of an alert, or of an incident when incidents is true, in a time range and in order
-- of time; the columns are those of select_events_of_alert. last_at, last_sequence and last_alert_id name the last event of the page
-- before; NULL for the first page.
\set incidents false
\set since '''2026-01-01 00:00+08'''
\set until NULL
\set last_at NULL
\set last_sequence NULL
\set last_alert_id NULL
\set limit 500
SELECT e.event_id, e.alert_id, e.sequence, e.at, e.as_of, e.what, e.from_tier, e.to_tier,
       e.from_state, e.to_state, e.reason, e.certainty, e.period, e.persons, e.share, e.amount,
       e.evidence, e.subject, e.texts, e.due_at, e.actor, a.rule, a.kind, e.on_behalf_of, e.level,
       e.incident
  FROM laborwatch.episode_events e
  JOIN laborwatch.episodes a USING (alert_id)
 WHERE (e.rule = 'incident') = :'incidents'::boolean
   AND (:since::timestamptz IS NULL OR e.at >= :since::timestamptz)
   AND (:until::timestamptz IS NULL OR e.at < :until::timestamptz)
   AND (:last_at::timestamptz IS NULL
        OR (e.at, e.sequence, e.alert_id)
           > (:last_at::timestamptz, :last_sequence::bigint, :last_alert_id::uuid))
 ORDER BY e.at, e.sequence, e.alert_id
 LIMIT :'limit'::bigint;

-- name: select_rules_on_record
-- One row per rule that ever raised an alert.
SELECT DISTINCT rule FROM laborwatch.alerts;

-- name: select_regions_on_record
-- One row per region of the list that occurs in an alert.
\set regions '{540100,540102}'
SELECT DISTINCT region_code FROM laborwatch.alerts
 WHERE region_code = ANY (:'regions'::text[]);

-- name: select_rule_quality
-- One row per rule: how many of its episodes were raised, are open, were confirmed by a later report
-- and were withdrawn, how often each verdict was given, and two medians in days: from the end of the
-- month with the finding to the raise (months end in the time zone), and from the raise to the end.
-- Pending episodes do not count, because nobody was notified of them.
\set zone Asia/Shanghai
\set since NULL
SELECT a.rule,
       count(*) AS raised,
       count(*) FILTER (WHERE a.state NOT IN ('resolved', 'withdrawn')) AS open,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM laborwatch.alert_events e
            WHERE e.alert_id = a.alert_id AND e.what = 'confirmed')) AS confirmed,
       count(*) FILTER (WHERE a.state = 'withdrawn') AS withdrawn,
       count(*) FILTER (WHERE a.verdict = 'confirmed') AS judged_confirmed,
       count(*) FILTER (WHERE a.verdict = 'false_alarm') AS judged_false_alarm,
       count(*) FILTER (WHERE a.verdict = 'transfer') AS judged_transfer,
       count(*) FILTER (WHERE a.verdict = 'seasonal') AS judged_seasonal,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.first_raised_at
           - (a.started_period + interval '1 month') AT TIME ZONE :'zone'::text)::float8 / 86400)
           AS days_to_raise,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.resolved_at
           - a.first_raised_at)::float8 / 86400) AS days_to_end
  FROM laborwatch.alerts a
 WHERE a.state <> 'pending'
   AND (:since::timestamptz IS NULL OR a.first_raised_at >= :since::timestamptz)
 GROUP BY a.rule
 ORDER BY a.rule;

-- name: select_incident_outcomes
-- One row per incident, oldest first: its facts, the verdict, and three moments. told_at is when it was opened, or when it became
-- credible; answered_at is the first acknowledgement; judged_at is the first verdict on the incident or
-- on one of its alerts. An incident that was merged into an older one does not count.
\set since NULL
SELECT a.subject_type, a.subject_id, a.industry_code, a.peak_tier, a.state, a.verdict, a.incident,
       a.first_raised_at, a.resolved_at,
       coalesce((SELECT max(e.at) FROM laborwatch.episode_events e
                  WHERE e.alert_id = a.alert_id AND e.reason = 'became_credible'),
                a.first_raised_at) AS told_at,
       (SELECT min(e.at) FROM laborwatch.episode_events e
         WHERE e.alert_id = a.alert_id AND e.what = 'acknowledged') AS answered_at,
       (SELECT min(n.at) FROM laborwatch.alert_notes n
         WHERE n.kind = 'verdict'
           AND n.alert_id IN (SELECT a.alert_id
                              UNION ALL
                              SELECT m.alert_id FROM laborwatch.alerts m
                               WHERE m.incident_id = a.alert_id)) AS judged_at
  FROM laborwatch.episodes a
 WHERE a.incident IS NOT NULL
   AND (:since::timestamptz IS NULL OR a.first_raised_at >= :since::timestamptz)
   AND NOT EXISTS (SELECT FROM laborwatch.episode_events e
                    WHERE e.alert_id = a.alert_id AND e.what = 'merged')
 ORDER BY a.first_raised_at, a.alert_id;
