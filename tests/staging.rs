//! The path that looks at real staging, always exercised: a deployment in another process, reached through a target's file.
//! The same function looks at the target that `FIVEWHYS_TARGET` names, when asked on purpose.

#[path = "../support/snapshot.rs"]
mod snapshot;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use fivewhys::check::{Checked, check};
use fivewhys::diagnosis::Verdict;
use fivewhys::input::Source;
use fivewhys::report::{Format, render};
use fivewhys::target;

/// What both tests do: read a file, look at one of its targets, say everything when it is not well.
async fn is_free_of_known_faults(config: &Path, name: &str) -> (Checked, String) {
    let source = Source::read(config).unwrap_or_else(|error| panic!("{error}"));
    let environment = |variable: &str| std::env::var_os(variable);
    let target = target::select(&source, name, &environment).unwrap_or_else(|error| panic!("{error}"));
    let checked = check(&target).await.expect("the suite does its job");
    let report = render(Format::Text, &checked.evidence, &checked.diagnosis);
    assert_eq!(checked.diagnosis.verdict, Verdict::Healthy, "{report}");
    (checked, report)
}

/// A served deployment; it ends with the test, however that ends.
struct Served(Child);

impl Served {
    fn start(file: &Path) -> Self {
        let command = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
            .args(["serve", "--write"])
            .arg(file)
            .stderr(Stdio::piped())
            .spawn();
        let mut served = Served(command.expect("the binary starts"));
        // It speaks when the file is complete and everything listens.
        let mut line = String::new();
        let errors = served.0.stderr.take().expect("piped");
        BufReader::new(errors).read_line(&mut line).expect("it speaks");
        assert!(line.starts_with("serving"), "{line}");
        served
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_deployment_in_another_process_is_free_of_known_faults() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("target.toml");
    let _served = Served::start(&file);
    let (checked, report) = is_free_of_known_faults(&file, "local").await;
    assert!(checked.diagnosis.findings.is_empty(), "{report}");
    snapshot::assert(
        "staging/healthy",
        "healthy",
        "The healthy deployment, served by the binary and reached by a file",
        &checked,
    );
}

#[tokio::test]
#[ignore = "looks at the target that FIVEWHYS_TARGET names"]
async fn the_named_target_is_free_of_known_faults() {
    let name = std::env::var("FIVEWHYS_TARGET")
        .expect("FIVEWHYS_TARGET names no target: set it to one of fivewhys.toml, such as `staging`");
    is_free_of_known_faults(Path::new("fivewhys.toml"), &name).await;
}
