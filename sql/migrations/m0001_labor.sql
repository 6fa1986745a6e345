-- The bureau's figures. A report is never overwritten: a revision is a new row with its own
-- reported_at, and what was known on a day is a query.
--
-- Rows are loaded as they come: no foreign keys, no uniqueness and no limits on counts, because a
-- row that cannot be used is put into laborwatch.quarantine by the daemon, with the reason, and
-- must not make a whole load fail.

CREATE FUNCTION labor.keep_changed_xid() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog
AS $$
BEGIN
    NEW.changed_xid := pg_current_xact_id();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION labor.keep_changed_xid() IS
    'Stamps an updated row with the writing transaction, so that a poll sees it again.';

CREATE FUNCTION labor.notify_source() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog
AS $$
BEGIN
    PERFORM pg_notify('laborwatch_source', TG_TABLE_NAME);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION labor.notify_source() IS
    'Wakes the daemon after a statement that changed a table; the payload is the table''s name.';

CREATE TABLE labor.region (
    code        text PRIMARY KEY,
    name        text,
    name_en     text,
    parent_code text,
    grace_days  integer,
    reported_at timestamptz NOT NULL DEFAULT now(),
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
COMMENT ON TABLE labor.region IS
    'Administrative regions of any depth, GB/T 2260 or the bureau''s own codes.';
COMMENT ON COLUMN labor.region.code IS 'The code.';
COMMENT ON COLUMN labor.region.name IS 'The Chinese name; the code stands in for a missing one.';
COMMENT ON COLUMN labor.region.name_en IS 'The English name, where there is one.';
COMMENT ON COLUMN labor.region.parent_code IS
    'The region that contains this one; empty for a root.';
COMMENT ON COLUMN labor.region.grace_days IS
    'Days after a pay day before wages count as late here; empty = the rule''s default.';
COMMENT ON COLUMN labor.region.reported_at IS 'When the bureau learnt the row.';
COMMENT ON COLUMN labor.region.changed_xid IS
    'The transaction that wrote the row last; kept by a trigger, not to be loaded.';

CREATE TABLE labor.industry (
    code        text PRIMARY KEY,
    name        text,
    name_en     text,
    parent_code text,
    reported_at timestamptz NOT NULL DEFAULT now(),
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
COMMENT ON TABLE labor.industry IS 'Industries, GB/T 4754: section letter, division and below.';
COMMENT ON COLUMN labor.industry.code IS 'The code.';
COMMENT ON COLUMN labor.industry.name IS 'The Chinese name; the code stands in for a missing one.';
COMMENT ON COLUMN labor.industry.name_en IS 'The English name, where there is one.';
COMMENT ON COLUMN labor.industry.parent_code IS
    'The industry that contains this one; empty for a section.';
COMMENT ON COLUMN labor.industry.reported_at IS 'When the bureau learnt the row.';
COMMENT ON COLUMN labor.industry.changed_xid IS
    'The transaction that wrote the row last; kept by a trigger, not to be loaded.';

CREATE TABLE labor.enterprise (
    enterprise_id      bigint PRIMARY KEY,
    credit_code        text,
    name               text NOT NULL,
    region_code        text NOT NULL,
    industry_code      text NOT NULL,
    size_class         text,
    ownership          text,
    owner_group        text,
    key_monitored      boolean DEFAULT false,
    government_project boolean DEFAULT false,
    tags               text[] DEFAULT '{}',
    data_basis         text CHECK (data_basis IN ('statistical', 'administrative')),
    reported_at        timestamptz NOT NULL DEFAULT now(),
    changed_xid        xid8 NOT NULL DEFAULT pg_current_xact_id()
);
COMMENT ON TABLE labor.enterprise IS
    'What does not change from month to month: one row an enterprise.';
COMMENT ON COLUMN labor.enterprise.enterprise_id IS
    'The identity; the subject''s id in every alert.';
COMMENT ON COLUMN labor.enterprise.credit_code IS
    'The unified social credit code, GB 32100, as reported.';
COMMENT ON COLUMN labor.enterprise.name IS 'The name.';
COMMENT ON COLUMN labor.enterprise.region_code IS
    'Where it is monitored, which need not be where it was registered.';
COMMENT ON COLUMN labor.enterprise.industry_code IS 'Its industry.';
COMMENT ON COLUMN labor.enterprise.size_class IS 'Its size class in the bureau''s own words.';
COMMENT ON COLUMN labor.enterprise.ownership IS 'Its ownership in the bureau''s own words.';
COMMENT ON COLUMN labor.enterprise.owner_group IS
    'The owner''s group: staff that moves within it is a transfer, not a loss.';
COMMENT ON COLUMN labor.enterprise.key_monitored IS 'Whether the bureau watches it closely.';
COMMENT ON COLUMN labor.enterprise.government_project IS
    'Whether it works on a government project, where arrears count one tier more.';
COMMENT ON COLUMN labor.enterprise.tags IS 'Free marks of the bureau.';
COMMENT ON COLUMN labor.enterprise.data_basis IS
    'On what the figures rest: a statistical survey allows guidance only, an administrative '
    'source allows action.';
COMMENT ON COLUMN labor.enterprise.reported_at IS 'When the bureau learnt the row.';
COMMENT ON COLUMN labor.enterprise.changed_xid IS
    'The transaction that wrote the row last; kept by a trigger, not to be loaded.';

CREATE TABLE labor.report (
    enterprise_id          bigint NOT NULL,
    period                 date NOT NULL CHECK (extract(day FROM period) = 1),
    headcount              integer NOT NULL,
    hires                  integer,
    separations            integer,
    employer_separations   integer,
    planned_layoffs        integer,
    dispatched             integer,
    idle                   integer,
    wages_due              numeric(16,2),
    wages_paid             numeric(16,2),
    workers_unpaid         integer,
    insured                integer,
    contributions_due      numeric(16,2),
    contributions_paid     numeric(16,2),
    contributions_deferred boolean DEFAULT false,
    operating_state        text
        CHECK (operating_state IN ('normal', 'reduced', 'suspended', 'closed')),
    reported_at            timestamptz NOT NULL DEFAULT now(),
    changed_xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
    revision_id            bigint GENERATED ALWAYS AS IDENTITY
);
COMMENT ON TABLE labor.report IS
    'Monthly reports, a row per revision; the newest reported_at up to the as-of counts.';
COMMENT ON COLUMN labor.report.enterprise_id IS 'The enterprise.';
COMMENT ON COLUMN labor.report.period IS 'The month that the report is about, as its first day.';
COMMENT ON COLUMN labor.report.headcount IS 'Staff at the end of the month.';
COMMENT ON COLUMN labor.report.hires IS
    'Joiners in the month; empty = not reported, as in every field below.';
COMMENT ON COLUMN labor.report.separations IS 'Leavers in the month, for whatever reason.';
COMMENT ON COLUMN labor.report.employer_separations IS 'Leavers on the employer''s initiative.';
COMMENT ON COLUMN labor.report.planned_layoffs IS
    'Persons whom the enterprise says it will lay off.';
COMMENT ON COLUMN labor.report.dispatched IS 'Dispatched workers (劳务派遣) beside the staff.';
COMMENT ON COLUMN labor.report.idle IS 'Staff without work at the end of the month.';
COMMENT ON COLUMN labor.report.wages_due IS 'Wages due for the month, yuan.';
COMMENT ON COLUMN labor.report.wages_paid IS 'Wages paid in the month, yuan.';
COMMENT ON COLUMN labor.report.workers_unpaid IS 'Workers who wait for wages.';
COMMENT ON COLUMN labor.report.insured IS 'Persons insured.';
COMMENT ON COLUMN labor.report.contributions_due IS 'Social insurance due for the month, yuan.';
COMMENT ON COLUMN labor.report.contributions_paid IS 'Social insurance paid in the month, yuan.';
COMMENT ON COLUMN labor.report.contributions_deferred IS
    'Whether a legal deferral holds; empty counts as no.';
COMMENT ON COLUMN labor.report.operating_state IS
    'Whether the enterprise works: normal, reduced, suspended or closed.';
COMMENT ON COLUMN labor.report.reported_at IS 'When the bureau learnt the revision.';
COMMENT ON COLUMN labor.report.changed_xid IS
    'The transaction that wrote the row last; kept by a trigger, not to be loaded.';
COMMENT ON COLUMN labor.report.revision_id IS
    'Order among revisions of the same moment; given by the database, not to be loaded.';

CREATE INDEX report_changed_xid ON labor.report (changed_xid);
CREATE INDEX report_reported_at ON labor.report (reported_at);
CREATE INDEX report_enterprise_period ON labor.report (enterprise_id, period);

CREATE TABLE labor.event (
    event_id      bigint GENERATED BY DEFAULT AS IDENTITY,
    enterprise_id bigint,
    region_code   text,
    kind          text NOT NULL,
    persons       integer,
    amount        numeric(16,2),
    occurred_on   date NOT NULL,
    detail        text,
    reported_at   timestamptz NOT NULL DEFAULT now(),
    changed_xid   xid8 NOT NULL DEFAULT pg_current_xact_id()
);
COMMENT ON TABLE labor.event IS 'What happened at an enterprise or in a region.';
COMMENT ON COLUMN labor.event.event_id IS 'The identity; given by the database when not loaded.';
COMMENT ON COLUMN labor.event.enterprise_id IS 'The enterprise; empty for an event of a region.';
COMMENT ON COLUMN labor.event.region_code IS 'The region; empty when the enterprise says it.';
COMMENT ON COLUMN labor.event.kind IS
    'layoff_plan, mass_layoff, owner_absconded, closure, suspension, labor_dispute, '
    'wage_complaint, staff_transfer, legal_deferral or relief.';
COMMENT ON COLUMN labor.event.persons IS 'Persons concerned.';
COMMENT ON COLUMN labor.event.amount IS 'Money concerned, yuan.';
COMMENT ON COLUMN labor.event.occurred_on IS 'The day it happened.';
COMMENT ON COLUMN labor.event.detail IS 'Free text.';
COMMENT ON COLUMN labor.event.reported_at IS 'When the bureau learnt it.';
COMMENT ON COLUMN labor.event.changed_xid IS
    'The transaction that wrote the row last; kept by a trigger, not to be loaded.';

CREATE INDEX event_changed_xid ON labor.event (changed_xid);
CREATE INDEX event_enterprise ON labor.event (enterprise_id);

CREATE TABLE labor.indicator (
    code        text NOT NULL,
    region_code text NOT NULL,
    period      date NOT NULL CHECK (extract(day FROM period) = 1),
    value       double precision NOT NULL,
    reported_at timestamptz NOT NULL DEFAULT now(),
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    revision_id bigint GENERATED ALWAYS AS IDENTITY
);
COMMENT ON TABLE labor.indicator IS
    'Macro indicators by region and month, a row per revision; the newest reported_at up to the '
    'as-of counts.';
COMMENT ON COLUMN labor.indicator.code IS
    'Which indicator, for example surveyed_unemployment_rate.';
COMMENT ON COLUMN labor.indicator.region_code IS 'The region.';
COMMENT ON COLUMN labor.indicator.period IS 'The month, as its first day.';
COMMENT ON COLUMN labor.indicator.value IS
    'The value in the indicator''s own unit; rates in percent.';
COMMENT ON COLUMN labor.indicator.reported_at IS 'When the bureau learnt the revision.';
COMMENT ON COLUMN labor.indicator.changed_xid IS
    'The transaction that wrote the row last; kept by a trigger, not to be loaded.';
COMMENT ON COLUMN labor.indicator.revision_id IS
    'Order among revisions of the same moment; given by the database, not to be loaded.';

CREATE INDEX indicator_changed_xid ON labor.indicator (changed_xid);
CREATE INDEX indicator_code_region_period ON labor.indicator (code, region_code, period);

-- The same two triggers on every table: the stamp of an updated row, and the wake-up call.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['region', 'industry', 'enterprise', 'report', 'event', 'indicator']
    LOOP
        EXECUTE format(
            'CREATE TRIGGER keep_changed_xid BEFORE UPDATE ON labor.%I
                FOR EACH ROW EXECUTE FUNCTION labor.keep_changed_xid()', name);
        EXECUTE format(
            'CREATE TRIGGER notify_source AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON labor.%I
                FOR EACH STATEMENT EXECUTE FUNCTION labor.notify_source()', name);
    END LOOP;
END
$$;
