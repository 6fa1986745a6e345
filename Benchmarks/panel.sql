-- A synthetic panel for benchmarks: :firms enterprises × :months months, with every column of the
-- contract. Headcounts change by ±1 % a month. One firm in 500 loses a third of its staff in the
-- last month; one in 500 stops paying wages three months before the end. Rows are deterministic.
\set ON_ERROR_STOP on

INSERT INTO labor.region (code, name, name_en, parent_code)
SELECT '54', '西藏', 'Xizang', NULL
UNION ALL SELECT '54' || lpad(c::text, 2, '0'), '市' || c, 'City ' || c, '54' FROM generate_series(1, 7) c
UNION ALL
SELECT '54' || lpad((1 + n % 7)::text, 2, '0') || lpad(n::text, 2, '0'), '县' || n, 'County ' || n,
    '54' || lpad((1 + n % 7)::text, 2, '0')
FROM generate_series(10, 83) n;

INSERT INTO labor.industry (code, name, name_en, parent_code)
SELECT chr(64 + s), '门类' || s, 'Section ' || s, NULL FROM generate_series(1, 18) s
UNION ALL
SELECT chr(64 + s) || (10 + s), '大类' || s, 'Division ' || s, chr(64 + s) FROM generate_series(1, 18) s;

INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code, key_monitored)
SELECT e, '企业' || e,
    '54' || lpad((1 + (10 + e % 74) % 7)::text, 2, '0') || lpad((10 + e % 74)::text, 2, '0'),
    chr(65 + e % 18) || (11 + e % 18), e % 20 = 0
FROM generate_series(1, :firms) e;

INSERT INTO labor.report (
    enterprise_id, period, headcount, hires, separations, wages_due, wages_paid, insured,
    contributions_due, contributions_paid, operating_state, reported_at
)
SELECT e, (date '2024-10-01' + make_interval(months => m))::date, heads,
    heads / 50, heads / 50 + greatest(0, (base * 0.34)::int * (heads < base * 0.8)::int), heads * 6000, paid, heads, heads * 1200, heads * 1200, 'normal',
    (date '2024-10-01' + make_interval(months => m + 1))::timestamptz - interval '3 days'
FROM generate_series(1, :firms) e, generate_series(0, :months - 1) m,
LATERAL (SELECT (20 + (e * 7919::bigint) % 400) AS base) b,
LATERAL (
    SELECT (base * (1 + 0.01 * sin(e + m))
        * CASE WHEN e % 500 = 0 AND m = :months - 1 THEN 0.66 ELSE 1 END)::int AS heads
) h,
LATERAL (
    SELECT CASE WHEN e % 500 = 1 AND m >= :months - 3 THEN 0 ELSE heads * 6000 END AS paid
) w;

ANALYZE labor.report;
ANALYZE labor.enterprise;
