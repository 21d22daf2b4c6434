//! What the command says of itself: its help in groups, its completions, its manual page.

use std::io::Write;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::{Cli, CliError, Exit, print, program};
use crate::wording::command_line;

/// In columns.
const WIDTH: usize = 80;

/// The commands by what they are for; a test holds them against the commands that there are.
const GROUPS: [(&str, &[&str]); 3] = [
    ("Your systems", &["check", "gate", "preflight", "rate", "merge", "compare", "logs", "watch", "init", "targets"]),
    ("Without a system", &["demo", "scenarios", "serve"]),
    ("Reference", &["explain", "completions", "man", "help"]),
];

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  healthy
  1  faulty: a critical fault or an error is confirmed
  2  a flag, a file or a variable is invalid; nothing was sent
  3  inconclusive: a probe failed that no finding explains, or a required
     probe was not possible or not in time, or Ctrl-C ended the check
  4  the suite itself failed";
pub(super) const GATE_EXIT_CODES: &str = "\
Exit codes:
  0  the deployment passes
  1  it does not: a fault is confirmed, or a success rate is too low
  2  a flag, a file or a variable is invalid; nothing was sent
  3  inconclusive: not shown to pass, and not shown to be faulty
  4  the suite itself failed";
pub(super) const RATE_EXIT_CODES: &str = "\
Exit codes:
  0  pass: the success rate is above the objective
  1  fail: it is not, or a forbidden close came
  2  a flag, a file or a variable is invalid; nothing was sent
  3  inconclusive: too few samples, or too few that were judged, or Ctrl-C
  4  the suite itself failed";
pub(super) const MERGE_EXIT_CODES: &str = "\
Exit codes:
  0  pass: the success rate of all parts is above the objective
  1  fail: it is not, or a forbidden close came
  2  a flag or a file is invalid, or the parts are not of one run
  3  inconclusive: a part is missing, or there are too few samples
  4  the suite itself failed";
pub(super) const WATCH_EXIT_CODES: &str = "\
Exit codes:
  0  Ctrl-C ended it, whatever it saw
  2  a flag, a file or a variable is invalid; nothing was sent
  4  the suite itself failed";
pub(super) const DEMO_EXIT_CODES: &str = "\
Exit codes:
  0  the diagnosis is the one that the scenario expects
  2  there is no such scenario
  4  it is another one, or the suite itself failed";
pub(super) const PREFLIGHT_EXIT_CODES: &str = "\
Exit codes:
  0  both services load one secret, which they can read
  1  an error in where a secret comes from, or in the secret
  2  a flag, a file or a variable is invalid; nothing was sent
  3  inconclusive: the platform did not tell, as after 403, or not in time
  4  the suite itself failed";
pub(super) const COMPARE_EXIT_CODES: &str = "\
Exit codes:
  0  nothing is worse
  1  a regression: a new fault, a verification that fails now, a success rate
     or a latency that is proven to be worse
  2  a flag or a file is invalid; nothing was compared
  3  inconclusive: no regression is proven, and the new document does not show
     all that the old one did
  4  the suite itself failed";
pub(super) const LOGS_EXIT_CODES: &str = "\
Exit codes:
  0  attempts were accepted, none failed, and all was read
  2  a flag, a file or a variable is invalid; nothing was sent
  3  attempts failed, or no record of an attempt was recognised, or not all
     could be read, as after 403 or Ctrl-C. A log alone shows no fault, so
     there is no 1: `fivewhys check` tells why
  4  the suite itself failed";
/// What to type behind the name of the program, and what that does.
const EXAMPLES: [(&str, &str); 7] = [
    ("demo", "a report, without any target"),
    ("check staging --dry-run", "what a check would send; sends nothing"),
    ("check staging", "the check; its exit code is the verdict"),
    ("check staging --evidence D", "keep the evidence ..."),
    ("check --from D", "... and diagnose it again"),
    ("rate staging", "how often valid tokens are accepted"),
    ("explain jwt-secret-mismatch", "the page of a fault"),
];

