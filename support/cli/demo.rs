//! `fivewhys demo`: an embedded deployment with a fault, diagnosed before the reader's eyes.

use clap::Args;

use super::check::observed;
use super::terminal::Terminal;
use super::{CliError, Exit, print, program};
use crate::mock;
use crate::report::{Format, Told, render_wide};
use crate::scenario::Scenario;

/// The incident that this suite was written for.
const INCIDENT: &str = "secret/jwt-secret-mismatch";

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// The scenario; `fivewhys scenarios` lists them
    #[arg(default_value = INCIDENT)]
    scenario: String,
    /// Add every probe, and every fault that is ruled out or not tested
    #[arg(long, short, help_heading = "Report")]
    verbose: bool,
}

impl DemoArgs {
    /// Ends with success where the diagnosis is what the scenario expects.
    ///
    /// # Errors
    /// When the scenario is unknown, or the suite itself fails.
    pub(super) async fn run(self, terminal: &Terminal) -> Result<Exit, CliError> {
        let scenario = Scenario::find(&self.scenario)?;
        let running = mock::start(&scenario.deployment(), &scenario.target).await?;
        // What is embedded is gone when this ends, so no command checks it again.
        let checked = observed(&running.target()?, false, vec![program::name()]).await?;
        let format = if self.verbose { Format::Verbose } else { Format::Text };
        let report = render_wide(format, terminal.width, &Told::check(&checked.evidence, &checked.diagnosis));
        let differs = scenario.expect.differs_from(&checked.diagnosis);
        let told = match &differs {
            None => "This is the diagnosis that the scenario expects.".to_owned(),
            Some(differs) => format!("The diagnosis is not the scenario's: {differs}."),
        };
        print(&terminal.show(&format!("{}: {}\n\n{report}\n{told}\n", self.scenario, scenario.title)))?;
        Ok(if differs.is_none() { Exit::Healthy } else { Exit::InternalError })
    }
}
