//! What standard output can show: colours, marks beyond ASCII, and so many columns.

use std::ffi::OsStr;
use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;

use super::github;

/// A wider line is harder to read.
const WIDEST: usize = 100;
/// Where nothing says how wide it is.
const USUAL: usize = 80;

pub(super) struct Terminal {
    colour: bool,
    ascii: bool,
    pub(super) width: usize,
}

impl Terminal {
    /// What standard output is connected to.
    pub(super) fn of_stdout(choice: ColorChoice) -> Self {
        let stdout = std::io::stdout();
        let colour = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            // Heeds NO_COLOR, CLICOLOR and TERM too.
            ColorChoice::Auto => anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
        };
        let columns = terminal_size::terminal_size_of(&stdout).map_or(USUAL, |(width, _)| usize::from(width.0));
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(std::env::var_os);
        let locale = locale.iter().flatten().find(|value| !value.is_empty());
        let width = if stdout.is_terminal() { columns.clamp(USUAL, WIDEST) } else { USUAL };
        Terminal { colour, ascii: locale.is_some_and(|locale| !is_utf8(locale)), width }
    }

    /// The text as this terminal shows it.
    pub(super) fn show(&self, text: &str) -> String {
        let text = if github::is_here() { github::defused(text) } else { text.to_owned() };
        let text = if self.ascii { in_ascii(&text) } else { text };
        if self.colour { text.split_inclusive('\n').map(painted).collect() } else { text }
    }
}

/// Without a locale most terminals of today are, so only one that says otherwise is not.
fn is_utf8(locale: &OsStr) -> bool {
    let locale = locale.to_string_lossy().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// The same width: columns stay where they are.
fn in_ascii(text: &str) -> String {
    let replaced = |c| match c {
        '✓' => '+',
        '✗' => 'x',
        '·' => '-',
        '…' => '~',
        '–' => '-',
        '’' => '\'',
        c if c.is_ascii() => c,
        _ => '?',
    };
    text.chars().map(replaced).collect()
}

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const UNSURE: Style = AnsiColor::Yellow.on_default();
const HEAD: Style = Style::new().bold();
/// Before what is most looked for in a finding.
const LABELS: [&str; 5] = ["  where   ", "  fix     ", "  impact  ", "  sure    ", "  known   "];

/// One line, with its labels and marks in colour.
fn painted(line: &str) -> String {
    let (head, rest, style) = split(line);
    format!("{style}{}{style:#}{}", marked(head, style), marked(rest, Style::new()))
}

/// What of a line stands out, and how.
fn split(line: &str) -> (&str, &str, Style) {
    let labelled = line.find("]: ").map(|at| line.split_at(at + 1));
    if let Some((label, rest)) = labelled {
        let severity = label.split('[').next().unwrap_or_default();
        match severity {
            "critical" | "error" => return (label, rest, BAD.bold()),
            "warning" | "note" => return (label, rest, UNSURE.bold()),
            _ => {}
        }
    }
    if line.starts_with(['✓', '✗', '?', '#']) {
        let (text, end) = line.split_at(line.trim_end().len());
        return (text, end, HEAD);
    }
    let label = LABELS.iter().find(|label| line.starts_with(**label));
    let (head, rest) = line.split_at(label.map_or(0, |label| label.len()));
    (head, rest, if head.is_empty() { Style::new() } else { HEAD })
}

/// The marks in colour, within a text of that style.
fn marked(text: &str, within: Style) -> String {
    let mark =
        |text: String, (mark, style): (char, Style)| text.replace(mark, &format!("{style}{mark}{style:#}{within}"));
    [('✓', GOOD), ('✗', BAD)].into_iter().fold(text.to_owned(), mark)
}
