//! What a check would send, without sending anything: the plan is followed through a target that is only imagined, and each
//! request is built and not made.

mod imagined;

use std::collections::BTreeSet;

use crate::diagnosis::Diagnosis;
use crate::evidence::{Evidence, Observation};
use crate::faults::diagnose;
use crate::plan;
use crate::probe::{Session, SuiteError};
use crate::target::Target;
use crate::vocabulary::{Probe, TokenKind};
use imagined::World;

/// What a round is for, and its probes.
pub type Made = (&'static str, Vec<Probe>);

/// A check that was not made.
pub struct Rehearsal {
    /// The probes of a check that finds nothing wrong, by the rounds in which they are made.
    pub rounds: Vec<Made>,
    /// What is made beside them where an answer gives reason to.
    pub reasoned: Vec<Probe>,
    /// What each of them sends; what comes back is imagined.
    pub evidence: Evidence,
    /// Says what such a check could not decide.
    pub diagnosis: Diagnosis,
}

/// Nothing is sent.
///
/// # Errors
/// When the suite could not do its job in a check either.
pub fn rehearse(target: &Target) -> Result<Rehearsal, SuiteError> {
    let (rounds, mut evidence) = follow(target, World::Healthy)?;
    let diagnosis = diagnose(&evidence);
    let usual: BTreeSet<Probe> = rounds.iter().flat_map(|(_, probes)| probes).copied().collect();
    let mut reasoned = BTreeSet::new();
    for world in [
        World::BackendRefuses,
        World::EverybodyRefuses,
        World::Mixed,
        World::NoLogin,
        World::Open,
        World::Mended,
        World::Changed,
    ] {
        let (rounds, imagined) = follow(target, world)?;
        for probe in rounds.into_iter().flat_map(|(_, probes)| probes).filter(|probe| !usual.contains(probe)) {
            reasoned.insert(probe);
            imagined.of(probe).into_iter().for_each(|observation| evidence.record(probe, observation.clone()));
        }
    }
    Ok(Rehearsal { rounds, reasoned: reasoned.into_iter().collect(), evidence, diagnosis })
}

/// As a check does it, with imagined answers.
fn follow(target: &Target, world: World) -> Result<(Vec<Made>, Evidence), SuiteError> {
    let mut session = Session::new(target)?;
    let mut evidence = Evidence::new(target.settings());
    for (user, facts) in session.own_tokens() {
        evidence.describe_token(TokenKind::SelfSigned, user, facts);
    }
    let mut rounds = Vec::new();
    for (number, round) in plan::ROUNDS.iter().enumerate() {
        let mut made = Vec::new();
        let mut probes = (round.probes)(&evidence);
        probes.extend((number == plan::WATCHED && session.is_welcomed(&evidence)).then_some(Probe::Watch));
        for probe in probes {
            let Some(wire) = session.draft(probe)? else { continue };
            let seen = imagined::answer(world, probe);
            evidence.record(probe, Observation { wire: Some(Box::new(wire)), ..Observation::of(seen) });
            made.push(probe);
            match probe {
                Probe::Login(user) if world != World::NoLogin => {
                    evidence.describe_token(TokenKind::Issued, user, session.keep(user, imagined::token()?)?);
                }
                Probe::SecondLogin => session.put_aside(imagined::token()?),
                _ => {}
            }
        }
        if number == 0 {
            session.make_controls();
        }
        rounds.push((round.title, made));
    }
    rounds.retain(|(_, probes)| !probes.is_empty());
    Ok((rounds, evidence))
}
