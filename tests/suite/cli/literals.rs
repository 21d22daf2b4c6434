//! Literals in a target file that are secrets by the names beside them: rejected outside `local`, and never repeated.

use super::{TARGET, config_error};

fn login(json: &str) -> String {
    format!(
        "{TARGET}login = {{ path = \"/l\", json = {{ u = \"{{user}}\", {json} }}, token = \"/t\", users = [\"u\"] }}\n"
    )
}

#[test]
fn a_name_says_that_a_literal_is_secret_in_every_spelling() {
    for name in [
        "clientSecret",
        "client_secret",
        "pwd",
        "otp",
        "Session",
        "dbPassword",
        "DBPASSWORD",
        "API_KEY",
        "refreshToken",
    ] {
        for literal in
            ["\"canary-literal\"", "48151623", "{ a = \"canary-literal\" }", "[\"canary-literal\", 48151623]", "1.5"]
        {
            let said = config_error(&login(&format!("{name} = {literal}")));
            assert!(said.contains("a secret must not stand in this file"), "{name} = {literal}: {said}");
            assert!(!said.contains("anary") && !said.contains("8151623"), "{name} = {literal}: {said}");
        }
    }
    for name in ["X-AuthToken", "Session", "X-Otp", "Proxy-Authorization"] {
        let said = config_error(&format!("{TARGET}headers = {{ {name} = \"canary-literal\" }}\n"));
        assert!(said.contains("a secret must not stand in this file") && !said.contains("anary"), "{name}: {said}");
    }
}

#[test]
fn only_a_known_placeholder_makes_a_template_of_a_literal() {
    for literal in ["pa{ss", "pa}ss{", "{nobody}", "{}", "{ user }"] {
        let said = config_error(&login(&format!("password = \"{literal}\"")));
        assert!(said.contains("a secret must not stand in this file") && !said.contains("nobody"), "{literal}: {said}");
    }
    for field in ["password = \"${CANARY}\"", "note = \"x-${CANARY}\""] {
        let said = config_error(&login(field));
        assert!(said.contains("would be sent as it stands") && said.contains("{ env = \"CANARY\" }"), "{said}");
    }
    // What is no secret has another mistake, and it is the next one that is told.
    let said =
        config_error(&(login("password = \"{user}\", token_type = \"a\", remember_token = true") + "nothing = 1\n"));
    assert!(said.contains("unknown field `nothing`"), "{said}");
}

/// Whatever the name beside it.
#[test]
fn a_scheme_or_a_token_says_that_a_literal_is_secret() {
    for literal in ["Bearer canary-literal", "basic Y2FuYXJ5OmxpdGVyYWw=", "eyJjYW5hcnk.eyJhIjoxfQ.c2lnbmF0dXJl"] {
        let said = config_error(&format!("{TARGET}headers = {{ X-Custom = \"{literal}\" }}\n"));
        assert!(said.contains("a secret must not stand in this file"), "{literal}: {said}");
        assert!(!said.contains("anary") && !said.contains("Y2Fu"), "{literal}: {said}");
    }
    let said = config_error(&format!("{TARGET}headers = {{ X-Mode = \"basic auth is off\" }}\nnothing = 1\n"));
    assert!(said.contains("unknown field `nothing`"), "{said}");
}
