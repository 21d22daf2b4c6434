//! What the command says of itself: its help in groups, its completions, its manual page.

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use super::{Cli, CliError, Exit, print};

/// In columns.
const WIDTH: usize = 80;

/// The commands by what they are for; a test holds them against the commands that there are.
const GROUPS: [(&str, &[&str]); 3] = [
    ("Your systems", &["check", "rate", "merge", "watch", "init", "targets"]),
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
pub(super) const RATE_EXIT_CODES: &str = "\
Exit codes:
  0  pass: the success rate is above the objective
  1  fail: it is not, or a forbidden close came
  2  a flag, a file or a variable is invalid; nothing was sent
  3  inconclusive: too few samples, or too few that were judged, or Ctrl-C
  4  the suite itself failed";
const EXAMPLES: &str = "\
Examples:
  fivewhys demo                         a report, without any target
  fivewhys check staging --dry-run      what a check would send; sends nothing
  fivewhys check staging                the check; its exit code is the verdict
  fivewhys check staging --evidence D   keep the evidence ...
  fivewhys check --from D               ... and diagnose it again
  fivewhys explain jwt-secret-mismatch  the page of a fault";

/// The command with its help.
pub(super) fn command() -> Command {
    let mut command = Cli::command().term_width(WIDTH);
    // Adds `help`, which is one of those that are listed.
    command.build();
    let groups: String = GROUPS.iter().map(|(title, names)| group(&command, title, names)).collect();
    let template = format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\n{groups}Options:\n{{options}}\n\n{EXIT_CODES}\n\n{EXAMPLES}"
    );
    Cli::command().term_width(WIDTH).help_template(template)
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
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command().after_help(format!("{EXIT_CODES}\n\n{EXAMPLES}"))).render(&mut text)?;
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
}
