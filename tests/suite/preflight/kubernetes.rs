//! Deployments of Kubernetes, through an API server that responds as the real one does.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::fake::Fake;
use super::{assert_valid, config, findings, ran, unwrapped};

const NAMESPACE: &str = "/api/v1/namespaces/netra";
/// The secret's values were written then.
const WRITTEN: &str = "2025-09-05T08:00:00Z";

/// Two deployments whose pods started after the secret was written.
async fn healthy() -> Fake {
    let fake = Fake::healthy().await;
    for name in ["auth", "api"] {
        let selector = json!({"matchLabels": {"app": name}});
        fake.put(
            &format!("/apis/apps/v1/namespaces/netra/deployments/{name}"),
            json!({"spec": {"selector": selector}}),
        );
    }
    put_pods(&fake, &[("auth-1", AFTER, from_key("token")), ("api-1", AFTER, from_key("token"))]);
    fake.put(&format!("{NAMESPACE}/secrets/jwt"), secret());
    fake
}

const AFTER: &str = "2025-09-06T08:00:00Z";
const BEFORE: &str = "2025-09-04T08:00:00Z";

/// The selector is in the query, so the fake responds with the pods of both, and each deployment reads all of them.
fn put_pods(fake: &Fake, pods: &[(&str, &str, Value)]) {
    let pod = |(set, started, container): &(&str, &str, Value)| {
        json!({
            "metadata": {"name": format!("{set}-x"), "ownerReferences": [{"kind": "ReplicaSet", "name": set}]},
            "spec": {"serviceAccountName": "default", "containers": [container]},
            "status": {"phase": "Running", "startTime": started},
        })
    };
    fake.put(
        &format!("{NAMESPACE}/pods"),
        json!({"kind": "PodList", "metadata": {}, "items": pods.iter().map(pod).collect::<Vec<_>>()}),
    );
}

fn from_key(key: &str) -> Value {
    json!({"env": [{"name": "JWT_SECRET", "valueFrom": {"secretKeyRef": {"name": "jwt", "key": key}}}]})
}

fn secret() -> Value {
    json!({
        "kind": "PartialObjectMetadata",
        "metadata": {
            "name": "jwt", "resourceVersion": "48213", "creationTimestamp": "2025-08-01T00:00:00Z",
            "managedFields": [
                {"manager": "kubectl", "time": WRITTEN, "fieldsV1": {"f:data": {".": {}, "f:token": {}, "f:other": {}}}},
                {"manager": "labels", "time": "2026-01-01T00:00:00Z", "fieldsV1": {"f:metadata": {}}},
            ],
        },
    })
}

async fn preflight(fake: &Fake, flags: &[&str]) -> (Option<i32>, Value, Vec<String>) {
    let platform = format!(
        "namespace = \"netra\"\napi = \"{}\"\nauth = {{ deployment = \"auth\" }}\nbackend = {{ deployment = \"api\" }}",
        fake.server.uri()
    );
    let text = ran(fake, &config(&platform), flags).await;
    assert!(text.out.lines().all(|line| line.chars().count() <= 80), "{}", text.out);
    let ran = ran(fake, &config(&platform), &[&["--format", "json"], flags].concat()).await;
    let json: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    assert_valid(&json);
    (ran.code, json, ran.requests)
}

#[tokio::test]
async fn pods_that_started_after_the_secret_was_written_pass() {
    let fake = healthy().await;
    let (code, json, requests) = preflight(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(0), Vec::new()), "{json:#}");
    assert_eq!(json["not_known"], json!([]), "the kubelet reads secrets, whatever the pods may do");
    assert!(requests.iter().all(|request| request.starts_with("GET ")), "{requests:#?}");
    let received = fake.server.received_requests().await.expect("they are recorded");
    // The token of Google Cloud is no business of another server.
    assert!(received.iter().all(|request| !request.headers.contains_key("authorization")));
    let of_secrets = received.iter().filter(|request| request.url.path().contains("/secrets/"));
    for request in of_secrets {
        let accept = request.headers["accept"].to_str().expect("a text");
        assert!(accept.contains("as=PartialObjectMetadata"), "values were asked for: {accept}");
    }
}

