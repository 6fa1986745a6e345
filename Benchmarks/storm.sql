-- Data for a first start with many findings: :firms enterprises × 15 months. One enterprise in 38
-- loses 40 % of its staff in the last reported month, which is the month before the present month.
-- Except for the dates the rows are deterministic.
\set ON_ERROR_STOP on

INSERT INTO labor.region (code, name, name_en, parent_code)
SELECT '54', '西藏', 'Xizang', NULL
UNION ALL SELECT '540' || c, '市' || c, 'City ' || c, '54' FROM generate_series(1, 7) c
UNION ALL
SELECT '540' || (1 + n % 7) || lpad(n::text, 2, '0'), '县' || n, 'County ' || n, '540' || (1 + n % 7)
FROM generate_series(10, 83) n;

INSERT INTO labor.industry (code, name, name_en)
SELECT chr(64 + s), '门类' || s, 'Section ' || s FROM generate_series(1, 18) s;

INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code)
SELECT e, '企业' || e,
    '540' || (1 + (10 + e % 74) % 7) || lpad((10 + e % 74)::text, 2, '0'), chr(65 + e % 18)
FROM generate_series(1, :firms) e;

INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
SELECT e, (first_month + make_interval(months => m))::date,
    CASE WHEN e % 38 = 0 AND m = 14 THEN (80 + e % 300) * 60 / 100 ELSE 80 + e % 300 END,
    least(first_month + make_interval(months => m + 1) + interval '5 days', now())
FROM generate_series(1, :firms) e, generate_series(0, 14) m,
    (SELECT date_trunc('month', now()) - interval '15 months') AS start (first_month);

ANALYZE labor.report;
ANALYZE labor.enterprise;
