//! Names that say of their value that it is secret: of fields, parameters, headers, cookies. Separators and capitals do not count:
//! `clientSecret`, `client_secret` and `Client-Secret` are one name.

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// A secret, whatever it looks like: a password may be a plain word.
    Password,
    /// What grants access, and is no plain word; or a text that says why it does not, as in `"token": "expired"`.
    Grant,
    /// A code that grants access (RFC 6749 §4.1.2), or as a rule one that tells what went wrong.
    Code,
}

/// Words that say so wherever they are the last word of a name, or the last two of it.
const PASSWORDS: [&str; 18] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "pw",
    "pass",
    "pin",
    "otp",
    "totp",
    "bypass",
    "cvv",
    "cvc",
    "recoverycode",
    "backupcode",
    "verificationcode",
    "mnemonic",
];
/// Words that end a name of several words in one: `dbpassword`.
const PASSWORD_ENDINGS: [&str; 7] =
    ["secret", "password", "passwd", "passphrase", "pwd", "passwordhash", "passwordsalt"];
/// The same of what is no plain word.
const GRANTS: [&str; 15] = [
    "token",
    "jwt",
    "apikey",
    "credential",
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
];
/// The same: `authtoken`.
const GRANT_ENDINGS: [&str; 11] = [
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
/// Whole names.
const CODES: [&str; 3] = ["code", "authcode", "authorizationcode"];
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
    matches!(said_by(name), Some(Said::Password | Said::Grant))
}

/// What the name of a field or of a parameter says of its value, where it says that it may be secret.
pub(crate) fn said_by(name: &str) -> Option<Said> {
    let folded = Folded::of(name);
    let [all, two, last] = [0, folded.before, folded.last].map(|from| singular(&folded.letters[from..]));
    let says = |words: &[&str], endings: &[&str]| {
        words.iter().any(|word| *word == last || *word == two) || endings.iter().any(|ending| all.ends_with(ending))
    };
    if says(&PASSWORDS, &PASSWORD_ENDINGS) {
        return Some(Said::Password);
    }
    let is_key = last == "key" && KEYS.contains(&&folded.letters[folded.before..folded.last]);
    if is_key || says(&GRANTS, &GRANT_ENDINGS) {
        return Some(Said::Grant);
    }
    CODES.contains(&all).then_some(Said::Code)
}

/// Whether it names several: a number of them is no secret.
pub(crate) fn is_plural(name: &str) -> bool {
    let folded = Folded::of(name);
    let last = &folded.letters[folded.last..];
    singular(last) != last
}

/// `passwords`, `apikeys`; not `pass`.
fn singular(word: &str) -> &str {
    let one = word.strip_suffix('s').filter(|one| one.len() > 2 && !one.ends_with('s'));
    one.unwrap_or(word)
}

/// Of a list of a user and a password, as clients are given them; or of methods.
pub(crate) fn names_a_login(name: &str) -> bool {
    words(name).last().is_some_and(|last| last == "auth")
}

/// The letters of a name in small ones, and where the last two of its words begin.
struct Folded {
    letters: String,
    before: usize,
    last: usize,
}

impl Folded {
    fn of(name: &str) -> Self {
        let mut folded = Folded { letters: String::with_capacity(name.len()), before: 0, last: 0 };
        let (mut letters, mut previous, mut is_apart) = (name.chars().peekable(), None, false);
        while let Some(c) = letters.next() {
            if c.is_alphanumeric() {
                if (is_apart || begins_a_word(previous, c, letters.peek())) && folded.letters.len() > folded.last {
                    (folded.before, folded.last) = (folded.last, folded.letters.len());
                }
                folded.letters.extend(c.to_lowercase());
            }
            is_apart = !c.is_alphanumeric();
            previous = Some(c);
        }
        folded
    }
}

/// Of a field that a target file fills: `key` alone says so too.
pub(crate) fn field_is_secret(name: &str) -> bool {
    names_a_secret(name) || words(name).last().is_some_and(|last| last == "key")
}

/// Of a header, or of a parameter of an address: where any of its words says so.
pub(crate) fn header_is_secret(name: &str) -> bool {
    names_a_secret(name) || words(name).iter().any(|word| HEADERS.contains(&word.as_str()))
}

/// The words of a name in small letters.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut letters, mut previous) = (name.chars().peekable(), None);
    while let Some(c) = letters.next() {
        let begins = begins_a_word(previous, c, letters.peek());
        match (c.is_alphanumeric(), words.last_mut()) {
            (true, Some(word)) if !begins || word.is_empty() => word.extend(c.to_lowercase()),
            (true, _) => words.push(c.to_lowercase().collect()),
            (false, _) => words.push(String::new()),
        }
        previous = Some(c);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A capital begins a word, and the last of several begins the next: `HTTPSession`.
fn begins_a_word(before: Option<char>, c: char, after: Option<&char>) -> bool {
    let is_last = || after.is_some_and(|after| after.is_lowercase());
    c.is_uppercase() && before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit() || is_last())
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
            "passwords",
            "apiKeys",
            "API_KEYS",
            "refresh_tokens",
            "JWTs",
            "password_hash",
            "-secret-",
            "ÜberToken",
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
            "address",
            "access",
            "keys",
            "passes",
        ] {
            assert!(!names_a_secret(name), "{name}");
        }
        assert!(field_is_secret("key") && header_is_secret("X-Auth-Provider"));
        assert_eq!([said_by("code"), said_by("error_code")], [Some(Said::Code), None]);
    }

    #[test]
    fn a_password_may_be_a_word_and_a_token_is_none() {
        for name in ["password", "dbPasswords", "client_secret", "otp", "pin", "user[pwd]"] {
            assert_eq!(said_by(name), Some(Said::Password), "{name}");
        }
        for name in ["token", "api_keys", "signature", "connect.sid", "Authorization", "credentials"] {
            assert_eq!(said_by(name), Some(Said::Grant), "{name}");
        }
        assert!(["tokens", "api_keys", "SESSIONS"].iter().all(|name| is_plural(name)));
        assert!(["token", "pass", "sAccess"].iter().all(|name| !is_plural(name)));
    }
}
