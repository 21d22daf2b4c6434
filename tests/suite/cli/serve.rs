//! `serve` as a user runs it, with a check from another process.

use super::pty::Pty;
use super::*;

/// Serves a scenario, checks it from another process, ends it by a signal; gives the report and what the server said.
fn serve_and_check(scenario: &str, signal: &str) -> (Output, Output) {
    let check = |file: &Path| fivewhys(&["check", "local", "--config", file.to_str().expect("UTF-8")]);
    serve_while(scenario, signal, check)
}

#[test]
fn a_served_deployment_gets_the_same_report_through_its_file() {
    let scenario = "secret/jwt-secret-mismatch";
    let (checked, served) = serve_and_check(scenario, "-INT");
    assert_eq!(checked.status.code(), Some(1), "{}", err(&checked));
    let embedded = out(&fivewhys(&["check", "--scenario", scenario]));
    // Its name and the next command differ.
    let same = |report: &str| -> Vec<String> {
        masked(report).lines().skip(1).take_while(|line| !line.starts_with("next:")).map(str::to_owned).collect()
    };
    assert_eq!(same(&out(&checked)), same(&embedded));
    assert_eq!(served.status.code(), Some(0), "Ctrl-C ends it cleanly: {}", err(&served));
    let log = err(&served);
    for field in [
        "VALIDATION_FAILED DEBUG:",
        "\"validation_result_exists\": true",
        "\"dot_count\": 2",
        "\"has_bearer_prefix\": false",
    ] {
        assert!(log.contains(field), "{field} is not in the log:\n{log}");
    }
    assert!(log.contains("[TOKEN]") && !log.contains("eyJ"), "a record shows a token:\n{log}");
}

/// What is not read on a terminal is kept or sent somewhere.
#[test]
fn tokens_are_shown_on_a_terminal_only_and_only_when_asked_for() {
    let check = |file: &Path| fivewhys(&["check", "local", "--config", file.to_str().expect("UTF-8")]);
    let flags = ["--scenario", "secret/jwt-secret-mismatch"];
    let asked = [&flags[..], &["--show-tokens"]].concat();
    let (_, piped) = serve_with(&asked, std::process::Stdio::piped(), "-INT", check);
    let said = err(&piped);
    assert!(said.contains("tokens are not shown") && said.contains("[TOKEN]") && !said.contains("eyJ"), "{said}");
    for (flags, shows) in [(&flags[..], false), (&asked[..], true)] {
        let (terminal, end) = Pty::open();
        // Read meanwhile, or the deployment waits until there is room for its records.
        let reader = std::thread::spawn(move || {
            let mut all = Vec::new();
            terminal.watch(|bytes, _| all.extend_from_slice(bytes));
            String::from_utf8_lossy(&all).into_owned()
        });
        serve_with(flags, end.into(), "-INT", check);
        let said = reader.join().expect("it ends");
        assert!(said.contains("VALIDATION_FAILED"), "{said}");
        assert_eq!(said.contains("eyJ"), shows, "{said}");
    }
}

/// The other terminal may be in another folder, and a path may have blanks.
#[test]
fn the_command_that_a_served_deployment_suggests_can_be_pasted() {
    let folder = tempfile::tempdir().expect("a folder");
    let odd = folder.path().join("it's a file.toml");
    let mut server = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    let mut server = server
        .current_dir(folder.path())
        .args(["serve", "--write", "it's a file.toml"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut said = std::io::BufReader::new(server.stderr.take().expect("a pipe")).lines();
    let command = said.find_map(|line| line.ok().filter(|line| line.starts_with("  "))).expect("a command");
    let pasted = Command::new("sh").current_dir("/").args(["-c", &command]).output().expect("a shell");
    server.kill().expect("it ends");
    server.wait().expect("it ends");
    assert!(odd.exists());
    assert_eq!(pasted.status.code(), Some(0), "{command}: {}", err(&pasted));
}

#[test]
fn a_served_deployment_ends_on_sigterm() {
    let (checked, served) = serve_and_check("healthy", "-TERM");
    assert_eq!((checked.status.code(), served.status.code()), (Some(0), Some(0)));
}
