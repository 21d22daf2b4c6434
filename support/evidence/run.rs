//! When a check was made, for how long, and by which command. No rule looks at it.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::Described;
use crate::vocabulary::User;

/// The circumstances of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// When it began, as RFC 3339 writes it, in UTC.
    pub started: String,
    /// From its beginning to the last response.
    pub elapsed: Duration,
    /// It was ended by hand, before it was over.
    pub interrupted: bool,
    /// Users whose logins revoke the token that they had before: from then on the check presented the newest one.
    pub one_session: Vec<User>,
    /// The words of the command, its name first; empty where no command made the check.
    pub command: Vec<String>,
    /// Where the target is described; `None` where no file does.
    pub described: Option<Described>,
}

impl Run {
    /// A check that begins now.
    pub(crate) fn begins() -> Self {
        let now = humantime::format_rfc3339_seconds(SystemTime::now());
        Run { started: now.to_string(), ..Run::default() }
    }

    /// How the program is called.
    pub(crate) fn program(&self) -> &str {
        self.command.first().map_or(env!("CARGO_PKG_NAME"), String::as_str)
    }
}
