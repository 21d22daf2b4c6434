//! The keys of the issuer cannot be read: no document, another one, or no key in it.

use super::super::keys::{clients_suffer, is_asymmetric};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, given, is, not};
use crate::vocabulary::{Fault, Probe, Reading, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::SigningKeysUnreachable,
    severity: Severity::Error,
    // A verifier that was not restarted since has the keys.
    severity_if: &[(clients_suffer, Severity::Error), (|_| given(), Severity::Warning)],
    page: include_str!("signing-keys-unreachable.md"),
    symptoms: &[Symptom::KeysUnread],
    shown_by,
    ruled_out_by,
    // Where one service signs and publishes, its own failure explains both.
    yields_to: &[Fault::AuthUnreachable, Fault::AuthUnhealthy, Fault::TlsUntrusted, Fault::AccessGateInFront],
    details,
    suspects: Suspects::CheckToo,
    because: &[Line::Always("The {document} was read twice: {how}.")],
    whys: [
        Why("Why are the keys not read?", &[Shown("The {document} is not what it should be: {how}.")]),
        Why(
            "Which verifiers are affected?",
            &[
                UnknownIf(
                    clients_suffer,
                    "Perhaps the one that rejects the token. A wrong audience would get the same response.",
                    "the verifier's log",
                ),
                Inferred("None is seen. One that is restarted, or meets a new key, verifies no token any longer."),
            ],
        ),
        Why(
            "Why is it so?",
            &[Unknown(
                "A route may be missing, another environment may respond, or the address in the target file is wrong.",
                "the address that the verifiers are configured with",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any monitoring read the published keys?", "the monitoring of the issuer")],
        ),
    ],
    fix: &[Line::Always(
        "auth: serve the {document}, under the issuer that it names and with its keys; or target file: correct `keys`.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    // A token of a shared secret, or one that cannot be read, needs no keys.
    all([is_asymmetric(client), any([Probe::Discovery, Probe::Keys].map(unread_twice))])
}

fn unread_twice(document: fn(Reading) -> Probe) -> Test {
    all([Reading::First, Reading::Again].map(|reading| not(is(document(reading), Property::Readable))))
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let readable = |document: fn(Reading) -> Probe| {
        any([Reading::First, Reading::Again].map(|reading| is(document(reading), Property::Readable)))
    };
    let by_discovery = client.settings().keys.is_none_or(|keys| keys.discovery);
    let documents: &[fn(Reading) -> Probe] =
        if by_discovery { &[Probe::Discovery, Probe::Keys] } else { &[Probe::Keys] };
    any([not(is_asymmetric(client)), all(documents.iter().map(|document| readable(*document)))])
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let document = shown.iter().find(|probe| matches!(probe, Probe::Discovery(_) | Probe::Keys(_)));
    let how = document.map(|probe| client.evidence().summary(*probe)).unwrap_or_default();
    let name = match document {
        Some(Probe::Discovery(_)) => "discovery document",
        _ => "key set",
    };
    let headline = format!("the {name} of the issuer cannot be read: {how}");
    Details::from([("document", name.to_owned()), ("how", how)]).headed(headline)
}
