//! A server that stands for Cloud Run, Secret Manager and the Resource Manager. What it holds is data, in the shapes that the APIs
//! document; every message of an error repeats a canary and the token that came.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// In every message of an error.
pub(super) const CANARY: &str = "canary-of-an-error-message";
/// In every value that a service has.
pub(super) const VALUE: &str = "value-canary";

/// By path, with its query where that matters: what is responded, and then the next.
type Responses = BTreeMap<String, Vec<ResponseTemplate>>;

pub(super) struct Fake {
    pub(super) server: MockServer,
    responses: Arc<Mutex<Responses>>,
}

pub(super) const SERVICES: &str = "/v2/projects/netra-staging/locations/us-central1/services";
pub(super) const SECRET: &str = "/v1/projects/netra-staging/secrets/jwt-secret-staging";
pub(super) const PROJECT_POLICY: &str = "/v1/projects/netra-staging:getIamPolicy";
/// The day on which both services were deployed.
pub(super) const DEPLOYED: &str = "2025-09-05T08:00:00.123456Z";

impl Fake {
    /// Both services load version 3, which they may read.
    pub(super) async fn healthy() -> Self {
        let fake = Fake { server: MockServer::start().await, responses: Arc::default() };
        let responses = Arc::clone(&fake.responses);
        let respond = move |request: &Request| respond(&mut responses.lock().expect("no panic"), request);
        Mock::given(any()).respond_with(respond).mount(&fake.server).await;
        for service in ["netra-auth", "netra-backend"] {
            fake.put(&format!("{SERVICES}/{service}"), service_of(service));
            fake.revision(service, DEPLOYED, &json!([secret("3")]));
        }
        fake.put(&format!("{SECRET}/versions"), versions(&[("3", "ENABLED"), ("2", "ENABLED"), ("1", "DESTROYED")]));
        fake.put(&format!("{SECRET}:getIamPolicy"), policy(&["netra-auth", "netra-backend"]));
        fake
    }

    /// Instead of what was there.
    pub(super) fn put(&self, path: &str, body: Value) {
        self.then(path, &[ResponseTemplate::new(200).set_body_json(body)]);
    }

    /// One after the other; the last one stays.
    pub(super) fn then(&self, path: &str, responses: &[ResponseTemplate]) {
        self.responses.lock().expect("no panic").insert(path.to_owned(), responses.to_vec());
    }

    /// What `services.revisions.get` responds for the revision that gets requests.
    pub(super) fn revision(&self, service: &str, created: &str, env: &Value) {
        self.revision_named(&format!("{service}-00007-abc"), service, created, env);
    }

    /// A newer revision that gets no requests, ready or not.
    pub(super) fn next(&self, service: &str, is_ready: bool, env: &Value) {
        let name = format!("{service}-00008-new");
        self.revision_named(&name, service, DEPLOYED, env);
        let (of, full) = (service_of(service), format!("{SERVICES}/{service}/revisions/{name}"));
        let serving = json!([{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", "revision": format!("{service}-00007-abc"), "percent": 100}]);
        let ready = if is_ready { json!(full) } else { of["latestReadyRevision"].clone() };
        let parts = json!({"latestReadyRevision": ready, "latestCreatedRevision": full, "trafficStatuses": serving});
        self.put(&format!("{SERVICES}/{service}"), parts);
    }

    fn revision_named(&self, name: &str, service: &str, created: &str, env: &Value) {
        let revision = json!({
            "name": format!("projects/netra-staging/locations/us-central1/services/{service}/revisions/{name}"),
            "uid": "9e1c", "generation": "1", "createTime": created,
            "serviceAccount": format!("{service}@netra-staging.iam.gserviceaccount.com"),
            "containers": [{"image": "gcr.io/netra/x", "env": env, "ports": [{"name": "http1", "containerPort": 8080}]}],
            "conditions": [{"type": "Ready", "state": "CONDITION_SUCCEEDED"}],
        });
        self.put(&format!("{SERVICES}/{service}/revisions/{name}"), revision);
    }

    /// Method and path of each request, in their order.
    pub(super) async fn requests(&self) -> Vec<String> {
        let received = self.server.received_requests().await.expect("they are recorded");
        received.iter().map(|request| format!("{} {}", request.method, request.url.path())).collect()
    }
}

fn respond(responses: &mut Responses, request: &Request) -> ResponseTemplate {
    let path = request.url.path().to_owned();
    let page =
        request.url.query_pairs().find(|(name, _)| name == "pageToken").map(|(_, page)| format!("{path}?{page}"));
    let Some(left) = responses.get_mut(page.as_ref().unwrap_or(&path)) else {
        let sent = request.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        return error(404, "NOT_FOUND", sent);
    };
    if left.len() > 1 { left.remove(0) } else { left[0].clone() }
}

/// As the APIs report one.
pub(super) fn error(code: u16, status: &str, sent: &str) -> ResponseTemplate {
    let message = format!("{CANARY} {sent}");
    let details = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": CANARY}]);
    let body = json!({"error": {"code": code, "message": message, "status": status, "details": details}});
    ResponseTemplate::new(code).set_body_json(body)
}

fn service_of(name: &str) -> Value {
    let full = format!("projects/netra-staging/locations/us-central1/services/{name}/revisions/{name}-00007-abc");
    json!({
        "name": format!("projects/netra-staging/locations/us-central1/services/{name}"),
        "latestReadyRevision": full, "latestCreatedRevision": full, "updateTime": DEPLOYED,
        "traffic": [{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 100}],
        "trafficStatuses": [{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 100}],
        "ingress": "INGRESS_TRAFFIC_ALL", "launchStage": "GA",
    })
}

/// A variable that refers to that version.
pub(super) fn secret(version: &str) -> Value {
    secret_in("JWT_SECRET_STAGING", version)
}

pub(super) fn secret_in(variable: &str, version: &str) -> Value {
    json!({"name": variable, "valueSource": {"secretKeyRef": {"secret": "jwt-secret-staging", "version": version}}})
}

/// A variable with a value of its own.
pub(super) fn literal(variable: &str, value: &str) -> Value {
    json!({"name": variable, "value": value})
}

/// Of the secret, the newest first: version N was created on the Nth of September.
pub(super) fn versions(all: &[(&str, &str)]) -> Value {
    let version = |(number, state): &(&str, &str)| {
        json!({
            "name": format!("projects/401/secrets/jwt-secret-staging/versions/{number}"),
            "createTime": format!("2025-09-{number:0>2}T08:00:00.5Z"), "state": state, "etag": "\"1\"",
            "replicationStatus": {"automatic": {}},
        })
    };
    json!({"versions": all.iter().map(version).collect::<Vec<_>>(), "totalSize": all.len()})
}

/// These services may read the secret.
pub(super) fn policy(services: &[&str]) -> Value {
    let member = |service: &&str| format!("serviceAccount:{service}@netra-staging.iam.gserviceaccount.com");
    let members = services.iter().map(member).collect::<Vec<_>>();
    json!({"version": 1, "etag": "ACAB", "bindings": [{"role": "roles/secretmanager.secretAccessor", "members": members}]})
}
