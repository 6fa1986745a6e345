-- Run after every migration of the set: the reader's role and its rights, made again from nothing.
-- Roles belong to the whole cluster, so two databases migrating at once may both try to create
-- one: the loser finds it there. Who may not create roles goes on without them.
DO $$
BEGIN
    IF to_regrole('laborwatch_source') IS NULL THEN
        CREATE ROLE laborwatch_source NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'role laborwatch_source was not created: the user may not create roles';
END
$$;

DO $$
BEGIN
    IF to_regrole('laborwatch_source') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA labor TO laborwatch_source;
        GRANT SELECT ON ALL TABLES IN SCHEMA labor TO laborwatch_source;
    END IF;
END
$$;
