-- Loads four airlines' monthly staff, 1990 to 2023, into the contract's tables (schema labor).
--
--     psql -d bureau -f sql/sample/airlines.sql                                 from the root
--     psql -d bureau -v directory=/usr/share/… -f …/airlines.sql                from elsewhere
--
-- A second run adds nothing. Where the figures come from, and what was assumed about them, is
-- written in PROVENANCE.md. The enterprise ids 1 to 4 must be free or already these airlines.

\set ON_ERROR_STOP on
\if :{?directory}
\else
    \set directory sql/sample
\endif
\set csv `cat :'directory'/firm_airline_monthly.csv`

BEGIN;

SET LOCAL client_min_messages = warning;

CREATE TEMPORARY TABLE airline (
    enterprise_id bigint PRIMARY KEY,
    firm text NOT NULL UNIQUE,
    name text NOT NULL
) ON COMMIT DROP;

INSERT INTO airline (enterprise_id, firm, name)
VALUES
    (1, 'American Airlines', 'American Airlines'),
    (2, 'Delta Air Lines', 'Delta Air Lines'),
    (3, 'Federal Express', 'Federal Express'),
    (4, 'United Air Lines', 'United Airlines');

CREATE TEMPORARY TABLE airline_month (
    firm text NOT NULL REFERENCES airline (firm),
    period date NOT NULL,
    total int NOT NULL CHECK (total > 0),
    PRIMARY KEY (firm, period)
) ON COMMIT DROP;

INSERT INTO airline_month (firm, period, total)
SELECT split_part(line, ',', 1),
    to_date(split_part(line, ',', 2), 'YYYY-MM'),
    split_part(line, ',', 5)::int
FROM regexp_split_to_table(:'csv', '\r?\n') WITH ORDINALITY AS file (line, number)
WHERE number > 1 AND line <> '';

DO $$
BEGIN
    IF (SELECT count(*) FROM airline_month) <> 1588 THEN
        RAISE EXCEPTION 'the file holds % months of airlines instead of 1588',
            (SELECT count(*) FROM airline_month)
            USING HINT = 'Start psql in the root of the source tree, or set the psql variable '
                'directory to the folder of firm_airline_monthly.csv.';
    END IF;
    IF EXISTS (
        SELECT FROM labor.enterprise JOIN airline USING (enterprise_id)
        WHERE enterprise.name <> airline.name
    ) THEN
        RAISE EXCEPTION 'the enterprise ids 1 to 4 belong to others in this database'
            USING HINT = 'Load the sample into a database of its own.';
    END IF;
END
$$;

-- The airlines, their country and their industry were known before the first month was reported.
\set known '1990-01-01 00:00:00+08'

INSERT INTO labor.region (code, name, name_en, reported_at)
VALUES ('US', '美国', 'United States', :'known')
ON CONFLICT (code) DO NOTHING;

INSERT INTO labor.industry (code, name, name_en, parent_code, reported_at)
VALUES
    ('G', '交通运输、仓储和邮政业', 'Transport, storage and post', NULL, :'known'),
    ('G56', '航空运输业', 'Air transport', 'G', :'known')
ON CONFLICT (code) DO NOTHING;

INSERT INTO labor.enterprise (
    enterprise_id, name, region_code, industry_code, data_basis, reported_at
)
SELECT enterprise_id, name, 'US', 'G56', 'administrative', :'known'
FROM airline
ON CONFLICT (enterprise_id) DO NOTHING;

-- The source has no reporting times: each month counts as known on its last day, 20:00 in Shanghai.
INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
SELECT enterprise_id,
    period,
    total,
    (period + interval '1 month' - interval '4 hours') AT TIME ZONE 'Asia/Shanghai'
FROM airline_month
JOIN airline USING (firm)
WHERE NOT EXISTS (
    SELECT FROM labor.report
    WHERE report.enterprise_id = airline.enterprise_id AND report.period = airline_month.period
)
ORDER BY period, enterprise_id;

COMMIT;
