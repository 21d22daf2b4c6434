//! The healthy deployment in another process, reached by a target's file as real staging is.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use fivewhys::input::Source;
use fivewhys::target::{self, Target};

/// A served deployment; it ends with this value.
pub(crate) struct Served(Child);

/// The deployment, and the target of its file.
pub(crate) fn healthy() -> (Served, Target) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("target.toml");
    let served = Served::start(&file);
    let source = Source::read(&file).unwrap_or_else(|error| panic!("{error}"));
    let target = target::select(&source, "local", &|_| None).unwrap_or_else(|error| panic!("{error}"));
    (served, target)
}

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
