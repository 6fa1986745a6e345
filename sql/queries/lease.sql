-- The lease: the right of one daemon to evaluate.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: select_lease
-- The daemon that has the lease and when the lease expires, by the clock of the database; no row when
-- none has it.
SELECT holder, expires_at FROM laborwatch.evaluator;

-- name: may_take_lease
-- Whether the account has the privilege to take the lease.
SELECT has_table_privilege('laborwatch.lease', 'UPDATE') AS may_take_lease;
