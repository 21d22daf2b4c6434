//! Who is told of a change: an address that takes a POST, and a command.

use std::process::Stdio;
use std::time::Duration;

use reqwest::Url;
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::State;
use crate::probe::{SuiteError, client_of};

/// A change, as `fivewhys.change/1`.
#[derive(Debug, Serialize)]
pub struct Notice<'a> {
    schema: &'static str,
    target: &'a str,
    /// RFC 3339, UTC.
    at: &'a str,
    changes: &'a [String],
    before: Option<&'a State>,
    now: &'a State,
}

/// Where notices go.
#[derive(Clone, Debug, Default)]
pub struct Recipients {
    /// Takes the notice as the JSON body of a POST.
    pub webhook: Option<Url>,
    /// A command for a shell, with the notice on its standard input.
    pub command: Option<String>,
}

/// Why a notice did not arrive. The watch goes on.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// The notice could not be written as JSON.
    #[error("the notice could not be written: {0}")]
    Json(#[from] serde_json::Error),
    /// No client could be set up.
    #[error(transparent)]
    Client(#[from] SuiteError),
    /// The webhook was not reached. Its address may hold a secret, and is not told.
    #[error("the webhook was not reached: {0}")]
    Webhook(reqwest::Error),
    /// The webhook did not take it.
    #[error("the webhook responded {0}")]
    Status(u16),
    /// The command could not be run.
    #[error("the command did not run: {0}")]
    Command(#[from] std::io::Error),
    /// The command failed, or took too long.
    #[error("the command {0}")]
    Exit(String),
}

/// For a webhook, and for a command.
const LONGEST: Duration = Duration::from_secs(30);

impl<'a> Notice<'a> {
    /// Of a change at that time.
    pub fn new(target: &'a str, at: &'a str, changes: &'a [String], before: Option<&'a State>, now: &'a State) -> Self {
        Notice { schema: "fivewhys.change/1", target, at, changes, before, now }
    }
}

impl Recipients {
    /// Tells each of them, and gives what failed.
    pub async fn tell(&self, notice: &Notice<'_>) -> Vec<NoticeError> {
        let body = match serde_json::to_string(notice) {
            Ok(body) => body,
            Err(error) => return vec![error.into()],
        };
        let mut failed = Vec::new();
        if let Some(url) = &self.webhook {
            failed.extend(post(url, body.clone()).await.err());
        }
        if let Some(command) = &self.command {
            failed.extend(run(command, notice, &body).await.err());
        }
        failed
    }
}

async fn post(url: &Url, body: String) -> Result<(), NoticeError> {
    let request = client_of(url)?.post(url.clone()).header("content-type", "application/json").body(body);
    let response = request.timeout(LONGEST).send().await.map_err(|error| NoticeError::Webhook(error.without_url()))?;
    match response.status() {
        status if status.is_success() => Ok(()),
        status => Err(NoticeError::Status(status.as_u16())),
    }
}

async fn run(command: &str, notice: &Notice<'_>, body: &str) -> Result<(), NoticeError> {
    let mut shell = Command::new("sh");
    // On Windows only the shell itself is ended.
    #[cfg(unix)]
    shell.process_group(0);
    let mut child = shell
        .args(["-c", command])
        .env("FIVEWHYS_TARGET", notice.target)
        .env("FIVEWHYS_VERDICT", notice.now.verdict.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    // What the shell has started is ended too.
    let group = Group(child.id());
    let work = async {
        if let Some(mut input) = child.stdin.take() {
            // A command that does not read it need not.
            _ = input.write_all(body.as_bytes()).await;
        }
        child.wait().await
    };
    let ended = tokio::time::timeout(LONGEST, work).await;
    if ended.is_ok() {
        // It may leave something running on purpose.
        group.leave();
    }
    match ended {
        Err(_) => Err(NoticeError::Exit(format!("took more than {} s", LONGEST.as_secs()))),
        Ok(status) => match status? {
            status if status.success() => Ok(()),
            status => Err(NoticeError::Exit(format!("ended with {status}"))),
        },
    }
}

/// A process group that ends with this.
struct Group(Option<u32>);

impl Group {
    fn leave(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let Some(id) = self.0 else { return };
        _ = std::process::Command::new("kill").args(["-TERM", "--", &format!("-{id}")]).stderr(Stdio::null()).status();
    }
}
