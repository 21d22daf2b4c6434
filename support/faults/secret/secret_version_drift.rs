//! Auth and the backend load the secret from different versions or sources: the reason why their secrets differ.

use super::super::keys::shares_no_secret;
use super::{fingerprints_differ, provenance_differs};
use crate::diagnosis::client::Client;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why, no_details};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, not};
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
    details: no_details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("Auth and the backend name different versions or sources of their secrets.")],
    whys: [
        Why(
            "Why do the secrets differ?",
            &[ShownIf(
                provenance_differs,
                "Auth and the backend load their secrets from different versions or sources.",
            )],
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
            &[Unknown(
                "They may differ since the last deployment of one of the two services.",
                "the times and settings of both deployments",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Do deployments verify that the two secrets are equal, or only that each exists?",
                "the deploy script",
            )],
        ),
    ],
    fix: &[Line::Always(
        "auth and backend: pin both to one version of one source, remove variables that override it, and restart both.",
    )],
};

/// The secrets of the services differ by fingerprint and provenance, and a rejected token shows that it matters.
fn shown_by(client: &Client<'_>) -> Test {
    let consequences =
        [Fault::JwtSecretMismatch, Fault::JwtSecretAltered, Fault::JwtSecretSelfMismatch, Fault::JwtSecretStaleReplica];
    all([provenance_differs(client), fingerprints_differ(client), any(consequences.map(Test::Shown))])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    any([not(provenance_differs(client)), not(fingerprints_differ(client)), shares_no_secret(client)])
}
