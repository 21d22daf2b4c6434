//! A fault dictionary, as the diagnosis of circuits has it: every fault's own scenario, every probe, and the class of its
//! response. `fivewhys explain` reads from it which probe tells a fault from its rivals.

use std::collections::{BTreeMap, BTreeSet};

use fivewhys::check::Checked;
use fivewhys::evidence::Evidence;
use fivewhys::faults::contradicted;
use fivewhys::outcome::Outcome;
use fivewhys::vocabulary::{Attempt, Carriers, Fault, Presentation, Probe, TokenKind, User, Variation};

use crate::pairs;

/// A response, compared with those to a forged and to a missing token at the same endpoint; as a character of the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Accepted = '=' as isize,
    LikeForged = 'f' as isize,
    LikeMissing = 'm' as isize,
    OtherRejection = 'r' as isize,
    Failed = 'x' as isize,
    NotReached = '-' as isize,
}

/// The responses of one deployment.
pub(crate) struct Column {
    classes: BTreeMap<Probe, Class>,
    names: BTreeMap<Probe, String>,
    /// What the same responses show and rule out.
    pub contradicted: Vec<Fault>,
}

impl Column {
    pub(crate) fn of(checked: &Checked) -> Self {
        let evidence = &checked.evidence;
        let once = evidence.iter().map(|(probe, _)| probe).filter(|probe| is_sent_once(*probe));
        let classes: BTreeMap<Probe, Class> = once.filter_map(|probe| Some((probe, class(evidence, probe)?))).collect();
        let names = classes.keys().map(|probe| (*probe, probe.name(&evidence.settings))).collect();
        Column { names, classes, contradicted: contradicted(evidence) }
    }
}

/// Repeats get what the first attempt got, or they are of the faults that are seen by chance.
fn is_sent_once(probe: Probe) -> bool {
    probe.presented().is_none_or(|presented| presented.attempt == Attempt::First)
}

fn class(evidence: &Evidence, probe: Probe) -> Option<Class> {
    Some(match evidence.outcome(probe)? {
        Outcome::Accepted => Class::Accepted,
        Outcome::Unreached => Class::NotReached,
        Outcome::Failed | Outcome::Unexpected | Outcome::RateLimited => Class::Failed,
        Outcome::Rejected => rejection(evidence, probe),
    })
}

fn rejection(evidence: &Evidence, probe: Probe) -> Class {
    let Some(presented) = probe.presented() else { return Class::OtherRejection };
    let plain = Presentation { variation: Variation::None, attempt: Attempt::First, user: User::First, ..presented };
    let missing = Presentation { token: TokenKind::Missing, carriers: Carriers::NONE, ..plain };
    let is_like = |other: Presentation| evidence.same_response(probe, Probe::Present(other)) == Some(true);
    match (is_like(missing), is_like(plain.with(TokenKind::Forged))) {
        (true, _) => Class::LikeMissing,
        (false, true) => Class::LikeForged,
        (false, false) => Class::OtherRejection,
    }
}

/// A row for each probe, a column for each fault.
pub(crate) fn draw(columns: &[(Fault, Column)]) -> String {
    let together = pairs::together();
    let is_steady = |fault: Fault| !together.is_by_chance(fault);
    let steady = || columns.iter().filter(|(fault, _)| is_steady(*fault));
    let probes: BTreeSet<Probe> = steady().flat_map(|(_, column)| column.classes.keys().copied()).collect();
    let mut out = String::from(LEGEND);
    for (number, (fault, _)) in columns.iter().enumerate() {
        out += &format!("{:>2} {fault}\n", number + 1);
    }
    for digit in [|number: usize| number / 10, |number: usize| number % 10] {
        let digits = (1..=columns.len()).filter_map(|number| char::from_digit(digit(number) as u32, 10));
        out += &format!("\n{}", crate::matrix::in_tens(&digits.collect::<Vec<_>>()));
    }
    out.push('\n');
    for probe in probes {
        let cells = columns.iter().map(|(fault, column)| match is_steady(*fault) {
            true => column.classes.get(&probe).map_or('.', |class| class.letter()),
            false => '~',
        });
        let name = steady().find_map(|(_, column)| column.names.get(&probe)).map_or("", String::as_str);
        out += &format!("{}  {name}\n", crate::matrix::in_tens(&cells.collect::<Vec<_>>()));
    }
    out
}

const LEGEND: &str = "= accepted, f rejected like a forged token, m rejected like a missing one, r another rejection, x failed, - not reached,
. not sent, ~ differs from run to run

";

impl Class {
    fn letter(self) -> char {
        char::from(self as isize as u8)
    }
}
