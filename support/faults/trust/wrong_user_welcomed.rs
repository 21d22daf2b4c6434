//! The gateway accepts the token, and its welcome names another user than the token's `sub`.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why, no_details};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, accepts, all, given, never, not, takes_token};
use crate::evidence::{Evidence, NamedUser};
use crate::faults::cited::cited;
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Endpoint, Fault, Presentation, Probe, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::WrongUserWelcomed,
    severity: Severity::Critical,
    severity_if: &[],
    page: include_str!("wrong-user-welcomed.md"),
    symptoms: &[Symptom::ValidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details: no_details,
    suspects: Suspects::CheckTooIf(names_somebody_unknown),
    because: &[Line::Always("The user in the welcome is not the `sub` of the presented token.")],
    whys: [
        Why("Which user is it?", &[Shown("The welcome names another user than the token's `sub`.")]),
        Why("What does that mean?", &[Inferred("The client reads and writes as that other user.")]),
        Why(
            "Where does the other user come from?",
            &[Unknown(
                "The gateway may use a session, a pool or a default instead of the token's user.",
                "the gateway's code from token to session",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Does any test compare the user of the welcome with the user of the token?",
                "the tests of the gateway",
            )],
        ),
    ],
    fix: &[
        Line::If(
            in_another_form,
            "Target file: see whether `handshake.user` is where the welcome has the token's user. If it is, gateway: \
             use the user of the verified token for the session, and close the environment until that is deployed.",
        ),
        Line::Always(
            "gateway: use the user of the verified token for the session, and close the environment until that is \
             deployed.",
        ),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    let users = client.settings().users;
    let carriers = client.backend_carriers().into_iter().filter(|one| one.endpoint == Endpoint::WebSocket);
    let carriers = carriers.flat_map(|one| [one, one.by(one.user.other())].into_iter().take(users.clamp(1, 2)));
    Test::Computed(Computed {
        name: "a welcome names another user than the token's `sub`",
        prove: |client, _| prove_another_user(client),
        probes: carriers.map(Probe::Present).collect(),
    })
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    all([accepts(client.websocket()), not(shown_by(client))])
}

/// No welcome names a user of the target, its own or the other one: each may have a form that no token has.
fn in_another_form(client: &Client<'_>) -> Test {
    if names_somebody_unknown(client.evidence()) { given() } else { never() }
}

fn names_somebody_unknown(evidence: &Evidence) -> bool {
    let mut named = evidence.iter().filter_map(|(_, seen)| seen.response.connection()?.named);
    named.all(|named| matches!(named, NamedUser::Unknown(_)))
}

/// Reads every welcome, for a user may be confused with another one at some attempts only, and one is enough.
fn prove_another_user(client: &Client<'_>) -> Proof {
    // Where a rejection may follow the welcome, only a connection that was watched shows that there was none.
    let premature = client.evidence().iter().any(|(probe, seen)| {
        seen.response.outcome(probe) == Outcome::Rejected && seen.response.connection().is_some_and(|it| it.welcomed)
    });
    let is_accepted = |one: &Presentation| {
        one.token.is_the_clients()
            && (one.attempt == Attempt::Watched || !premature)
            && takes_token(*one).prove(client).holds()
    };
    let welcomes = client.evidence().presentations().filter(is_accepted);
    let named: Vec<(Probe, bool)> =
        welcomes.map(Probe::Present).filter_map(|one| Some((one, client.evidence().names_its_user(one)?))).collect();
    let where_it_is = |its_own: bool| -> Probes {
        cited(named.iter().filter(|(_, is_its_own)| *is_its_own == its_own).map(|(probe, _)| *probe))
    };
    let (wrong, right) = (where_it_is(false), where_it_is(true));
    match (wrong.is_empty(), right.is_empty()) {
        (false, _) => Proof::Holds(wrong),
        (true, false) => Proof::Fails(right),
        (true, true) if !client.settings().names_user => Proof::open("`handshake.user` in the target's file"),
        (true, true) => Proof::open("a welcome that names its user"),
    }
}

#[cfg(test)]
mod tests;
