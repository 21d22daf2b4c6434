use serde_json::{Value, from_value, json};

use super::*;

fn pod(spec: Value) -> Pod {
    from_value(json!({"spec": spec})).expect("a pod")
}

fn key(secret: &str, key: &str, is_reread: bool) -> Key {
    Key { secret: secret.into(), key: key.into(), is_reread }
}

#[test]
fn a_variable_comes_from_a_secret_a_value_or_a_whole_secret() {
    let pod = pod(json!({"containers": [{
        "env": [
            {"name": "A", "valueFrom": {"secretKeyRef": {"name": "jwt", "key": "token"}}},
            {"name": "B", "value": "x"},
            {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "c"}}},
            {"name": "D", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "E", "value": ""},
        ],
        "envFrom": [{"secretRef": {"name": "first"}}, {"configMapRef": {"name": "settings"}}, {"prefix": "P_", "secretRef": {"name": "second"}}],
    }]}));
    assert_eq!(pod.given("A"), InPod::Secret(key("jwt", "token", false)));
    assert_eq!(pod.given("B"), InPod::Literal("x".into()));
    assert_eq!((pod.given("C"), pod.given("D")), (InPod::Public, InPod::Unknown));
    assert_eq!(pod.given("E"), InPod::Nothing, "an empty one is none, and hides what `envFrom` has");
    let last_of = InPod::LastOf(vec![key("second", "JWT", false), key("first", "P_JWT", false)]);
    assert_eq!(pod.given("P_JWT"), last_of, "the last one is stronger");
}

#[test]
fn a_file_comes_from_a_volume_and_changes_with_it_unless_it_is_mounted_alone() {
    let pod = pod(json!({
        "containers": [{"volumeMounts": [
            {"name": "all", "mountPath": "/secrets/"},
            {"name": "named", "mountPath": "/one/key.pem", "subPath": "key.pem"},
            {"name": "both", "mountPath": "/both"},
        ]}],
        "volumes": [
            {"name": "all", "secret": {"secretName": "jwt"}},
            {"name": "named", "secret": {"secretName": "other", "items": [{"key": "k", "path": "key.pem"}]}},
            {"name": "both", "projected": {"sources": [{"configMap": {"name": "c"}}, {"secret": {"name": "third", "items": [{"key": "a", "path": "b"}]}}]}},
        ],
    }));
    assert_eq!(pod.given("/secrets/token"), InPod::Secret(key("jwt", "token", true)));
    assert_eq!(pod.given("/one/key.pem"), InPod::Secret(key("other", "k", false)));
    assert_eq!(pod.given("/both/b"), InPod::Secret(key("third", "a", true)));
    assert_eq!(pod.given("/elsewhere"), InPod::Nothing);
}
