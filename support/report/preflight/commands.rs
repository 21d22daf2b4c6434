//! Commands that fix a flaw, with the names filled in.

use super::super::layout::Page;
use crate::evidence::provenance::{Holds, Platform, Provenance, SecretReference, VersionState};
use crate::outcome::provenance::{At, Flaw, FlawKind};
use crate::vocabulary::Service;
use crate::wording::command_line;

/// The words of each command.
pub(super) fn of(flaw: &Flaw<'_>, provenance: &Provenance) -> Vec<Vec<String>> {
    let words = match &provenance.platform {
        Platform::CloudRun { project, region } => {
            let run = CloudRun { project: project.as_str(), region: region.as_str(), provenance };
            run.commands(flaw)
        }
        Platform::Kubernetes { namespace } => kubernetes(flaw, namespace.as_str()),
    };
    words.into_iter().map(|words| words.into_iter().collect()).collect()
}

struct CloudRun<'a> {
    project: &'a str,
    region: &'a str,
    provenance: &'a Provenance,
}

impl CloudRun<'_> {
    fn commands(&self, flaw: &Flaw<'_>) -> Vec<Vec<String>> {
        let at = flaw.at;
        let own = at.secret();
        match flaw.kind {
            FlawKind::SecretVersionDrift | FlawKind::SecretNewerThanDeployment | FlawKind::SecretMissing => {
                self.load(at)
            }
            FlawKind::EnvironmentFallback => self.without_fallback(at),
            FlawKind::RevisionsDiffer => vec![self.service("update-traffic", at, &["--to-latest".into()])],
            FlawKind::SecretVersionUnusable => own.map(|secret| self.usable(secret)).into_iter().collect(),
            FlawKind::SecretAccessMissing => own.map(|secret| self.allow(secret, at)).into_iter().collect(),
            FlawKind::SecretMalformed => {
                let add = |secret: &SecretReference| {
                    self.secrets(&["versions", "add", secret.secret.as_str(), "--data-file=FILE"], secret)
                };
                own.map(add).into_iter().collect()
            }
        }
    }

    /// The same version as the other service, pinned.
    fn load(&self, at: At<'_>) -> Vec<Vec<String>> {
        let Some((secret, number)) = self.wanted(at) else { return Vec::new() };
        let place = at.place.or(at.running.places.first()).map(|place| place.name.as_str()).unwrap_or_default();
        let is_literal = at.place.is_some_and(|place| matches!(place.holds, Holds::Literal(_)));
        let set = self.service("update", at, &[format!("--update-secrets={place}={}:{number}", self.named(secret))]);
        // A variable does not change its type in one step.
        let remove = is_literal.then(|| self.service("update", at, &[format!("--remove-env-vars={place}")]));
        remove.into_iter().chain([set]).collect()
    }

    /// Of the flaw's own secret or else the other service's, the newest version that can be read.
    fn wanted(&self, at: At<'_>) -> Option<(&SecretReference, String)> {
        let others = [at.service, Service::Auth, Service::Backend];
        let deployed = others.iter().filter_map(|service| self.provenance.services.get(service));
        let mut places = deployed.flat_map(|deployed| &deployed.running).flat_map(|running| &running.places);
        places.find_map(|place| match &place.holds {
            Holds::Secret(secret) => {
                let newest = secret.newest.as_ref().filter(|newest| newest.state == VersionState::Enabled)?;
                Some((secret.as_ref(), newest.number.to_string()))
            }
            _ => None,
        })
    }

    fn without_fallback(&self, at: At<'_>) -> Vec<Vec<String>> {
        let Some(place) = at.place else { return Vec::new() };
        let flag = match &place.holds {
            Holds::Secret(_) => "--remove-secrets",
            _ => "--remove-env-vars",
        };
        let is_used = at.running.candidates().contains(&place);
        let has_secret = at.running.places.iter().any(|place| matches!(place.holds, Holds::Secret(_)));
        match is_used && !has_secret {
            true => self.load(at),
            false => vec![self.service("update", at, &[format!("{flag}={}", place.name)])],
        }
    }

    fn usable(&self, secret: &SecretReference) -> Vec<String> {
        let version = if secret.pinned { &secret.version } else { &secret.newest };
        match version {
            Some(version) if version.state == VersionState::Disabled => {
                let name = format!("--secret={}", secret.secret);
                self.secrets(&["versions", "enable", version.number.as_str(), &name], secret)
            }
            _ => self.secrets(&["versions", "list", secret.secret.as_str()], secret),
        }
    }

    fn allow(&self, secret: &SecretReference, at: At<'_>) -> Vec<String> {
        let account = at.running.identity.as_ref().map(|account| account.as_str()).unwrap_or("ACCOUNT");
        let member = format!("serviceAccount:{account}");
        let role = "--role=roles/secretmanager.secretAccessor";
        // On a line of its own it fits.
        self.secrets(&["add-iam-policy-binding", secret.secret.as_str(), "--member", &member, role], secret)
    }

    fn service(&self, verb: &str, at: At<'_>, flags: &[String]) -> Vec<String> {
        let (region, project) = (format!("--region={}", self.region), format!("--project={}", self.project));
        let words = ["gcloud", "run", "services", verb, at.deployed.name.as_str(), &region, &project];
        words.map(str::to_owned).into_iter().chain(flags.iter().cloned()).collect()
    }

    fn secrets(&self, words: &[&str], secret: &SecretReference) -> Vec<String> {
        let project = format!("--project={}", self.project_of(secret));
        ["gcloud", "secrets"].iter().chain(words).map(ToString::to_string).chain([project]).collect()
    }

    /// A secret of another project is named by its whole path.
    fn named(&self, secret: &SecretReference) -> String {
        match self.project_of(secret) {
            own if own == self.project => secret.secret.to_string(),
            other => format!("projects/{other}/secrets/{}", secret.secret),
        }
    }

    fn project_of<'s>(&'s self, secret: &'s SecretReference) -> &'s str {
        secret.project.as_ref().map_or(self.project, |project| project.as_str())
    }
}