#[tokio::test]
async fn pods_that_are_older_than_the_secret_are_a_finding() {
    let fake = healthy().await;
    put_pods(&fake, &[("api-1", BEFORE, from_key("token"))]);
    let (code, json, _) = preflight(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(1), vec!["secret-newer-than-deployment".to_owned()]));
    assert_eq!(json["findings"][1]["commands"][0], "kubectl --namespace netra rollout restart deployment/api");
    let fix = json["findings"][1]["fix"].as_str().expect("a text");
    assert!(fix.contains("restart its pods") && !fix.contains("pin"), "there is no version to pin: {fix}");
    // A file is written again.
    let mounted = json!({"volumeMounts": [{"name": "s", "mountPath": "/secrets"}]});
    let mut pod = json!({"metadata": {}, "spec": {"containers": [mounted], "volumes": [{"name": "s", "secret": {"secretName": "jwt"}}]}});
    pod["status"] = json!({"phase": "Running", "startTime": BEFORE});
    fake.put(&format!("{NAMESPACE}/pods"), json!({"items": [pod]}));
    let files = "secret-sources = [\"/secrets/token\"]";
    let platform = format!(
        "namespace = \"netra\"\napi = \"{}\"\nauth = {{ deployment = \"auth\", {files} }}\nbackend = {{ deployment = \"api\", {files} }}",
        fake.server.uri()
    );
    let ran = ran(&fake, &config(&platform), &[]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.out);
}

#[tokio::test]
async fn two_sets_of_pods_with_two_keys_are_a_drift() {
    let fake = healthy().await;
    put_pods(&fake, &[("api-1", AFTER, from_key("token")), ("api-2", AFTER, from_key("other"))]);
    let (code, json, _) = preflight(&fake, &[]).await;
    assert_eq!(
        (code, findings(&json)),
        (Some(1), vec!["revisions-differ".to_owned(), "secret-version-drift".to_owned()])
    );
}

/// A deployment of that name, of which the pods that run are of an older template.
fn put_template(fake: &Fake, name: &str, status: Value, container: Value) {
    let spec = json!({"selector": {"matchLabels": {"app": name}}, "replicas": 1, "template": {"spec": {"containers": [container]}}});
    let whole = json!({"metadata": {"generation": 2}, "spec": spec, "status": status});
    fake.put(&format!("/apis/apps/v1/namespaces/netra/deployments/{name}"), whole);
}

#[tokio::test]
async fn a_template_that_is_not_rolled_out_yet_is_looked_at() {
    let rolled_out = json!({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1});
    let paused = json!({"observedGeneration": 2, "replicas": 1});
    let fake = healthy().await;
    put_template(&fake, "api", rolled_out, from_key("other"));
    let (code, json, _) = preflight(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(0), Vec::new()), "its pods are those that run: {json:#}");
    put_template(&fake, "api", paused.clone(), from_key("other"));
    let (code, json, _) = preflight(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(1), vec!["secret-version-drift".to_owned()]), "{json:#}");
    put_template(&fake, "api", paused.clone(), from_key("token"));
    let (code, json, _) = preflight(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(0), Vec::new()), "{json:#}");
    let literal = json!({"env": [{"name": "JWT_SECRET", "value": format!("{}-0123456789012345678901234567", super::fake::VALUE)}]});
    put_template(&fake, "api", paused, literal);
    let (code, json, _) = preflight(&fake, &[]).await;
    assert_eq!(code, Some(1), "{json:#}");
    assert!(findings(&json).contains(&"environment-fallback".into()), "{json:#}");
}

/// What a person pastes works, and shows no value: neither that of a secret nor that of a variable.
#[tokio::test]
async fn the_commands_of_kubectl_show_no_value() {
    let fake = healthy().await;
    let mut commands = Vec::new();
    let literal = json!({"env": [{"name": "JWT_SECRET", "value": format!("{}-0123456789012345678901234567", super::fake::VALUE)}]});
    for container in [from_key("nokey"), from_key("other"), literal, json!({})] {
        put_pods(&fake, &[("api-1", AFTER, from_key("token")), ("api-2", AFTER, container)]);
        let (_, json, _) = preflight(&fake, &[]).await;
        for finding in json["findings"].as_array().expect("findings") {
            let all = finding["commands"].as_array().expect("commands").iter();
            commands.extend(all.map(|command| command.as_str().expect("a text").to_owned()));
        }
    }
    let begins = ["rollout ", "set env ", "describe secret ", "get secrets", "get deployment/"];
    for command in &commands {
        let words = command.strip_prefix("kubectl --namespace netra ").unwrap_or_else(|| panic!("{command}"));
        assert!(begins.iter().any(|begin| words.starts_with(begin)), "{command}");
        assert!(!words.contains("yaml") && !words.contains("json ") && !words.ends_with("json"), "{command}");
        assert!(!words.starts_with("get deployment/") || words.contains("jsonpath={..secretKeyRef}"), "{command}");
    }
    assert!(commands.len() > 4, "{commands:#?}");
}

