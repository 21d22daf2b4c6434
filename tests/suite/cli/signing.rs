//! What stands in `signing` and contradicts itself, or is no key: one message with the place and what is allowed, and no key.

use std::fs;
use std::process::{Command, Stdio};

use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519};

use super::{TARGET, config_error, err, fivewhys, out};

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key")
}

/// The message for that table, where `FILE` is one with this text. Nothing of the text is in it.
fn mistake(table: &str, text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key.pem");
    fs::write(&file, text).expect("written");
    let said = config_error(&format!("{TARGET}signing = {}\n", table.replace("FILE", &file.display().to_string())));
    assert!(said.contains("targets.toml:6:") && said.contains('^'), "{said}");
    let lines = text.lines().filter(|line| !line.starts_with('-') && line.len() > 8);
    lines.for_each(|line| assert!(!said.contains(line), "{said}"));
    said
}

#[test]
fn a_key_that_does_not_fit_its_table_is_named_with_what_is_allowed() {
    let key = key();
    let (private, public) = (key.serialize_pem(), key.public_key_pem());
    let encrypted = private.replace("PRIVATE", "ENCRYPTED PRIVATE");
    const FILE: &str = "{ private-key = { file = \"FILE\" } }";
    let with = |more: &str| format!("{{ private-key = {{ file = \"FILE\" }}, {more} }}");
    for (table, text, said, allowed) in [
        (FILE.into(), &public, "this is a public key, which cannot sign", "PKCS #8"),
        (FILE.into(), &encrypted, "this private key is encrypted", "openssl pkcs8"),
        (FILE.into(), &"canary-no-key".into(), "this is no private key in PEM", "PKCS #8"),
        (with("algorithm = \"RS256\""), &private, "a key on the curve P-256 cannot sign RS256", "with this key: ES256"),
        (with("algorithm = \"ES384\""), &private, "a key on the curve P-256 cannot sign ES384", "with this key: ES256"),
        (with("algorithm = \"HS256\""), &private, "`HS256` signs with a secret", "with a private key: RS256, RS384"),
        (with("algorithm = \"ES512\""), &private, "`ES512` cannot be signed here", "PS512, ES256, ES384, EdDSA"),
        (with("encoding = \"hex\""), &private, "`encoding` says how a secret is written", "remove it"),
        (with("secret = { env = \"HOME\" }"), &private, "a secret and a private key", "remove one"),
        ("{ private-key = { file = \"/nowhere\" } }".into(), &private, "cannot read `/nowhere`", ""),
        ("{ private-key = { env = \"CANARY\" } }".into(), &private, "`CANARY` is not set", ""),
        (
            "{ secret = { env = \"HOME\" }, algorithm = \"ES256\" }".into(),
            &private,
            "`ES256` signs with a private key",
            "HS512",
        ),
        (
            "{ secret = { env = \"HOME\" }, key-id = \"one\" }".into(),
            &private,
            "`key-id` names a private key",
            "remove it",
        ),
        ("{ algorithm = \"ES256\" }".into(), &private, "needs the key that signs tokens", "private-key = {"),
    ] {
        let message = mistake(&table, text);
        assert!(message.contains(said) && message.contains(allowed), "{table}\n{message}");
    }
}

#[test]
fn a_literal_key_is_rejected_outside_local_and_not_repeated() {
    let key = key().serialize_pem();
    for literal in [format!("\"\"\"{key}\"\"\""), format!("{:?}", key)] {
        let config = format!("{TARGET}signing = {{ private-key = {literal} }}\n");
        let said = config_error(&config);
        assert!(said.contains("a secret must not stand in this file"), "{said}");
        // Where a literal is allowed, a mistake beside it does not show it either.
        let local =
            config.replace("\"staging\"", "\"local\"").replace("private-key", "algorithm = \"RS256\", private-key");
        let wrong = config_error(&local);
        assert!(wrong.contains("cannot sign RS256"), "{wrong}");
        for line in key.lines().filter(|line| !line.starts_with('-')) {
            assert!(!said.contains(line) && !wrong.contains(line), "{said}{wrong}");
        }
    }
}

/// A variable has the key as a file, or with escaped line breaks.
#[test]
fn a_dry_run_shows_what_a_private_key_signs_and_not_the_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    let login = "login = { path = \"/login\", json = { u = \"{user}\" }, token = \"/t\", users = [\"u\"] }";
    let signing = "signing = { private-key = { env = \"KEY\" }, key-id = \"one\" }";
    fs::write(&file, format!("{TARGET}{login}\n{signing}\n")).expect("written");
    let key = KeyPair::generate_for(&PKCS_ED25519).expect("a key").serialize_pem();
    for value in [key.clone(), key.replace(['\r', '\n'], "\\n")] {
        let output = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
            .args(["check", "x", "--dry-run", "--config", file.to_str().expect("UTF-8")])
            .env("KEY", value)
            .stdin(Stdio::null())
            .output()
            .expect("the binary starts");
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        let said = out(&output);
        assert!(said.contains("re-signed") && !said.contains("`signing"), "{said}");
        key.lines()
            .filter(|line| !line.starts_with('-'))
            .for_each(|line| assert!(!said.contains(line.trim()), "{said}"));
    }
}

/// The list of targets needs no variable.
#[test]
fn targets_are_listed_without_their_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    fs::write(&file, format!("{TARGET}signing = {{ private-key = {{ env = \"CANARY\" }} }}\n")).expect("written");
    let output = fivewhys(&["targets", "--config", file.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
}