fn kubernetes(flaw: &Flaw<'_>, namespace: &str) -> Vec<Vec<String>> {
    let at = flaw.at;
    let deployment = format!("deployment/{}", at.deployed.name);
    let kubectl = |words: &[&str]| {
        ["kubectl", "--namespace", namespace].iter().chain(words).map(ToString::to_string).collect::<Vec<_>>()
    };
    let place = at.place.map(|place| place.name.as_str()).unwrap_or_default();
    match (flaw.kind, at.secret()) {
        (FlawKind::SecretNewerThanDeployment, _) => vec![kubectl(&["rollout", "restart", &deployment])],
        // A restart would begin a third set beside the two.
        (FlawKind::RevisionsDiffer, _) => vec![kubectl(&["rollout", "status", &deployment])],
        (FlawKind::EnvironmentFallback, _) if !place.starts_with('/') => {
            vec![kubectl(&["set", "env", &deployment, &format!("{place}-")])]
        }
        (FlawKind::SecretVersionUnusable, Some(secret)) if secret.newest.is_none() => {
            vec![kubectl(&["get", "secrets"])]
        }
        (FlawKind::SecretVersionUnusable, Some(secret)) => {
            vec![kubectl(&["describe", "secret", secret.secret.as_str()])]
        }
        // It says how long each value is, and not what it is.
        (FlawKind::SecretMalformed, Some(secret)) => {
            let describe = kubectl(&["describe", "secret", secret.secret.as_str()]);
            vec![describe, kubectl(&["rollout", "restart", &deployment])]
        }
        // Of the whole deployment, what it refers to: it may hold a value itself.
        _ => vec![kubectl(&["get", &deployment, REFERENCES])],
    }
}

/// The names and keys of secrets.
const REFERENCES: &str = "--output=jsonpath={..secretKeyRef}{..secretRef}{..secretName}";

/// The command within the width of the page: a shell reads on behind a backslash.
pub(super) fn wrap(page: &mut Page, head: &str, words: &[String]) {
    let words: Vec<String> = words.iter().map(|word| command_line([word.as_str()])).collect();
    let indent = head.chars().count();
    let (room, mut line) = (page.width().saturating_sub(indent + 2), String::new());
    let mut lines = Vec::new();
    for word in words {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            lines.push(std::mem::take(&mut line) + " \\");
            // A further line is deeper.
            line.push_str("  ");
        }
        if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    for (number, line) in lines.iter().enumerate() {
        let before = if number == 0 { head.to_owned() } else { " ".repeat(indent) };
        page.push(&format!("{before}{line}\n"));
    }
}
