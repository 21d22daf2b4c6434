//! Auth and the backend load the secret from different versions or sources: the reason why their secrets differ.

use super::super::keys::shares_no_secret;
use super::platform::{self, platform_differs, platform_explains};
use super::{fingerprints_differ, provenance_differs, verifier_of};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, not, not_shown};
use crate::vocabulary::{Fault, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::SecretVersionDrift,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("secret-version-drift.md"),
    symptoms: &[Symptom::RejectedLikeForged, Symptom::IssuedTokenRejected, Symptom::Unsteady],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(platform_differs, "Auth loads {auth_loads}, and the backend loads {backend_loads}."),
        Line::Always("Auth and the {verifier} name different versions or sources of their secrets."),
    ],
    whys: [
        Why(
            "Why do the secrets differ?",
            &[
                ShownIf(platform_differs, "Auth loads {auth_loads}, and the backend loads {backend_loads}."),
                ShownIf(
                    provenance_differs,
                    "Auth and the {verifier} load their secrets from different versions or sources.",
                ),
            ],
        ),
        Why(
            "Why different versions or sources?",
            &[Unknown(
                "One service may have restarted after a change, or a variable may override the shared store.",
                "the time of each restart, and the variables of both",
            )],
        ),
        Why(
            "Since when?",
            &[
                InferredIf(platform_differs, "Since the deployment of {deployed} at the latest."),
                Unknown(
                    "They may differ since the last deployment of one of the two services.",
                    "the times and settings of both deployments",
                ),
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
                Unknown(
                    "Do deployments verify that the two secrets are equal, or only that each exists?",
                    "the deploy script",
                ),
            ],
        ),
    ],
    fix: &[Line::Always(
        "auth and {verifier}: pin both to one version of one source, remove variables that override it, and restart both.",
    )],
};

/// The secrets of the services differ by provenance and by fingerprint, and a rejected token shows that it matters. Metadata of
/// the platform need no fingerprint beside them, and accuse nobody of what equal fingerprints rule out.
fn shown_by(client: &Client<'_>) -> Test {
    let consequences =
        [Fault::JwtSecretMismatch, Fault::JwtSecretAltered, Fault::JwtSecretSelfMismatch, Fault::JwtSecretStaleReplica];
    let by_fingerprint = all([provenance_differs(client), fingerprints_differ(client)]);
    let by_platform = all([platform_differs(client), not_shown(not(fingerprints_differ(client)))]);
    all([any([by_fingerprint, by_platform]), any(consequences.map(Test::Shown))])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let same = all([not(provenance_differs(client)), not_shown(platform_differs(client))]);
    any([same, not(fingerprints_differ(client)), shares_no_secret(client)])
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let mut details = platform::details(client);
    details.values.insert("verifier", verifier_of(client, shown).name().to_owned());
    details
}
