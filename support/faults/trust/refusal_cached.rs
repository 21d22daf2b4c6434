//! The backend, or a cache before it, remembers a rejection and repeats it after auth accepts the token.

use crate::diagnosis::client::Client;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why, no_details};
use crate::diagnosis::symptom::{Symptom, auth_accepts};
use crate::diagnosis::test::{Test, accepts, all, any, given};
use crate::faults::resigned::later_ones_are_accepted;
use crate::vocabulary::{Endpoint, Fault, Presentation, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::RefusalCached,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("refusal-cached.md"),
    symptoms: &[
        Symptom::RejectedLikeForged,
        Symptom::RejectedUnlikeForged,
        Symptom::RejectedLikeMissing,
        Symptom::UsersDiffer,
    ],
    shown_by,
    ruled_out_by,
    // It names the secret with which the token is not signed.
    yields_to: &[Fault::JwtSecretMismatch],
    details: no_details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("{valid} The backend rejects it. The backend accepts later tokens of the same user.")],
    whys: [
        Why(
            "Why is it rejected?",
            &[Shown("Only this token is rejected: later tokens of the same user are accepted.")],
        ),
        Why("Is the token valid?", &[Shown("{valid}")]),
        Why(
            "Why does the backend reject it?",
            &[Unknown(
                "A rejection from an earlier moment may be cached, in the backend or before it.",
                "the caches of the backend, and before it",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test send a rejected token again, instead of a new one?", "the tests of the backend")],
        ),
    ],
    fix: &[Line::Always(
        "backend: cache accepted tokens only, or rejections for a few seconds, and never a rejection that an error \
         caused.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    let [user, other_user] = [client.user(), client.user().other()];
    let later_of = |usual: Presentation, user| later_ones_are_accepted(client, usual.by(user));
    // Of two replicas of auth only one may accept the token. Where auth validates nothing, its login says as much as can be known.
    let validates = client.evidence().is_there(Endpoint::Validation);
    let accepted_by_auth = |user| if validates { accepts(client.validation().by(user)) } else { given() };
    let later = client.backend().into_iter().map(|usual| later_of(usual, user));
    let own = all([auth_accepts(client), accepted_by_auth(user), any(later)]);
    if client.settings().users < 2 {
        return own;
    }
    // Where the own token is rejected too, the other one tells nothing more.
    let other = client.backend().into_iter().map(|usual| all([accepts(usual), later_of(usual, other_user)]));
    any([own, all([accepted_by_auth(other_user), any(other)])])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let users = [client.user(), client.user().other()].into_iter().take(client.settings().users.max(1));
    all(users.flat_map(|user| client.backend().into_iter().map(move |usual| accepts(usual.by(user)))))
}

#[cfg(test)]
mod tests;
