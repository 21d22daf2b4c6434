//! Names that say of their value that it is secret: of fields, parameters, headers, cookies. Separators and capitals do not count:
//! `clientSecret`, `client_secret` and `Client-Secret` are one name.

/// Words that say so wherever they are the last word of a name.
const WORDS: [&str; 27] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "pass",
    "pin",
    "otp",
    "totp",
    "token",
    "jwt",
    "apikey",
    "credential",
    "credentials",
    "authorization",
    "cookie",
    "session",
    "sessionid",
    "sid",
    "sessid",
    "signature",
    "sig",
    "assertion",
    "samlresponse",
    "verifier",
    "bypass",
];
/// Words that end a name of several words in one: `dbpassword`, `authtoken`.
const ENDINGS: [&str; 16] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "token",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "accountkey",
    "sharedkey",
    "signingkey",
    "encryptionkey",
    "sessionid",
    "sessid",
];
/// A key is a secret where it is said what it opens; `id`, `name` and others have keys too.
const KEYS: [&str; 10] =
    ["access", "account", "api", "auth", "encryption", "private", "secret", "session", "shared", "signing"];
/// Header names that say so in any of their words.
const HEADERS: [&str; 22] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "otp",
    "totp",
    "pin",
    "token",
    "jwt",
    "key",
    "apikey",
    "auth",
    "authorization",
    "cookie",
    "session",
    "sessionid",
    "credential",
    "credentials",
    "signature",
    "bypass",
    "sid",
];

/// Before a token in a header (RFC 6750 §2.1, RFC 7617 §2).
const SCHEMES: [&str; 4] = ["basic", "bearer", "jwt", "token"];

/// The word before a token in a header.
pub(crate) fn is_scheme(word: &str) -> bool {
    SCHEMES.iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// Of a field of a body, or of a parameter: where its last word says so. `token_type` and `password_hint` are no secrets.
pub(crate) fn names_a_secret(name: &str) -> bool {
    let words = words(name);
    let ending = |count: usize| words[words.len().saturating_sub(count)..].concat();
    let (last, folded) = (ending(1), words.concat());
    let is_key = last == "key" && words.len() > 1 && KEYS.contains(&words[words.len() - 2].as_str());
    WORDS.contains(&last.as_str())
        || WORDS.contains(&ending(2).as_str())
        || is_key
        || ENDINGS.iter().any(|ending| folded.ends_with(ending))
}

/// Of a field that a target file fills: `key` alone says so too.
pub(crate) fn field_is_secret(name: &str) -> bool {
    names_a_secret(name) || words(name).last().is_some_and(|last| last == "key")
}

/// Of a header, or of a parameter of an address: where any of its words says so.
pub(crate) fn header_is_secret(name: &str) -> bool {
    names_a_secret(name) || words(name).iter().any(|word| HEADERS.contains(&word.as_str()))
}

/// The name of a code that grants access (RFC 6749 §4.1.2), or of one that tells what went wrong.
pub(crate) fn names_a_code(name: &str) -> bool {
    ["code", "authcode", "authorizationcode"].contains(&words(name).concat().as_str())
}

/// The words of a name in small letters. A capital begins a word, and the last of several begins the next: `HTTPSession`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let letters: Vec<char> = name.chars().collect();
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        let begins = c.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || before.is_ascii_digit() || after.is_some_and(|after| after.is_lowercase())
            });
        match (c.is_alphanumeric(), words.last_mut()) {
            (true, Some(word)) if !begins || word.is_empty() => word.extend(c.to_lowercase()),
            (true, _) => words.push(c.to_lowercase().collect()),
            (false, _) => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_so_in_every_spelling() {
        for name in [
            "password",
            "Password",
            "db_password",
            "dbPassword",
            "DBPASSWORD",
            "clientSecret",
            "client-secret",
            "CLIENT_SECRET",
            "apiKey",
            "API_KEY",
            "x-api-key",
            "APIKey",
            "refresh_token",
            "accessToken",
            "X-AuthToken",
            "pwd",
            "otp",
            "Session",
            "HTTPSession",
            "JSESSIONID",
            "connect.sid",
            "privateKey",
            "user[password]",
            "client_assertion",
        ] {
            assert!(names_a_secret(name) && field_is_secret(name) && header_is_secret(name), "{name}");
        }
        for name in [
            "token_type",
            "password_hint",
            "user",
            "email",
            "code",
            "error_code",
            "key",
            "monkey",
            "mapping",
            "laptop",
            "id",
        ] {
            assert!(!names_a_secret(name), "{name}");
        }
        assert!(field_is_secret("key") && header_is_secret("X-Auth-Provider"));
        assert!(names_a_code("code") && !names_a_code("error_code"));
    }
}
