-- What `fivewhys logs` counts, as one query of DuckDB over files of log entries: JSON lines, or arrays one after another. A byte
-- order mark at the beginning is skipped. `.gz` and `.zst` are decompressed, all parts of a file. `part` says what a row counts:
--   read         entries that were read of a file
--   malformed    lines of a file that are no entry
--   entries      entries that count, the first and the last
--   undated      entries without a readable timestamp
--   record       entries by pattern, the first and the last
--   rate         attempts by service and revision, the hours of the first and the last failure
--   hour         attempts by service, revision and hour
--   hour-record  entries by service, revision, hour and pattern
-- The numbers are those of `fivewhys logs`, with these differences:
-- - Not counted here: tokens, reasons, users, sessions, replicas and traces. A record tells them in several entries, which this
--   query does not put together. Each record counts once all the same, by its first line.
-- - Entries that no pattern matches are not counted here.
-- - `fivewhys logs` keeps at most 5,000 hours of services apart, failures first. This query has no such bound.
-- - A broken entry costs its line here, and `fivewhys logs` looks for the next entry behind it. In an array, or at the beginning of
--   a file, it ends this query with an error. An entry beyond 16 MiB does so too; `fivewhys logs` skips one beyond 1 MiB.
-- - An array on a line, behind another array or behind a byte order mark is one value of at most 16 MiB; a longer one ends this query
--   with an error. Behind lines, an array on several lines counts as malformed, and so does an array in an array.
-- - A file that is cut off ends this query with an error; `fivewhys logs` counts what is whole. A file of UTF-16 does so in both.
-- - Of a key that is there twice the first counts here, there the last. Decimals in `jsonPayload` are written anew here.
{hint}WITH
patterns AS (
  {patterns}
),
-- An array is one value where it stands on a line, behind a byte order mark or behind another array.
values_read AS (
  SELECT filename AS file, unnest(CASE WHEN json ^@ '[' THEN from_json(json, '["JSON"]') ELSE [json] END) AS json
  FROM read_json_objects([{files}], format = 'auto', filename = true, ignore_errors = true)
),
lines AS (
  SELECT file, json_extract(json, [
    '$.timestamp', '$.textPayload', '$.jsonPayload', '$.protoPayload', '$.insertId', '$.logName',
    '$.resource.labels.service_name', '$.resource.labels.container_name', '$.resource.labels.revision_name'
  ]) AS found
  FROM values_read
),
-- What is no text counts as if it were not there.
keys AS (
  SELECT file,
    CASE WHEN found[1] ^@ '"' THEN found[1] ->> '$' ELSE '' END AS date,
    CASE WHEN found[2] ^@ '"' THEN found[2] ->> '$' ELSE '' END AS text_payload,
    COALESCE(NULLIF(found[3] :: VARCHAR, 'null'), '') AS json_payload,
    COALESCE(NULLIF(found[4] :: VARCHAR, 'null'), '') AS proto_payload,
    COALESCE(NULLIF(found[5] :: VARCHAR, 'null'), '') AS insert_id,
    COALESCE(NULLIF(found[6] :: VARCHAR, 'null'), '') AS log_name,
    CASE WHEN found[7] ^@ '"' THEN found[7] ->> '$' ELSE '' END AS service_name,
    CASE WHEN found[8] ^@ '"' THEN found[8] ->> '$' ELSE '' END AS container_name,
    CASE WHEN found[9] ^@ '"' THEN found[9] ->> '$' ELSE '' END AS revision_name
  FROM lines
),
-- A zone is the last six characters: its clocks are ahead of UTC by that much.
dated AS (
  SELECT *, CASE
    WHEN date >= '1970' AND regexp_full_match(date,
      '\d\d\d\d-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d*)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)')
    THEN epoch_us(TRY_CAST(regexp_replace(left(date, 19), ':60$', ':59') AS TIMESTAMP)) // 1000000 - CASE
      WHEN date LIKE '%Z' THEN 0
      ELSE (CASE WHEN date[-6] = '-' THEN -1 ELSE 1 END) * (3600 * date[-5:-4] :: INTEGER + 60 * right(date, 2) :: INTEGER)
      END
    END AS seconds
  FROM keys
),
entries AS (
  SELECT file,
    date || text_payload || json_payload || proto_payload || insert_id || log_name <> '' AS is_entry,
    CASE WHEN seconds >= 0 THEN seconds END AS seconds,
    CASE WHEN service_name <> '' THEN service_name ELSE container_name END AS service,
    revision_name AS revision,
    CASE WHEN text_payload <> '' THEN text_payload ELSE json_payload END AS text
  FROM dated
),
