//! SARIF 2.1.0 (OASIS), for code scanning: a rule for each fault of the catalogue, a result for each finding, at the line of the
//! target file that describes the service it is found at.

use std::collections::BTreeMap;

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, Message, MultiformatMessageString, PhysicalLocation, Region,
    ReportingConfiguration, ReportingDescriptor, Result as Found, ResultLevel, Run, Sarif, Tool, ToolComponent,
};
use strum::VariantArray;

use super::Told;
use super::alert::{Alert, GATE, INCONCLUSIVE, alerts};
use crate::evidence::Evidence;
use crate::vocabulary::{Fault, Severity};
use crate::wording::sentence;

/// The address of the schema that this follows.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What paths are relative to: the root of the repository.
const ROOT: &str = "%SRCROOT%";

/// The whole document.
pub(super) fn render(told: &Told<'_>) -> String {
    let evidence = told.evidence;
    let rules = Fault::VARIANTS.iter().map(|fault| rule(*fault)).chain(rules_of_others()).collect::<Vec<_>>();
    let driver = ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(rules)
        .build();
    let results: Vec<Found> = alerts(told).iter().map(|alert| found(evidence, alert)).collect();
    let invocation = Invocation::builder().execution_successful(!evidence.run.interrupted).build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .invocations(vec![invocation])
        .results(results)
        .build();
    let document = Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![run]).build();
    serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
}

fn rule(fault: Fault) -> ReportingDescriptor {
    let page = fault.page();
    ReportingDescriptor::builder()
        .id(fault.code())
        .short_description(text(&sentence(fault.headline())))
        .help(MultiformatMessageString::builder().text(page).markdown(page).build())
        .default_configuration(of_rule(level(fault.severity())))
        .build()
}

/// What no fault of the catalogue stands for.
fn rules_of_others() -> [ReportingDescriptor; 2] {
    let rule = |id: &str, short: &str, help: &str| {
        ReportingDescriptor::builder()
            .id(id)
            .short_description(text(short))
            .help(text(help))
            .default_configuration(of_rule(ResultLevel::Warning))
            .build()
    };
    [
        rule(
            INCONCLUSIVE,
            "The check proves no cause",
            "Something is wrong that no finding explains, or a probe that is needed could not be made.",
        ),
        rule(
            GATE,
            "The deployment does not pass the gate",
            "A gate requires a healthy check, a success rate above the objective, and the same secret in all services.",
        ),
    ]
}

fn found(evidence: &Evidence, alert: &Alert) -> Found {
    // The same finding of the next check is the same alert, whatever else its message says.
    let condition = alert.condition.as_deref().unwrap_or_default();
    let same = format!("{}:{}:{condition}", evidence.settings.target, alert.rule);
    let found = Found::builder()
        .rule_id(alert.rule)
        .level(level(alert.severity))
        .message(Message::builder().text(alert.text.as_str()).build())
        .partial_fingerprints(BTreeMap::from([("targetAndRule/v1".to_owned(), same)]));
    match location(evidence, alert) {
        Some(location) => found.locations(vec![location]).build(),
        None => found.build(),
    }
}

fn location(evidence: &Evidence, alert: &Alert) -> Option<Location> {
    let described = evidence.run.described.as_ref()?;
    let uri: Vec<String> = described.file.split('/').map(encoded).collect();
    let artifact = ArtifactLocation::builder().uri(uri.join("/")).uri_base_id(ROOT).build();
    let region = Region::builder().start_line(i64::try_from(alert.line?).ok()?).build();
    let physical = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    Some(Location::builder().physical_location(physical).build())
}

/// As a URI needs it.
fn encoded(part: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(part, KEPT).to_string()
}

fn text(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}

fn of_rule(level: ResultLevel) -> ReportingConfiguration {
    ReportingConfiguration::builder().level(json!(level)).build()
}

fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Note => ResultLevel::Note,
    }
}
