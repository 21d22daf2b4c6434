//! Three-valued reasoning (Kleene): what the evidence says of a statement, with the probes that say it. What was not seen
//! leaves a statement open, so taking evidence away can never turn one answer into its opposite.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::vocabulary::Probe;

/// The probes that show something.
pub(crate) type Probes = BTreeSet<Probe>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    Holds(Probes),
    Fails(Probes),
    /// The evidence does not say; each of these would.
    Open(BTreeSet<Need>),
}

/// What would close an open question. Put into words only for a report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// A usable response to that probe.
    Response(Probe),
    Other(Cow<'static, str>),
}

impl From<&'static str> for Need {
    fn from(text: &'static str) -> Self {
        Need::Other(text.into())
    }
}

impl From<String> for Need {
    fn from(text: String) -> Self {
        Need::Other(text.into())
    }
}

impl Proof {
    /// True of every deployment that is looked at in this way; nothing needs to be seen for it.
    pub(crate) fn given() -> Self {
        Proof::Holds(Probes::new())
    }

    pub(crate) fn open(needs: impl Into<Need>) -> Self {
        Proof::Open(BTreeSet::from([needs.into()]))
    }

    pub(crate) fn and(self, other: Proof) -> Self {
        match (self, other) {
            (Proof::Fails(probes), _) | (_, Proof::Fails(probes)) => Proof::Fails(probes),
            (Proof::Holds(one), Proof::Holds(other)) => Proof::Holds(joined(one, other)),
            (Proof::Open(one), Proof::Open(other)) => Proof::Open(joined(one, other)),
            (Proof::Open(needs), _) | (_, Proof::Open(needs)) => Proof::Open(needs),
        }
    }

    /// Where both hold, the first is cited.
    pub(crate) fn or(self, other: Proof) -> Self {
        match (self, other) {
            (Proof::Holds(probes), _) | (_, Proof::Holds(probes)) => Proof::Holds(probes),
            (one, other) => one.negated().and(other.negated()).negated(),
        }
    }

    pub(crate) fn negated(self) -> Self {
        match self {
            Proof::Holds(probes) => Proof::Fails(probes),
            Proof::Fails(probes) => Proof::Holds(probes),
            open => open,
        }
    }

    /// The first that fails decides; what comes after it is not looked at.
    pub(crate) fn all(proofs: impl IntoIterator<Item = Proof>) -> Self {
        let mut all = Proof::given();
        for proof in proofs {
            all = all.and(proof);
            if matches!(all, Proof::Fails(_)) {
                break;
            }
        }
        all
    }

    /// Holds where one of them does, and cites the first that does; what comes after it is not looked at.
    pub(crate) fn first(proofs: impl IntoIterator<Item = Proof>) -> Self {
        let mut first = Proof::Fails(Probes::new());
        for proof in proofs {
            first = first.or(proof);
            if first.holds() {
                break;
            }
        }
        first
    }

    /// Holds where one of them does, and cites each that does: for a fault that is told of each endpoint.
    pub(crate) fn any(proofs: impl IntoIterator<Item = Proof>) -> Self {
        let (holding, others): (Vec<_>, Vec<_>) = proofs.into_iter().partition(Proof::holds);
        match holding.is_empty() {
            false => Proof::all(holding),
            true => Proof::first(others),
        }
    }

    /// Holds unless this is shown: an alternative that would explain the same evidence, where lacking the means to test it
    /// does not count against the conclusion. What is shown opens the question; it rules nothing out.
    pub(crate) fn not_shown(self) -> Self {
        if self.holds() { Proof::open(NO_ALTERNATIVE) } else { Proof::given() }
    }

    /// What fails because nothing was looked at is open.
    pub(crate) fn or_open(self, needs: impl FnOnce() -> Need) -> Self {
        match self {
            Proof::Fails(probes) if probes.is_empty() => Proof::open(needs()),
            proof => proof,
        }
    }

    pub(crate) fn holds(&self) -> bool {
        matches!(self, Proof::Holds(_))
    }
}

const NO_ALTERNATIVE: &str = "a response that no other cause explains";

fn joined<T: Ord>(mut one: BTreeSet<T>, mut other: BTreeSet<T>) -> BTreeSet<T> {
    one.append(&mut other);
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_tables_of_kleene() {
        let (yes, no, open) = (Proof::given(), Proof::given().negated(), Proof::open("more"));
        assert_eq!(yes.clone().and(open.clone()), open);
        assert_eq!(no.clone().and(open.clone()), no);
        assert_eq!(yes.clone().or(open.clone()), yes);
        assert_eq!(no.clone().or(open.clone()), open);
        assert_eq!(open.clone().negated(), open);
        assert_eq!(Proof::any([no.clone(), open.clone()]), open);
        assert_eq!(Proof::any([open, yes.clone(), no]), yes);
    }

    #[test]
    fn what_fails_is_open_only_where_nothing_was_looked_at() {
        let seen = Proof::Fails([Probe::Watch].into());
        assert_eq!(seen.clone().or_open(|| "more".into()), seen);
        assert_eq!(Proof::Fails(Probes::new()).or_open(|| "more".into()), Proof::open("more"));
        assert_eq!(Proof::given().or_open(|| "more".into()), Proof::given());
    }
}
