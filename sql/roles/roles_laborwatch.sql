-- Run after every migration of the set: the roles and their rights, made again from nothing.
-- Roles belong to the whole cluster, so two databases migrating at once may both try to create
-- one: the loser finds it there. Who may not create roles goes on without them.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['laborwatch_store', 'laborwatch_analyst']
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

DO $$
BEGIN
    IF to_regrole('laborwatch_store') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA laborwatch TO laborwatch_store;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA laborwatch TO laborwatch_store;
        REVOKE INSERT, UPDATE, DELETE ON laborwatch.schema_version FROM laborwatch_store;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA laborwatch TO laborwatch_store;
    END IF;
    IF to_regrole('laborwatch_analyst') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA laborwatch TO laborwatch_analyst;
        GRANT SELECT ON laborwatch.alerts, laborwatch.alert_events, laborwatch.deliveries,
            laborwatch.delivery_attempts, laborwatch.cycles, laborwatch.quarantine,
            laborwatch.quarantine_totals,
            laborwatch.silences, laborwatch.alert_notes, laborwatch.ledger_cases,
            laborwatch.ledger_measures, laborwatch.ledger_checks,
            laborwatch.ledger_follow_ups TO laborwatch_analyst;
    END IF;
END
$$;
