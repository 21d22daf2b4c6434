//! Many deployments, each started, looked at and stopped: several at a time, on every core.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use fivewhys::check::{Checked, check};
use fivewhys::deployment::{Deployment, VisibleSettings};
use fivewhys::diagnosis::Verdict;
use fivewhys::mock;
use fivewhys::report::{Format, render};
use fivewhys::vocabulary::{Fault, Severity};
use futures_util::StreamExt;

/// What a check said.
pub(crate) struct Found {
    pub confirmed: BTreeSet<Fault>,
    /// For each finding, what looks the same and is mended by the same.
    pub alike: Vec<(Fault, Vec<Fault>)>,
    pub undetermined: BTreeSet<Fault>,
    pub severities: Vec<(Fault, Severity)>,
    pub verdict: Verdict,
    pub report: String,
    /// This machine was late meanwhile, and from the times that were measured less was concluded.
    pub was_late: bool,
}

/// A machine that has time is less late.
const LATE: Duration = Duration::from_millis(50);

/// Far beyond the deadline of a check: this is for a hang, not for a duration.
const LONGEST: Duration = Duration::from_secs(120);

pub(crate) type Deployed = (Deployment, VisibleSettings);

/// What was said of each, in the same order; so many at once on each core.
pub(crate) fn all(deployments: Vec<Deployed>, width: usize) -> Vec<Found> {
    read(deployments, width, Found::of)
}

/// What is read from each check, in the same order. Those that wait longest for silence begin first.
pub(crate) fn read<T: Send>(deployments: Vec<Deployed>, width: usize, of: fn(&Checked) -> T) -> Vec<T> {
    let count = deployments.len();
    let mut numbered: Vec<_> = deployments.into_iter().enumerate().collect();
    numbered.sort_by_key(|(_, (_, visible))| visible.stays_open.is_none());
    let queue = Mutex::new(numbered.into_iter());
    let done = Mutex::new(Vec::with_capacity(count));
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| work(&queue, &done, width, of));
        }
    });
    let mut done = done.into_inner().expect("no worker panicked");
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, found)| found).collect()
}

fn work<T>(
    queue: &Mutex<impl Iterator<Item = (usize, Deployed)>>,
    done: &Mutex<Vec<(usize, T)>>,
    width: usize,
    of: fn(&Checked) -> T,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let next = || queue.lock().expect("no worker panicked").next();
    runtime.block_on(
        futures_util::stream::iter(std::iter::from_fn(next))
            .map(|(number, deployed)| async move { (number, of(&look(&deployed).await)) })
            .buffer_unordered(width)
            .for_each(|found| {
                done.lock().expect("no worker panicked").push(found);
                std::future::ready(())
            }),
    );
}

impl Found {
    pub(crate) fn of(checked: &Checked) -> Self {
        let diagnosis = &checked.diagnosis;
        let findings = || diagnosis.findings.iter();
        Found {
            confirmed: findings().map(|finding| finding.fault).collect(),
            alike: findings().map(|finding| (finding.fault, finding.not_separable_from.clone())).collect(),
            undetermined: diagnosis.undetermined.keys().copied().collect(),
            severities: findings().map(|finding| (finding.fault, finding.severity)).collect(),
            verdict: diagnosis.verdict,
            report: render(Format::Text, &checked.evidence, diagnosis),
            was_late: checked.evidence.held_up() >= LATE,
        }
    }

    /// Whether the fault is named: by itself, or as one that a finding cannot be told apart from.
    pub(crate) fn names(&self, fault: Fault) -> bool {
        self.alike.iter().any(|(found, alike)| *found == fault || alike.contains(&fault))
    }

    /// What is named beside these, or ruled out of them, if anything is.
    pub(crate) fn mistake(&self, expected: &BTreeSet<Fault>) -> Option<String> {
        let wrong = self.beside(expected);
        let is_lost = |fault: &&Fault| !self.names(**fault) && !self.undetermined.contains(fault);
        let excluded: Vec<_> = expected.iter().filter(is_lost).collect();
        let is_right = wrong.is_empty() && excluded.is_empty();
        (!is_right).then(|| format!("wrong {wrong:?}, ruled out {excluded:?}"))
    }

    /// The findings that name none of these, in either way.
    pub(crate) fn beside(&self, expected: &BTreeSet<Fault>) -> Vec<Fault> {
        let is_one = |fault: &Fault| expected.contains(fault);
        let beside = self.alike.iter().filter(|(found, alike)| !is_one(found) && !alike.iter().any(is_one));
        beside.map(|(found, _)| *found).collect()
    }
}

async fn look((deployment, visible): &Deployed) -> Checked {
    let started = tokio::time::timeout(LONGEST, mock::start(deployment, visible)).await;
    let started = started.unwrap_or_else(|_| panic!("the servers of this do not start: {deployment:?}"));
    let running = started.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    let checked = tokio::time::timeout(LONGEST, check(&target)).await;
    checked.unwrap_or_else(|_| panic!("a check of this hangs: {deployment:?}")).expect("the suite does its job")
}
