//! What is allowed in the place of a wrong value: serde says it within its message, our own types on a second line.

use super::error::closest;
use super::public::{public_names, short_names};

/// A message in the words of a person, and its help.
pub(super) struct Said {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// Of a message in one line, and the second line that some have.
pub(super) fn said(message: &str, help: &str) -> Said {
    let (what, names) = allowed(message, help);
    if names.is_empty() {
        let help = if help.is_empty() { example(message) } else { Some(short_names(help)) };
        return Said { message: public_names(&in_words(message)), help };
    }
    let written = what.split('`').nth(1).unwrap_or_default();
    let all = format!("allowed: {}", names.join(", "));
    let help = match closest(written, names.iter().copied()) {
        // Of many keys, the closest one says more than all of them.
        Some(close) if what.starts_with("unknown field") => format!("did you mean `{close}`?"),
        Some(close) => format!("did you mean `{close}`? {all}"),
        None => all,
    };
    Said { message: public_names(&in_words(what)), help: Some(help) }
}

/// The message without the list of names, and these.
fn allowed<'a>(message: &'a str, help: &'a str) -> (&'a str, Vec<&'a str>) {
    if let Some((what, list)) = message.rsplit_once(", expected ").filter(|(_, list)| list.contains('`')) {
        return (what, list.split('`').skip(1).step_by(2).collect());
    }
    let names: Vec<&str> = help.strip_prefix("allowed: ").into_iter().flat_map(|list| list.split(", ")).collect();
    let is_word = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    (message, if names.iter().all(is_word) { names } else { Vec::new() })
}

/// Types as this file calls them. A text is not repeated: it may be a secret.
fn in_words(message: &str) -> String {
    let Some(rest) = message.strip_prefix("invalid type: ") else { return message.to_owned() };
    let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, ""));
    let found = match found.split(' ').next().unwrap_or_default() {
        "map" => "a table stands here",
        "sequence" => "a list stands here",
        "string" => "a string stands here",
        "boolean" => "`true` or `false` stands here",
        "integer" | "floating" => "a number stands here",
        _ => "another type stands here",
    };
    let expected = match expected {
        "a sequence" => "a list",
        "a map" => "a table",
        "path string" => "a string",
        other if other.starts_with("struct ") => "a table",
        other => other,
    };
    if expected.is_empty() { found.to_owned() } else { format!("{found}, expected {expected}") }
}

fn example(message: &str) -> Option<String> {
    let (_, expected) = message.rsplit_once(", expected ")?;
    match expected {
        "a string" | "path string" => Some("write the text in quotation marks: `\"…\"`".to_owned()),
        "a sequence" => Some("write a list in brackets: `[\"…\"]`".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(message: &str, help: &str) -> (String, String) {
        let Said { message, help } = said(message, help);
        (message, help.unwrap_or_default())
    }

    #[test]
    fn a_wrong_word_is_told_with_the_nearest_and_all_that_are_allowed() {
        let serde = "unknown variant `Stagin`, expected one of `local`, `staging`";
        let nearest = "did you mean `staging`? allowed: local, staging";
        assert_eq!(of(serde, ""), ("unknown variant `Stagin`".into(), nearest.into()));
        let ours = of("`post` is not a method here", "allowed: GET, POST");
        assert_eq!(ours.1, "did you mean `POST`? allowed: GET, POST");
        assert_eq!(of("unknown variant `zz`, expected `a` or `b`", "").1, "allowed: a, b");
        assert_eq!(of("unknown field `auht`, expected one of `auth`, `b`", "").1, "did you mean `auth`?");
    }

    #[test]
    fn another_type_is_told_in_words_and_its_text_is_not() {
        let (message, help) = of("invalid type: map, expected a string", "");
        assert_eq!((message.as_str(), help.contains('"')), ("a table stands here, expected a string", true));
        let (message, _) = of("invalid type: string \"canary, expected x\", expected struct Login", "");
        assert_eq!(message, "a string stands here, expected a table");
    }
}
