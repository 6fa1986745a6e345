-- What people ask for. A person writes no episode, silence or case: a row of this table says what the
-- person wants, and the evaluator checks and applies it. The account is the one that logged in.
CREATE TABLE laborwatch.request (
    request_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    verb         text NOT NULL
        CHECK (verb IN ('acknowledge', 'resolve', 'verdict', 'assign', 'note', 'silence_add',
                        'silence_expire', 'ledger_open', 'ledger_measure', 'ledger_check',
                        'ledger_follow_up', 'ledger_close', 'deliveries_retry', 'deliveries_drop',
                        'receiver_enable', 'receiver_answers')),
    subject      text CHECK (subject <> ''),
    arguments    jsonb NOT NULL CHECK (jsonb_typeof(arguments) = 'object'),
    account      text NOT NULL CHECK (account <> ''),
    login        text CHECK (login <> ''),
    on_behalf_of text CHECK (on_behalf_of <> ''),
    asked_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    state        text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'refused')),
    answered_at  timestamptz,
    outcome      text,
    hint         text,
    exit_code    integer,
    result       jsonb,
    CONSTRAINT request_answer CHECK (
        (answered_at IS NOT NULL) = (state <> 'pending')
        AND (outcome IS NOT NULL) = (state <> 'pending')
        AND (exit_code IS NOT NULL) = (state <> 'pending'))
);
COMMENT ON TABLE laborwatch.request IS
    'Steps that people asked for, with what the evaluator answered; rows are never deleted.';
COMMENT ON COLUMN laborwatch.request.request_id IS 'The identity; requests are applied in this order.';
COMMENT ON COLUMN laborwatch.request.verb IS 'What is to be done.';
COMMENT ON COLUMN laborwatch.request.subject IS
    'To what: an alert''s id or its beginning, the number of a silence, a case or a delivery, an '
    'enterprise''s id, or a receiver''s name.';
COMMENT ON COLUMN laborwatch.request.arguments IS 'The rest of what was asked, by name.';
COMMENT ON COLUMN laborwatch.request.account IS
    'The database account that logged in (session_user); nobody but the server sets it.';
COMMENT ON COLUMN laborwatch.request.login IS
    'The login user of the operating system, as the program said; nobody vouches for it.';
COMMENT ON COLUMN laborwatch.request.on_behalf_of IS
    'In whose name, as the person said; empty for their own.';
COMMENT ON COLUMN laborwatch.request.asked_at IS 'When it was asked, by this database''s clock.';
COMMENT ON COLUMN laborwatch.request.state IS
    'pending (not looked at yet), done (applied) or refused (nothing was changed).';
COMMENT ON COLUMN laborwatch.request.answered_at IS
    'When the evaluator answered; empty while it is pending.';
COMMENT ON COLUMN laborwatch.request.outcome IS
    'One sentence: what was done, or why nothing was.';
COMMENT ON COLUMN laborwatch.request.hint IS 'What to do about a refusal.';
COMMENT ON COLUMN laborwatch.request.exit_code IS
    'How the command ends: 0 done, 1 not possible as things are, 2 wrong use, 3 the evaluator failed.';
COMMENT ON COLUMN laborwatch.request.result IS
    'What came of it, by name: the number of the silence or case, how many deliveries.';

-- The queue, so that a look at it costs nothing while it is empty.
CREATE INDEX request_pending ON laborwatch.request (request_id) WHERE state = 'pending';

CREATE FUNCTION laborwatch.ask(
        verb text, subject text DEFAULT NULL, arguments jsonb DEFAULT '{}',
        on_behalf_of text DEFAULT NULL, login text DEFAULT NULL)
    RETURNS bigint
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    id bigint;
BEGIN
    IF octet_length(ask.arguments::text) > 65536
        OR octet_length(concat(ask.subject, ask.on_behalf_of, ask.login)) > 4096
    THEN
        RAISE EXCEPTION 'a request has 64 kB at most' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    IF (SELECT count(*) FROM laborwatch.request r
         WHERE r.state = 'pending' AND r.account = session_user) >= 1000
    THEN
        RAISE EXCEPTION 'a thousand requests of % wait already', session_user
            USING ERRCODE = 'program_limit_exceeded',
                  HINT = 'see why nobody evaluates: laborwatch status';
    END IF;
    INSERT INTO laborwatch.request (verb, subject, arguments, account, login, on_behalf_of)
    VALUES (ask.verb, ask.subject, ask.arguments, session_user, ask.login, ask.on_behalf_of)
    RETURNING request_id INTO id;
    PERFORM pg_notify('laborwatch_request', id::text);
    RETURN id;
END
$$;
COMMENT ON FUNCTION laborwatch.ask(text, text, jsonb, text, text) IS
    'Asks the evaluator for a step in the name of the account that logged in; gives the number of '
    'the request, and notifies laborwatch_request. The answer notifies laborwatch_answer.';
REVOKE ALL ON FUNCTION laborwatch.ask(text, text, jsonb, text, text) FROM PUBLIC;

CREATE VIEW laborwatch.requests AS
SELECT request_id, verb, subject, arguments, account, login, on_behalf_of, asked_at, state,
       answered_at, outcome, hint, exit_code, result
  FROM laborwatch.request;
COMMENT ON VIEW laborwatch.requests IS 'Steps that people asked for, and what became of them.';

CREATE VIEW laborwatch.evaluator AS
SELECT holder, token, acquired_at, renewed_at, expires_at
  FROM laborwatch.lease
 WHERE name = 'evaluate' AND holder <> '' AND expires_at > clock_timestamp();
COMMENT ON VIEW laborwatch.evaluator IS 'Which laborwatch evaluates now; no row when none does.';

CREATE VIEW laborwatch.receivers AS
SELECT receiver, failing_since, disabled_at, disabled_reason
  FROM laborwatch.receiver_state;
COMMENT ON VIEW laborwatch.receivers IS
    'Receivers that fail or are gone; one that was never in trouble has no row.';

-- A column of a view means what the table's column of that name means.
DO $$
DECLARE
    missing record;
BEGIN
    FOR missing IN
        SELECT v.relname AS view_name, c.attname AS column_name,
               col_description(t.oid, o.attnum) AS meaning
          FROM (VALUES ('requests', 'request'), ('evaluator', 'lease'),
                       ('receivers', 'receiver_state')) AS pair (view_name, table_name)
          JOIN pg_class v ON v.oid = format('laborwatch.%I', pair.view_name)::regclass
          JOIN pg_class t ON t.oid = format('laborwatch.%I', pair.table_name)::regclass
          JOIN pg_attribute c ON c.attrelid = v.oid AND c.attnum > 0
          JOIN pg_attribute o ON o.attrelid = t.oid AND o.attname = c.attname
    LOOP
        EXECUTE format('COMMENT ON COLUMN laborwatch.%I.%I IS %L',
                       missing.view_name, missing.column_name, missing.meaning);
    END LOOP;
END
$$;
