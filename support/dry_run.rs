//! What a check would send, without sending anything: the probes of every test that the settings permit, each built as a
//! request that is not made.

mod counts;

pub use counts::Counts;

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::time::Duration;

use reqwest::Url;
use serde_json::json;

use crate::cloud;
use crate::evidence::{Evidence, Settings, Wire};
use crate::faults;
use crate::plan;
use crate::probe::{ASSUMED_KID, Session, Signed, SuiteError};
use crate::target::{Request, Target};
use crate::token::{Claims, PrivateKey, Token, now, with_dates};
use crate::vocabulary::{Attempt, Fault, Presentation, Probe, TokenKind};

/// A probe, and what it would send.
pub type Draft = (Probe, Wire);

/// Claims that tokens often have, beside `sub`, the dates and `token_type`.
const USUAL_CLAIMS: [&str; 16] = [
    "iss",
    "aud",
    "jti",
    "nbf",
    "azp",
    "email",
    "name",
    "role",
    "permissions",
    "scope",
    "session",
    "tenant",
    "type",
    "env",
    "ver",
    "org",
];

/// A check that is not made.
pub struct DryRun {
    /// What the target's file permits and describes.
    pub settings: Settings,
    /// The probes of a check that finds nothing wrong, by what they are for.
    pub rounds: Vec<(&'static str, Vec<Draft>)>,
    /// Sent only where a response gives reason to: an upper bound, repeats included.
    pub with_reason: Vec<Draft>,
    /// What the platform would be asked, all of which reads.
    pub platform: Vec<cloud::Draft>,
    /// How fast that would be, and how long it might take.
    pub pace: Pace,
    /// The requests before each login.
    pub steps: Vec<String>,
    /// The variables that a check needs and that are not set.
    pub unset: BTreeSet<String>,
    /// The settings that are not there, and the faults that each would help to tell.
    pub lacking: BTreeMap<&'static str, BTreeSet<Fault>>,
}

/// What bounds the load of a check.
pub struct Pace {
    /// At most so many connections at a time.
    pub connections: usize,
    /// For each exchange.
    pub timeout: Duration,
    /// For the whole check.
    pub deadline: Duration,
}

/// Nothing is sent. `unset` are the variables for which another text stands.
///
/// # Errors
/// When the suite could not do its job in a check either.
pub fn dry_run(target: &Target, unset: BTreeSet<String>) -> Result<DryRun, SuiteError> {
    let mut session = Session::new(target)?;
    let mut evidence = Evidence::new(target.settings());
    for (kind, user, facts) in session.own_tokens() {
        evidence.describe_token(kind, user, facts);
    }
    let key = PrivateKey::generate(jsonwebtoken::Algorithm::ES256);
    let published = key.as_ref().filter(|_| target.keys.is_some());
    published.into_iter().for_each(|key| session.assume_keys(key));
    let opening = plan::opening(&evidence);
    for probe in &opening {
        if let Probe::Login(user) = *probe {
            evidence.describe_token(TokenKind::Issued, user, session.keep(user, placeholder(published)?)?);
            for later in plan::later_logins(user) {
                session.put_aside(later, placeholder(published)?);
            }
        }
    }
    session.make_controls(key.as_ref());
    let (mut drafted, mut requests, mut signed) = (BTreeSet::new(), BTreeMap::new(), Signed::default());
    let mut draft = |probes: Vec<Probe>| -> Result<Vec<Draft>, SuiteError> {
        let mut drafts = Vec::new();
        for probe in probes.into_iter().filter(|probe| drafted.insert(*probe)) {
            let wire = match requests.entry(without_repeat(probe)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(session.draft(probe, &mut signed)?),
            };
            drafts.extend(wire.clone().map(|wire| (probe, wire)));
        }
        Ok(drafts)
    };
    let watch = evidence.settings.welcome.then_some(Probe::Watch);
    let rounds = [
        ("what needs no token, and the tokens", opening),
        ("the client's token, as the client presents it", plan::as_presented(&evidence)),
        ("every other valid token, and what should be rejected, between valid tokens", plan::usual(&evidence)),
        (
            "the client's token once more",
            plan::once_more(&evidence).into_iter().chain(plan::and_once_more(&evidence)).chain(watch).collect(),
        ),
    ];
    let rounds = rounds.into_iter().map(|(title, probes)| Ok((title, draft(probes)?)));
    Ok(DryRun {
        rounds: rounds.collect::<Result<_, SuiteError>>()?,
        with_reason: draft(plan::with_reason(&evidence))?,
        platform: target.platform.iter().flat_map(|table| cloud::drafts(table, target.compare_payloads)).collect(),
        pace: Pace { connections: target.open_at_a_time(), timeout: target.timeout, deadline: target.deadline },
        steps: steps(target),
        unset,
        lacking: faults::lacking_settings(&evidence),
        settings: evidence.settings,
    })
}

/// The requests before a login, in order: what each keeps is known only once it was made.
fn steps(target: &Target) -> Vec<String> {
    let shown = |(auth, request): (&Url, &Request)| format!("{} {}", request.method, Target::join(auth, &request.path));
    let steps = target.login.iter().flat_map(|login| &login.before);
    steps.filter_map(|step| Some(shown((target.auth.as_ref()?, &step.request)))).collect()
}

/// What is repeated is the same request.
fn without_repeat(probe: Probe) -> Probe {
    match probe {
        Probe::Present(one @ Presentation { attempt: Attempt::Repeat(_), .. }) => one.attempt(Attempt::First).into(),
        other => other,
    }
}

/// A token that no service would accept. It has the claims of a long token, and two that controls rewrite, so that every control
/// of a real one can be listed. Where keys are published, one of them signs it.
fn placeholder(published: Option<&PrivateKey>) -> Result<Token, SuiteError> {
    let text = |name: &str| (name.to_owned(), "placeholder".into());
    let mut claims: Claims = USUAL_CLAIMS.into_iter().map(text).collect();
    claims.extend([("sub".to_owned(), json!(1)), ("token_type".to_owned(), json!("refresh"))]);
    let claims = claims;
    let claims: Claims = with_dates(&claims, now(), 1_800);
    let token = Token::sign(&claims, jsonwebtoken::Algorithm::HS256, uuid::Uuid::new_v4().as_bytes())?;
    Ok(published.and_then(|key| token.naming(ASSUMED_KID, key)).unwrap_or(token))
}
