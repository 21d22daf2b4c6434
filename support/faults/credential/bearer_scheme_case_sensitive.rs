//! A service accepts `Bearer` before the token and rejects `bearer`, which means the same.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, all, any, each, given, not, rejects, takes_token};
use crate::evidence::{Extracted, HttpResponse, Response};
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Fault, OtherScheme, Presentation, Probe, Scheme, Severity, TokenKind};

pub(crate) const RECORD: Record = Record {
    fault: Fault::BearerSchemeCaseSensitive,
    severity: Severity::Warning,
    severity_if: &[(login_says_bearer, Severity::Error)],
    page: include_str!("bearer-scheme-case-sensitive.md"),
    symptoms: &[Symptom::ValidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("`Bearer [TOKEN]` is accepted. `bearer [TOKEN]`, which means the same, is rejected.")],
    whys: [
        Why("Why is it rejected?", &[Shown("The service compares the scheme letter by letter with `Bearer`.")]),
        Why(
            "Where does `bearer` come from?",
            &[
                ShownIf(
                    login_says_bearer,
                    "The login returns `\"token_type\": \"bearer\"`, and a client may copy that into the header.",
                ),
                Unknown(
                    "Libraries and proxies may write `bearer`: schemes are case-insensitive (RFC 9110 §11.1).",
                    "the header that each client sends",
                ),
            ],
        ),
        Why(
            "Why is it compared letter by letter?",
            &[Unknown(
                "The code may compare `Bearer ` as text instead of parsing the scheme.",
                "the code that reads the header",
            )],
        ),
        Why("Why did nobody notice?", &[Unknown("Does any test write `bearer`?", "the tests of that service")]),
    ],
    fix: &[
        Line::If(
            login_says_bearer,
            "backend: compare the scheme case-insensitively ({at}); until then, clients: write `Bearer`, not the \
             login's `token_type`.",
        ),
        Line::Always("backend: compare the scheme case-insensitively, where the header is read ({at})."),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    let is_rejected = |usual: Presentation| all([takes_token(usual), rejects(usual.scheme(Scheme::LowerCase))]);
    each(after_bearer(client).map(|usual| all([is_rejected(usual), not_by_its_letters(client, usual)])))
}

/// Where the client writes `Bearer` before its token. REST may require another scheme.
fn after_bearer(client: &Client<'_>) -> impl Iterator<Item = Presentation> + use<> {
    let has_another = client.settings().other_schemes.contains(&OtherScheme::Bearer);
    super::in_header(client).into_iter().filter(move |usual| usual.endpoint != Endpoint::Rest || !has_another)
}

/// No other token is accepted after `bearer`. A load balancer that chooses a replica by the letters of the header sends `bearer` to
/// another one, which may reject it for its own reason. Asked only once the first one is rejected.
fn not_by_its_letters(client: &Client<'_>, usual: Presentation) -> Test {
    if !client.has_or_may_have(usual.scheme(Scheme::LowerCase), Outcome::Rejected) {
        return given();
    }
    let has_token = |user| client.nothing_was_sent() || client.evidence().token(usual.token, user).is_some();
    let other = usual.user.other();
    let other_user = (client.settings().users > 1 && has_token(other)).then(|| usual.by(other));
    let later = (usual.token == TokenKind::Issued && client.settings().login).then(|| usual.with(TokenKind::Second));
    let others = other_user.into_iter().chain(later).map(|other| takes_token(other.scheme(Scheme::LowerCase)));
    not(any(others))
}

/// A client that writes the word which the login gives it is rejected (RFC 6749 §5.1, §7.1).
fn login_says_bearer(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "the login calls the token a `bearer` token, in small letters",
        prove: |client, probes| {
            let named = |probe: &Probe| match &client.evidence().of(*probe)?.response {
                Response::Http(HttpResponse { extracted: Extracted::Text { token_type, .. }, .. }) => {
                    token_type.as_deref()
                }
                _ => None,
            };
            let probes: Probes = probes.iter().copied().collect();
            if probes.iter().any(|probe| named(probe) == Some("bearer")) {
                Proof::Holds(probes)
            } else {
                Proof::Fails(probes)
            }
        },
        probes: vec![Probe::Login(client.user())],
    })
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    all(after_bearer(client).map(|usual| takes_token(usual.scheme(Scheme::LowerCase))))
}

fn details(_: &Client<'_>, probes: &Probes) -> Details {
    let has = |endpoint| probes.iter().any(|probe| probe.presented().is_some_and(|one| one.endpoint == endpoint));
    let at = [("REST", Endpoint::Rest), ("upgrade", Endpoint::WebSocket)].into_iter().filter(|(_, at)| has(*at));
    let at = at.map(|(name, _)| name).collect::<Vec<_>>();
    let service = if at == ["upgrade"] { "the gateway" } else { "the backend" };
    let headline = format!("{service} accepts `Bearer` and rejects `bearer` (RFC 9110 §11.1)");
    Details::from([("at", at.join(", "))]).headed(headline)
}
