//! Where a person has described the target: what a report points at, and no rule looks at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::vocabulary::Service;

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
    /// The line that says most of this service.
    pub fn line_of(&self, service: Service) -> usize {
        self.addresses.get(&service).copied().unwrap_or(self.line)
    }
}
