-- Steps that people request from the evaluator.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: submit_request
-- Submits a request for the account that is logged in, and returns its number. The evaluator is
-- notified.
\set verb note
\set subject '''00000000-0000-4000-8000-000000000001'''
\set arguments '{"text": "spoke with the manager"}'
\set on_behalf_of NULL
\set login '''zhang'''
SELECT laborwatch.ask(:'verb'::text, :subject::text, :'arguments'::jsonb, :on_behalf_of::text,
                      :login::text) AS request_id;

-- name: select_request
-- One request with its answer, or no row. exit_code, outcome, hint and result are NULL while the
-- request is pending.
\set request_id 1
SELECT request_id, verb, subject, arguments, account, login, on_behalf_of, asked_at, state,
       answered_at, outcome, hint, exit_code::bigint, result
  FROM laborwatch.requests
 WHERE request_id = :'request_id'::bigint;

-- name: select_requests
-- One row per request, newest first; the columns are those of select_request. With a state (pending,
-- done or refused) only the requests in that state.
\set state NULL
\set limit 20
SELECT request_id, verb, subject, arguments, account, login, on_behalf_of, asked_at, state,
       answered_at, outcome, hint, exit_code::bigint, result
  FROM laborwatch.requests
 WHERE :state::text IS NULL OR state = :state::text
 ORDER BY request_id DESC
 LIMIT :'limit'::bigint;

-- name: select_pending_requests
-- One row per unanswered request, in the order in which they are applied; the columns are those of
-- select_request. The index request_pending makes the query cheap when there are none.
\set limit 100
SELECT request_id, verb, subject, arguments, account, login, on_behalf_of, asked_at, state,
       answered_at, outcome, hint, exit_code::bigint, result
  FROM laborwatch.requests
 WHERE state = 'pending'
 ORDER BY request_id
 LIMIT :'limit'::bigint;

-- name: lock_request
-- Whether the request is pending, or no row when it does not exist. The request stays locked until
-- the end of the transaction.
\set request_id 1
SELECT state = 'pending' AS is_pending FROM laborwatch.request
 WHERE request_id = :'request_id'::bigint
   FOR UPDATE;

-- name: answer_request
-- Writes the answer to a request. With exit code 0 the request is done, with any other it is
-- refused.
\set request_id 1
\set exit_code 0
\set outcome 'note added'
\set hint NULL
\set result '{}'
UPDATE laborwatch.request
   SET state = CASE WHEN :'exit_code'::bigint = 0 THEN 'done' ELSE 'refused' END,
       answered_at = clock_timestamp(), exit_code = :'exit_code'::bigint::integer,
       outcome = :'outcome'::text, hint = :hint::text, result = :'result'::jsonb
 WHERE request_id = :'request_id'::bigint;
