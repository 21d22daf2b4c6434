//! What a release consists of: a binary for each platform that the action installs on, and an image that holds no more than one.

use std::fs;
use std::process::{Command, Output};

use super::runner::{Runner, document, root};

const RELEASE: &str = "workflows/release.yml";

#[test]
fn what_the_action_installs_is_what_a_release_builds() {
    let workflow = document(RELEASE);
    let matrix = workflow["jobs"]["build"]["strategy"]["matrix"]["include"].as_array().expect("a matrix").clone();
    let mut built: Vec<_> = matrix.iter().map(|entry| entry["target"].as_str().expect("a target")).collect();
    let script = fs::read_to_string(root().join(".github/actions/gate/install.sh")).expect("the script");
    let mut installed: Vec<_> = script.lines().filter_map(|line| line.split_once(") echo fivewhys-")).collect();
    installed.sort_by_key(|(_, rest)| *rest);
    built.sort_unstable();
    assert_eq!(installed.into_iter().map(|(_, rest)| rest.trim_end_matches(" ;;")).collect::<Vec<_>>(), built);
}

#[test]
fn a_tag_that_is_not_the_version_is_no_release() {
    let mut runner = Runner::new();
    runner.program("cargo", &format!("echo path+file:///x#{}", env!("CARGO_PKG_VERSION")));
    let mut compared =
        |tag: &str| runner.variable("GITHUB_REF_NAME", tag).step(RELEASE, "Compare the tag with the version").code;
    assert_eq!(compared(concat!("v", env!("CARGO_PKG_VERSION"))), Some(0));
    assert_eq!(compared("v9.9.9"), Some(1));
}

/// Platforms have different dependencies, so that each archive has a list of its own.
#[test]
fn every_archive_has_a_list_of_what_it_is_made_of() {
    let runner = Runner::new();
    runner.program("cargo", r#"[ "$1" = install ] || echo {} > "${!#}.json""#);
    let dist = runner.path("workspace/dist");
    fs::create_dir(&dist).expect("made");
    for target in ["x86_64-apple-darwin", "x86_64-pc-windows-msvc"] {
        fs::write(dist.join(format!("fivewhys-{target}.tar.gz")), "").expect("written");
    }
    let ended = runner.step(RELEASE, "List what the binaries are made of");
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    for target in ["x86_64-apple-darwin", "x86_64-pc-windows-msvc"] {
        assert!(dist.join(format!("fivewhys-{target}.cdx.json")).is_file(), "{target}");
        assert!(runner.calls().iter().any(|call| call.contains(&format!(" --target {target} "))), "{target}");
    }
}

/// Packs two binaries of that size, and lays the context of the image.
fn laid(runner: &Runner, bytes: usize) -> Output {
    let packed = runner.path("dist");
    fs::create_dir(&packed).expect("made");
    for (target, text) in [("x86_64-unknown-linux-musl", b'x'), ("aarch64-unknown-linux-musl", b'a')] {
        let built = runner.path(target);
        fs::create_dir(&built).expect("made");
        fs::write(built.join("fivewhys"), vec![text; bytes]).expect("written");
        let archive = packed.join(format!("fivewhys-{target}.tar.gz"));
        let tar = Command::new("tar").arg("-czf").arg(archive).arg("-C").arg(built).arg("fivewhys").status();
        assert!(tar.expect("tar").success());
    }
    fs::write(runner.path("roots"), "roots of trust").expect("written");
    let mut command = Command::new("bash");
    command.arg(root().join(".github/release/image.sh")).args([packed, runner.path("context")]);
    command.env("ROOTS", runner.path("roots")).output().expect("bash")
}

/// Every path that the image is made of is in the context, for both architectures.
#[test]
fn the_image_is_the_binary_and_the_roots_of_trust() {
    let runner = Runner::new();
    assert!(laid(&runner, 9).status.success());
    let text = fs::read_to_string(root().join(".github/Dockerfile")).expect("the file");
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    let of = |word: &str| lines.iter().filter(|line| line.first() == Some(&word)).collect::<Vec<_>>();
    assert_eq!(of("FROM"), [&["FROM", "scratch"]]);
    assert_eq!(of("RUN"), Vec::<&Vec<&str>>::new());
    assert_eq!(of("USER"), [&["USER", "65534:65534"]]);
    for (architecture, letter) in [("amd64", "x"), ("arm64", "a")] {
        let copied = of("COPY").into_iter().map(|line| {
            let source = line[2].replace("${TARGETARCH}", architecture);
            (fs::read_to_string(runner.path("context").join(source)).expect("it is in the context"), line[3])
        });
        let roots = ("roots of trust".to_owned(), "/etc/ssl/certs/ca-certificates.crt");
        assert_eq!(copied.collect::<Vec<_>>(), [roots, (letter.repeat(9), "/fivewhys")]);
    }
    assert_eq!(of("ENV"), [&["ENV", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"]]);
    assert_eq!(of("ENTRYPOINT"), [&["ENTRYPOINT", "[\"/fivewhys\"]"]]);
}

#[test]
fn an_image_of_fifteen_mebibytes_is_an_error() {
    let roots = "roots of trust".len();
    assert!(laid(&Runner::new(), (15 << 20) - roots - 1).status.success());
    let output = laid(&Runner::new(), (15 << 20) - roots);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(text, "error: the image for amd64 has 15728640 bytes; it has to stay below 15728640\n");
}
