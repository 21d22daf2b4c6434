//! `fivewhys scenarios`: the ids and titles of the embedded scenarios.

use super::{CliError, Exit, print};
use crate::input::InputError;
use crate::scenario::{self, Scenario};

/// Prints one line for each scenario.
///
/// # Errors
/// When a scenario does not parse, or the text cannot be written.
pub(super) fn run() -> Result<Exit, CliError> {
    let width = scenario::ids().map(str::len).max().unwrap_or_default();
    let lines = scenario::ids().map(|id| Ok(format!("{id:width$}  {}\n", Scenario::find(id)?.title)));
    print(&lines.collect::<Result<String, InputError>>()?)?;
    Ok(Exit::Healthy)
}
