//! Where a person has described the target: what a report points at, and no rule looks at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::vocabulary::Service;
use crate::wording::is_printable;

/// In lines.
const LONGEST_FILE: usize = 10_000_000;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Described {
    /// Its path, relative to the folder that the check was made in.
    pub file: String,
    /// The line, from 1, at which the target begins.
    pub line: usize,
    /// The line at which the address of a service stands.
    #[serde(default)]
    pub addresses: BTreeMap<Service, usize>,
}

impl Described {
    /// As this suite writes it: a file below the folder of the check, and lines that a file can have.
    pub(crate) fn is_within(&self) -> bool {
        let is_step = |part: &str| !matches!(part, "" | "." | "..") && part.chars().all(is_printable);
        let is_line = |line: &usize| (1..=LONGEST_FILE).contains(line);
        self.file.split('/').all(is_step) && is_line(&self.line) && self.addresses.values().all(is_line)
    }

    /// The line that says most of this service.
    pub fn line_of(&self, service: Service) -> usize {
        self.addresses.get(&service).copied().unwrap_or(self.line)
    }
}
