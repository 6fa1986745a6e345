-- What every look at the watching itself asks of the store, without reading what is long over.

-- Why the last try of what waits failed. There is no index to count by: one on receiver and time of
-- order, before the table's statistics know of a storm, was taken for the claim and made it nine
-- times slower.
CREATE INDEX delivery_failed ON laborwatch.delivery (receiver, delivery_id)
    WHERE state = 'pending' AND last_error IS NOT NULL;
-- What was given up lately; dead letters stay until somebody acts.
CREATE INDEX delivery_dead_at ON laborwatch.delivery (finished_at, receiver)
    WHERE state = 'dead';
-- What became unusable lately, among all that is.
CREATE INDEX quarantine_entry_first_seen ON laborwatch.quarantine_entry (first_seen)
    WHERE cleared_at IS NULL;
