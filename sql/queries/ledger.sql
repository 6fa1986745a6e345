-- The ledger of enterprises in difficulty (困难企业帮扶台账).
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: select_ledger_cases
-- One row per case, most recently opened first: the case, the enterprise, who opened and closed it,
-- and the IDs of its alerts, separated by blanks. Without is_all only open cases; with due_before
-- only cases whose next follow-up was due before that moment.
\set is_all false
\set due_before NULL
SELECT c.case_id, c.enterprise_id, c.enterprise_name, c.region_code, c.industry_code,
       c.opened_at, c.opened_by, c.opened_on_behalf_of, c.opened_note, c.next_due_at,
       c.closed_at, c.closed_by, c.closed_on_behalf_of, c.close_reason, c.close_note,
       array_to_string(c.alert_ids, ' ') AS alert_ids
  FROM laborwatch.ledger_cases c
 WHERE (:'is_all'::boolean OR c.closed_at IS NULL)
   AND (:due_before::timestamptz IS NULL OR c.next_due_at < :due_before::timestamptz)
 ORDER BY c.opened_at DESC, c.case_id DESC;

-- name: select_ledger_case
-- One case, or no row; the columns are those of select_ledger_cases.
\set case_id 1
SELECT c.case_id, c.enterprise_id, c.enterprise_name, c.region_code, c.industry_code,
       c.opened_at, c.opened_by, c.opened_on_behalf_of, c.opened_note, c.next_due_at,
       c.closed_at, c.closed_by, c.closed_on_behalf_of, c.close_reason, c.close_note,
       array_to_string(c.alert_ids, ' ') AS alert_ids
  FROM laborwatch.ledger_cases c
 WHERE c.case_id = :'case_id'::bigint;

-- name: select_open_ledger_case
-- The number of the enterprise's open case, or no row.
\set enterprise_id 1
SELECT case_id FROM laborwatch.ledger_case
 WHERE enterprise_id = :'enterprise_id'::text AND closed_at IS NULL;

-- name: insert_ledger_case
-- Opens a case, and returns its number; no row when the enterprise has an open case.
\set enterprise_id 77
\set enterprise_name '拉萨机械厂'
\set region_code '''540102'''
\set industry_code NULL
\set opened_at '2026-11-05 09:00+08'
\set opened_by officer
\set opened_on_behalf_of NULL
\set opened_note '''wages unpaid for three months'''
\set next_due_at '''2026-11-19 09:00+08'''
INSERT INTO laborwatch.ledger_case
    (enterprise_id, enterprise_name, region_code, industry_code, opened_at, opened_by,
     opened_on_behalf_of, opened_note, next_due_at)
VALUES (:'enterprise_id'::text, :'enterprise_name'::text, :region_code::text,
        :industry_code::text, :'opened_at'::timestamptz, :'opened_by'::text,
        :opened_on_behalf_of::text, :opened_note::text, :next_due_at::timestamptz)
ON CONFLICT (enterprise_id) WHERE closed_at IS NULL DO NOTHING
RETURNING case_id;

-- name: link_ledger_case
-- Links the enterprise's open alerts to a case. Linked alerts stay linked.
\set case_id 1
\set enterprise_id 1
INSERT INTO laborwatch.ledger_case_alert (case_id, alert_id)
SELECT :'case_id'::bigint, alert_id FROM laborwatch.alert
 WHERE subject_type = 'enterprise' AND subject_id = :'enterprise_id'::text
   AND state NOT IN ('resolved', 'withdrawn')
ON CONFLICT DO NOTHING;

-- name: lock_ledger_case
-- Whether the case is open, or no row when it does not exist. The case stays locked until the end of
-- the transaction.
\set case_id 1
SELECT closed_at IS NULL AS is_open FROM laborwatch.ledger_case
 WHERE case_id = :'case_id'::bigint
   FOR UPDATE;

-- name: set_ledger_case_due
-- Sets when the next follow-up of a case is due; NULL means never.
\set case_id 1
\set next_due_at '''2026-11-19 09:00+08'''
UPDATE laborwatch.ledger_case SET next_due_at = :next_due_at::timestamptz
 WHERE case_id = :'case_id'::bigint;

-- name: close_ledger_case
-- Closes a case; the next follow-up is no longer due.
\set case_id 1
\set closed_at '2026-12-01 09:00+08'
\set closed_by officer
\set closed_on_behalf_of NULL
\set close_reason recovered
\set close_note NULL
UPDATE laborwatch.ledger_case
   SET closed_at = :'closed_at'::timestamptz, closed_by = :'closed_by'::text,
       closed_on_behalf_of = :closed_on_behalf_of::text, close_reason = :'close_reason'::text,
       close_note = :close_note::text, next_due_at = NULL
 WHERE case_id = :'case_id'::bigint;

-- name: insert_ledger_measure
-- Adds a measure for a number of persons to a case.
\set case_id 1
\set at '2026-11-06 09:00+08'
\set actor officer
\set on_behalf_of NULL
\set code training_subsidy
\set persons 40
\set note NULL
INSERT INTO laborwatch.ledger_measure (case_id, at, actor, on_behalf_of, code, persons, note)
VALUES (:'case_id'::bigint, :'at'::timestamptz, :'actor'::text, :on_behalf_of::text,
        :'code'::text, :persons::bigint, :note::text);

