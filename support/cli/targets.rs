//! `fivewhys targets`: the targets of the target file.

use super::config::ConfigArgs;
use super::{CliError, Exit, print};
use crate::target;

/// Prints one line for each target: its name, its stage and where its backend is.
///
/// # Errors
/// When there is no valid target file, or the text cannot be written.
pub(super) fn run(config: &ConfigArgs) -> Result<Exit, CliError> {
    let targets = target::list(&config.read()?)?;
    let width = targets.iter().map(|target| target.name.len()).max().unwrap_or_default();
    let lines = targets.iter().map(|target| {
        let stage = target.stage.to_string();
        let at = [&target.backend, &target.websocket, &target.auth].into_iter().flatten().next();
        let at = at.map(ToString::to_string).unwrap_or_default();
        format!("{:width$}  {stage:10}  {at}\n", target.name)
    });
    print(&lines.collect::<String>())?;
    Ok(Exit::Healthy)
}
