//! Every answer of one evidence as words, side by side: each is taken apart once, however often it is compared.

use std::collections::BTreeMap;

use super::words::{self, Parts, Words};
use super::{Evidence, Probe};

pub struct Comparison {
    words: BTreeMap<Probe, Words>,
    /// For each repetition that came out the same way as the first time, the parts that differed.
    varying: Vec<(Probe, Parts)>,
}

impl Comparison {
    pub fn new(evidence: &Evidence) -> Self {
        let of_probe = |probe: Probe| Some((probe, evidence.of(probe)?.seen.words(&evidence.settings)?));
        let words: BTreeMap<Probe, Words> = evidence.iter().filter_map(|(probe, _)| of_probe(probe)).collect();
        let twins = evidence.iter().filter_map(|(probe, _)| probe.repeated());
        let alike = twins.filter(|(first, again)| evidence.reading(*first) == evidence.reading(*again));
        let varying =
            alike.filter_map(|(first, again)| Some((first, words::differing(words.get(&first)?, words.get(&again)?))));
        Comparison { varying: varying.collect(), words }
    }

    /// Whether two probes were answered in the same words: the same status and body after removing what varies from one
    /// request to the next. `None` where one of them got no answer, or where the difference may be chance.
    pub fn same_words(&self, one: Probe, other: Probe) -> Option<bool> {
        let beside = self.varying.iter().filter(|(probe, _)| probe.is_beside(one)).map(|(_, parts)| parts);
        let varying: Option<Parts> = beside.cloned().reduce(|one, other| one.into_iter().chain(other).collect());
        words::same(self.words.get(&one)?, self.words.get(&other)?, varying.as_ref())
    }
}