-- name: insert_ledger_check
-- Adds the answer to an item of a case's check list: yes, no or not_applicable.
\set case_id 1
\set at '2026-11-06 09:00+08'
\set actor officer
\set on_behalf_of NULL
\set item plan_filed
\set result yes
\set note NULL
INSERT INTO laborwatch.ledger_check (case_id, at, actor, on_behalf_of, item, result, note)
VALUES (:'case_id'::bigint, :'at'::timestamptz, :'actor'::text, :on_behalf_of::text,
        :'item'::text, :'result'::text, :note::text);

-- name: insert_ledger_follow_up
-- Adds a follow-up to a case, and when the next one is due; NULL means never.
\set case_id 1
\set at '2026-11-06 09:00+08'
\set actor officer
\set on_behalf_of NULL
\set note 'wages were paid'
\set next_due_at '''2026-11-20 09:00+08'''
INSERT INTO laborwatch.ledger_follow_up (case_id, at, actor, on_behalf_of, note, next_due_at)
VALUES (:'case_id'::bigint, :'at'::timestamptz, :'actor'::text, :on_behalf_of::text,
        :'note'::text, :next_due_at::timestamptz);

-- name: select_ledger_measures
-- One row per measure of a case, in the order in which they were added: the time, the author, the
-- code of the measure, the number of persons and the note.
\set case_id 1
SELECT at, actor, on_behalf_of, code, persons, note
  FROM laborwatch.ledger_measures
 WHERE case_id = :'case_id'::bigint
 ORDER BY measure_id;

-- name: select_ledger_checks
-- One row per answer to the check list of a case, in the order in which they were added.
\set case_id 1
SELECT at, actor, on_behalf_of, item, result, note
  FROM laborwatch.ledger_checks
 WHERE case_id = :'case_id'::bigint
 ORDER BY check_id;

-- name: select_ledger_follow_ups
-- One row per follow-up of a case, in the order in which they were added.
\set case_id 1
SELECT at, actor, on_behalf_of, note, next_due_at
  FROM laborwatch.ledger_follow_ups
 WHERE case_id = :'case_id'::bigint
 ORDER BY follow_up_id;

-- name: hasten_ledger_cases
-- Moves the first follow-up of open cases forward. Each visit is the text of an event's ID, a blank,
-- and the days from the event until the visit to its enterprise is due. A case that already has a
-- follow-up keeps its date.
\set visits '{"00000000-0000-4000-8000-000000000001 3"}'
UPDATE laborwatch.ledger_case c SET next_due_at = v.due
  FROM (SELECT a.subject_id, min(e.at + make_interval(days => p.days)) AS due
          FROM (SELECT split_part(pair, ' ', 1)::uuid AS event_id,
                       split_part(pair, ' ', 2)::int AS days
                  FROM unnest(:'visits'::text[]) AS pair) AS p
          JOIN laborwatch.alert_event e USING (event_id)
          JOIN laborwatch.alert a USING (alert_id)
         GROUP BY a.subject_id) AS v
 WHERE c.enterprise_id = v.subject_id AND c.closed_at IS NULL
   AND v.due < c.next_due_at
   AND NOT EXISTS (SELECT FROM laborwatch.ledger_follow_up f WHERE f.case_id = c.case_id);

-- name: open_ledger_cases
-- Opens a case for each enterprise of the visits that has no open case; the earliest visit counts.
-- The visits are those of hasten_ledger_cases.
\set visits '{"00000000-0000-4000-8000-000000000001 3"}'
\set opened_by laborwatch
INSERT INTO laborwatch.ledger_case
    (enterprise_id, enterprise_name, region_code, industry_code, opened_at, opened_by, next_due_at)
SELECT DISTINCT ON (a.subject_id)
       a.subject_id, a.subject_name, a.region_code, a.industry_code, e.at, :'opened_by'::text,
       e.at + make_interval(days => p.days)
  FROM (SELECT split_part(pair, ' ', 1)::uuid AS event_id, split_part(pair, ' ', 2)::int AS days
          FROM unnest(:'visits'::text[]) AS pair) AS p
  JOIN laborwatch.alert_event e USING (event_id)
  JOIN laborwatch.alert a USING (alert_id)
 -- An insert that conflicts would consume a case number, so open cases are left out first.
 WHERE NOT EXISTS (SELECT FROM laborwatch.ledger_case c
                    WHERE c.enterprise_id = a.subject_id AND c.closed_at IS NULL)
 ORDER BY a.subject_id, e.at + make_interval(days => p.days), e.event_id
ON CONFLICT (enterprise_id) WHERE closed_at IS NULL DO NOTHING;

-- name: link_ledger_cases
-- Links the alerts of events to the open cases of their enterprises. Linked alerts stay linked.
\set events '{00000000-0000-4000-8000-000000000001}'
INSERT INTO laborwatch.ledger_case_alert (case_id, alert_id)
SELECT DISTINCT c.case_id, a.alert_id
  FROM laborwatch.alert_event e
  JOIN laborwatch.alert a USING (alert_id)
  JOIN laborwatch.ledger_case c ON c.enterprise_id = a.subject_id AND c.closed_at IS NULL
 WHERE e.event_id = ANY (:'events'::uuid[])
ON CONFLICT DO NOTHING;