#[tokio::test]
async fn a_missing_key_is_told_apart_from_a_missing_secret() {
    let fake = healthy().await;
    put_pods(&fake, &[("api-1", AFTER, from_key("nokey"))]);
    let (code, json, _) = preflight(&fake, &[]).await;
    assert_eq!((code, &json["findings"][0]["finding"]), (Some(1), &"secret-version-unusable".into()));
    assert_eq!(json["findings"][0]["what"], "the secret `jwt` has no key `nokey`");
    let body = json!({"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404});
    fake.then(&format!("{NAMESPACE}/secrets/jwt"), &[ResponseTemplate::new(404).set_body_json(body)]);
    let (_, json, _) = preflight(&fake, &[]).await;
    assert_eq!(json["findings"][0]["what"], "there is no secret `jwt`");
}

#[tokio::test]
async fn a_whole_secret_as_variables_is_looked_into_by_the_names_of_its_keys() {
    let fake = healthy().await;
    let from = |names: &[&str]| {
        let all = names.iter().map(|name| json!({"secretRef": {"name": name}})).collect::<Vec<_>>();
        json!({"envFrom": all})
    };
    let mut with_key = secret();
    with_key["metadata"]["managedFields"][0]["fieldsV1"] = json!({"f:data": {"f:JWT_SECRET": {}}});
    fake.put(&format!("{NAMESPACE}/secrets/vars"), with_key);
    put_pods(&fake, &[("api-1", AFTER, from(&["vars", "jwt", "not-there"]))]);
    let (code, json, _) = preflight(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(0), Vec::new()), "{json:#}");
    assert_eq!(json["services"][0]["running"][0]["places"][2]["secret"]["resource"], "namespaces/netra/secrets/vars");
}

#[tokio::test]
async fn values_are_compared_where_the_operator_asks_for_it() {
    use base64::Engine;
    let fake = healthy().await;
    let value = |text: &str| base64::engine::general_purpose::STANDARD.encode(format!("{}-{text}", super::fake::VALUE));
    let mut with_values = secret();
    with_values["data"] =
        json!({"token": value("0123456789012345678901234567\n"), "other": value("0123456789012345678901234567")});
    fake.put(&format!("{NAMESPACE}/secrets/jwt"), with_values);
    let (code, json, _) = preflight(&fake, &["--compare-payloads"]).await;
    assert_eq!((code, findings(&json)), (Some(1), vec!["secret-malformed".to_owned()]), "{json:#}");
}

#[tokio::test]
async fn what_may_not_be_read_leaves_the_verdict_open() {
    let fake = healthy().await;
    let body = json!({"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403, "message": super::fake::CANARY});
    fake.then(&format!("{NAMESPACE}/secrets/jwt"), &[ResponseTemplate::new(403).set_body_json(body)]);
    let (code, json, _) = preflight(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(3), Vec::new()));
    assert_eq!(json["not_read"][0]["why"], "403 Forbidden; it needs `get secrets`");
    // No pod runs: nothing can be told of what it would load.
    put_pods(&fake, &[]);
    assert_eq!(preflight(&fake, &[]).await.0, Some(3));
    // Outside of a cluster, without an address.
    let platform = "namespace = \"netra\"\nauth = { deployment = \"auth\" }\nbackend = { deployment = \"api\" }";
    let ran = ran(&fake, &config(platform), &[]).await;
    assert_eq!(ran.code, Some(3), "{}", ran.out);
    assert!(unwrapped(&ran.out).contains("kubectl proxy"), "{}", ran.out);
}
