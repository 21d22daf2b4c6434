//! Every format of every scenario is what its readers expect: it follows its schema, says the same as the verdict, and holds no
//! more than its own markup.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use boon::{Compiler, SchemaIndex, Schemas};
use fivewhys::check::Checked;
use fivewhys::diagnosis::Verdict;
use fivewhys::report::{Format, render};
use fivewhys::vocabulary::Severity;
use quick_junit::{Report, TestCaseStatus};
use serde_json::Value;

use crate::words::forbidden;

/// Ours, and the official one of OASIS, as the crate serde-sarif has it.
const REPORT: &str = include_str!("../../support/report/report.schema.json");
const SARIF: &str = include_str!("formats/sarif-schema-2.1.0.json");

static COMPILED: LazyLock<(Schemas, SchemaIndex, SchemaIndex)> = LazyLock::new(|| {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    let mut compile = |name: &str, text: &str| {
        compiler.add_resource(name, serde_json::from_str(text).expect("JSON")).expect("a resource");
        compiler.compile(name, &mut schemas).unwrap_or_else(|error| panic!("{error:#}"))
    };
    let (report, sarif) = (compile("report.json", REPORT), compile("sarif.json", SARIF));
    (schemas, report, sarif)
});

pub(crate) fn assert_valid(checked: &Checked, id: &str) {
    let of = |format| render(format, &checked.evidence, &checked.diagnosis);
    let json = |format| serde_json::from_str(&of(format)).expect("one JSON object");
    let (report, sarif): (Value, Value) = (json(Format::Json), json(Format::Sarif));
    let (junit, openmetrics) = (of(Format::Junit), of(Format::Openmetrics));
    let (markdown, html) = (of(Format::Markdown), of(Format::Html));
    let (schemas, of_report, of_sarif) = &*COMPILED;
    for (document, schema) in [(&report, of_report), (&sarif, of_sarif)] {
        schemas.validate(document, *schema).unwrap_or_else(|error| panic!("{error:#}\n{document:#}"));
    }
    // The parsers of CI servers are no crates: tests/suite/viewers.rs shows them these.
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats");
    fs::create_dir_all(&kept).expect("a folder");
    for (text, end) in [(&junit, "xml"), (&openmetrics, "prom")] {
        fs::write(kept.join(format!("{}.{end}", id.replace('/', "-"))), text).expect("written");
    }
    sarif_says_the_same(checked, &sarif);
    junit_says_the_same(checked, &junit);
    openmetrics_say_the_same(checked, &openmetrics);
    markdown_is_whole(&markdown);
    html_is_whole(checked, &html);
    for text in [markdown, without_tags(&html)] {
        let unplain = forbidden(&text);
        assert!(unplain.is_empty(), "{unplain:#?} in:\n{text}");
    }
}

fn without_tags(page: &str) -> String {
    let body = page.split_once("<body").map_or(page, |(_, body)| body);
    body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| format!("{text} ")).collect()
}

/// A result for each finding, and one where nothing is proven.
fn sarif_says_the_same(checked: &Checked, sarif: &Value) {
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().expect("results");
    let rules: Vec<&Value> =
        run["tool"]["driver"]["rules"].as_array().expect("rules").iter().map(|rule| &rule["id"]).collect();
    assert!(results.iter().all(|result| rules.contains(&&result["ruleId"])), "a result without its rule: {results:?}");
    let told: Vec<&str> = results.iter().filter_map(|result| result["ruleId"].as_str()).collect();
    let found = checked.diagnosis.findings.iter().map(|finding| finding.fault.code());
    let open = (checked.diagnosis.verdict == Verdict::Inconclusive).then_some("inconclusive");
    assert_eq!(told, found.chain(open).collect::<Vec<_>>());
}

/// Red exactly where the verdict is not healthy; every probe once.
fn junit_says_the_same(checked: &Checked, xml: &str) {
    let Checked { evidence, diagnosis } = checked;
    let report = Report::deserialize_from_str(xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    let cases = || report.test_suites.iter().flat_map(|suite| &suite.test_cases);
    let is_red = cases().any(|case| matches!(case.status, TestCaseStatus::NonSuccess { .. }));
    assert_eq!(is_red, diagnosis.verdict != Verdict::Healthy, "{xml}");
    let mut names = BTreeSet::new();
    let twice = cases().map(|case| (&case.classname, &case.name)).find(|name| !names.insert(*name));
    assert_eq!(twice, None, "two test cases of one name");
    let planned = evidence.iter().count() + evidence.skipped().count();
    assert_eq!(names.len(), planned + diagnosis.findings.len() + 1, "a probe is not there:\n{xml}");
}

/// One verdict, and each confirmed fault.
fn openmetrics_say_the_same(checked: &Checked, text: &str) {
    let count = |name: &str, value: &str| text.lines().filter(|l| l.starts_with(name) && l.ends_with(value)).count();
    assert_eq!(count("fivewhys_verdict{", " 1.0"), 1, "{text}");
    assert!(text.contains(&format!("verdict=\"{}\"}} 1.0", checked.diagnosis.verdict)), "{text}");
    assert_eq!(count("fivewhys_fault{", " 1.0"), checked.diagnosis.findings.len(), "{text}");
    assert!(text.ends_with("# EOF\n"), "{text}");
}

/// The cells of each table are as many as its head has, and no HTML is there but what folds the lists.
fn markdown_is_whole(text: &str) {
    let bars = |line: &str| line.replace("\\\\", "").replace("\\|", "").matches('|').count();
    let mut columns = None;
    for line in text.lines() {
        if !line.starts_with('|') {
            columns = None;
            continue;
        }
        let expected = *columns.get_or_insert(bars(line));
        assert_eq!(bars(line), expected, "{line}\n{text}");
    }
    let ours = ["<details><summary>", "</summary>", "</details>"];
    let rest = ours.iter().fold(text.replace("\\<", ""), |rest, tag| rest.replace(tag, ""));
    // Code is literal.
    let plain: String = rest.split('`').step_by(2).collect();
    assert!(!plain.contains('<'), "{text}");
}

/// It loads nothing and runs nothing, and tells each finding.
fn html_is_whole(checked: &Checked, page: &str) {
    for loading in ["<script", " src=", "@import", "<iframe", "<object", "http-equiv=\"refresh\"", " on"] {
        let inside_a_tag = page.split('<').filter_map(|tag| tag.split('>').next()).any(|tag| {
            let tag = format!("<{tag}");
            tag.contains(loading) && (loading != " on" || tag.contains(" onload") || tag.contains(" onclick"))
        });
        assert!(!inside_a_tag, "{loading} in\n{page}");
    }
    assert_eq!(page.matches("href=").count(), 2, "the way to the probes, and no icon:\n{page}");
    for finding in &checked.diagnosis.findings {
        assert!(page.contains(&format!("id=\"{}\"", finding.fault)), "{page}");
    }
    let causes = checked.diagnosis.findings.iter().filter(|finding| finding.severity <= Severity::Error).count();
    assert_eq!(page.matches("<dt>sure</dt>").count(), causes, "{page}");
}
