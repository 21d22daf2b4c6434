//! Literals in a target file that are secrets by the names beside them: rejected outside `local`, and never repeated.

use super::{TARGET, config_error, err, fivewhys, out};

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

/// In the query of a path, in a text of GraphQL, in a message: where a name and a value stand in one text.
#[test]
fn a_secret_within_a_text_is_found_at_its_line() {
    let graphql = |text: &str| login(&format!("query = \"\"\"mutation {{ login({text}) {{ token }} }}\"\"\""));
    for (line, config) in [
        (6, format!("{TARGET}protected = {{ path = \"/me?api_key=canary-literal\" }}\n")),
        (6, format!("{TARGET}health = {{ auth = \"/health?user=u&access_token=canary-literal\" }}\n")),
        (
            7,
            format!(
                "{TARGET}[targets.x.validate]\npath = \"/v?password=canary-literal\"\njson = {{ t = \"{{token}}\" }}\n"
            ),
        ),
        (6, format!("{TARGET}headers = {{ X-Forwarded = \"for=1; session=canary-literal\" }}\n")),
        (6, graphql("user: \\\"{user}\\\", password: \\\"canary-literal\\\"")),
        (6, graphql("user: \\\"{user}\\\", passwords: [\\\"canary-literal\\\"]")),
    ] {
        let said = config_error(&config);
        assert!(said.contains("a secret must not stand in this file"), "{config}\n{said}");
        assert!(said.contains(&format!("targets.toml:{line}:")) && said.contains("{ env = "), "{config}\n{said}");
        assert!(!said.contains("anary"), "{said}");
    }
    for config in [
        graphql("user: \\\"{user}\\\", password: $password"),
        format!("{TARGET}protected = {{ path = \"/me?token_type=bearer&code=401\" }}\n"),
        format!("{TARGET}handshake = {{ rejects = {{ at = \"/error\", is = \"token: expired\" }} }}\n"),
        graphql("password: \\\"canary-literal\\\"").replace("\"staging\"", "\"local\""),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("targets.toml");
        std::fs::write(&file, &config).expect("written");
        let listed = fivewhys(&["check", "x", "--dry-run", "--config", file.to_str().expect("UTF-8")]);
        assert_eq!(listed.status.code(), Some(0), "{config}\n{}", err(&listed));
        assert!(!out(&listed).contains("anary"), "{}", out(&listed));
    }
}
