-- What `fivewhys logs` counts, as one query of BigQuery over a view of Log Analytics. `part` says what a row counts:
--   read         all entries of the period
--   entries      entries that count, the first and the last
--   undated      entries without a timestamp: a view has none
--   record       entries by pattern, the first and the last
--   rate         attempts by service and revision, the hours of the first and the last failure
--   hour         attempts by service, revision and hour
--   hour-record  entries by service, revision, hour and pattern
-- The numbers are those of `fivewhys logs` over the same entries, with these differences:
-- - Not counted here: tokens, reasons, users, sessions, replicas and traces. A record tells them in several entries, which this
--   query does not put together. Each record counts once all the same, by its first line.
-- - Entries that no pattern matches are not counted here.
-- - `fivewhys logs` keeps at most 5,000 hours of services apart, failures first. This query has no such bound.
-- - BigQuery keeps neither the order of the keys of `json_payload` nor the spelling of its numbers.
-- Replace PROJECT.LOCATION.BUCKET by the names of the log bucket, as Log Analytics shows them with the view. In BigQuery Studio
-- write PROJECT.DATASET, of the linked dataset. Without `--since`, the period is the one that Log Analytics shows.
WITH
patterns AS (
  {patterns}
),
entries AS (
  SELECT '_AllLogs' AS file, TRUE AS is_entry, UNIX_SECONDS(timestamp) AS seconds,
    COALESCE(NULLIF(JSON_VALUE(resource.labels.service_name), ''), JSON_VALUE(resource.labels.container_name), '') AS service,
    COALESCE(JSON_VALUE(resource.labels.revision_name), '') AS revision,
    COALESCE(NULLIF(text_payload, ''), NULLIF(TO_JSON_STRING(json_payload), 'null'), '') AS text
  FROM `PROJECT.LOCATION.BUCKET._AllLogs`
  WHERE {period}
),
