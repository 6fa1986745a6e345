-- Notifications between the programs that share the store.
--
-- To run a block in psql, copy it from its first line to the ';'. Its \set lines give every variable
-- an example value. Inside BEGIN and ROLLBACK nothing is kept. sql/Queries.swift says more.

-- name: notify
-- Notifies the connections that listen on a channel, when the transaction commits. The payload may be
-- empty.
\set channel laborwatch_answer
\set payload 1
SELECT pg_notify(:'channel'::text, :'payload'::text);
