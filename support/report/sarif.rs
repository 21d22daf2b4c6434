//! SARIF 2.1.0 (OASIS), for code scanning: a rule for each fault of the catalogue, a result for each finding, at the line of the
//! target file that describes the service it is found at.

use serde_json::{Value, json};
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
    let rules: Vec<Value> = Fault::VARIANTS.iter().map(|fault| rule(*fault)).chain(rules_of_others()).collect();
    let results: Vec<Value> = alerts(told).iter().map(|alert| found(evidence, alert)).collect();
    let driver = json!({
        "name": env!("CARGO_PKG_NAME"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    });
    let run = json!({
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": !evidence.run.interrupted}],
        "results": results,
    });
    format!("{:#}\n", json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}))
}

fn rule(fault: Fault) -> Value {
    json!({
        "id": fault.code(),
        "shortDescription": {"text": sentence(fault.headline())},
        "help": {"text": fault.page(), "markdown": fault.page()},
        "defaultConfiguration": {"level": level(fault.severity())},
    })
}

/// What no fault of the catalogue stands for.
fn rules_of_others() -> [Value; 2] {
    let rule = |id: &str, short: &str, help: &str| {
        json!({
            "id": id,
            "shortDescription": {"text": short},
            "help": {"text": help},
            "defaultConfiguration": {"level": level(Severity::Warning)},
        })
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

fn found(evidence: &Evidence, alert: &Alert) -> Value {
    // The same finding of the next check is the same alert, whatever else its message says.
    let condition = alert.condition.as_deref().unwrap_or_default();
    let same = format!("{}:{}:{condition}", evidence.settings.target, alert.rule);
    let mut found = json!({
        "ruleId": alert.rule,
        "level": level(alert.severity),
        "message": {"text": alert.text},
        "partialFingerprints": {"targetAndRule/v1": same},
    });
    if let Some(location) = location(evidence, alert) {
        found["locations"] = json!([location]);
    }
    found
}

fn location(evidence: &Evidence, alert: &Alert) -> Option<Value> {
    let described = evidence.run.described.as_ref()?;
    let uri: Vec<String> = described.file.split('/').map(encoded).collect();
    Some(json!({"physicalLocation": {
        "artifactLocation": {"uri": uri.join("/"), "uriBaseId": ROOT},
        "region": {"startLine": alert.line?},
    }}))
}

/// As a URI needs it.
fn encoded(part: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(part, KEPT).to_string()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
