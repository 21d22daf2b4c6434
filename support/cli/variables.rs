//! Variables stand in for flags. A flag that is typed is stronger, and a variable that is empty says nothing: pipelines set variables
//! for all of their steps, and leave some of them empty.

use std::collections::BTreeSet;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, Id};

/// The command without the variables that are empty, and without those that contradict one of these arguments.
pub(super) fn heeded<'a>(command: Command, typed: impl IntoIterator<Item = &'a std::ffi::OsString>) -> Command {
    let without_any = each_of_both(command.clone(), |command| command.mut_args(unset));
    // An error is told when the arguments are read with their variables.
    let typed = without_any.try_get_matches_from(typed).unwrap_or_default();
    each_of_both(command, |command| {
        let typed = typed.subcommand_matches(command.get_name());
        let unheeded: BTreeSet<Id> = typed.map(|typed| contradicted(&command, typed)).unwrap_or_default();
        command.mut_args(|arg| if says_nothing(&arg) || unheeded.contains(arg.get_id()) { unset(arg) } else { arg })
    })
}

fn each_of_both(command: Command, change: impl Fn(Command) -> Command) -> Command {
    change(command).mut_subcommands(&change)
}

fn unset(arg: Arg) -> Arg {
    arg.env(None::<&'static str>)
}

/// The arguments that cannot be used with one that is typed.
fn contradicted(command: &Command, typed: &ArgMatches) -> BTreeSet<Id> {
    let is_typed = |arg: &Arg| typed.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let conflicts = |one: &Arg, other: &Arg| {
        let of_one = command.get_arg_conflicts_with(one);
        of_one.iter().any(|arg| arg.get_id() == other.get_id())
    };
    let args = || command.get_arguments();
    let contradicts =
        |one: &&Arg| args().filter(|arg| is_typed(arg)).any(|arg| conflicts(one, arg) || conflicts(arg, one));
    args().filter(|arg| !is_typed(arg)).filter(contradicts).map(|arg| arg.get_id().clone()).collect()
}

fn says_nothing(arg: &Arg) -> bool {
    let Some(value) = arg.get_env().and_then(std::env::var_os) else { return false };
    let is_switch = matches!(arg.get_action(), ArgAction::SetTrue);
    let value = value.to_string_lossy().to_lowercase();
    value.is_empty() || is_switch && ["0", "f", "false", "n", "no", "off"].contains(&value.as_str())
}
