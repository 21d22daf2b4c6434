//! The backend verifies tokens itself, with another secret than the one with which auth signs.

use super::super::keys::{has_private_key, is_signed, lacks_the_key};
use super::super::other_user::other_user_rejected;
use super::platform::{self, is_older_than_its_secret, platform_differs, platform_explains, values_differ};
use super::resigned::{accepted_with, signed_with_another};
use super::{
    depends_on_another_property, fingerprint_differs, fingerprints_differ, provenance_differs, same_secret_shown,
    verifier_of,
};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, auth_accepts};
use crate::diagnosis::test::{
    Test, accepts, all, any, given, never, not, not_shown, rejects, rejects_like_forged, same, takes_token, verifies,
};
use crate::vocabulary::{Carriers, Change, Fault, Presentation, Scheme, Service, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::JwtSecretMismatch,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("jwt-secret-mismatch.md"),
    symptoms: &[Symptom::RejectedLikeForged, Symptom::RejectedLikeMissing],
    shown_by,
    ruled_out_by,
    // It names the form of the secret, and one fix serves both.
    yields_to: &[Fault::JwtSecretAltered],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(
            has_other_keys,
            "A published key has signed the token. The {verifier} responds as to an unknown key, and otherwise to a forged \
             token of another published key.",
        ),
        Line::If(
            has_one_response,
            "{valid} The {verifier} gives it the response of a forged token, and accepts the same claims signed with \
             {signing}.",
        ),
        Line::If(
            fingerprints_differ,
            "{valid} The two fingerprints differ, and the {verifier} gives the token the response of a forged one, not \
             that of a missing one.",
        ),
        Line::Always(
            "{valid} The {verifier} gives it the response of a forged token, not that of a missing one, so \
         its signature is rejected.",
        ),
    ],
    whys: [
        Why(
            "Why is it rejected?",
            &[
                ShownIf(has_one_response, "The valid token gets the response of a forged one."),
                Shown("The valid token gets the response of a forged one, not that of a missing one."),
            ],
        ),
        Why(
            "Why does its signature not verify?",
            &[
                ShownIf(
                    has_other_keys,
                    "The {verifier} does not have the key that the token names. It has another one that is published too.",
                ),
                ShownIf(
                    fingerprints_differ,
                    "The fingerprints differ: auth and the {verifier} hold different secrets.",
                ),
                ShownIf(values_differ, "The values that auth and the {verifier} load were compared, and differ."),
                ShownIf(has_private_key, "The {verifier} verifies with {signing}, and auth signs with another key."),
                Shown("The {verifier} verifies with {signing}, and auth signs with another secret."),
            ],
        ),
        Why(
            "Why do the secrets differ?",
            &[
                UnknownIf(
                    has_other_keys,
                    "It may have read the keys before a rotation, and keep them.",
                    "whether it accepts the token after a restart",
                ),
                ShownIf(platform_differs, "Auth loads {auth_loads}, and the backend loads {backend_loads}."),
                InferredIf(
                    is_older_than_its_secret,
                    "Version {newest} of the secret is newer than the deployment of {stale}: a process keeps what it \
                     loaded.",
                ),
                ShownIf(
                    provenance_differs,
                    "Auth and the {verifier} name different versions or sources of the secret.",
                ),
                UnknownIf(
                    provenance_agrees,
                    "Both name the same version and source, so one may still run with an older value.",
                    "when each was started",
                ),
                Unknown(
                    "The services may have loaded different versions or sources of the secret.",
                    "the version and source of each secret",
                ),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[
                UnknownIf(
                    has_other_keys,
                    "Does any check after a rotation send a fresh token to every verifier?",
                    "the steps of the rotation",
                ),
                UnknownIf(
                    platform_explains,
                    "Did a gate run before the deployment of {deployed}?",
                    "the log of that deployment",
                ),
                Unknown(
                    "Does any check after a deployment compare the two fingerprints?",
                    "the checks after each deployment",
                ),
            ],
        ),
    ],
    fix: &[
        Line::If(
            has_other_keys,
            "{verifier}: restart it, so that it reads the published keys, and let it read them again for an unknown key.",
        ),
        Line::If(
            has_private_key,
            "{verifier}: verify with the public key of the key with which auth signs, and restart it.",
        ),
        Line::If(
            service_credentials_untested,
            "auth and {verifier}: load the same secret version and restart both. If the backend validates at auth, test \
             its service credentials first.",
        ),
        Line::If(
            provenance_agrees,
            "auth and {verifier}: restart both, so that each loads the current secret, and compare their fingerprints.",
        ),
        Line::Always(
            "auth and {verifier}: load the same version of the secret, restart both, and compare their fingerprints.",
        ),
    ],
};

