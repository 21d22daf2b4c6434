//! The words that no person should have to read twice: a test keeps the other words of the glossary out of what is printed. Like
//! the snapshots, this file belongs to the tests and not to the library.

/// What is never printed, and what is printed instead.
const NEVER: [(&str, &str); 30] = [
    ("a bad token", "an invalid token"),
    ("a good token", "a valid token"),
    ("accident", "transient error"),
    ("answer", "response"),
    ("answered", "responded"),
    ("answers", "responses, responds"),
    ("blames", "reports"),
    ("by chance", "from run to run"),
    ("demands", "requires"),
    ("hands over", "forwards"),
    ("ill", "unhealthy"),
    ("in another way", "unlike"),
    ("instance", "replica"),
    ("instances", "replicas"),
    ("is in order", "is accepted"),
    ("look-alike", "not excluded"),
    ("look-alikes", "not excluded"),
    ("mend", "fix"),
    ("mended", "fixed"),
    ("no token at all", "a missing token"),
    ("refuses", "rejects"),
    ("refused", "rejected"),
    ("refusal", "rejection"),
    ("somebody", "a user, a client"),
    ("spurned", "rejected"),
    ("undetermined", "not tested"),
    ("unwell", "unhealthy"),
    ("weather", "transient errors"),
    ("whence", "from where"),
    ("whoever", "every client that"),
];

/// What the operating system says, and an idiom.
const ALLOWED: [&str; 2] = ["connection refused", "for instance"];

/// Every word of the list that the text contains, with what to write instead. Codes of faults and names in backticks or quotation
/// marks are no prose.
pub(crate) fn forbidden(text: &str) -> Vec<String> {
    let prose: String = text.split(['`', '"']).step_by(2).collect::<Vec<_>>().join(" ");
    let is_code =
        |word: &&str| word.contains('-') && !word.starts_with("look-alike") || word.contains(['[', '/', '_', '=']);
    let words: Vec<String> = prose
        .split_whitespace()
        .filter(|word| !is_code(word))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    let line = ALLOWED.iter().fold(format!(" {} ", words.join(" ")), |line, allowed| line.replace(allowed, ""));
    let is_there = |never: &&(&str, &str)| line.contains(&format!(" {} ", never.0));
    NEVER.iter().filter(is_there).map(|(never, instead)| format!("`{never}`: write {instead}")).collect()
}
