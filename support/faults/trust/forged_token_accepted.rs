//! A service accepts a token whose signature was changed: it reads the claims and does not verify the signature.

use super::{ENDPOINTS, accepted_by, has_form_of_accepted};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, accepts, all, any, each, not, rejects, takes_token, verifies};
use crate::vocabulary::{Fault, Presentation, Scheme, Severity, TokenKind};

pub(crate) const RECORD: Record = Record {
    fault: Fault::ForgedTokenAccepted,
    severity: Severity::Critical,
    severity_if: &[],
    page: include_str!("forged-token-accepted.md"),
    symptoms: &[Symptom::InvalidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    because: &[Line::Always("A token whose signature was changed is accepted by {at}. A missing token is rejected.")],
    whys: [
        Why(
            "Which clients get in?",
            &[Shown("Any client can write a token and get in: a broken signature is accepted by {at}.")],
        ),
        Why(
            "Is the endpoint open?",
            &[Shown("A missing token is rejected, so the token is read and its signature is not verified.")],
        ),
        Why(
            "Why is it not verified?",
            &[Inferred("The code may decode the token without verification, or a switch for tests may be on.")],
        ),
        Why("Why did nobody notice?", &[Inferred("A test that sends only valid tokens passes.")]),
    ],
    fix: &[Line::Always(
        "{at}: verify the signature wherever a token is read, and close the environment until that is deployed.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    let forged = [client.validation()].into_iter().chain(client.backend_carriers()).map(Presentation::forged);
    each(forged.map(|forged| all([takes_token(forged), has_form_of_accepted(client, forged)])))
}

/// Rejected at every endpoint in a carrier in which the valid token is accepted: only then did it reach the verifier. And in no
/// carrier a valid one is accepted and a forged one not rejected.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let schemes = [Scheme::None, Scheme::Bearer].map(|scheme| client.validation_with(scheme));
    let all_carriers: Vec<Presentation> = schemes.into_iter().chain(client.backend_carriers()).collect();
    let at_each = ENDPOINTS
        .map(|endpoint| any(all_carriers.iter().copied().filter(|one| one.endpoint == endpoint).map(verifies)));
    let in_each =
        client.backend_carriers().into_iter().map(|usual| any([not(accepts(usual)), rejects(usual.forged())]));
    all(at_each.into_iter().chain(in_each))
}

fn details(_: &Client<'_>, shown: &Probes) -> Details {
    accepted_by(shown, |token| token == TokenKind::Forged)
}
