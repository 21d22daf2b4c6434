//! `fivewhys scenarios`: the ids and titles of the embedded scenarios.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::{CliError, Exit, print};
use crate::input::InputError;
use crate::report::wrapped;
use crate::scenario::{self, Scenario};

#[derive(Debug, Args)]
pub(super) struct ScenariosArgs {
    /// Only those whose id or title contains this text
    pattern: Option<String>,
    /// The format of the list
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// The id in a line, the title below
    #[default]
    Text,
    /// A list of objects with id, title, story and faults
    Json,
}

impl ScenariosArgs {
    /// Prints the scenarios.
    ///
    /// # Errors
    /// When none is meant, a scenario does not parse, or the text cannot be written.
    pub(super) fn run(self) -> Result<Exit, CliError> {
        // Any text is matched anywhere, so a star at its end says nothing more.
        let pattern = self.pattern.unwrap_or_default().to_lowercase();
        let pattern = pattern.trim_matches('*');
        let all = scenario::ids().map(|id| Ok((id, Scenario::find(id)?)));
        let mut all = all.collect::<Result<Vec<_>, InputError>>()?;
        all.retain(|(id, scenario)| id.contains(pattern) || scenario.title.to_lowercase().contains(pattern));
        if all.is_empty() {
            return Err(InputError::unknown("scenario", pattern, scenario::ids(), "`fivewhys scenarios`").into());
        }
        print(&match self.format {
            ListFormat::Text => as_text(&all),
            ListFormat::Json => as_json(&all),
        })?;
        Ok(Exit::Healthy)
    }
}

fn as_text(all: &[(&str, Scenario)]) -> String {
    let entry = |(id, scenario): &(&str, Scenario)| format!("{id}\n{}", wrapped("    ", 4, &scenario.title));
    all.iter().map(entry).collect()
}

fn as_json(all: &[(&str, Scenario)]) -> String {
    let object = |(id, scenario): &(&str, Scenario)| json!({"id": id, "title": scenario.title, "story": scenario.story, "faults": scenario.expect.faults});
    let list: Vec<_> = all.iter().map(object).collect();
    format!("{:#}\n", serde_json::Value::from(list))
}
