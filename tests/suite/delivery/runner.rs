//! One runner of GitHub Actions, as far as steps with `run` go: their environment, their shell, and the files of outputs.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file below `.github`.
pub(super) fn document(file: &str) -> Value {
    let text = fs::read_to_string(root().join(".github").join(file)).expect("the file");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file} is no YAML: {error}"))
}

/// The steps of an action or of the jobs of a workflow, each with the part of the document that it stands in.
pub(super) fn steps(document: &Value) -> Vec<(&Value, &Value)> {
    let jobs = document["jobs"].as_object().into_iter().flat_map(|jobs| jobs.values());
    let parts = jobs.chain(document.get("runs"));
    parts.flat_map(|part| part["steps"].as_array().expect("steps").iter().map(move |step| (part, step))).collect()
}

/// A machine with a folder of its own, and programs that come before those of this machine.
pub(super) struct Runner {
    folder: TempDir,
    values: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
}

/// What a step left.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    /// Standard output and standard error.
    pub(super) text: String,
    /// The file of outputs, as it is.
    pub(super) outputs: String,
}

impl Runner {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["bin", "workspace", "temp"] {
            fs::create_dir(folder.path().join(name)).expect("made");
        }
        fs::write(folder.path().join("paths"), "").expect("written");
        Runner { folder, values: BTreeMap::new(), variables: BTreeMap::new() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What an expression such as `inputs.target` is.
    pub(super) fn value(&mut self, expression: &str, value: &str) -> &mut Self {
        self.values.insert(expression.to_owned(), value.to_owned());
        self
    }

    /// A variable that the runner itself sets.
    pub(super) fn variable(&mut self, name: &str, value: &str) -> &mut Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A program of bash that records its call first; `$HERE` is the folder of this runner.
    pub(super) fn program(&self, name: &str, body: &str) {
        let path = self.path("bin").join(name);
        let text = format!("#!/usr/bin/env bash\nprintf '%s\\n' \"{name} $*\" >> \"$HERE/calls\"\n{body}\n");
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("made executable");
    }

    /// The command lines of these programs so far.
    pub(super) fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Folders that steps have put on the path of later ones.
    pub(super) fn paths(&self) -> Vec<String> {
        fs::read_to_string(self.path("paths")).expect("the file").lines().map(str::to_owned).collect()
    }

    /// Runs the step of that name.
    pub(super) fn step(&self, file: &str, name: &str) -> Ended {
        let document = document(file);
        let found = steps(&document).into_iter().find(|(_, step)| step["name"] == name);
        let (part, step) = found.unwrap_or_else(|| panic!("{file} has no step `{name}`"));
        let environment = [&document["env"], &part["env"], &step["env"]].map(|env| env.as_object());
        let environment = environment.into_iter().flatten().flatten();
        let environment: Vec<_> = environment.map(|(name, value)| (name, self.filled(value))).collect();
        let is_bash = step["shell"] == "bash" || part["defaults"]["run"]["shell"] == "bash";
        let flags = if is_bash { ["--noprofile", "--norc", "-eo", "pipefail"].as_slice() } else { &["-e"] };
        let script = self.path("temp").join("step.sh");
        fs::write(&script, step["run"].as_str().expect("a step with `run`")).expect("written");
        let outputs = self.path("temp").join("outputs");
        fs::write(&outputs, "").expect("written");
        let output = Command::new("bash")
            .args(flags)
            .arg(&script)
            .current_dir(self.path("workspace"))
            .env_clear()
            .env("PATH", self.search_path())
            .env("HERE", self.folder.path())
            .env("RUNNER_TEMP", self.path("temp"))
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_PATH", self.path("paths"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("GITHUB_ACTION_PATH", root().join(".github/actions/gate"))
            .envs(&self.variables)
            .envs(environment)
            .output()
            .expect("bash");
        let text = [output.stdout, output.stderr].concat();
        Ended {
            code: output.status.code(),
            text: String::from_utf8(text).expect("UTF-8"),
            outputs: fs::read_to_string(outputs).expect("the file"),
        }
    }

    /// Every expression in a variable, replaced by its value.
    fn filled(&self, text: &Value) -> String {
        let mut filled = text.as_str().expect("a text").to_owned();
        while let Some((before, rest)) = filled.split_once("${{ ") {
            let (expression, after) = rest.split_once(" }}").expect("the end of an expression");
            let value = self.values.get(expression);
            let value = value.unwrap_or_else(|| panic!("the test gives no value of `{expression}`"));
            assert!(!value.contains("${{ "), "a value is no template");
            filled = format!("{before}{value}{after}");
        }
        filled
    }

    fn search_path(&self) -> String {
        let own = self.path("bin").display().to_string();
        let added = self.paths().into_iter().rev();
        added.chain([own, std::env::var("PATH").expect("a path")]).collect::<Vec<_>>().join(":")
    }
}