/// The command with its help.
pub(super) fn command() -> Command {
    let mut command = Cli::command().term_width(WIDTH);
    // Adds `help`, which is one of those that are listed.
    command.build();
    let groups: String = GROUPS.iter().map(|(title, names)| group(&command, title, names)).collect();
    let template = format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\n{groups}Options:\n{{options}}\n\n{EXIT_CODES}\n\nExamples:\n{}",
        examples(&program::name())
    );
    Cli::command().term_width(WIDTH).help_template(template)
}

/// With this name of the program, so that they can be pasted.
fn examples(name: &str) -> String {
    let commands = EXAMPLES.map(|(arguments, what)| (command_line([name]) + " " + arguments, what));
    let column = commands.iter().map(|(command, _)| command.chars().count()).max().unwrap_or_default() + 2;
    if column > WIDTH {
        // A path that leaves no room for arguments.
        return examples(env!("CARGO_PKG_NAME"));
    }
    let longest = commands.iter().map(|(_, what)| what.chars().count()).max().unwrap_or_default();
    let example = |(command, what): &(String, &str)| match 2 + column + longest <= WIDTH {
        true => format!("  {command:column$}{what}"),
        // A long name leaves no room beside it.
        false => format!("  {command}\n      {what}"),
    };
    commands.iter().map(example).collect::<Vec<_>>().join("\n")
}

fn group(command: &Command, title: &str, names: &[&str]) -> String {
    let about = |name: &&str| {
        let about = command.find_subcommand(name).and_then(Command::get_about);
        about.map(|about| format!("  {name:<12} {about}\n"))
    };
    let lines: String = names.iter().filter_map(about).collect();
    format!("{title}:\n{lines}\n")
}

/// Prints the completions for that shell.
///
/// # Errors
/// When the text cannot be written.
pub(super) fn completions(shell: Shell) -> Result<Exit, CliError> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command(), env!("CARGO_PKG_NAME"), &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Healthy)
}

/// Prints the manual page, in roff.
///
/// # Errors
/// When the text cannot be written.
pub(super) fn man() -> Result<Exit, CliError> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut text = Vec::new();
    let page = Man::new(command.clone());
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    for one in command.get_subcommands() {
        // The pages of the commands are parts of this one.
        let (mut part, about) = (Vec::new(), one.get_about().map(ToString::to_string).unwrap_or_default());
        Man::new(one.clone()).render_options_section(&mut part)?;
        let options = String::from_utf8_lossy(&part).replace(".SH ", ".SS ");
        let usage = format!("{} {}", env!("CARGO_PKG_NAME"), one.get_name()).to_uppercase();
        write!(text, ".SH \"{usage}\"\n{about}.\n{options}")?;
    }
    let codes = EXIT_CODES.replace("Exit codes:\n", "");
    let examples = examples(env!("CARGO_PKG_NAME")).replace('-', "\\-");
    write!(text, ".SH \"EXIT STATUS\"\n.nf\n{codes}\n.fi\n.SH EXAMPLES\n.nf\n{examples}\n.fi\n")?;
    print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Healthy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_one_group() {
        let mut all = Cli::command();
        all.build();
        let mut there: Vec<&str> = all.get_subcommands().map(Command::get_name).collect();
        let mut listed: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        there.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, there);
    }

    #[test]
    fn every_help_fits_in_eighty_columns() {
        let mut all = command();
        all.build();
        let names: Vec<String> = all.get_subcommands().map(|one| one.get_name().to_owned()).collect();
        let mut helps = vec![all.render_help().to_string(), all.render_long_help().to_string()];
        for name in names {
            let one = all.find_subcommand_mut(&name).expect("it is there");
            helps.extend([one.render_help().to_string(), one.render_long_help().to_string()]);
        }
        let wide: Vec<&str> =
            helps.iter().flat_map(|help| help.lines()).filter(|line| line.chars().count() > WIDTH).collect();
        assert!(wide.is_empty(), "{wide:#?}");
        assert!(helps[0].contains("Exit codes:") && helps[0].contains("Your systems:"), "{}", helps[0]);
    }

    #[test]
    fn examples_fit_whatever_the_program_is_called() {
        for name in ["fivewhys", "target/debug/fivewhys", "/opt/tools of the team/bin/fivewhys"] {
            let text = examples(name);
            assert!(text.contains(&format!("{} demo", command_line([name]))), "{text}");
            assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        }
    }
}
