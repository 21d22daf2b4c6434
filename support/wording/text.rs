//! Texts of others, made fit for one line of a report.

/// Longer texts are for the evidence, not for a line of a report; in characters.
const LONGEST: usize = 48;

/// One line, printable, bounded: nothing that a server sends can move the cursor of a terminal. Nothing is left out of it, for what
/// stood on both sides could make a secret together.
pub(crate) fn short(text: &str) -> String {
    let mut line = String::new();
    for (number, c) in text.chars().enumerate() {
        if number == LONGEST {
            line.push('…');
            break;
        }
        push_escaped(&mut line, c);
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
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_escaped(&mut out, c));
    out
}

/// The same for a text of several lines.
pub(crate) fn printable(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' => out.push(c),
            '\t' => out.push(' '),
            c => push_escaped(&mut out, c),
        }
    }
    out
}

fn push_escaped(out: &mut String, c: char) {
    if is_printable(c) { out.push(c) } else { out.extend(c.escape_default()) }
}

/// Marks that change the direction of a line or take no room (Unicode Cf): a message must read as it was sent.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}'
    )
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