/// Auth accepts the token. The backend rejects it like a forged one, and nothing but the secret explains it.
fn shown_by(client: &Client<'_>) -> Test {
    let for_its_secret = |usual: Presentation| {
        let resigned = all([takes_token(usual.changed(Change::Nothing)), not_shown(signed_as_known(client))]);
        let known = any([resigned, verifies_another_secret(client, usual)]);
        // What is accepted once it is re-signed arrives there, whatever a missing token gets. Asked where the client presents it.
        let arrives = if client.backend().contains(&usual) { known.clone() } else { never() };
        let like_forged = all([rejects(usual), same(usual, usual.forged()), arrives]);
        // Values that the operator had compared say as much as fingerprints: those of auth and the backend.
        let holder = client.settings().holder(usual.endpoint);
        let values = if holder == Service::Backend { values_differ(client) } else { never() };
        let differ = any([fingerprint_differs(holder), values]);
        let source = any([known, all([differ, only_the_secret_differs(client, usual)])]);
        let source = any([lacks_the_key(client, usual), source]);
        all([any([rejects_like_forged(usual), like_forged]), other_user_rejected(client, usual), source])
    };
    all([is_signed(client), auth_accepts(client), any(client.backend_carriers().into_iter().map(for_its_secret))])
}

fn signed_as_known(client: &Client<'_>) -> Test {
    client.token_test("the token has the signature of `signing`", |facts, _| facts.signed_as_known)
}

/// A missing token gets the response of a forged one too, and another secret is accepted.
fn has_one_response(client: &Client<'_>) -> Test {
    any(client.backend().into_iter().map(|usual| {
        let missing = Presentation::missing(usual.endpoint);
        all([rejects(usual), same(usual, missing), takes_token(usual.changed(Change::Nothing))])
    }))
}

/// Whatever it accepts once it is signed with the secret of `signing`, it verifies with that; and auth signs with another one. Of
/// public keys a verifier may have several.
fn verifies_another_secret(client: &Client<'_>, usual: Presentation) -> Test {
    if client.settings().private_key {
        return never();
    }
    all([
        signed_with_another(client),
        accepted_with(client, usual, |change| !matches!(change, Change::Nothing | Change::Secret(_))),
    ])
}

/// No other prefix is accepted, auth accepts the backend's service credentials, and no other claim, date, algorithm or length
/// helps. Asked at this endpoint: the client's token may have another claim that is rejected elsewhere.
fn only_the_secret_differs(client: &Client<'_>, usual: Presentation) -> Test {
    let schemes: &[Scheme] = match usual.carriers {
        Carriers::HEADER => &[Scheme::Twice, Scheme::None],
        Carriers::SUBPROTOCOL => &[Scheme::Bearer],
        _ => &[],
    };
    let prefix = all(schemes.iter().map(|scheme| rejects(usual.scheme(*scheme))));
    let service = if client.settings().service { accepts(client.validation_as_backend()) } else { given() };
    all([prefix, service, not_shown(depends_on_another_property(client, usual))])
}

/// The secrets are public keys, and the backend has those from before a rotation.
fn has_other_keys(client: &Client<'_>) -> Test {
    any(client.backend_carriers().into_iter().map(|usual| lacks_the_key(client, usual)))
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    any([all(client.backend().into_iter().map(verifies)), same_secret_shown(client)])
}

fn provenance_agrees(client: &Client<'_>) -> Test {
    not(provenance_differs(client))
}

/// A backend that asks auth does not use its own secret.
fn service_credentials_untested(client: &Client<'_>) -> Test {
    if client.settings().service { never() } else { fingerprints_differ(client) }
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let verifier = verifier_of(client, shown).name();
    let mut details = platform::details(client);
    details.values.insert("verifier", verifier.to_owned());
    let headline = match has_other_keys(client).prove(client).holds() {
        true => "verifies tokens with other keys than the issuer publishes",
        false if client.settings().private_key => "verifies tokens with another key than auth signs with",
        false => "verifies tokens with a different secret than auth signs with",
    };
    details.headed(format!("the {verifier} {headline}"))
}

#[cfg(test)]
mod tests;
