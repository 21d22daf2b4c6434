use serde_json::{Value, from_value, json};

use super::*;

fn revision(value: Value) -> Revision {
    from_value(value).expect("a revision")
}

#[test]
fn a_variable_a_file_and_a_sidecar_are_told_apart() {
    let revision = revision(json!({
        "containers": [
            {"env": [{"name": "JWT_SECRET", "value": "of-the-sidecar"}]},
            {
                "ports": [{"containerPort": 8080}],
                "env": [
                    {"name": "JWT_SECRET_STAGING", "valueSource": {"secretKeyRef": {"secret": "jwt", "version": "3"}}},
                    {"name": "JWT_SECRET_KEY", "value": ""},
                    {"name": "ODD", "valueSource": {"somethingNew": {}}},
                ],
                "volumeMounts": [{"name": "secrets", "mountPath": "/secrets/"}],
            },
        ],
        "volumes": [{"name": "secrets", "secret": {"secret": "projects/9/secrets/jwt", "items": [{"path": "key", "version": "latest"}]}}],
    }));
    let secret = |secret: &str, version: &str, is_file| Given::Secret {
        secret: secret.into(),
        version: version.into(),
        is_file,
    };
    assert_eq!(revision.given("JWT_SECRET_STAGING"), secret("jwt", "3", false));
    assert_eq!(revision.given("/secrets/key"), secret("projects/9/secrets/jwt", "latest", true));
    assert_eq!(revision.given("/secrets/other"), Given::Nothing);
    assert_eq!(revision.given("JWT_SECRET_KEY"), Given::Nothing, "an empty one is none");
    assert_eq!(revision.given("ODD"), Given::Unknown);
    assert_eq!(revision.given("JWT_SECRET"), Given::Literal("of-the-sidecar".into()));
}

#[test]
fn the_revisions_that_get_requests_are_those_of_the_traffic() {
    let serving = |value: Value| from_value::<Service>(value).expect("a service").serving();
    let latest = "projects/p/locations/r/services/api/revisions/api-00007-abc";
    assert_eq!(serving(json!({"latestReadyRevision": latest})), [("api-00007-abc".to_owned(), None)]);
    let split = json!({
        "latestReadyRevision": latest,
        "trafficStatuses": [
            {"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 60},
            {"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", "revision": "api-00005-old", "percent": 40},
            {"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", "revision": "api-00001-tag", "tag": "canary"},
            {"type": "A_TYPE_OF_TOMORROW", "percent": 0},
        ],
    });
    assert_eq!(serving(split), [("api-00007-abc".to_owned(), Some(60)), ("api-00005-old".to_owned(), Some(40))]);
    assert_eq!(serving(json!({})), []);
}
