//! A preflight as one JSON object. Scripts rely on its keys; `schema` names their version.

use serde_json::{Value, json};

use super::{commands, told, unknown};
use crate::evidence::provenance::{
    Deployed, Gap, Holds, Platform, Provenance, Running, SecretPlace, SecretReference, SecretVersion,
};
use crate::outcome::provenance::Flaw;
use crate::preflight::Preflight;
use crate::vocabulary::Service;
use crate::wording::{command_line, loads, why_unread};

/// What a check says of the platform: the same, without findings of its own.
pub(in crate::report) fn provenance(provenance: &Provenance) -> Value {
    json!({
        "platform": platform(&provenance.platform),
        "same_secret": provenance.same_secret(),
        "services": provenance.services.iter().map(|(service, deployed)| of_service(*service, deployed)).collect::<Vec<_>>(),
        "not_read": provenance.gaps.iter().map(gap).collect::<Vec<_>>(),
        "values_compared": provenance.sent.values,
    })
}

/// The whole object, which ends with a line break.
pub(crate) fn preflight_json(preflight: &Preflight<'_>) -> String {
    let provenance = preflight.provenance;
    let object = json!({
        "schema": "fivewhys.preflight/1",
        "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "target": {"name": preflight.target, "stage": preflight.stage},
        "platform": platform(&provenance.platform),
        "verdict": preflight.verdict,
        "same_secret": provenance.same_secret(),
        "findings": preflight.flaws.iter().map(|flaw| finding(preflight, flaw)).collect::<Vec<_>>(),
        "services": provenance.services.iter().map(|(service, deployed)| of_service(*service, deployed)).collect::<Vec<_>>(),
        "not_read": provenance.gaps.iter().map(gap).collect::<Vec<_>>(),
        "not_known": unknown::of(preflight),
        "requests": {
            "sent": provenance.sent.requests,
            "repeated": provenance.sent.repeated,
            "waited_ms": u64::try_from(provenance.sent.waited.as_millis()).unwrap_or(u64::MAX),
        },
        "values_compared": provenance.sent.values,
    });
    format!("{object:#}\n")
}

fn platform(platform: &Platform) -> Value {
    match platform {
        Platform::CloudRun { project, region } => json!({"kind": "cloud-run", "project": project, "region": region}),
        Platform::Kubernetes { namespace } => json!({"kind": "kubernetes", "namespace": namespace}),
    }
}

fn finding(preflight: &Preflight<'_>, flaw: &Flaw<'_>) -> Value {
    let commands = commands::of(flaw, preflight.provenance);
    json!({
        "finding": flaw.kind,
        "severity": flaw.severity,
        "what": told::what(flaw, preflight.provenance),
        "service": flaw.at.service,
        "name": flaw.at.deployed.name,
        "revision": flaw.at.running.name,
        "place": flaw.at.place.map(|place| &place.name),
        "fix": told::fix(flaw),
        "commands": commands.iter().map(|words| command_line(words.iter().map(String::as_str))).collect::<Vec<_>>(),
    })
}

fn of_service(service: Service, deployed: &Deployed) -> Value {
    json!({
        "service": service,
        "name": deployed.name,
        "running": deployed.running.iter().map(running).collect::<Vec<_>>(),
        "not_ready": deployed.not_ready,
        "next": deployed.next.as_ref().map(running),
    })
}

fn running(running: &Running) -> Value {
    json!({
        "name": running.name,
        "share": running.share,
        "since": running.since,
        "identity": running.identity,
        "loads": loads(running),
        "places": running.places.iter().map(place).collect::<Vec<_>>(),
    })
}

fn place(place: &SecretPlace) -> Value {
    let (holds, secret) = match &place.holds {
        Holds::Nothing => ("nothing", None),
        Holds::Literal(_) => ("value", None),
        Holds::Secret(secret) => ("secret", Some(of_secret(secret))),
        Holds::Unknown => ("unknown", None),
    };
    let value = place.holds.value();
    let form = value.map(|value| {
        json!({"short": value.short, "placeholder": value.placeholder, "blank_ends": value.blank_ends,
            "quoted": value.quoted, "byte_order_mark": value.byte_order_mark, "zero_byte": value.zero_byte})
    });
    json!({"place": place.name, "holds": holds, "secret": secret, "value": form})
}

fn of_secret(secret: &SecretReference) -> Value {
    json!({
        "resource": secret.resource,
        "key": secret.key,
        "asked": secret.asked,
        "pinned": secret.pinned,
        "version": secret.version.as_ref().map(version),
        "newest": secret.newest.as_ref().map(version),
        "allowed": secret.allowed,
    })
}

fn version(version: &SecretVersion) -> Value {
    json!({"number": version.number, "state": version.state, "created": version.created})
}

fn gap(gap: &Gap) -> Value {
    json!({"what": gap.what, "why": why_unread(gap), "permission": gap.permission})
}
