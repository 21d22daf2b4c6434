//! What holds for the workflows and the action as files: nothing that a user chooses becomes a command, each job has the
//! permissions that it needs, and nothing makes the gate optional.

use std::fs;

use serde_json::{Value, json};

use super::runner::{document, root, steps};

const ACTION: &str = "actions/gate/action.yml";

/// Every workflow, and the action.
fn files() -> Vec<String> {
    let workflows =
        fs::read_dir(root().join(".github/workflows")).expect("a folder").map(|entry| entry.expect("a file"));
    let workflows = workflows.map(|entry| format!("workflows/{}", entry.file_name().display()));
    workflows.chain([ACTION.to_owned()]).collect()
}

fn step<'a>(document: &'a Value, name: &str) -> &'a Value {
    let found = steps(document).into_iter().find(|(_, step)| step["name"] == name);
    found.unwrap_or_else(|| panic!("no step `{name}`")).1
}

/// A value that is written into a command line is a part of the command.
#[test]
fn no_command_line_has_an_expression_in_it() {
    for file in files() {
        for (_, step) in steps(&document(&file)) {
            let run = step["run"].as_str().unwrap_or_default();
            assert!(!run.contains("${{"), "{file}: set a variable under `env` and use that in\n{run}");
        }
    }
}

#[test]
fn every_workflow_begins_with_the_permission_to_read_and_no_other() {
    for file in files().iter().filter(|file| *file != ACTION) {
        assert_eq!(document(file)["permissions"], json!({ "contents": "read" }), "{file}");
    }
}

#[test]
fn every_action_of_others_is_pinned_to_a_version() {
    for file in files() {
        for (_, step) in steps(&document(&file)) {
            let Some(uses) = step["uses"].as_str().filter(|uses| !uses.starts_with("./")) else { continue };
            let version = uses.split_once("@v").and_then(|(_, version)| version.parse::<u32>().ok());
            assert!(version.is_some(), "{file}: `{uses}` has no version");
        }
    }
}

/// Only the steps after a gate run after its error, and no error is one to go on after.
#[test]
fn nothing_makes_the_gate_optional() {
    for file in [ACTION, "workflows/deploy.yml"] {
        let document = document(file);
        assert!(!document.to_string().contains("continue-on-error"), "{file}");
    }
    let (action, deploy) = (document(ACTION), document("workflows/deploy.yml"));
    assert_eq!(step(&action, "Gate").get("if"), None);
    let gate = steps(&deploy).into_iter().find(|(_, step)| step["uses"] == "./.github/actions/gate");
    assert_eq!(gate.expect("a step that uses the gate").1.get("if"), None);
}

#[test]
fn reports_are_kept_after_a_gate_that_failed() {
    let action = document(ACTION);
    for name in ["Keep the reports and the evidence", "Show the findings in code scanning"] {
        let condition = step(&action, name)["if"].as_str().expect("a condition");
        assert!(condition.starts_with("always()"), "{name}: {condition}");
    }
    let expected =
        json!({ "exit-code": "${{ steps.gate.outputs.exit-code }}", "verdict": "${{ steps.gate.outputs.verdict }}" });
    for (name, value) in expected.as_object().expect("a table") {
        assert_eq!(&action["outputs"][name]["value"], value);
    }
}

/// The job of the gate has failed when the rollback is due, so the condition begins with `always()`.
#[test]
fn only_a_faulty_gate_starts_the_rollback() {
    let deploy = document("workflows/deploy.yml");
    let (gate, rollback) = (&deploy["jobs"]["gate"], &deploy["jobs"]["rollback"]);
    assert_eq!(rollback["if"], "${{ always() && needs.gate.outputs.exit-code == '1' }}");
    assert_eq!(rollback["needs"], json!(["deploy", "gate"]));
    assert_eq!(rollback["permissions"], json!({ "contents": "read", "id-token": "write" }));
    assert_eq!(gate["outputs"], json!({ "exit-code": "${{ steps.gate.outputs.exit-code }}" }));
    assert_eq!(deploy["jobs"]["deploy"]["outputs"], json!({ "before": "${{ steps.before.outputs.before }}" }));
    assert_eq!(deploy["concurrency"]["cancel-in-progress"], false);
}

/// A step that deploys comes after the one that records what served.
#[test]
fn what_served_is_recorded_before_anything_is_deployed() {
    let deploy = document("workflows/deploy.yml");
    let names: Vec<_> = steps(&deploy).iter().filter_map(|(_, step)| step["name"].as_str()).collect();
    assert_eq!(names, ["Record what serves", "Deploy", "Roll back"]);
}

#[test]
fn scripts_are_plain() {
    for folder in ["actions/gate", "release", "rollback"] {
        for entry in fs::read_dir(root().join(".github").join(folder)).expect("a folder") {
            let path = entry.expect("a file").path();
            let text = fs::read_to_string(&path).expect("text");
            assert_eq!(crate::words::forbidden(&text), [""; 0], "{}", path.display());
        }
    }
}
