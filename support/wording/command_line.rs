//! Commands that can be pasted into a shell.

/// The words as one line, each of them one argument.
pub(crate) fn command_line<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(argument).collect::<Vec<_>>().join(" ")
}

/// As POSIX shells read it.
fn argument(word: &str) -> String {
    let is_plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./=:@%+,".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_one_argument_of_a_shell() {
        assert_eq!(
            command_line(["target/debug/fivewhys", "check", "staging-2.eu_west"]),
            "target/debug/fivewhys check staging-2.eu_west"
        );
        assert_eq!(command_line(["my target; it's"]), r"'my target; it'\''s'");
        assert_eq!(command_line([""]), "''");
    }
}
