//! The step of the action that installs the binary: from a release, only what its checksums list; or built from source.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use rstest::rstest;

use super::runner::{Ended, Runner, root};

const ACTION: &str = "actions/gate/action.yml";
const LINUX: &str = "x86_64-unknown-linux-musl";

/// Serves files of the folder `release` in the place of an address, and fails like curl where there is no such file.
const CURL: &str = r#"
while [ $# -gt 1 ]; do [ "$1" != --output ] || into=$2; shift; done
cp "$HERE/release/${1##*/}" "$into" || exit 22"#;

/// A runner on which the action is used by the tag v0.1.0, and a release with a binary for this platform.
fn release_for(target: &str) -> Runner {
    let mut runner = Runner::new();
    runner.program("curl", CURL);
    runner.program("cargo", "");
    runner.variable("RUNNER_OS", "Linux").variable("RUNNER_ARCH", "X64");
    runner.value("inputs.version", "").value("github.action_ref", "v0.1.0");
    runner.value("github.action_repository || github.repository", "owner/fivewhys");
    let built = runner.path(&format!("built/{target}/dist"));
    fs::create_dir_all(&built).expect("made");
    let binary = if target.contains("windows") { "fivewhys.exe" } else { "fivewhys" };
    runner.program(binary, "echo fivewhys 0.1.0");
    fs::rename(runner.path("bin").join(binary), built.join(binary)).expect("moved");
    let packed = Command::new("bash")
        .arg(root().join(".github/release/package.sh"))
        .args([target.as_ref(), runner.path("release").as_os_str()])
        .env("CARGO_TARGET_DIR", runner.path("built"))
        .output()
        .expect("bash");
    assert!(packed.status.success(), "{}", String::from_utf8_lossy(&packed.stderr));
    list(&runner);
    runner
}

/// Writes the checksums as the workflow does.
fn list(runner: &Runner) {
    let dist = runner.path("workspace/dist");
    fs::rename(runner.path("release"), &dist).expect("moved");
    let listed = runner.step("workflows/release.yml", "Write the checksums");
    assert_eq!(listed.code, Some(0), "{}", listed.text);
    fs::rename(&dist, runner.path("release")).expect("moved");
}

fn archive(target: &str) -> String {
    format!("fivewhys-{target}.tar.gz")
}

#[track_caller]
fn assert_not_installed(runner: &Runner, ended: &Ended, because: &str) {
    assert_eq!(ended.code, Some(1), "{}", ended.text);
    assert!(ended.text.contains(because), "{}", ended.text);
    assert!(runner.paths().is_empty(), "{:?}", runner.paths());
    assert!(!runner.path("temp/fivewhys-v0.1.0/fivewhys").exists());
}

#[test]
fn the_release_by_whose_tag_the_action_is_used_is_installed() {
    let runner = release_for(LINUX);
    let ended = runner.step(ACTION, "Install");
    assert_eq!((ended.code, ended.text.as_str()), (Some(0), "fivewhys 0.1.0\n"));
    let from = "https://github.com/owner/fivewhys/releases/download/v0.1.0/";
    let fetched: Vec<_> = runner.calls().iter().filter_map(|call| Some(call.split_once(from)?.1.to_owned())).collect();
    assert_eq!(fetched, [archive(LINUX), "SHA256SUMS".to_owned()]);
    assert!(runner.calls()[0].starts_with("curl --fail "), "an error page is no binary");
    let folders: Vec<PathBuf> = runner.paths().into_iter().map(PathBuf::from).collect();
    assert_eq!(folders, [runner.path("temp/fivewhys-v0.1.0")]);
    assert!(folders[0].join("fivewhys").is_file() && folders[0].join("LICENSE").is_file());
}

#[rstest]
#[case("Linux", "ARM64", "aarch64-unknown-linux-musl")]
#[case("macOS", "X64", "x86_64-apple-darwin")]
#[case("macOS", "ARM64", "aarch64-apple-darwin")]
fn each_platform_has_its_archive(#[case] os: &str, #[case] arch: &str, #[case] target: &str) {
    let mut runner = release_for(target);
    let ended = runner.variable("RUNNER_OS", os).variable("RUNNER_ARCH", arch).step(ACTION, "Install");
    assert_eq!((ended.code, runner.paths().len()), (Some(0), 1), "{}", ended.text);
}

/// This shell does not add `.exe`, so the program itself is not found; the shell of a Windows runner does.
#[test]
fn the_archive_for_windows_holds_a_program_of_windows() {
    let mut runner = release_for("x86_64-pc-windows-msvc");
    runner.variable("RUNNER_OS", "Windows").step(ACTION, "Install");
    assert!(runner.path("temp/fivewhys-v0.1.0/fivewhys.exe").is_file());
}

#[test]
fn a_platform_without_a_release_is_told_to_build() {
    let mut runner = release_for(LINUX);
    let ended = runner.variable("RUNNER_ARCH", "RISCV64").step(ACTION, "Install");
    assert_not_installed(&runner, &ended, "no release has a binary for Linux on RISCV64: set `version: build`");
}

#[test]
fn an_archive_that_differs_from_its_checksum_is_not_installed() {
    let runner = release_for(LINUX);
    let path = runner.path("release").join(archive(LINUX));
    let mut bytes = fs::read(&path).expect("the archive");
    *bytes.last_mut().expect("a byte") ^= 1;
    fs::write(path, bytes).expect("written");
    assert_not_installed(&runner, &runner.step(ACTION, "Install"), "not that of SHA256SUMS: not installed");
}

/// The checksum of another file is none of this one, though its name contains the name of this one.
#[test]
fn an_archive_that_is_not_listed_is_not_installed() {
    let runner = release_for(LINUX);
    let path = runner.path("release/SHA256SUMS");
    let listed = fs::read_to_string(&path).expect("the list").replace("fivewhys-", "signed-fivewhys-");
    fs::write(path, listed).expect("written");
    assert_not_installed(&runner, &runner.step(ACTION, "Install"), "not that of SHA256SUMS: not installed");
}

/// Two checksums that are missing are not equal.
#[test]
fn an_archive_whose_checksum_cannot_be_computed_is_not_installed() {
    let runner = release_for(LINUX);
    fs::write(runner.path("release/SHA256SUMS"), "").expect("written");
    runner.program("sha256sum", "exit 1");
    assert_not_installed(&runner, &runner.step(ACTION, "Install"), "not that of SHA256SUMS: not installed");
}

#[rstest]
#[case::archive("fivewhys-x86_64-unknown-linux-musl.tar.gz")]
#[case::checksums("SHA256SUMS")]
fn a_file_that_a_release_lacks_is_named(#[case] file: &str) {
    let runner = release_for(LINUX);
    fs::remove_file(runner.path("release").join(file)).expect("removed");
    assert_not_installed(&runner, &runner.step(ACTION, "Install"), &format!("cannot download {file} from https://"));
}

#[rstest]
fn a_version_of_another_form_fetches_nothing(
    #[values("0.1.0", "latest", "v1", "v0.1.0/../../x", "v0.1.0 x", "$(id)", "-h")] version: &str,
) {
    let mut runner = release_for(LINUX);
    let ended = runner.value("inputs.version", version).step(ACTION, "Install");
    assert_not_installed(&runner, &ended, "it has to be `build` or a release such as v0.1.0");
    assert!(runner.calls().is_empty());
}

/// Used by a branch, a commit or a path, the action is no release, and its own source is what was asked for.
#[rstest]
#[case("build", "v0.1.0")]
#[case("", "main")]
#[case("", "0123456789012345678901234567890123456789")]
#[case("", "")]
fn without_a_release_the_source_of_the_action_is_built(#[case] version: &str, #[case] used_by: &str) {
    let mut runner = release_for(LINUX);
    let ended = runner.value("inputs.version", version).value("github.action_ref", used_by).step(ACTION, "Install");
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    let (manifest, into) = (root().join(".github/actions/gate/../../.."), runner.path("temp/fivewhys-build"));
    let (manifest, into) = (manifest.display(), into.display());
    let call = format!("cargo build --release --locked --manifest-path {manifest}/Cargo.toml --target-dir {into}");
    assert_eq!((runner.calls(), runner.paths()), (vec![call], vec![format!("{into}/release")]));
}

#[test]
fn a_failed_build_is_a_failed_step() {
    let mut runner = release_for(LINUX);
    runner.program("cargo", "exit 101");
    let ended = runner.value("inputs.version", "build").step(ACTION, "Install");
    assert_eq!((ended.code, runner.paths()), (Some(101), vec![]), "{}", ended.text);
}
