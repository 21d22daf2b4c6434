//! The next commands: as this one was typed, so that they can be pasted.

use crate::evidence::Evidence;
use crate::wording::command_line;

/// The check once more; `None` where nothing is there any longer to check.
pub(super) fn again(evidence: &Evidence) -> Option<String> {
    let run = &evidence.run;
    match run.command.len() {
        0 => Some(command_line([run.program(), "check", &evidence.settings.target])),
        1 => None,
        _ => Some(command_line(run.command.iter().map(String::as_str))),
    }
}

/// The page of a fault, whose code follows.
pub(super) fn explain(evidence: &Evidence) -> String {
    command_line([evidence.run.program(), "explain"])
}
