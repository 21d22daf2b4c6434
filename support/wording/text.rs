//! Texts of others, made fit for one line of a report.

/// Longer texts are for the evidence, not for a line of a report; in characters.
const LONGEST: usize = 48;

/// One line, printable, bounded: nothing that a server sends can move the cursor of a terminal.
pub(crate) fn short(text: &str) -> String {
    let mut line: String = text.chars().filter(|c| is_printable(*c)).take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        line.push('…');
    }
    line
}

/// At most so many characters; the last one says that there were more.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    match text.chars().count() > longest {
        true => text.chars().take(longest.saturating_sub(1)).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// With a capital letter at its beginning.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Names for a sentence: "a, b and c".
pub(crate) fn listed(names: &[&str]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        names => names.concat(),
    }
}

/// Takes its room on a line, and does nothing else to a terminal.
pub(crate) fn is_printable(c: char) -> bool {
    !c.is_control() && !is_invisible(c) && !is_no_character(c)
}

/// Code points that stand for nothing (Unicode 23.7): XML knows none of them.
fn is_no_character(c: char) -> bool {
    u32::from(c) & 0xFFFE == 0xFFFE || matches!(c, '\u{fdd0}'..='\u{fdef}')
}

/// All of it, with escape sequences where a letter does more than take its room.
pub(crate) fn escaped(text: &str) -> String {
    text.chars().map(|c| if is_printable(c) { c.to_string() } else { c.escape_default().to_string() }).collect()
}

/// Marks that change the direction of a line or take no room (Unicode Cf): a message must read as it was sent.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The words of a text. A text in backticks is one word: a command must stay on one line.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut inside = false;
    let joined = text.chars().map(|c| {
        inside ^= c == '`';
        if inside && c == ' ' { '\u{a0}' } else { c }
    });
    let joined: String = joined.collect();
    joined.split([' ', '\n']).filter(|word| !word.is_empty()).map(|word| word.replace('\u{a0}', " ")).collect()
}
