//! `fivewhys watch`: what has changed, until a signal ends it.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use clap::Args;
use reqwest::Url;
use tokio::time::Instant;

use super::config::ConfigArgs;
use super::progress;
use super::rate::{duration, share};
use super::{CliError, Exit, print};
use crate::input::InputError;
use crate::rate::{Options, USUAL_OBJECTIVE};
use crate::target::{self, Target, is_loopback};
use crate::watch::{Metrics, Notice, Recipients, State, look};

#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    /// A target of the target file; without it, its only target [env: FIVEWHYS_TARGET=]
    target: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
    /// From the beginning of one check to that of the next: at least a minute, except on this machine
    #[arg(long, default_value = "5m", value_name = "DURATION", value_parser = duration)]
    every: Duration,
    /// The success rate that is too low, between 0 and 1
    #[arg(long, default_value_t = USUAL_OBJECTIVE, value_parser = share)]
    objective: f64,
    /// Check only, and measure no success rate
    #[arg(long)]
    without_rate: bool,
    /// Serve OpenMetrics at `/metrics` of this address of this machine, such as `127.0.0.1:9464`
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// POST each change to this address, as JSON
    #[arg(long, value_name = "URL", env = "FIVEWHYS_WEBHOOK", hide_env_values = true)]
    webhook: Option<String>,
    /// Run this with `sh -c` at each change, with the change as JSON on its standard input
    #[arg(long, value_name = "COMMAND")]
    on_change: Option<String>,
}

/// The shortest time between two checks of what is not on this machine.
const SHORTEST: Duration = Duration::from_secs(60);

/// What was validated.
pub(super) struct Watch {
    target: Target,
    options: Option<Options>,
    recipients: Recipients,
    every: Duration,
    listen: Option<SocketAddr>,
}

impl WatchArgs {
    /// Reads every input; nothing is sent.
    ///
    /// # Errors
    /// At the first argument, file or variable that is wrong.
    pub(super) fn validate(self) -> Result<Watch, CliError> {
        let name = self.config.target_name(self.target.as_deref())?;
        let environment = |variable: &str| std::env::var_os(variable);
        let target = target::select(&self.config.read()?, &name, &environment)?;
        if self.every < SHORTEST && !target.addresses().all(is_loopback) {
            return Err(InputError::new("`--every` is at least 1m outside this machine").into());
        }
        if self.listen.is_some_and(|address| !address.ip().is_loopback()) {
            return Err(InputError::new("`--listen` takes an address of this machine only")
                .help("write `127.0.0.1:9464` or `[::1]:9464`")
                .into());
        }
        let webhook = self.webhook.filter(|url| !url.is_empty()).map(|url| webhook(&url)).transpose()?;
        let options = Options { objective: self.objective, ..Options::usual(&target) };
        let options = (target.load && !self.without_rate && !options.legs.is_empty()).then_some(options);
        let recipients = Recipients { webhook, command: self.on_change };
        Ok(Watch { target, options, recipients, every: self.every, listen: self.listen })
    }
}

/// The address may hold a secret, and is not repeated.
fn webhook(text: &str) -> Result<Url, InputError> {
    let wrong =
        || InputError::new("`--webhook` is not an address").help("write `https://…`, or `http://` of this machine");
    let url: Url = text.parse().map_err(|_| wrong())?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(wrong()),
    }
}

impl Watch {
    /// Until a signal ends it.
    ///
    /// # Errors
    /// When the suite itself fails.
    pub(super) async fn run(self) -> Result<Exit, CliError> {
        let Watch { target, options, recipients, every, listen } = self;
        let mut interrupt = progress::interrupt()?;
        let metrics = Metrics::default();
        let served = match listen {
            Some(address) => Some(metrics.serve(address).await.map_err(|error| {
                InputError::new(format!("cannot listen at {address}: {error}")).help("`--listen` names another port")
            })?),
            None => None,
        };
        let rate = if options.is_some() { "a check and a success rate" } else { "a check" };
        say!("watching {}: {rate} every {}; Ctrl-C ends it", target.name, humantime::format_duration(every));
        if let Some((address, _)) = &served {
            say!("metrics at http://{address}/metrics");
        }
        let mut before: Option<State> = None;
        loop {
            let next = Instant::now() + every;
            let Some(found) = look(&target, options.as_ref(), &interrupt).await? else { break };
            metrics.update(&target.name, &found);
            let changes = found.state.changes(before.as_ref());
            if !changes.is_empty() {
                let at = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
                changes.iter().try_for_each(|change| print(&format!("{at}  {}  {change}\n", target.name)))?;
                let notice = Notice::new(&target.name, &at, &changes, before.as_ref(), &found.state);
                tokio::select! {
                    failed = recipients.tell(&notice) => failed.iter().for_each(|error| say!("warning: {error}")),
                    _ = interrupt.changed() => break,
                }
            }
            before = Some(found.state);
            tokio::select! {
                () = tokio::time::sleep_until(next) => {}
                _ = interrupt.changed() => break,
            }
        }
        if let Some((_, task)) = served {
            task.abort();
        }
        Ok(Exit::Healthy)
    }
}
