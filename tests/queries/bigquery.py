"""Reads a query of BigQuery that stands on standard input, runs it over files of entries, and prints what it is as JSON.

There is no BigQuery outside Google Cloud: a parser reads its dialect and translates it, and DuckDB runs that over a table that has
the columns of a view of Log Analytics."""

import json
import sys

import duckdb
from sqlglot import exp, parse_one

VIEW = "PROJECT.LOCATION.BUCKET._AllLogs"

query = parse_one(sys.stdin.read(), read="bigquery")
named = {cte.alias for cte in query.find_all(exp.CTE)}
tables = sorted({exp.table_name(table) for table in query.find_all(exp.Table)} - named)
regexes = [call.expression.this for call in query.find_all(exp.RegexpLike)]

# BigQuery rounds to seconds below, and the translation to the nearest: the table has whole ones.
connection = duckdb.connect(config={"autoinstall_known_extensions": False})
connection.execute(
    """CREATE TABLE view AS
    SELECT json ->> '$.textPayload' AS text_payload, json -> '$.jsonPayload' AS json_payload,
        date_trunc('second', (json ->> '$.timestamp') :: TIMESTAMPTZ) AS timestamp, {'labels': json -> '$.resource.labels'} AS resource
    FROM read_json_objects($files)""",
    {"files": sys.argv[1:]},
)
for table in query.find_all(exp.Table):
    if exp.table_name(table) == VIEW:
        table.replace(exp.to_table("view"))
sql = query.sql(dialect="duckdb")
rows = connection.sql(sql)
rows = [dict(zip(rows.columns, row)) for row in rows.fetchall()]
print(json.dumps({"tables": tables, "regexes": regexes, "rows": rows}))
