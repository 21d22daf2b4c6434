//! Where secrets come from, in words.

use crate::evidence::provenance::{Deployed, Gap, Holds, Running, SecretPlace, SecretReference, Unread};
use crate::outcome::provenance::Loaded;

/// What a revision loads; fits after "loads".
pub(crate) fn loads(running: &Running) -> String {
    let candidates = running.candidates();
    match candidates.is_empty() {
        true => "no secret".to_owned(),
        false => candidates.iter().map(|place| held(place, running)).collect::<Vec<_>>().join(", or "),
    }
}

/// What a service loads: each revision that gets requests.
pub(crate) fn loads_of(deployed: &Deployed) -> String {
    let mut told: Vec<String> = deployed.running.iter().map(loads).collect();
    told.dedup();
    match told.is_empty() {
        true => "what could not be read".to_owned(),
        false => told.join(" and "),
    }
}

fn held(place: &SecretPlace, running: &Running) -> String {
    match &place.holds {
        Holds::Literal(_) => format!("the value that stands in `{}`", place.name),
        Holds::Secret(secret) => version(secret, running),
        Holds::Unknown => format!("what could not be read, from `{}`", place.name),
        Holds::Nothing => "nothing".to_owned(),
    }
}

fn version(secret: &SecretReference, running: &Running) -> String {
    let key = secret.key.as_ref().map(|key| format!(", key `{key}`")).unwrap_or_default();
    let name = format!("`{}`{key}", secret.secret);
    match secret.loaded(running) {
        Loaded::Exactly(version) => format!("version {} of {name}", version.number),
        Loaded::Between(Some(from), to) => format!("version {} or {} of {name}", from.number, to.number),
        Loaded::Between(None, to) => format!("version {} or an older one of {name}", to.number),
        Loaded::Unknown => format!("version `{}` of {name}", secret.asked),
    }
}

/// Why something was not read, and what would help.
pub(crate) fn why_unread(gap: &Gap) -> String {
    let word = |word: &Option<_>| word.as_ref().map(|word| format!(" {word}")).unwrap_or_default();
    let needs = gap.permission.as_ref().map(|permission| format!("; it needs `{permission}`")).unwrap_or_default();
    match &gap.why {
        Unread::Status(401, named) => format!("401{}: the credentials are not accepted", word(named)),
        Unread::Status(403, named) => format!("403{}{needs}", word(named)),
        Unread::Status(404, named) => {
            format!("404{}: there is none; correct `platform` in the target file", word(named))
        }
        Unread::Status(429, named) => format!("429{}: the platform limits requests; run it again later", word(named)),
        Unread::Status(status, named) => format!("{status}{}", word(named)),
        Unread::Unreadable => "the response is not what the API documents".into(),
        Unread::TooLarge => "there is more than is read".into(),
        Unread::Unreached => "no response".into(),
        Unread::Late => "the deadline came first".into(),
        Unread::NoCluster => {
            "this is no pod of a cluster; set `platform.api`, such as `http://127.0.0.1:8001` of `kubectl proxy`".into()
        }
        Unread::NoCredentials => {
            "no credentials; set `GOOGLE_OAUTH_ACCESS_TOKEN`, or run `gcloud auth application-default login`".into()
        }
    }
}
