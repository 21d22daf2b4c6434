//! Answers of one evidence as words, side by side: each is taken apart once, and only if somebody asks.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::probe::Part;
use super::words::{self, Parts, Words};
use super::{Credential, Evidence, Probe, Twist};

pub struct Comparison<'a> {
    evidence: &'a Evidence,
    words: RefCell<BTreeMap<Probe, Option<Rc<Words>>>>,
    /// Whether two have the same words, once that is known.
    same: RefCell<BTreeMap<(Probe, Probe), Option<bool>>>,
    varying: RefCell<BTreeMap<Part, Option<Rc<Parts>>>>,
}

impl<'a> Comparison<'a> {
    pub fn new(evidence: &'a Evidence) -> Self {
        Comparison { evidence, words: RefCell::default(), same: RefCell::default(), varying: RefCell::default() }
    }

    /// Whether two probes were answered in the same words: the same status and body after removing what varies from one
    /// request to the next. `None` where one of them got no answer, or where the difference may be chance.
    pub fn same_words(&self, one: Probe, other: Probe) -> Option<bool> {
        if let Some(known) = self.same.borrow().get(&(one, other)) {
            return *known;
        }
        let same = self.compare(one, other);
        self.same.borrow_mut().insert((one, other), same);
        same
    }

    fn compare(&self, one: Probe, other: Probe) -> Option<bool> {
        let (words, others) = (self.words(one)?, self.words(other)?);
        words::same(&words, &others, self.varying(one).as_deref())
    }

    fn words(&self, probe: Probe) -> Option<Rc<Words>> {
        if let Some(known) = self.words.borrow().get(&probe) {
            return known.clone();
        }
        let observation = self.evidence.of(probe);
        let words = observation.and_then(|observation| observation.seen.words(&self.evidence.settings)).map(Rc::new);
        self.words.borrow_mut().insert(probe, words.clone());
        words
    }

    /// What differed beside that probe where the same was asked twice and came out the same way.
    fn varying(&self, probe: Probe) -> Option<Rc<Parts>> {
        let part = probe.part()?;
        if let Some(known) = self.varying.borrow().get(&part) {
            return known.clone();
        }
        let varying = self.measure(part).map(Rc::new);
        self.varying.borrow_mut().insert(part, varying.clone());
        varying
    }

    fn measure(&self, part: Part) -> Option<Parts> {
        let twins = self.evidence.iter().filter_map(|(probe, _)| probe.repeated());
        let beside = twins.filter(|(first, _)| first.part() == Some(part));
        let differing = beside.filter_map(|(first, again)| self.least_difference(first, again));
        differing.reduce(|one, other| one.into_iter().chain(other).collect())
    }

    /// Between the two answers that are most alike: where there is a third, one may be from something that spoke for a while.
    fn least_difference(&self, first: Probe, again: Probe) -> Option<Parts> {
        let third = match first {
            Probe::Present(ask) if ask.credential == Credential::Missing => {
                Some(Probe::Present(ask.twisted(Twist::Again(2))))
            }
            _ => None,
        };
        let difference = |one: Probe, other: Probe| {
            let alike = self.evidence.reading(one) == self.evidence.reading(other);
            Some(words::differing(&*self.words(one)?, &*self.words(other)?)).filter(|_| alike)
        };
        let pairs = [Some((first, again)), third.map(|third| (first, third)), third.map(|third| (again, third))];
        let differences = pairs.into_iter().flatten().filter_map(|(one, other)| difference(one, other));
        differences.min_by_key(Parts::len)
    }
}
