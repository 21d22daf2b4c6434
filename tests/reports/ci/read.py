"""Reads the JUnit and OpenMetrics reports of a folder as CI servers do: read.py FOLDER SCHEMA."""

import sys
from pathlib import Path

from junitparser import JUnitXml
from lxml import etree
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as of_the_older_format

folder, schema = Path(sys.argv[1]), etree.XMLSchema(etree.parse(sys.argv[2]))
reports = sorted(folder.glob("*.xml"))
for report in reports:
    schema.assertValid(etree.parse(report))
    suites = JUnitXml.fromfile(str(report))
    counted = [sum(len(list(suite)) for suite in suites), sum(suite.failures for suite in suites)]
    assert counted == [suites.tests, suites.failures], f"{report}: {counted}"
metrics = sorted(folder.glob("*.prom"))
for text in metrics:
    families = {family.name: family for family in text_string_to_metric_families(text.read_text())}
    verdicts = [sample.value for sample in families["fivewhys_verdict"].samples]
    assert sum(verdicts) == 1, f"{text}: {verdicts}"
    # A textfile collector reads the format that came before OpenMetrics.
    older = {family.name: family for family in of_the_older_format(text.read_text())}
    assert [sample.value for sample in older["fivewhys_verdict"].samples] == verdicts, text
assert reports and len(reports) == len(metrics), folder
print(f"{len(reports)} JUnit reports, {len(metrics)} OpenMetrics texts")
