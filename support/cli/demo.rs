//! `fivewhys demo`: an embedded deployment with a fault, diagnosed before the reader's eyes.

use clap::Args;

use super::{CliError, Exit, print};
use crate::report::{Format, render};
use crate::scenario::Scenario;
use crate::{check, mock};

/// The incident that this suite was written for.
const INCIDENT: &str = "secret/jwt-secret-mismatch";

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// The scenario; `fivewhys scenarios` lists them
    #[arg(default_value = INCIDENT)]
    scenario: String,
    /// Add every probe, and every fault that is ruled out or not tested
    #[arg(long)]
    verbose: bool,
}

impl DemoArgs {
    /// Ends with success where the diagnosis is the scenario's.
    ///
    /// # Errors
    /// When the scenario is unknown, or the suite itself fails.
    pub(super) async fn run(self) -> Result<Exit, CliError> {
        let scenario = Scenario::find(&self.scenario)?;
        let running = mock::start(&scenario.deployment(), &scenario.target).await?;
        let checked = check::check(&running.target()?).await?;
        let format = if self.verbose { Format::Verbose } else { Format::Text };
        let report = render(format, &checked.evidence, &checked.diagnosis);
        let differs = scenario.expect.differs_from(&checked.diagnosis);
        let told = match &differs {
            None => "The diagnosis is the scenario's.".to_owned(),
            Some(differs) => format!("The diagnosis is not the scenario's: {differs}."),
        };
        print(&format!("{}: {}\n\n{report}\n{told}\n", self.scenario, scenario.title))?;
        Ok(if differs.is_none() { Exit::Healthy } else { Exit::InternalError })
    }
}
