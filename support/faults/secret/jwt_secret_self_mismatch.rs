//! Auth signs with one secret and verifies with another, so it rejects the tokens that it issues.

use super::super::keys::{has_private_key, signed_by_published_key};
use super::super::other_user::other_user_rejected;
use super::super::resigned::signed_with_another;
use super::depends_on_another_property;
use super::platform::{self, platform_differs, platform_explains};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, unread_by_auth};
use crate::diagnosis::test::{
    Test, accepts, all, any, differs_from_missing, given, is, never, not, not_shown, rejects, rejects_unlike_forged,
    same, takes_token, verifies,
};
use crate::vocabulary::{Carriers, Change, Fault, Guess, Scheme, Severity, TokenKind};

pub(crate) const RECORD: Record = Record {
    fault: Fault::JwtSecretSelfMismatch,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("jwt-secret-self-mismatch.md"),
    symptoms: &[Symptom::IssuedTokenRejected, Symptom::OwnTokenRejected],
    shown_by,
    ruled_out_by,
    yields_to: &[
        Fault::ClaimMissing,
        Fault::ClaimMismatch,
        Fault::ClaimMalformed,
        Fault::AudienceMismatch,
        Fault::IssuerMismatch,
        Fault::ClockSkew,
        Fault::SigningKeyUnknown,
    ],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "Auth rejects a token that it has just issued, with and without `Bearer `. By its dates the token is valid.",
    )],
    whys: [
        Why("Why is it rejected?", &[Shown("Auth rejects its own token, raw or prefixed.")]),
        Why(
            "Which side is wrong?",
            &[
                ShownIf(auth_verifies_with_another_key, "Auth verifies with {signing} and signs with another key."),
                ShownIf(auth_verifies_with_known, "Auth verifies with {signing} and signs with another secret."),
                InferredIf(
                    backend_accepts,
                    "The backend accepts the token, so auth signs with the shared secret and verifies with another.",
                ),
                Unknown(
                    "Auth's signer or its verifier may hold the wrong secret.",
                    "`fingerprint`, or a service that verifies itself,",
                ),
            ],
        ),
        Why(
            "Why do signer and verifier differ?",
            &[
                UnknownIf(
                    auth_verifies_with_another_key,
                    "They may load their keys from different sources or at different times.",
                    "auth's settings",
                ),
                ShownIf(platform_differs, "Auth loads {auth_loads}, and the backend loads {backend_loads}."),
                Unknown("They may load the secret from different sources or at different times.", "auth's settings"),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[
                UnknownIf(
                    platform_explains,
                    "Did a gate run before the deployment of {deployed}?",
                    "the log of that deployment",
                ),
                Unknown("Does any check after a deployment validate a fresh token?", "the deployment checks"),
            ],
        ),
    ],
    fix: &[
        Line::If(
            auth_verifies_with_another_key,
            "auth: verify with the public key of the key that signs, and restart every replica.",
        ),
        Line::Always("auth: give signer and verifier one secret, restart every replica."),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    let auth = client.validation();
    let issued = match client.token() {
        TokenKind::Issued => given(),
        _ => Test::Needs("`login` in the target's file, and a token from it"),
    };
    let schemes = [Scheme::None, Scheme::Bearer].map(|scheme| rejects(client.validation_with(scheme)));
    let service = if client.settings().service { rejects(client.validation_as_backend()) } else { given() };
    all([
        issued,
        not_shown(unread_by_auth(client)),
        all(schemes),
        is_fresh(client),
        is_an_access_token(client),
        service,
        // Where auth accepts it without the proxy, the proxy changes it, or leads to another service.
        not_shown(accepts(auth.direct())),
        other_user_rejected(client, auth),
        looks_at_the_token(client),
        not_shown(any([Scheme::None, Scheme::Bearer].map(|one| rejects_unlike_forged(client.validation_with(one))))),
        is_for_the_signature(client),
        not_shown(depends_on_another_property(client, auth)),
        // What auth publishes fits its signature, so something else is rejected; or the key with which auth verifies is known.
        any([auth_verifies_with_another_key(client), not_shown(signed_by_published_key(client))]),
    ])
}

/// Re-signed with other claims the token is rejected too (`depends_on_another_property`). Without `signing`: auth tells apart why it rejects, a forged token from an
/// unsigned one, and rejects this one like the forged one. Otherwise it may be a claim, such as the audience.
fn is_for_the_signature(client: &Client<'_>) -> Test {
    let auth = client.validation();
    // With a key that auth does not know, every control is rejected, and that says nothing of auth.
    let resigned = match client.settings().private_key {
        true => auth_verifies_with_another_key(client),
        false => all([
            is(auth.changed(Change::Nothing), Property::Made),
            any([signed_as_known(client), auth_verifies_with_known(client)]),
        ]),
    };
    any([resigned, like_forged(client)])
}

fn signed_as_known(client: &Client<'_>) -> Test {
    client.token_test("the token has the signature of `signing`", |facts, _| facts.signed_as_known)
}

/// Auth tells apart why it rejects, a forged token from an unsigned one, and rejects this one like the forged one.
fn like_forged(client: &Client<'_>) -> Test {
    let schemes = [Scheme::None, Scheme::Bearer].map(|scheme| client.validation_with(scheme));
    any(schemes.map(|one| all([same(one, one.forged()), not(same(one, one.with(TokenKind::Unsigned)))])))
}

/// Controls show which of the values that were tried auth does not require. It may require another one, unless it tells the signature
/// from everything else, or accepts another signature.
fn details(client: &Client<'_>, _: &Probes) -> Details {
    let is_decided = any([like_forged(client), auth_verifies_with_known(client)]).prove(client).holds();
    let others =
        if is_decided { Vec::new() } else { vec![Fault::ClaimMissing, Fault::ClaimMismatch, Fault::AudienceMismatch] };
    Details { not_excluded: others, ..platform::details(client) }
}

/// It can be read, and says that it is a token for access, or nothing of that: auth may be right to reject another kind.
fn is_an_access_token(client: &Client<'_>) -> Test {
    let readable = client.token_test("its header and claims can be read", |facts, _| {
        Some(facts.algorithm.is_some() && !facts.claims.is_empty())
    });
    let kind = client.token_test("it is of a kind that is for access", |facts, _| Some(facts.other_kind.is_empty()));
    // Another value of that claim helps, or does not.
    let kinds =
        client.changes(client.validation()).into_iter().filter(|one| matches!(one, Change::Other(_, Guess::Access)));
    let kinds: Vec<Test> = kinds.map(|change| rejects(client.validation().changed(change))).collect();
    // What cannot be signed again was not tried.
    let no_help = if kinds.is_empty() { never() } else { all(kinds) };
    all([readable, any([kind, no_help])])
}

/// By its own dates the token is valid now.
fn is_fresh(client: &Client<'_>) -> Test {
    client.token_test("by its dates the token is valid now", |facts, settings| {
        let skew = i64::try_from(settings.skew.as_secs()).unwrap_or(i64::MAX);
        Some(!facts.has_expired() && facts.issued_ago.is_none_or(|ago| ago >= -skew))
    })
}

/// Auth responds differently to a token and to none, or accepts one that the suite signs, or the backend rejects the token too.
/// Otherwise its validation may reject every client, for instance because it requires service credentials.
fn looks_at_the_token(client: &Client<'_>) -> Test {
    let differs = differs_from_missing(client.validation());
    any([differs, auth_verifies_with_known(client), all(client.backend().into_iter().map(rejects))])
}

fn auth_verifies_with_known(client: &Client<'_>) -> Test {
    accepts(client.validation().changed(Change::Nothing))
}

/// Auth accepts the same claims once a private key has signed them with which it does not sign.
fn auth_verifies_with_another_key(client: &Client<'_>) -> Test {
    all([
        has_private_key(client),
        signed_with_another(client),
        takes_token(client.validation().changed(Change::Nothing)),
    ])
}

fn backend_accepts(client: &Client<'_>) -> Test {
    let websocket = [Carriers::HEADER, Carriers::SUBPROTOCOL].map(|carriers| client.websocket_in(carriers));
    any([client.rest()].into_iter().chain(websocket).map(accepts))
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let as_backend = all([accepts(client.validation_as_backend()), rejects(client.validation().forged())]);
    let schemes = [Scheme::None, Scheme::Bearer].map(|scheme| verifies(client.validation_with(scheme)));
    // What it does not get, it does not verify.
    any(schemes.into_iter().chain([as_backend, unread_by_auth(client)]))
}

#[cfg(test)]
mod tests;
