//! `platform`: which kind of platform the keys describe, and the credentials for it.

use std::collections::BTreeMap;

use reqwest::header::HeaderValue;
use toml::{Spanned, Value};

use super::{Environment, InputError, Reader};
use crate::secret::Secret;
use crate::target::platform::{HostedService, PlatformHost, PlatformTable, Written, WrittenService};
use crate::target::{Text, is_loopback};
use crate::vocabulary::Service;

/// An access token for Google Cloud, as its own actions and Terraform call the variable.
const TOKEN: &str = "GOOGLE_OAUTH_ACCESS_TOKEN";

impl Reader<'_> {
    pub(super) fn platform(&self) -> Result<Option<PlatformTable>, InputError> {
        let Some(mut written) = self.get::<Written>(&["platform"])? else { return Ok(None) };
        let services =
            [(Service::Auth, "auth", written.auth.take()), (Service::Backend, "backend", written.backend.take())];
        let host = self.platform_host(written)?;
        let hosted = services.into_iter().filter_map(|(service, key, written)| Some((service, key, written?)));
        let services = hosted.map(|(service, key, written)| Ok((service, self.hosted(key, written, &host)?)));
        let services = services.collect::<Result<BTreeMap<_, _>, InputError>>()?;
        if services.is_empty() {
            return Err(self
                .error(&["platform"], "no service is named")
                .help("add `auth = { … }` and `backend = { … }` with the name of each service"));
        }
        let token = self.platform_token(&host)?;
        Ok(Some(PlatformTable { host, services, token }))
    }

    fn platform_host(&self, written: Written) -> Result<PlatformHost, InputError> {
        let Written { project, region, namespace, api, ca, .. } = written;
        match (project, region, namespace) {
            (Some(project), Some(region), None) => match api {
                Some(api) if !is_loopback(&api) => Err(self
                    .error(&["platform", "api"], "the APIs of Google Cloud have fixed addresses")
                    .help("remove `api`; only an address of this machine may stand for them")),
                _ if ca.is_some() => Err(self.error(&["platform", "ca"], "`ca` is for Kubernetes")),
                api => Ok(PlatformHost::CloudRun { project, region, api }),
            },
            (None, None, Some(namespace)) => match api {
                Some(api) if api.scheme() == "http" && !is_loopback(&api) => Err(self
                    .error(&["platform", "api"], "credentials would travel in the clear to another host")
                    .help("use https; `kubectl proxy` gives `http://127.0.0.1:8001`")),
                api => {
                    let roots = ca.as_deref().map(|path| self.roots(&["platform", "ca"], path)).transpose()?;
                    Ok(PlatformHost::Kubernetes { namespace, api, roots: roots.unwrap_or_default() })
                }
            },
            _ => Err(self
                .error(&["platform"], "not the keys of one platform")
                .help("Cloud Run has `project` and `region`, Kubernetes has `namespace`")),
        }
    }

    fn hosted(&self, key: &str, written: WrittenService, host: &PlatformHost) -> Result<HostedService, InputError> {
        let (name, expected) = match host {
            PlatformHost::CloudRun { .. } => (written.service.filter(|_| written.deployment.is_none()), "service"),
            PlatformHost::Kubernetes { .. } => (written.deployment.filter(|_| written.service.is_none()), "deployment"),
        };
        let stage = self.stage.to_string().to_ascii_uppercase();
        // The order of the incident's services.
        let usual = || vec![format!("JWT_SECRET_{stage}"), "JWT_SECRET_KEY".to_owned(), "JWT_SECRET".to_owned()];
        match name {
            Some(name) => Ok(HostedService { name, secret_sources: written.secret_sources.unwrap_or_else(usual) }),
            None => Err(self
                .error(&["platform", key], "the service has no name on this platform")
                .help(format!("write `{expected} = \"NAME\"`, and nothing else for the name"))),
        }
    }

    /// That of the file, or the one that pipelines set. What is on this machine gets none that was not meant for it.
    fn platform_token(&self, host: &PlatformHost) -> Result<Option<Secret>, InputError> {
        if let Some(at) = self.get::<Spanned<Value>>(&["platform", "token"])? {
            let Text::Secret(token) = self.text(&at, true, &[])? else {
                return Err(self.secret_error(&at, "a token is written `{ env = \"NAME\" }`"));
            };
            return sendable(token.expose())
                .map(Some)
                .ok_or_else(|| self.secret_error(&at, "this token cannot stand in a header: visible characters only"));
        }
        if !matches!(host, PlatformHost::CloudRun { .. }) {
            return Ok(None);
        }
        access_token(self.environment)
    }
}

/// The access token for Google Cloud that is set for every program, if one is.
///
/// # Errors
/// When it cannot stand in a header.
pub(crate) fn access_token(environment: Environment<'_>) -> Result<Option<Secret>, InputError> {
    let value = environment(TOKEN).filter(|value| !value.is_empty());
    let token = value.map(|value| value.to_str().and_then(sendable).ok_or(()));
    token.transpose().map_err(|()| {
        InputError::new(format!("the variable `{TOKEN}` cannot stand in a header: visible characters only"))
            .help("`gcloud auth print-access-token` prints one; or unset it")
    })
}

fn sendable(token: &str) -> Option<Secret> {
    // A file from which a variable was read ends with a line break.
    let token = token.trim();
    let is_word = !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic());
    (is_word && HeaderValue::from_str(token).is_ok()).then(|| Secret::new(token))
}
