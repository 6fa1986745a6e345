-- Run after every migration of the set: the roles and their rights, made again from nothing.
-- Roles belong to the whole cluster, so two databases migrating at once may both try to create
-- one: the loser finds it there. Who may not create roles goes on without them.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['laborwatch_store', 'laborwatch_officer', 'laborwatch_analyst']
    LOOP
        BEGIN
            IF to_regrole(name) IS NULL THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            END IF;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE NOTICE 'role % was not created: the user may not create roles', name;
        END;
    END LOOP;
END
$$;

-- The daemon: writes everything but requests, which it only answers, so that the account of a
-- request is always the one that logged in.
DO $$
BEGIN
    IF to_regrole('laborwatch_store') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA laborwatch TO laborwatch_store;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA laborwatch TO laborwatch_store;
        REVOKE INSERT, UPDATE, DELETE ON laborwatch.schema_version, laborwatch.request,
            laborwatch.requests FROM laborwatch_store;
        GRANT UPDATE (state, answered_at, outcome, hint, exit_code, result)
            ON laborwatch.request TO laborwatch_store;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA laborwatch TO laborwatch_store;
        GRANT EXECUTE ON FUNCTION laborwatch.ask(text, text, jsonb, text, text)
            TO laborwatch_store;
    END IF;
END
$$;

-- The analyst reads the views; the officer reads them, too, and may ask for a step. No role is a
-- member of another, so that databases of one cluster can be migrated at once.
DO $$
DECLARE
    reader text;
BEGIN
    FOREACH reader IN ARRAY ARRAY['laborwatch_analyst', 'laborwatch_officer']
    LOOP
        IF to_regrole(reader) IS NOT NULL THEN
            EXECUTE format('GRANT USAGE ON SCHEMA laborwatch TO %I', reader);
            EXECUTE format(
                'GRANT SELECT ON laborwatch.schema_version, laborwatch.alerts,
                     laborwatch.alert_events, laborwatch.incidents, laborwatch.incident_events,
                     laborwatch.episodes, laborwatch.episode_events, laborwatch.deliveries, laborwatch.delivery_attempts,
                     laborwatch.cycles, laborwatch.quarantine, laborwatch.quarantine_totals,
                     laborwatch.silences, laborwatch.alert_notes, laborwatch.ledger_cases, laborwatch.ledger_measures,
                     laborwatch.ledger_checks, laborwatch.ledger_follow_ups, laborwatch.requests,
                     laborwatch.evaluator, laborwatch.receivers TO %I', reader);
        END IF;
    END LOOP;
    IF to_regrole('laborwatch_officer') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION laborwatch.ask(text, text, jsonb, text, text)
            TO laborwatch_officer;
    END IF;
END
$$;
