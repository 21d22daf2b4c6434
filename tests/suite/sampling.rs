//! The manifests for sampling from several machines: their own command lines are run, against an embedded deployment.

use std::fs;
use std::path::Path;
use std::process::Command;

use rstest::rstest;

/// The command lines of a manifest that begin with this word, as the shell there gets them.
fn command_lines(file: &str, program: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github").join(file);
    let text = fs::read_to_string(path).expect("the manifest");
    let lines = text.lines().map(|line| line.trim_start_matches(['-', ' ']).trim_start_matches("run: "));
    lines.filter(|line| line.starts_with(program)).map(str::to_owned).collect()
}

/// Parts are made and merged as the manifest says, with fewer samples.
#[rstest]
#[case::workflow("workflows/rate.yml", "target/release/fivewhys ", 4)]
#[case::kubernetes("sampling/kubernetes.yaml", "fivewhys ", 8)]
#[case::cloud_run("sampling/cloud-run.yaml", "fivewhys ", 8)]
fn the_command_lines_of_a_manifest_make_parts_of_one_run(
    #[case] file: &str,
    #[case] program: &str,
    #[case] parts: usize,
    #[values("healthy", "secret/jwt-secret-mismatch")] scenario: &str,
) {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path().display().to_string();
    let lines = command_lines(file, program);
    let sampling = lines.iter().find(|line| line.contains(" rate ")).expect("a line that samples");
    let binary = format!("{} ", env!("CARGO_BIN_EXE_fivewhys"));
    for part in 0..parts {
        let line = sampling
            .replace(program, &binary)
            .replace(" --config /config/fivewhys.toml", "")
            .replace(" --config /shared/fivewhys.toml", "")
            .replace(" staging ", &format!(" --scenario {scenario} --leg auth "))
            .replace(" \"$TARGET\" ", &format!(" --scenario {scenario} --leg backend "))
            .replace("--samples 300", "--samples 80")
            .replace("--samples 800", "--samples 80")
            .replace("/parts/", &format!("{here}/part-"))
            .replace("/shared/", &format!("{here}/"))
            .replace("--output \"part-", &format!("--output \"{here}/part-"));
        let index = part.to_string();
        let job = match file.contains("kubernetes") {
            true => vec![("JOB_COMPLETION_INDEX", index)],
            false if file.contains("cloud-run") => {
                vec![("CLOUD_RUN_TASK_INDEX", index), ("CLOUD_RUN_TASK_COUNT", parts.to_string())]
            }
            false => vec![("PART", (part + 1).to_string())],
        };
        let made = Command::new("sh").args(["-e", "-c", &line]).envs(job).env("FIVEWHYS_RUN_KEY", "7").output();
        let made = made.expect("a shell");
        assert!(made.status.success(), "{line}\n{}", String::from_utf8_lossy(&made.stderr));
    }
    let files = (0..parts).map(|part| folder.path().join(format!("part-{}.json", part + usize::from(parts == 4))));
    let merged = Command::new(env!("CARGO_BIN_EXE_fivewhys")).args(["merge", "--format", "json"]).args(files).output();
    let merged = merged.expect("the binary starts");
    let run: serde_json::Value = serde_json::from_slice(&merged.stdout).expect("one object");
    assert_eq!(run["legs"][0]["attempts"].as_u64(), Some(80), "{run:#}");
    let fails = parts == 4 && scenario != "healthy";
    assert_eq!(merged.status.code(), Some(i32::from(fails)), "{run:#}");
}

/// A part that the suite could not make fails its job.
#[rstest]
#[case("workflows/rate.yml", "target/release/fivewhys ")]
#[case("sampling/kubernetes.yaml", "fivewhys ")]
#[case("sampling/cloud-run.yaml", "fivewhys ")]
fn only_the_decision_of_a_part_is_no_failure(#[case] file: &str, #[case] program: &str) {
    let lines = command_lines(file, program);
    let sampling = lines.iter().find(|line| line.contains(" rate ")).expect("a line that samples");
    let (_, rest) = sampling.split_once("|| ").expect("what its exit codes mean");
    for (code, is_fine) in [(0, true), (1, true), (2, false), (3, true), (4, false)] {
        let line = format!("sh -c 'exit {code}' || {rest}");
        let status = Command::new("sh").args(["-e", "-c", &line]).status().expect("a shell");
        assert_eq!(status.success(), is_fine, "{code}: {line}");
    }
}
