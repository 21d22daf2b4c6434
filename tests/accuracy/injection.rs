//! A fault, injected as its own scenario does: the file of a family that has the fault's name.

use std::collections::BTreeSet;

use fivewhys::input::Source;
use fivewhys::scenario::{self, Scenario};
use fivewhys::vocabulary::Fault;
use toml::Table;

use crate::run::Deployed;

pub(crate) struct Injection {
    pub fault: Fault,
    /// What the scenario expects: the fault, and what cannot be without it.
    pub expected: BTreeSet<Fault>,
    /// The scenario's tables.
    pub tables: Table,
}

/// One for every fault.
pub(crate) fn all() -> Vec<Injection> {
    // Other people's systems repeat what the families have.
    let families = scenario::ids().filter(|id| !id.starts_with("systems/"));
    let mut all: Vec<Injection> = families.filter_map(of_scenario).collect();
    all.sort_by_key(|injection| injection.fault);
    all
}

fn of_scenario(id: &str) -> Option<Injection> {
    let fault = id.rsplit_once('/')?.1.parse().ok()?;
    let text =
        std::fs::read_to_string(format!("{}/scenarios/{id}.toml", env!("CARGO_MANIFEST_DIR"))).expect("a scenario");
    let expected = Scenario::find(id).expect("a right scenario").expect.faults;
    Some(Injection { fault, expected, tables: text.parse().expect("TOML") })
}

impl Injection {
    pub(crate) fn deployed(&self, dialect: u64) -> Deployed {
        deployed(&self.tables, dialect)
    }
}

/// The deployment of those tables, in a dialect.
pub(crate) fn deployed(tables: &Table, dialect: u64) -> Deployed {
    let mut tables = tables.clone();
    tables.insert("response-style".into(), i64::try_from(dialect % (1 << 31)).expect("small").into());
    let source = Source::new("(merged)", tables.to_string());
    let scenario = Scenario::parse(&source).unwrap_or_else(|mistake| panic!("{mistake}"));
    (scenario.deployment(), scenario.target)
}
