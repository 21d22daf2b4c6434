//! Auth and the backend were given the same secret, and one of them uses it in another form.

use super::super::keys::{is_signed, shares_no_secret};
use super::super::resigned::accepted_with;
use super::platform::{self, has_blank_ends, platform_explains};
use super::{same_secret_shown, verifier_of};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, auth_accepts};
use crate::diagnosis::test::{Test, accepts, all, any, rejects, takes_token, verifies};
use crate::vocabulary::{Change, Endpoint, Fault, Presentation, Severity, TokenKind};

pub(crate) const RECORD: Record = Record {
    fault: Fault::JwtSecretAltered,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("jwt-secret-altered.md"),
    symptoms: &[Symptom::RejectedLikeForged],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(
            backend_uses_another_form,
            "The {verifier} rejects a token signed with the secret, and accepts it signed with this form of the secret: \
             {variant}.",
        ),
        Line::Always(
            "The {verifier} accepts a token signed with the secret. Auth accepts it signed with this form of the secret: \
             {variant}.",
        ),
    ],
    whys: [
        Why(
            "Why is it rejected?",
            &[Shown("The token is signed with one form of the secret and verified with another.")],
        ),
        Why(
            "Which form differs?",
            &[
                ShownIf(backend_uses_another_form, "The {verifier} verifies with this form of the secret: {variant}."),
                Shown("Auth signs with this form of the secret: {variant}."),
            ],
        ),
        Why(
            "Why do the forms differ?",
            &[
                ShownIf(has_blank_ends, "The value that {blank} loads has a blank or a line break at an end."),
                Unknown(
                    "One of them may store the value in another form, or change it as it loads it.",
                    "how each service stores and loads the secret",
                ),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[
                UnknownIf(
                    platform_explains,
                    "Did a gate, such as `fivewhys preflight --compare-payloads`, run before the deployment of {deployed}?",
                    "the log of that deployment",
                ),
                Unknown(
                    "Does any check after a deployment compare the two fingerprints?",
                    "the checks after each deployment",
                ),
            ],
        ),
    ],
    fix: &[Line::Always(
        "auth and {verifier}: store the secret without blanks, quotes, newline or encoding, load it alike in both, and \
         restart both.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    all([
        is_signed(client),
        auth_accepts(client),
        any([backend_uses_another_form(client), auth_uses_another_form(client)]),
    ])
}

/// The backend accepts a token signed with another form of the secret, and none signed with the secret itself.
fn backend_uses_another_form(client: &Client<'_>) -> Test {
    any(client.backend().into_iter().map(|usual| {
        let other_form = accepted_with(client, usual, |change| matches!(change, Change::Secret(_)));
        // There are more forms than are tried.
        let untried = Test::Needs("the two secrets side by side, for a form that is not tried");
        all([rejects(usual), rejects(usual.changed(Change::Nothing)), any([other_form, untried])])
    }))
}

/// The suite has the secret as the backend holds it, and auth accepts another form of it.
fn auth_uses_another_form(client: &Client<'_>) -> Test {
    let auth = client.validation();
    let forms = client.settings().secret_forms.iter();
    let other_form = any(forms.map(|form| takes_token(auth.changed(Change::Secret(*form)))));
    let as_given = |usual: Presentation| all([rejects(usual), takes_token(usual.changed(Change::Nothing))]);
    all([accepts(auth), other_form, any(client.backend().into_iter().map(as_given))])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    any([all(client.backend().into_iter().map(verifies)), same_secret_shown(client), shares_no_secret(client)])
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let changed = shown.iter().filter_map(|probe| probe.presented()).find_map(|presented| match presented.token {
        TokenKind::Resigned(_, Change::Secret(form)) => Some((presented.endpoint, form)),
        _ => None,
    });
    let mut details = platform::details(client);
    let verifier = verifier_of(client, shown).name();
    let Some((endpoint, form)) = changed else { return details };
    let headline = match endpoint {
        Endpoint::Validation => format!("auth signs with the {verifier}'s secret in altered form: {form}"),
        Endpoint::Rest | Endpoint::WebSocket => format!("the {verifier} holds auth's secret in altered form: {form}"),
    };
    details.values.extend([("variant", form.to_string()), ("verifier", verifier.to_owned())]);
    details.headed(headline)
}

#[cfg(test)]
mod tests;
