//! `fivewhys serve`: a deployment on loopback until somebody ends it.

use std::fs;
use std::io::Write;
use std::path::Path;

use tokio::signal::unix::{SignalKind, signal};

use super::{Exit, Failure, print};
use crate::deployment::VisibleSettings;
use crate::input::Mistake;
use crate::mock;
use crate::scenario::Scenario;

pub async fn run(scenario: Option<&str>, file: Option<&Path>) -> Result<Exit, Failure> {
    let (deployment, visible) = match scenario {
        Some(id) => Scenario::find(id).map(|scenario| (scenario.deployment(), scenario.target))?,
        None => (Default::default(), VisibleSettings::default()),
    };
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut running = mock::start(&deployment, &visible).await?;
    match file {
        Some(path) => write_at_once(path, &running.target_file)?,
        None => print(&running.target_file)?,
    }
    let config = file.map_or("FILE".into(), |path| path.display().to_string());
    say(&format!("serving; look at it with `fivewhys check local --config {config}`, end it with Ctrl-C"));
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok(Exit::Healthy),
            _ = interrupt.recv() => return Ok(Exit::Healthy),
            Some(record) = running.log.recv() => say(&record),
        }
    }
}

/// Nobody may be listening any more, and that ends no deployment.
fn say(text: &str) {
    _ = writeln!(std::io::stderr(), "{text}");
}

/// Complete at once: whoever waits for the file must not read half of it. Its secrets are for its owner.
fn write_at_once(path: &Path, text: &str) -> Result<(), Mistake> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id()));
    let written = private(Path::new(&beside), text).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What could not be put in place must not be left lying beside it.
        _ = fs::remove_file(&beside);
    }
    written.map_err(|error| Mistake::new(format!("cannot write to `{}`: {error}", path.display())))
}

fn private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}
