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

-- name: acquire_lease
-- Takes a lease that is free, expired or the holder's own, and returns its holder, token and end; no
-- row while another holder has it. A change of holder increases the token. Of two daemons at the same
-- time the lock of the row lets one win.
\set name evaluate
\set holder daemon
\set seconds 30
INSERT INTO laborwatch.lease AS l (name, holder, token, acquired_at, renewed_at, expires_at)
VALUES (:'name'::text, :'holder'::text, 1, clock_timestamp(), clock_timestamp(),
        clock_timestamp() + make_interval(secs => :'seconds'::double precision))
ON CONFLICT (name) DO UPDATE
   SET holder = EXCLUDED.holder,
       token = CASE WHEN l.holder = EXCLUDED.holder THEN l.token ELSE l.token + 1 END,
       acquired_at = CASE WHEN l.holder = EXCLUDED.holder THEN l.acquired_at
                          ELSE clock_timestamp() END,
       renewed_at = clock_timestamp(),
       expires_at = clock_timestamp() + make_interval(secs => :'seconds'::double precision)
 WHERE l.holder = EXCLUDED.holder OR l.expires_at <= clock_timestamp()
RETURNING holder, token, expires_at;

-- name: hold_lease
-- The token of the lease, or no row when another daemon took the lease. The lease stays locked until
-- the end of the transaction, so that no other daemon takes it before the transaction is written.
\set name evaluate
\set holder daemon
\set token 1
SELECT token FROM laborwatch.lease
 WHERE name = :'name'::text AND holder = :'holder'::text AND token = :'token'::bigint
   FOR UPDATE;

-- name: release_lease
-- Gives the lease up, unless another daemon took it.
\set name evaluate
\set holder daemon
\set token 1
UPDATE laborwatch.lease
   SET holder = '', expires_at = clock_timestamp()
 WHERE name = :'name'::text AND holder = :'holder'::text AND token = :'token'::bigint;
