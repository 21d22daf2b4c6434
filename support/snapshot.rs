//! Snapshot tests: the report of a scenario is compared with the snapshot of the same id. This file belongs to the tests and
//! not to the library, so that the binary does not contain insta.

use fivewhys::check::Checked;
use fivewhys::report::{Format, render};
use insta::Settings;

/// Compares the report of a scenario with `snapshots/<id>.snap`; `INSTA_UPDATE=always` writes it.
///
/// Findings and probes are compared as text. Faults that are ruled out or not tested are omitted here and compared as data, so
/// that a changed rule fails only its own scenarios.
#[allow(dead_code, reason = "each test file uses one of the two")]
pub(crate) fn assert(id: &str, scenario: &str, title: &str, checked: &Checked) {
    let mut diagnosis = checked.diagnosis.clone();
    diagnosis.ruled_out.clear();
    diagnosis.undetermined.clear();
    assert_text(id, scenario, title, &without_intervals(&render(Format::Text, &checked.evidence, &diagnosis)));
}

/// Without what differs from run to run: ports, the bounds of a clock, how long a check took.
#[allow(dead_code, reason = "each test file uses one of these")]
pub(crate) fn masked(report: &str) -> String {
    without_intervals(report)
}

/// The bounds of a clock depend on the fraction of the second at which it was read, so each of their digits becomes `#`.
fn without_intervals(report: &str) -> String {
    let (mut before, mut inside) = ("", false);
    // A busy machine says so.
    let report: String =
        report.split_inclusive('\n').filter(|line| !line.starts_with("This machine was late")).collect();
    let report = without_silence(&without_duration(&without_ports(&report)));
    let masked = report.split_inclusive([' ', '\n']).map(|word| {
        let plain = word.trim_end();
        let is_bound = matches!(plain, "" | "at" | "least" | "to") || plain.bytes().all(|byte| byte.is_ascii_digit());
        inside = matches!((before, plain), ("ahead" | "behind", "by")) || inside && is_bound;
        before = if plain.is_empty() { before } else { plain };
        if inside { word.replace(|c: char| c.is_ascii_digit(), "#") } else { word.to_owned() }
    });
    masked.collect()
}

/// A healthy target's first line ends with it.
fn without_duration(report: &str) -> String {
    match report.split_once(" probes as expected (") {
        Some((before, after)) => {
            let rest = after.split_once(')').map_or("", |(_, rest)| rest);
            format!("{before} probes as expected (#.# s){rest}")
        }
        None => report.to_owned(),
    }
}

/// How long a connection was silent before it was closed.
fn without_silence(report: &str) -> String {
    let mut parts = report.split("silent for ");
    let first = parts.next().unwrap_or_default().to_owned();
    let masked = parts.map(|part| {
        let digits = part.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(part.len());
        format!("silent for {}{}", part[..digits].replace(|c: char| c.is_ascii_digit(), "#"), &part[digits..])
    });
    [first].into_iter().chain(masked).collect()
}

/// A mock listens on any free port; the number of its digits stays.
fn without_ports(report: &str) -> String {
    let mut parts = report.split("127.0.0.1:");
    let first = parts.next().unwrap_or_default().to_owned();
    let masked = parts.map(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        format!("127.0.0.1:{}{}", "#".repeat(digits), &part[digits..])
    });
    [first].into_iter().chain(masked).collect()
}

/// Compares a text with `snapshots/<id>.snap`.
#[allow(dead_code, reason = "each test file uses one of the two")]
pub(crate) fn assert_text(id: &str, scenario: &str, title: &str, report: &str) {
    let (folder, name) = id.rsplit_once('/').unwrap_or(("", id));
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(format!("{}/snapshots/{folder}", env!("CARGO_MANIFEST_DIR")));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_input_file(format!("{}/scenarios/{scenario}.toml", env!("CARGO_MANIFEST_DIR")));
    settings.set_description(title);
    settings.bind(|| insta::assert_snapshot!(name, report));
}
