-- Silences: time ranges in which matching alerts notify nobody.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: insert_silence
-- Adds a silence, and returns its number. NULL in a condition matches every alert.
\set rule '''layoff.statutory'''
\set kind NULL
\set subject_type NULL
\set subject_id NULL
\set region_code '''540102'''
\set tier_max '''yellow'''
\set starts_at '2026-11-05 09:00+08'
\set ends_at '2026-11-12 09:00+08'
\set reason 'reports of this county are being corrected'
\set created_by officer
\set created_at '2026-11-05 09:00+08'
INSERT INTO laborwatch.silence
    (rule, kind, subject_type, subject_id, region_code, tier_max, starts_at, ends_at, reason,
     created_by, created_at)
VALUES (:rule::text, :kind::text, :subject_type::text, :subject_id::text, :region_code::text,
        :tier_max::text, :'starts_at'::timestamptz, :'ends_at'::timestamptz, :'reason'::text,
        :'created_by'::text, :'created_at'::timestamptz)
RETURNING silence_id;

-- name: select_silences
-- One row per silence in force at a moment, newest first; with NULL as the moment every silence.
-- expired_at is when a person ended it early.
\set moment NULL
SELECT silence_id, rule, kind, subject_type, subject_id, region_code, tier_max, starts_at,
       ends_at, reason, created_by, expired_at
  FROM laborwatch.silences
 WHERE :moment::timestamptz IS NULL
    OR (starts_at <= :moment::timestamptz
        AND :moment::timestamptz < least(ends_at, expired_at))
 ORDER BY silence_id DESC;

-- name: lock_silence
-- When the silence ends or ended, or no row when it does not exist. The silence stays locked until
-- the end of the transaction.
\set silence_id 1
SELECT least(ends_at, expired_at) AS ends_at FROM laborwatch.silence
 WHERE silence_id = :'silence_id'::bigint
   FOR UPDATE;

-- name: expire_silence
-- Ends a silence early.
\set silence_id 1
\set expired_at '2026-11-06 09:00+08'
\set expired_by officer
UPDATE laborwatch.silence
   SET expired_at = :'expired_at'::timestamptz, expired_by = :'expired_by'::text
 WHERE silence_id = :'silence_id'::bigint;
