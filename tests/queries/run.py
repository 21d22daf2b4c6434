"""Runs a query of DuckDB that stands on standard input, and prints its rows as JSON."""

import json
import sys

import duckdb

# What is not part of the package is not loaded from elsewhere.
connection = duckdb.connect(config={"autoinstall_known_extensions": False})
rows = connection.sql(sys.stdin.read())
print(json.dumps([dict(zip(rows.columns, row)) for row in rows.fetchall()]))
