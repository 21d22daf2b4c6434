//! What two revisions have loaded, in every combination that decides something.

use super::*;
use crate::evidence::provenance::{Deployed, Moment, Name, Platform, Sent, VersionState};

fn version(number: &str, created: &str) -> SecretVersion {
    SecretVersion { number: Name::new(number), state: VersionState::Enabled, created: Moment::read(created) }
}

/// Version N was created on the Nth of September; the newest is version 6.
fn of_day(day: &str) -> String {
    format!("2025-09-{day:0>2}T00:00:00Z")
}

fn secret(asked: &str, loaded: Option<&str>) -> SecretReference {
    SecretReference {
        resource: Name::new("projects/4/secrets/jwt"),
        project: Some(Name::new("p")),
        secret: Name::new("jwt"),
        key: None,
        has_key: None,
        asked: Name::new(asked),
        pinned: asked != "latest",
        reread: false,
        version: loaded.map(|number| version(number, &of_day(number))),
        newest: Some(version("6", &of_day("6"))),
        listed: true,
        allowed: Some(true),
        value: None,
    }
}

fn running(since: &str, holds: Vec<Holds>) -> Running {
    let place = |(number, holds)| SecretPlace { name: Name::new(&format!("V{number}")), holds };
    let places = holds.into_iter().enumerate().map(place).collect();
    Running { name: Name::new("r"), share: None, since: Moment::read(&of_day(since)), identity: None, places }
}

fn holds(secret: SecretReference) -> Holds {
    Holds::Secret(Box::new(secret))
}

fn pinned(number: &str) -> Running {
    running("9", vec![holds(secret(number, Some(number)))])
}

/// Deployed on that day, when that version was the newest.
fn latest(day: &str, then: Option<&str>) -> Running {
    running(day, vec![holds(secret("latest", then))])
}

fn value(mark: u64, short: bool) -> ValueFacts {
    ValueFacts {
        mark,
        trimmed: mark,
        short,
        placeholder: false,
        blank_ends: false,
        quoted: false,
        byte_order_mark: false,
        zero_byte: false,
    }
}

fn literal(mark: u64, short: bool) -> Holds {
    Holds::Literal(Some(value(mark, short)))
}

#[test]
fn revisions_load_the_same_secret_another_or_it_is_not_known() {
    let other = SecretReference { resource: Name::new("projects/4/secrets/other"), ..secret("6", Some("6")) };
    let unread = SecretReference { newest: None, version: None, listed: false, ..secret("latest", None) };
    let of_value = |mark| SecretReference { value: Some(value(mark, false)), ..secret("2", Some("2")) };
    let cases = [
        ("the same number", pinned("6"), pinned("6"), Some(true)),
        ("another number", pinned("6"), pinned("3"), Some(false)),
        ("the newest, by number and by name", pinned("6"), latest("7", Some("6")), Some(true)),
        ("an older one than the newest", pinned("3"), latest("7", Some("6")), Some(false)),
        ("one that it may have loaded", pinned("3"), latest("4", Some("3")), None),
        ("older than what it can have loaded", pinned("2"), latest("4", Some("3")), Some(false)),
        ("both may have several", latest("4", Some("3")), latest("4", Some("3")), None),
        ("another secret", pinned("6"), running("9", vec![holds(other)]), Some(false)),
        ("what was not read", pinned("6"), running("9", vec![holds(unread)]), None),
        ("a source that is not known", pinned("6"), running("9", vec![Holds::Unknown]), None),
        ("a value of its own", pinned("6"), running("9", vec![literal(1, false)]), Some(false)),
        ("two equal values", running("9", vec![literal(1, false)]), running("9", vec![literal(1, false)]), Some(true)),
        ("two values", running("9", vec![literal(1, false)]), running("9", vec![literal(2, false)]), Some(false)),
        (
            "a value that is not read",
            running("9", vec![Holds::Literal(None)]),
            running("9", vec![literal(2, false)]),
            None,
        ),
        ("nothing", pinned("6"), running("9", vec![Holds::Nothing]), None),
        (
            "equal values of two versions",
            running("9", vec![holds(of_value(7))]),
            running("9", vec![literal(7, false)]),
            Some(true),
        ),
        // Some services skip a short one.
        (
            "a short value before the secret",
            pinned("6"),
            running("9", vec![literal(1, true), holds(secret("6", Some("6")))]),
            None,
        ),
        (
            "a short value before another version",
            pinned("6"),
            running("9", vec![literal(1, true), holds(secret("3", Some("3")))]),
            Some(false),
        ),
        (
            "an empty place before the secret",
            pinned("6"),
            running("9", vec![Holds::Nothing, holds(secret("6", Some("6")))]),
            Some(true),
        ),
    ];
    for (what, one, other, expected) in cases {
        assert_eq!(same_running(&one, &other), expected, "{what}");
        assert_eq!(same_running(&other, &one), expected, "{what}, the other way round");
    }
}

#[test]
fn a_file_that_is_read_again_has_the_newest() {
    let mut file = secret("latest", Some("6"));
    file.reread = true;
    assert_eq!(same_running(&pinned("6"), &running("2", vec![holds(file)])), Some(true));
}

#[test]
fn one_revision_of_several_decides_that_services_differ() {
    let of = |running: Vec<Running>| Deployed { name: Name::new("s"), running, not_ready: None, next: None };
    let both = |auth, backend| Provenance {
        platform: Platform::Kubernetes { namespace: Name::new("n") },
        services: [(Service::Auth, of(auth)), (Service::Backend, of(backend))].into(),
        gaps: Vec::new(),
        sent: Sent::default(),
    };
    assert_eq!(both(vec![pinned("6")], vec![pinned("6"), pinned("6")]).same_secret(), Some(true));
    assert_eq!(both(vec![pinned("6")], vec![pinned("6"), pinned("3")]).same_secret(), Some(false));
    assert_eq!(both(vec![pinned("6")], vec![]).same_secret(), None);
    let mut one = both(vec![pinned("6")], vec![]);
    one.services.remove(&Service::Backend);
    assert_eq!(one.same_secret(), None, "there is nothing to compare");
}
