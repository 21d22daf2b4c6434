//! What is wrong with the arguments is told before anything is sent; and the filter alone sends nothing.

use super::*;

fn printed(arguments: &[&str]) -> (Option<i32>, String) {
    let output = command(arguments).env_remove("GOOGLE_OAUTH_ACCESS_TOKEN").output().expect("the binary starts");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn the_filter_is_printed_without_credentials_and_nothing_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = file(&folder, "targets.toml", config("http://127.0.0.1:9"));
    let of_target = ["x", "--print-filter", "--since", "2025-09-08", "--config", text_of(&config)];
    let (code, out) = printed(&of_target);
    let expected = "resource.type=\"cloud_run_revision\"\n\
        AND resource.labels.service_name=(\"auth-staging\" OR \"backend-staging\")\n\
        AND timestamp>=\"2025-09-08T00:00:00Z\"\n\
        AND (textPayload:* OR jsonPayload:* OR severity>=ERROR OR httpRequest.status=(401 OR 403))\n";
    assert_eq!((code, out.as_str()), (Some(0), expected));
    assert_eq!(printed(&[&of_target[..], &["--project", "p"]].concat()).1, expected);
    let (_, out) = printed(&["--print-filter", "--service", r#"a" OR "b\"#]);
    assert!(out.contains(r#"service_name="a\" OR \"b\\""#), "{out}");
    assert!(out.contains("timestamp>=\""), "the last day, where no time is named: {out}");
}

#[test]
fn wrong_arguments_are_told_and_nothing_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let cluster = "[targets.k]\nstage = \"staging\"\nauth = \"https://auth.test\"\n[targets.k.platform]\nnamespace = \"n\"\nauth = { deployment = \"a\" }\n";
    let config = file(&folder, "targets.toml", config("http://127.0.0.1:9") + cluster);
    let long = vec!["a-name-of-a-service".repeat(5); 300];
    let services: Vec<&str> = long.iter().flat_map(|name| ["--service", name]).collect();
    let cases: [(&[&str], &str); 7] = [
        (&["--project", "Not a project"], "write the id of a project"),
        (&["--project", "../x"], "write the id of a project"),
        (&["x", "y", "--project", "p"], "several names are given"),
        (&["x", "--target", "x", "--project", "p"], "several names are given"),
        (&["unknown", "--project", "p"], "unknown target `unknown`"),
        (&["k", "--project", "p"], "`k` runs on Kubernetes"),
        (&[&["--project", "p"], &services[..]].concat(), "longer than the 20000 characters"),
    ];
    for (arguments, expected) in cases {
        let (code, err) = error(&[arguments, &["--config", text_of(&config)]].concat(), b"");
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains(expected), "{expected}: {err}");
        assert!(!err.contains("reading the log"), "{err}");
    }
    let (code, err) = error(&["--project", "p", "--service", "a\nb"], b"");
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("without control characters"), "{err}");
}
