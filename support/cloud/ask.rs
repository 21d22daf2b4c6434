//! Every request that can be sent: a value of this type. All of them read; there is no other way to make one.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, Url};

use crate::target::{PlatformHost, PlatformTable};

/// Versions, or pods, on one page.
pub(super) const PAGE: &str = "250";

/// A request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask<'a> {
    /// `projects.locations.services.get` of Cloud Run.
    Service { project: &'a str, region: &'a str, service: &'a str },
    /// `projects.locations.services.revisions.get`.
    Revision { project: &'a str, region: &'a str, service: &'a str, revision: &'a str },
    /// `projects.secrets.versions.list` of Secret Manager, from that page on.
    Versions { project: &'a str, secret: &'a str, page: Option<&'a str> },
    /// `projects.secrets.versions.get`.
    Version { project: &'a str, secret: &'a str, version: &'a str },
    /// `projects.secrets.getIamPolicy`.
    Policy { project: &'a str, secret: &'a str },
    /// `projects.getIamPolicy` of the Resource Manager: it reads, and takes a POST.
    ProjectPolicy { project: &'a str },
    /// `projects.secrets.versions.access`: the value itself.
    Payload { project: &'a str, secret: &'a str, version: &'a str },
    /// A deployment of Kubernetes.
    Deployment { namespace: &'a str, name: &'a str },
    /// Its pods, from that page on.
    Pods { namespace: &'a str, selector: &'a str, page: Option<&'a str> },
    /// A secret without its values.
    SecretMetadata { namespace: &'a str, secret: &'a str },
    /// A secret with its values.
    SecretData { namespace: &'a str, secret: &'a str },
    /// `entries.list` of Cloud Logging: it reads, and takes a POST. The body names the project, the filter and the page.
    Entries { project: &'a str, body: &'a str },
}

/// Of a request that would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its method and address; what a response names is in brackets.
    pub request: String,
    /// Where it is not always sent: when it is.
    pub only: Option<&'static str>,
}

/// The parts of an API's address that do not depend on a request.
pub(super) enum Base<'a> {
    /// Google's, or an address that stands for all of its APIs.
    Google(Option<&'a Url>),
    /// The API server.
    Kubernetes(&'a Url),
}

impl Ask<'_> {
    /// The only ones there are.
    pub(super) fn method(&self) -> Method {
        match self {
            Ask::ProjectPolicy { .. } | Ask::Entries { .. } => Method::POST,
            _ => Method::GET,
        }
    }

    /// The host among Google's APIs.
    fn host(&self) -> &'static str {
        match self {
            Ask::Service { .. } | Ask::Revision { .. } => "https://run.googleapis.com",
            Ask::ProjectPolicy { .. } => "https://cloudresourcemanager.googleapis.com",
            Ask::Entries { .. } => "https://logging.googleapis.com",
            _ => "https://secretmanager.googleapis.com",
        }
    }

    /// Where it is sent.
    pub(super) fn url(&self, base: &Base<'_>) -> Option<Url> {
        let base = match base {
            Base::Google(Some(url)) | Base::Kubernetes(url) => url.as_str(),
            Base::Google(None) => self.host(),
        };
        let path = self.path(&encoded);
        // These lead to another folder, however they are written (WHATWG URL, "double-dot path segment").
        if path.split('/').any(|part| matches!(part, "." | "..")) {
            return None;
        }
        let mut url = Url::parse(&format!("{}{path}", base.trim_end_matches('/'))).ok()?;
        let query = self.query();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Some(url)
    }

    fn path(&self, part: &dyn Fn(&str) -> String) -> String {
        let secret = |project: &str, secret: &str| format!("/v1/projects/{}/secrets/{}", part(project), part(secret));
        let service = |project: &str, region: &str, service: &str| {
            format!("/v2/projects/{}/locations/{}/services/{}", part(project), part(region), part(service))
        };
        match *self {
            Ask::Service { project, region, service: name } => service(project, region, name),
            Ask::Revision { project, region, service: name, revision } => {
                format!("{}/revisions/{}", service(project, region, name), part(revision))
            }
            Ask::Versions { project, secret: name, .. } => format!("{}/versions", secret(project, name)),
            Ask::Version { project, secret: name, version } => {
                format!("{}/versions/{}", secret(project, name), part(version))
            }
            Ask::Policy { project, secret: name } => format!("{}:getIamPolicy", secret(project, name)),
            Ask::ProjectPolicy { project } => format!("/v1/projects/{}:getIamPolicy", part(project)),
            Ask::Payload { project, secret: name, version } => {
                format!("{}/versions/{}:access", secret(project, name), part(version))
            }
            Ask::Deployment { namespace, name } => {
                format!("/apis/apps/v1/namespaces/{}/deployments/{}", part(namespace), part(name))
            }
            Ask::Pods { namespace, .. } => format!("/api/v1/namespaces/{}/pods", part(namespace)),
            Ask::SecretMetadata { namespace, secret } | Ask::SecretData { namespace, secret } => {
                format!("/api/v1/namespaces/{}/secrets/{}", part(namespace), part(secret))
            }
            Ask::Entries { .. } => "/v2/entries:list".to_owned(),
        }
    }

    fn query(&self) -> Vec<(&'static str, &str)> {
        match *self {
            Ask::Versions { page, .. } => {
                [("pageSize", PAGE)].into_iter().chain(page.map(|page| ("pageToken", page))).collect()
            }
            // Conditions are there from version 3 on.
            Ask::Policy { .. } => vec![("options.requestedPolicyVersion", "3")],
            Ask::Pods { selector, page, .. } => {
                let usual = [("labelSelector", selector), ("limit", PAGE)];
                usual.into_iter().chain(page.map(|page| ("continue", page))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a POST has.
    pub(super) fn body(&self) -> Option<&str> {
        match self {
            Ask::ProjectPolicy { .. } => Some(r#"{"options":{"requestedPolicyVersion":3}}"#),
            Ask::Entries { body, .. } => Some(body),
            _ => None,
        }
    }

    /// Secrets without their values, where the API has such a form.
    pub(super) fn accept(&self) -> &'static str {
        match self {
            Ask::SecretMetadata { .. } => "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
            _ => "application/json",
        }
    }

    /// What it reads, for a person.
    pub(super) fn what(&self) -> String {
        match *self {
            Ask::Service { service, .. } => format!("the service `{service}`"),
            Ask::Revision { revision, .. } => format!("the revision `{revision}`"),
            Ask::Versions { secret, .. } => format!("the versions of `{secret}`"),
            Ask::Version { secret, version, .. } => format!("version `{version}` of `{secret}`"),
            Ask::Policy { secret, .. } => format!("who may read `{secret}`"),
            Ask::ProjectPolicy { project } => format!("who may read the secrets of `{project}`"),
            Ask::Payload { secret, version, .. } => format!("the value of version {version} of `{secret}`"),
            Ask::Deployment { name, .. } => format!("the deployment `{name}`"),
            Ask::Pods { .. } => "its pods".to_owned(),
            Ask::SecretMetadata { secret, .. } => format!("the secret `{secret}`"),
            Ask::SecretData { secret, .. } => format!("the values of the secret `{secret}`"),
            Ask::Entries { project, .. } => format!("the log of `{project}`"),
        }
    }

    /// What a reader needs for it.
    pub(super) fn permission(&self) -> &'static str {
        match self {
            Ask::Service { .. } => "run.services.get",
            Ask::Revision { .. } => "run.revisions.get",
            Ask::Versions { .. } => "secretmanager.versions.list",
            Ask::Version { .. } => "secretmanager.versions.get",
            Ask::Policy { .. } => "secretmanager.secrets.getIamPolicy",
            Ask::ProjectPolicy { .. } => "resourcemanager.projects.getIamPolicy",
            Ask::Payload { .. } => "secretmanager.versions.access",
            Ask::Deployment { .. } => "get deployments.apps",
            Ask::Pods { .. } => "list pods",
            Ask::SecretMetadata { .. } | Ask::SecretData { .. } => "get secrets",
            Ask::Entries { .. } => "logging.logEntries.list",
        }
    }

    fn draft(&self, base: &Base<'_>, only: Option<&'static str>) -> Draft {
        let host = match base {
            Base::Google(Some(url)) | Base::Kubernetes(url) => url.as_str().trim_end_matches('/'),
            Base::Google(None) => self.host(),
        };
        let query: Vec<String> = self.query().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let path = self.path(&|part| part.to_owned());
        Draft { request: format!("{} {host}{path}{query}", self.method()), only }
    }
}

/// Every request that reading the provenance may send.
pub fn drafts(table: &PlatformTable, values: bool) -> Vec<Draft> {
    let each = table.services.values();
    let (project, secret, version) = ("[PROJECT]", "[SECRET]", "[VERSION]");
    match &table.host {
        PlatformHost::CloudRun { project: own, region, api } => {
            let base = Base::Google(api.as_ref());
            let of_service = |service: &str| {
                let asks = [
                    (Ask::Service { project: own, region, service }, None),
                    (
                        Ask::Revision { project: own, region, service, revision: "[REVISION]" },
                        Some("for each that gets requests, and the newest"),
                    ),
                ];
                asks.map(|(ask, only)| ask.draft(&base, only))
            };
            let asks = [
                (Ask::Versions { project, secret, page: None }, Some("for each secret, and each of its pages")),
                (Ask::Version { project, secret, version }, Some("for a version that has a name")),
                (Ask::Policy { project, secret }, Some("for each secret")),
                (Ask::ProjectPolicy { project }, Some("where the policy of a secret does not decide")),
            ];
            let payload = (Ask::Payload { project, secret, version }, Some("for each version that a service loads"));
            let asks = asks.into_iter().chain(values.then_some(payload));
            each.flat_map(|hosted| of_service(&hosted.name))
                .chain(asks.map(|(ask, only)| ask.draft(&base, only)))
                .collect()
        }
        PlatformHost::Kubernetes { namespace, api, .. } => {
            let in_cluster = super::credentials::in_cluster_address();
            let Some(server) = api.as_ref().or(in_cluster.as_ref()) else { return Vec::new() };
            let base = Base::Kubernetes(server);
            let of_service = |name: &str| {
                [
                    Ask::Deployment { namespace, name }.draft(&base, None),
                    Ask::Pods { namespace, selector: "[LABELS]", page: None }.draft(&base, Some("for each page")),
                ]
            };
            let metadata =
                Ask::SecretMetadata { namespace, secret }.draft(&base, Some("for each secret, without its values"));
            let data = Ask::SecretData { namespace, secret }.draft(&base, Some("for each secret, with its values"));
            each.flat_map(|hosted| of_service(&hosted.name)).chain([metadata]).chain(values.then_some(data)).collect()
        }
    }
}

fn encoded(part: &str) -> String {
    utf8_percent_encode(part, IN_A_PATH).to_string()
}

/// Everything but the unreserved characters (RFC 3986 §2.3): a colon would begin another method of the API.
const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_response_cannot_lead_to_another_place() {
        let ask = Ask::Version { project: "p", secret: "../../x?y=1#z", version: "1:access" };
        let url = ask.url(&Base::Google(None)).expect("an address");
        let expected =
            "https://secretmanager.googleapis.com/v1/projects/p/secrets/..%2F..%2Fx%3Fy%3D1%23z/versions/1%3Aaccess";
        assert_eq!(url.as_str(), expected);
        assert_eq!(Ask::Version { project: "p", secret: "..", version: "1" }.url(&Base::Google(None)), None);
    }
}
