-- The versions of the two schemas, and the roles of the database. The variable schema is labor or
-- laborwatch.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: lock_migrations
-- Waits until no other process migrates, and keeps others waiting until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('laborwatch.migrate', 0));

-- name: schema_exists
-- Whether the schema exists.
\set schema laborwatch
SELECT to_regnamespace(:'schema'::text) IS NOT NULL AS schema_exists;

-- name: table_exists
-- Whether the table exists.
\set table laborwatch.schema_version
SELECT to_regclass(:'table'::text) IS NOT NULL AS table_exists;

-- name: may_read_table
-- Whether the account may read the table; true when the table does not exist.
\set table laborwatch.schema_version
SELECT coalesce(has_table_privilege(to_regclass(:'table'::text), 'SELECT'), true) AS may_read_table;

-- name: select_migrations
-- One row per migration that was applied, in order: its number, its name, and the digest of its
-- statements.
\set schema laborwatch
SELECT number, migration, checksum FROM :"schema".schema_version ORDER BY number;

-- name: insert_migration
-- Records a migration as applied.
\set schema laborwatch
\set number 999
\set migration m0999_laborwatch
\set checksum 0123456789abcdef
INSERT INTO :"schema".schema_version (number, migration, checksum)
VALUES (:'number'::bigint, :'migration'::text, :'checksum'::text);

-- name: select_missing_roles
-- One row per role of the list that does not exist, by name.
\set roles '{laborwatch_store,laborwatch_officer}'
SELECT name FROM unnest(:'roles'::text[]) AS wanted (name)
 WHERE to_regrole(name) IS NULL
 ORDER BY name;

-- name: explain_role
-- One row: the name of the account, the name as an identifier in a statement, whether the role
-- exists, and whether the account has it.
\set role laborwatch_store
SELECT current_user::text AS name, quote_ident(current_user) AS quoted_name,
       to_regrole(:'role'::text) IS NOT NULL AS role_exists,
       CASE WHEN to_regrole(:'role'::text) IS NULL THEN false
            ELSE pg_has_role(current_user, to_regrole(:'role'::text), 'USAGE') END AS has_role;
