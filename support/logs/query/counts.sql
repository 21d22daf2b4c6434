chosen AS (
  SELECT *, is_entry AND {filter} AS is_counted FROM entries
),
-- The number of the first pattern that matches.
recognised AS (
  SELECT *, seconds - MOD(seconds, 3600) AS hour, CASE
    WHEN is_counted IS NOT TRUE THEN NULL
    {matches}
    END AS number
  FROM chosen
),
cells AS (
  SELECT file, is_entry, is_counted, service, revision, hour, number,
    COUNT(*) AS records, MIN(seconds) AS first_seen, MAX(seconds) AS last_seen
  FROM recognised
  GROUP BY file, is_entry, is_counted, service, revision, hour, number
),
records AS (
  SELECT cells.service, cells.revision, cells.hour, cells.records, cells.first_seen, cells.last_seen,
    patterns.name, patterns.outcome, patterns.step, patterns.is_failure
  FROM cells JOIN patterns ON cells.number = patterns.number
),
-- An attempt writes several records, at most one of each step: the step with the most of them tells how many there were.
steps AS (
  SELECT service, revision, hour, is_failure, step, SUM(records) AS records
  FROM records
  GROUP BY service, revision, hour, is_failure, step
),
hours AS (
  SELECT service, revision, hour,
    MAX(CASE WHEN is_failure THEN 0 ELSE records END) AS accepted,
    MAX(CASE WHEN is_failure THEN records ELSE 0 END) AS failed
  FROM steps
  GROUP BY service, revision, hour
),
counts AS (
  SELECT 1 AS place, 'read' AS part, file AS name, CAST(NULL AS STRING) AS outcome, CAST(NULL AS STRING) AS service,
    CAST(NULL AS STRING) AS revision, CAST(NULL AS INT64) AS hour,
    SUM(records) AS records, CAST(NULL AS INT64) AS accepted, CAST(NULL AS INT64) AS failed,
    CAST(NULL AS INT64) AS first_seen, CAST(NULL AS INT64) AS last_seen
  FROM cells WHERE is_entry GROUP BY file
  UNION ALL
  SELECT 2, 'malformed', file, NULL, NULL, NULL, NULL, SUM(records), NULL, NULL, NULL, NULL
  FROM cells WHERE NOT is_entry GROUP BY file
  UNION ALL
  SELECT 3, 'entries', NULL, NULL, NULL, NULL, NULL, COALESCE(SUM(records), 0), NULL, NULL, MIN(first_seen), MAX(last_seen)
  FROM cells WHERE is_counted
  UNION ALL
  SELECT 4, 'undated', NULL, NULL, NULL, NULL, NULL, COALESCE(SUM(records), 0), NULL, NULL, NULL, NULL
  FROM cells WHERE is_entry AND hour IS NULL
  UNION ALL
  SELECT 5, 'record', name, outcome, NULL, NULL, NULL, SUM(records), NULL, NULL, MIN(first_seen), MAX(last_seen)
  FROM records GROUP BY name, outcome
  UNION ALL
  SELECT 6, 'rate', NULL, NULL, service, revision, NULL, NULL, SUM(accepted), SUM(failed),
    MIN(CASE WHEN failed > 0 THEN hour END), MAX(CASE WHEN failed > 0 THEN hour END)
  FROM hours GROUP BY service, revision
  UNION ALL
  SELECT 7, 'hour', NULL, NULL, service, revision, hour, NULL, accepted, failed, NULL, NULL
  FROM hours
  UNION ALL
  SELECT 8, 'hour-record', name, NULL, service, revision, hour, SUM(records), NULL, NULL, NULL, NULL
  FROM records GROUP BY name, service, revision, hour
)
SELECT part, name, outcome, service, revision, {hour} AS hour, records, accepted, failed,
  accepted / (accepted + failed) AS rate, {first_seen} AS first_seen, {last_seen} AS last_seen
FROM counts
ORDER BY place, service, revision, hour, name;
