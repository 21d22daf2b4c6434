//! Values that no reader would write, or that a reader would write wrongly: bounded, named with what is allowed, and without a secret.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{TARGET, config_error, err, fivewhys, out};

/// In the place of an address, a password may be written in many ways.
#[test]
fn no_spelling_of_an_address_gets_a_password_into_a_message() {
    for address in [
        "https://user:hunter2@auth.test",
        "https://user%3Ahunter2%40auth.test",
        "https://user:hunter2%40auth.test",
        "https://user:hunter2\u{ff20}auth.test",
        "https://user:hunter2\\u0040auth.test",
        "https://user:hunter2\\\\@auth.test",
        "https:user:hunter2@auth.test",
        "https:/user:hunter2%2540auth.test:99999",
        "user:hunter2@auth.test",
        "user:hunter2@[bad",
        "hunter2:user@auth.test",
        "https://auth.test#hunter2",
        "https://auth.test?password=hunter2",
        "//user:hunter2@auth.test",
        "  https://user:hunter2@auth.test",
    ] {
        let said = config_error(&TARGET.replace("https://auth.test", address));
        assert!(said.contains("targets.toml:3:8") && said.contains('^'), "{address}\n{said}");
        assert!(!said.contains("hunter2"), "{address}\n{said}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    fs::write(&file, TARGET).expect("written");
    let output = fivewhys(&["check", "https://user:hunter2@auth.test", "--config", file.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("its targets: x") && !err(&output).contains("hunter2"), "{}", err(&output));
}

#[test]
fn a_port_that_nothing_listens_at_is_said() {
    for key in ["auth = \"https://auth.test:0\"", "keys = { jwks = \"https://a.test:0/k\" }"] {
        let target = TARGET.replace("auth = \"https://auth.test\"", if key.starts_with("auth") { key } else { "" });
        let said = config_error(&format!("{target}{}\n", if key.starts_with("keys") { key } else { "" }));
        assert!(said.contains("no service listens at port 0") && said.contains("1 to 65535"), "{said}");
    }
}

/// A word of a list: the nearest, whatever its case, and all of them.
#[test]
fn a_wrong_word_is_said_with_the_nearest_and_all_that_are_allowed() {
    let signing = |keys: &str| format!("signing = {{ secret = {{ env = \"HOME\" }}, {keys} }}");
    let login =
        |method: &str| format!("login = {{ path = \"/l\", token = \"/t\", users = [\"u\"], method = \"{method}\" }}");
    for (line, nearest, all) in [
        ("handshake = { presents = \"Heeder\" }".to_owned(), "`header`", "header, subprotocol, query, cookie"),
        (signing("encoding = \"base46\""), "`base64`", "text, base64, base64url, hex"),
        (signing("algorithm = \"hs256\""), "`HS256`", "HS256, HS384"),
        (login("post"), "`POST`", "GET, POST, PUT, PATCH"),
    ] {
        let said = config_error(&format!("{TARGET}{line}\n"));
        assert!(said.contains(&format!("did you mean {nearest}?")) && said.contains(all), "{line}\n{said}");
    }
    for (written, nearest) in [("Staging", "did you mean `staging`? "), ("q", "help: "), ("", "help: ")] {
        let said = config_error(&TARGET.replace("\"staging\"", &format!("\"{written}\"")));
        assert!(said.contains(&format!("{nearest}allowed: local, staging, production")), "{said}");
    }
}

/// Another type in the place of a text, and of a word.
#[test]
fn a_table_where_a_text_stands_is_said_in_words() {
    for (line, what, allowed) in [
        ("timeout = { a = \"canary\" }", "a table stands here, expected a string", "quotation marks"),
        ("subject = [\"canary\"]", "a list stands here, expected a string", "quotation marks"),
        ("ca = { file = \"canary\" }", "a table stands here, expected a string", "quotation marks"),
        ("handshake = { subprotocols = \"canary\" }", "a string stands here, expected a list", "brackets"),
        ("handshake = { origin = { a = \"canary\" } }", "a table stands here", "quotation marks"),
    ] {
        let said = config_error(&format!("{TARGET}{line}\n"));
        assert!(said.contains(what) && said.contains(allowed) && said.contains("targets.toml:6:"), "{line}\n{said}");
        assert!(!said.contains("canary"), "{line}\n{said}");
    }
    for (written, what) in [("{ local = 1 }", "a table"), ("3", "a number"), ("[\"local\"]", "a list")] {
        let said = config_error(&TARGET.replace("\"staging\"", written));
        assert!(said.contains(&format!("{what} stands here")) && said.contains("local, staging, production"), "{said}");
    }
}

/// A key, a value, a name and a whole line of a megabyte: the message has a few hundred characters, and comes soon.
#[test]
fn a_value_of_any_length_is_compared_and_shown_up_to_a_bound() {
    let long = "y".repeat(900_000);
    for config in [
        format!("{TARGET}timeout = \"{long}\"\n"),
        format!("{TARGET}{long} = \"1\"\n"),
        format!("{TARGET}handshake = {{ subprotocols = [\"{long} {long}\"] }}\n").replace(&long, &long[..400_000]),
        format!("{TARGET}handshake = {{ user = \"{long}\" }}\n"),
        format!("{TARGET}signing = {{ secret = \"{long}\" }}\n"),
        format!("{TARGET}health = {{ auth = \"/\", auht = \"{long}\" }}\n"),
        format!("{TARGET}{long}"),
        format!("{TARGET}protected = {{ path = \"/{}\" }}\n", "%25".repeat(300_000)),
        TARGET.replace("staging", &long),
        TARGET.replace("targets.x", &format!("targets.{long}")),
        TARGET.replace("https://auth.test", &format!("gopher://{long}")),
        format!("{TARGET}# {long}\ntimeout = \"{long}\"\n"),
    ] {
        let begun = Instant::now();
        let said = config_error(&config);
        assert!(said.chars().count() < 2_000, "{} characters: {}", said.chars().count(), &said[..200]);
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}: {said}", begun.elapsed());
    }
}

/// To look for a secret in a path of a megabyte takes seconds for each request.
#[test]
fn an_address_has_a_bounded_length() {
    let path = |length: usize| format!("/{}", "p".repeat(length - 1));
    for (config, line) in [
        (format!("{TARGET}protected = {{ path = \"{}\" }}\n", path(8_001)), "targets.toml:6:"),
        (format!("{TARGET}health = {{ auth = \"{}\" }}\n", path(8_001)), "targets.toml:6:"),
        (TARGET.replace("https://auth.test", &format!("https://auth.test{}", path(8_001 - 17))), "targets.toml:3:"),
    ] {
        let said = config_error(&config);
        assert!(said.contains("this has 8001 bytes") && said.contains("allowed: up to 8000 bytes"), "{said}");
        assert!(said.contains(line), "{said}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    fs::write(&file, format!("{TARGET}protected = {{ path = \"{}\" }}\n", path(8_000))).expect("written");
    let output = fivewhys(&["check", "x", "--dry-run", "--config", file.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
}

#[test]
fn an_unknown_target_is_said_with_its_file_and_all_targets() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    fs::write(&file, format!("{TARGET}{}", TARGET.replace("targets.x", "targets.production"))).expect("written");
    let said =
        |name: &str| err(&fivewhys(&["check", name, "--config", file.to_str().expect("UTF-8")])).replace('\n', " ");
    let near = said("producton");
    assert!(near.contains("did you mean `production`?") && near.contains("its targets: production, x"), "{near}");
    let far = said("zzz");
    assert!(far.contains("targets.toml`") && far.contains("its targets: production, x"), "{far}");
}

#[test]
fn of_many_targets_a_message_names_a_few() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    let all: String = (0..500).map(|number| TARGET.replace("targets.x", &format!("targets.x{number}"))).collect();
    fs::write(&file, all).expect("written");
    for named in [&["check"][..], &["check", "zzz"]] {
        let said = err(&fivewhys(&[named, &["--config", file.to_str().expect("UTF-8")]].concat())).replace('\n', " ");
        assert!(said.contains("x0, x1, ") && said.contains(" more") && said.len() < 1_000, "{named:?}: {said}");
    }
}

#[test]
fn an_empty_file_is_said_with_what_to_write() {
    for empty in ["", "\n\n", "# nothing\n", "[targets]\n"] {
        let said = config_error(empty);
        assert!(said.contains("[targets.staging]") && said.contains(" init`"), "{empty:?}\n{said}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("evidence.json");
    fs::write(&file, "\n").expect("written");
    let [folder, file] = [folder.path(), &file].map(|path| path.to_str().expect("UTF-8"));
    for arguments in [vec!["check", "--from", folder], vec!["merge", file], vec!["compare", file, file]] {
        let output = fivewhys(&arguments);
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""));
        assert!(err(&output).contains("is empty"), "{arguments:?}: {}", err(&output));
    }
}

/// What never ends, or is too much to hold, is no file of ours: one message at once.
#[test]
fn only_a_regular_file_of_bounded_size_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = folder.path().join("seen");
    fs::create_dir(&seen).expect("a folder");
    let file = seen.join("evidence.json");
    let said = |why: &str, path: &str, is_folder: bool| {
        let mut commands =
            vec![vec!["check", "x", "--config", path], vec!["targets", "--config", path], vec!["merge", path]];
        commands.extend((!is_folder).then(|| vec!["compare", path, path]));
        for arguments in commands {
            let output = fivewhys(&arguments);
            assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{arguments:?}");
            assert!(err(&output).contains(why), "{arguments:?}: {}", err(&output));
        }
    };
    said("a device", "/dev/zero", false);
    said("a folder", seen.to_str().expect("UTF-8"), true);
    let from = || err(&fivewhys(&["check", "--from", seen.to_str().expect("UTF-8")]));
    assert!(Command::new("mkfifo").arg(&file).status().expect("mkfifo").success());
    said("a pipe", file.to_str().expect("UTF-8"), false);
    assert!(from().contains("a pipe"), "{}", from());
    fs::remove_file(&file).expect("removed");
    // It has no content on the disk.
    fs::File::create(&file).and_then(|file| file.set_len(1 << 30)).expect("a file");
    said("larger than", file.to_str().expect("UTF-8"), false);
    let said = from().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("larger than 32 MiB"), "{said}");
    for line in ["ca = \"/dev/zero\"", "signing = { private-key = { file = \"/dev/zero\" } }"] {
        let said = config_error(&format!("{TARGET}{line}\n"));
        assert!(said.contains("a device"), "{line}\n{said}");
    }
}

/// Whatever a private key would be, the list is the same.
#[test]
fn a_dry_run_needs_no_private_key_and_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    for (key, named) in [("env = \"CANARY\"", "not set CANARY;"), ("file = \"/nowhere/key.pem\"", "/nowhere/key.pem;")]
    {
        for algorithm in ["", ", algorithm = \"RS256\"", ", algorithm = \"ES384\"", ", algorithm = \"EdDSA\""] {
            fs::write(&file, format!("{TARGET}signing = {{ private-key = {{ {key} }}{algorithm} }}\n"))
                .expect("written");
            let check = ["check", "x", "--config", file.to_str().expect("UTF-8")];
            let listed = fivewhys(&[&check[..], &["--dry-run"]].concat());
            assert_eq!(listed.status.code(), Some(0), "{key}{algorithm}: {}", err(&listed));
            assert!(out(&listed).contains(named), "{}", out(&listed));
            assert_eq!(fivewhys(&check).status.code(), Some(2), "{key}{algorithm}");
        }
    }
}
