//! The APIs of Cloud Run, Secret Manager and the Resource Manager, as far as they tell where the services' secrets come from, and that
//! of Cloud Logging. They only read, as a viewer of the project may.

mod entries;

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use serde_json::{Value, json};

use super::journal::Journal;
use super::listen::{self, HttpBody, Server};
use super::secrets::Secrets;
use crate::deployment::{DeployedService, Deployment, Platform, SecretSource, StoredVersion};

/// As in a target file.
pub(super) const PROJECT: &str = "netra-embedded";
pub(super) const REGION: &str = "us-central1";
pub(super) const AUTH: &str = "netra-auth";
pub(super) const BACKEND: &str = "netra-backend";
const SECRET: &str = "jwt-secret-staging";

/// Starts them.
pub(super) async fn start(
    deployment: &Deployment,
    platform: &Platform,
    (secrets, journal): (&Arc<Secrets>, &Arc<Journal>),
    servers: &mut Vec<Server>,
) -> std::io::Result<SocketAddr> {
    let api = Arc::new(Api {
        platform: platform.clone(),
        sources: [&deployment.auth.secret_sources, &deployment.backend.secret_sources].map(Clone::clone),
        secrets: Arc::clone(secrets),
        journal: Arc::clone(journal),
    });
    let connected = move || {
        let api = Arc::clone(&api);
        move |request| Arc::clone(&api).respond(request)
    };
    listen::serve(None, connected, servers).await
}

/// The variable of each source, in that order.
pub(super) fn variables(sources: &[SecretSource]) -> Vec<String> {
    let is_taken = sources.iter().any(|source| source.source == STORED);
    let stored = if is_taken { "JWT_SECRET" } else { STORED };
    let name = |source: &SecretSource| if source.is_stored() { stored.to_owned() } else { source.source.clone() };
    sources.iter().map(name).collect()
}

/// What a service gets from the store.
const STORED: &str = "JWT_SECRET_STAGING";

struct Api {
    platform: Platform,
    /// Of auth and of the backend.
    sources: [Vec<SecretSource>; 2],
    secrets: Arc<Secrets>,
    journal: Arc<Journal>,
}

/// In bytes: no request has a longer body.
const LONGEST_BODY: usize = 64 * 1024;

impl Api {
    async fn respond(self: Arc<Self>, request: Request<Incoming>) -> hyper::Response<HttpBody> {
        let (head, body) = request.into_parts();
        let found = match head.uri.path() {
            entries::PATH => {
                let body = Limited::new(body, LONGEST_BODY).collect().await;
                body.ok().and_then(|body| entries::page(self.journal.entries(), &body.to_bytes()))
            }
            path => self.route(path),
        };
        let (status, body) = match found {
            _ if self.platform.forbidden => (StatusCode::FORBIDDEN, error(403, "PERMISSION_DENIED")),
            Some(body) => (StatusCode::OK, body),
            None => (StatusCode::NOT_FOUND, error(404, "NOT_FOUND")),
        };
        listen::response(status, "application/json", body.to_string())
    }

    fn route(&self, path: &str) -> Option<Value> {
        let services = format!("/v2/projects/{PROJECT}/locations/{REGION}/services/");
        let secret = format!("/v1/projects/{PROJECT}/secrets/{SECRET}");
        if path == format!("/v1/projects/{PROJECT}:getIamPolicy") {
            return Some(json!({"version": 1, "bindings": []}));
        }
        if let Some(rest) = path.strip_prefix(&services) {
            return match rest.split_once("/revisions/") {
                None => self.hosted(rest).map(|_| service(rest)),
                Some((name, revision)) if revision == revision_of(name) => self.revision(name),
                Some(_) => None,
            };
        }
        match path.strip_prefix(&secret)? {
            "/versions" => {
                Some(json!({"versions": self.platform.versions.iter().rev().map(version).collect::<Vec<_>>()}))
            }
            ":getIamPolicy" => Some(self.policy()),
            rest => self.value(rest.strip_prefix("/versions/")?.strip_suffix(":access")?),
        }
    }

    fn hosted(&self, name: &str) -> Option<(&DeployedService, &[SecretSource])> {
        let [of_auth, of_backend] = &self.sources;
        match name {
            AUTH => Some((&self.platform.auth, of_auth)),
            BACKEND => Some((&self.platform.backend, of_backend)),
            _ => None,
        }
    }

    fn revision(&self, name: &str) -> Option<Value> {
        let (hosted, sources) = self.hosted(name)?;
        let variable = |(source, variable): (&SecretSource, String)| match source.is_stored() {
            true => {
                let at = json!({"secret": SECRET, "version": hosted.version});
                json!({"name": variable, "valueSource": {"secretKeyRef": at}})
            }
            false => json!({"name": variable, "value": self.secrets.named(source.secret).expose()}),
        };
        let env: Vec<Value> = sources.iter().zip(variables(sources)).map(variable).collect();
        Some(json!({
            "name": full_revision(name), "createTime": hosted.deployed, "serviceAccount": account(name),
            "containers": [{"image": "image", "env": env, "ports": [{"containerPort": 8080}]}],
        }))
    }

    fn policy(&self) -> Value {
        let both = [(AUTH, &self.platform.auth), (BACKEND, &self.platform.backend)];
        let allowed = both.iter().filter(|(_, hosted)| hosted.may_read);
        let members: Vec<String> = allowed.map(|(name, _)| format!("serviceAccount:{}", account(name))).collect();
        json!({"version": 1, "bindings": [{"role": "roles/secretmanager.secretAccessor", "members": members}]})
    }

    fn value(&self, number: &str) -> Option<Value> {
        let stored = self.platform.versions.iter().find(|stored| stored.version == number)?;
        let data = STANDARD.encode(self.secrets.named(stored.secret).expose());
        Some(json!({"name": full_version(stored), "payload": {"data": data}}))
    }
}

fn service(name: &str) -> Value {
    json!({
        "name": format!("projects/{PROJECT}/locations/{REGION}/services/{name}"),
        "latestReadyRevision": full_revision(name), "latestCreatedRevision": full_revision(name),
        "trafficStatuses": [{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 100}],
    })
}

fn version(stored: &StoredVersion) -> Value {
    json!({"name": full_version(stored), "createTime": stored.created, "state": stored.state.to_string()})
}

/// With the number of the project, as Secret Manager has it.
fn full_version(stored: &StoredVersion) -> String {
    format!("projects/401/secrets/{SECRET}/versions/{}", stored.version)
}

fn full_revision(name: &str) -> String {
    format!("projects/{PROJECT}/locations/{REGION}/services/{name}/revisions/{}", revision_of(name))
}

pub(super) fn revision_of(name: &str) -> String {
    format!("{name}-00007-abc")
}

fn account(name: &str) -> String {
    format!("{name}@{PROJECT}.iam.gserviceaccount.com")
}

fn error(code: u16, status: &str) -> Value {
    json!({"error": {"code": code, "message": "the request was rejected", "status": status}})
}
