//! The step of the action that runs the gate: its exit code is never lost.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use rstest::rstest;

use super::runner::Runner;

const ACTION: &str = "actions/gate/action.yml";

/// Writes the report that it is told to, and ends with this code.
fn gate_that_ends_with(code: i32) -> Runner {
    let mut runner = Runner::new();
    let write = r#"for argument; do case $argument in sarif=*) echo {} > "${argument#sarif=}" ;; esac; done"#;
    runner.program("fivewhys", &format!("{write}\nexit {code}"));
    runner.value("inputs.target", "staging").value("inputs.config", "targets.toml").value("inputs.evidence", "kept");
    runner
}

#[rstest]
#[case(0, "healthy")]
#[case(1, "faulty")]
#[case(2, "usage")]
#[case(3, "inconclusive")]
#[case(4, "failed")]
#[case::a_panic(101, "failed")]
#[case::out_of_memory(137, "failed")]
fn the_exit_code_of_the_gate_is_an_output_and_that_of_the_step(#[case] code: i32, #[case] verdict: &str) {
    let ended = gate_that_ends_with(code).step(ACTION, "Gate");
    assert_eq!(ended.code, Some(code), "{}", ended.text);
    assert_eq!(ended.outputs, format!("exit-code={code}\nverdict={verdict}\nsarif=kept/report.sarif\n"));
}

#[test]
fn the_gate_is_told_its_target_and_where_reports_belong() {
    let runner = gate_that_ends_with(0);
    runner.step(ACTION, "Gate");
    let reports = "text=kept/report.txt json=kept/report.json junit=kept/report.xml html=kept/report.html";
    let reports: String = reports.split(' ').map(|report| format!(" --report {report}")).collect();
    let call = format!("fivewhys gate staging --config targets.toml --evidence kept/seen{reports}");
    assert_eq!(runner.calls(), [format!("{call} --report sarif=kept/report.sarif")]);
}

/// `--help` would end with 0, which is healthy.
#[rstest]
#[case("inputs.target", "")]
#[case("inputs.target", "--help")]
#[case("inputs.target", "-V")]
#[case("inputs.config", "")]
#[case("inputs.evidence", "")]
fn an_input_that_names_nothing_checks_nothing(#[case] input: &str, #[case] value: &str) {
    let mut runner = gate_that_ends_with(0);
    let ended = runner.value(input, value).step(ACTION, "Gate");
    assert_eq!((ended.code, ended.outputs.as_str()), (Some(2), "exit-code=2\nverdict=usage\n"), "{}", ended.text);
    assert!(runner.calls().is_empty());
}

#[test]
fn an_input_is_a_word_of_the_command_line_and_no_command() {
    let mut runner = gate_that_ends_with(0);
    runner.value("inputs.target", "a b\"; touch here; $(touch here)").step(ACTION, "Gate");
    assert!(runner.calls()[0].starts_with("fivewhys gate a b\"; touch here; $(touch here) --config "));
    assert!(!runner.path("workspace/here").exists());
}

/// No verdict is 1 because a program is missing, or a folder cannot be made.
#[test]
fn a_gate_that_does_not_start_is_not_faulty() {
    let runner = gate_that_ends_with(0);
    runner.program("fivewhys", "exec /no/such/program");
    let ended = runner.step(ACTION, "Gate");
    assert_eq!((ended.code, ended.outputs.as_str()), (Some(127), "exit-code=127\nverdict=failed\n"), "{}", ended.text);
    fs::remove_dir(runner.path("workspace/kept")).expect("removed");
    fs::write(runner.path("workspace/kept"), "a file").expect("written");
    assert_eq!(runner.step(ACTION, "Gate").outputs, "");
}

/// An embedded deployment that ends with this.
struct Served(Child);

impl Served {
    /// Its target file is there when the first line on standard error is.
    fn start(runner: &Runner, scenario: &str) -> Self {
        let mut serve = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        serve.args(["serve", "--scenario", scenario, "--write"]).arg(runner.path("workspace/targets.toml"));
        let mut child = serve.stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stderr.take().expect("piped")).read_line(&mut line).expect("a line");
        Served(child)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// The real gate takes these arguments, and writes every report.
#[rstest]
#[case("healthy", 0, "healthy")]
#[case("secret/jwt-secret-mismatch", 1, "faulty")]
#[case("user/unknown-with-one-user", 3, "inconclusive")]
fn the_gate_itself_runs_as_the_step_calls_it(#[case] scenario: &str, #[case] code: i32, #[case] verdict: &str) {
    let mut runner = gate_that_ends_with(0);
    runner.value("inputs.target", "local");
    fs::remove_file(runner.path("bin/fivewhys")).expect("removed");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_fivewhys"), runner.path("bin/fivewhys")).expect("linked");
    let _served = Served::start(&runner, scenario);
    let ended = runner.step(ACTION, "Gate");
    let outputs = format!("exit-code={code}\nverdict={verdict}\nsarif=kept/report.sarif\n");
    assert_eq!((ended.code, ended.outputs), (Some(code), outputs), "{}", ended.text);
    for file in ["report.txt", "report.json", "report.xml", "report.html", "report.sarif", "seen/evidence.json"] {
        assert!(runner.path("workspace/kept").join(file).is_file(), "no {file}");
    }
}
