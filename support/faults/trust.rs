//! False greens: tokens that are accepted and should not be, and verdicts that are remembered for the wrong request.

pub(super) mod authenticated_answer_cached;
pub(super) mod expired_token_accepted;
pub(super) mod forged_token_accepted;
pub(super) mod missing_token_accepted;
pub(super) mod refusal_cached;
pub(super) mod unsigned_token_accepted;
pub(super) mod wrong_user_welcomed;

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::record::Details;
use crate::diagnosis::test::{Computed, Test, accepts, given};
use crate::vocabulary::{Endpoint, Presentation, Probe, TokenKind, User};
use crate::wording::listed;

const ENDPOINTS: [Endpoint; 3] = [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket];

/// As the client presents its token at each endpoint.
fn usual(client: &Client<'_>) -> [Presentation; 3] {
    ENDPOINTS.map(|endpoint| client.usual(endpoint))
}

/// The claims of the first user's token, without a signature; there is no other unsigned one.
fn unsigned(usual: Presentation) -> Presentation {
    usual.with(TokenKind::Unsigned).by(User::First)
}

/// A 200 whose body has other fields than the one for a valid token may be a rejection (`{"errors": …}`). Only REST has no
/// field in the contract that tells.
fn has_form_of_accepted(client: &Client<'_>, presented: Presentation) -> Test {
    if presented.endpoint != Endpoint::Rest {
        return given();
    }
    Test::Computed(Computed {
        name: "the response has the same fields as the one to a valid token",
        prove: prove_same_form,
        probes: vec![presented.into(), client.rest().into()],
    })
}

fn prove_same_form(client: &Client<'_>, probes: &[Probe]) -> Proof {
    let valid = client.rest();
    let same = |probe: &Probe| client.evidence().same_form(*probe, valid.into());
    let comparable = accepts(valid).prove(client).holds();
    match comparable && probes.iter().any(|probe| same(probe) == Some(false)) {
        true => Proof::open("a response whose fields tell acceptance from rejection"),
        false => Proof::given(),
    }
}

/// Which services accept such a token, called so, for the finding's texts.
fn accepted_by(shown: &Probes, token: &str, is_such: impl Fn(TokenKind) -> bool) -> Details {
    let such = shown.iter().filter_map(|probe| probe.presented()).filter(|presented| is_such(presented.token));
    let mut services: Vec<&str> = such.map(|presented| presented.endpoint.service().title()).collect();
    services.dedup();
    let at = listed(&services);
    let headline = format!("{token} is accepted by {at}");
    Details::from([("at", at)]).headed(headline)
}

#[cfg(test)]
mod tests;
