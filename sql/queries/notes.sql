-- What people add to an alert: a verdict, a person responsible, and notes.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: set_verdict
-- Sets the verdict on an alert or an incident, on all alerts of its incident, and the comment on it;
-- NULL clears either.
\set alert_id 00000000-0000-4000-8000-000000000001
\set verdict '''false_alarm'''
\set verdict_note '''the staff moved to the parent company'''
UPDATE laborwatch.alert SET verdict = :verdict::text, verdict_note = :verdict_note::text
 WHERE alert_id = :'alert_id'::uuid
    OR alert_id = (SELECT incident_id FROM laborwatch.alert WHERE alert_id = :'alert_id'::uuid)
    OR incident_id = (SELECT coalesce(incident_id, alert_id) FROM laborwatch.alert
                       WHERE alert_id = :'alert_id'::uuid);

-- name: set_assignee
-- Assigns an alert or an incident, and all alerts of its incident, to a person or unit.
\set alert_id 00000000-0000-4000-8000-000000000001
\set assignee '城关区人社局'
UPDATE laborwatch.alert SET assignee = :'assignee'::text
 WHERE alert_id = :'alert_id'::uuid
    OR alert_id = (SELECT incident_id FROM laborwatch.alert WHERE alert_id = :'alert_id'::uuid)
    OR incident_id = (SELECT coalesce(incident_id, alert_id) FROM laborwatch.alert
                       WHERE alert_id = :'alert_id'::uuid);

-- name: alert_exists
-- Whether the alert exists.
\set alert_id 00000000-0000-4000-8000-000000000001
SELECT EXISTS (SELECT FROM laborwatch.alert WHERE alert_id = :'alert_id'::uuid) AS alert_exists;

-- name: insert_alert_note
-- Adds a note of the kind note, assign or verdict to an alert.
\set alert_id 00000000-0000-4000-8000-000000000001
\set at '2026-11-06 09:00+08'
\set kind note
\set body 'spoke with the manager'
\set actor officer
\set on_behalf_of NULL
INSERT INTO laborwatch.alert_note (alert_id, at, kind, body, actor, on_behalf_of)
VALUES (:'alert_id'::uuid, :'at'::timestamptz, :'kind'::text, :'body'::text, :'actor'::text,
        :on_behalf_of::text);

-- name: select_notes_of_alert
-- One row per note of an alert or of its incident, oldest first. For an incident, also the notes of its
-- alerts.
\set alert_id 00000000-0000-4000-8000-000000000001
SELECT n.kind, n.at, n.body, n.actor, n.on_behalf_of
  FROM laborwatch.alert_notes n
 WHERE n.alert_id = :'alert_id'::uuid
    OR n.alert_id = (SELECT a.incident_id FROM laborwatch.episodes a
                      WHERE a.alert_id = :'alert_id'::uuid)
    OR n.alert_id IN (SELECT a.alert_id FROM laborwatch.episodes a
                       WHERE a.incident_id = :'alert_id'::uuid)
 ORDER BY n.note_id;
