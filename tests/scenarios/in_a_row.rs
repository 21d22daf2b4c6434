//! Circuit breakers and lockouts count rejections in a row: where a deployment is healthy, a check sends no more than three to
//! one verifier, in whatever order they may arrive there.

use std::collections::BTreeMap;
use std::time::Duration;

use fivewhys::evidence::{Evidence, Observation};
use fivewhys::outcome::Outcome;
use fivewhys::scenario::{self, Scenario};
use fivewhys::vocabulary::{Endpoint, Probe, Service, User};
use rstest::rstest;
use strum::VariantArray;

use super::look;

/// The common threshold is five; other clients fail too.
const AT_MOST: usize = 3;

pub(crate) fn assert_few(evidence: &Evidence, id: &str) {
    // What has one origin is one service.
    let mut verifiers: BTreeMap<Service, Vec<Endpoint>> = BTreeMap::new();
    for endpoint in Endpoint::VARIANTS {
        verifiers.entry(evidence.settings.verifier(*endpoint)).or_default().push(*endpoint);
    }
    for (verifier, endpoints) in verifiers {
        let most = most_in_a_row(evidence, &endpoints);
        assert!(most <= AT_MOST, "{id}: {most} rejections in a row at {verifier:?}");
    }
}

/// When an exchange began and ended.
type Span = (Duration, Duration);

/// A server may have met them in any order that their times allow. Those between the first and the last of a row are in it,
/// unless a valid token was sent after the first had ended and was accepted before the last began.
fn most_in_a_row(evidence: &Evidence, verifier: &[Endpoint]) -> usize {
    let there = |probe: &Probe| probe.presented().is_some_and(|one| verifier.contains(&one.endpoint));
    let (accepted, rejected): (Vec<_>, Vec<_>) = evidence
        .iter()
        .filter(|(probe, _)| there(probe))
        .filter_map(|(probe, seen)| Some((evidence.outcome(probe)?, span(seen)?)))
        .partition(|(outcome, _)| *outcome == Outcome::Accepted);
    let spans = |list: Vec<(Outcome, Span)>| list.into_iter().map(|(_, span)| span).collect::<Vec<Span>>();
    let (accepted, rejected) = (spans(accepted), spans(rejected));
    let in_a_row = |(_, first_ends): Span, (last_begins, _): Span| {
        let between = |(begins, ends): &Span| *begins >= first_ends && *ends <= last_begins;
        if accepted.iter().any(between) {
            return 1;
        }
        rejected.iter().filter(|(begins, ends)| *ends >= first_ends && *begins <= last_begins).count()
    };
    let pairs = rejected.iter().flat_map(|first| rejected.iter().map(move |last| in_a_row(*first, *last)));
    pairs.max().unwrap_or_default()
}

fn span(seen: &Observation) -> Option<Span> {
    let begins = seen.wire.as_ref()?.at;
    Some((begins, begins + seen.elapsed))
}

/// However fast or slow each side is, and whatever its responses look like.
#[rstest]
#[case::auth("auth", 1)]
#[case::backend("backend", 2)]
#[case::proxy("proxy", 3)]
#[case::auth_proxy("auth-proxy", 4)]
#[tokio::test]
async fn rejections_are_few_however_slow_a_side_is(#[case] slow: &str, #[case] response_style: u64) {
    for id in scenario::ids().filter(|id| id.starts_with("healthy") || id.ends_with("/healthy")) {
        let scenario = Scenario::find(id).unwrap_or_else(|mistake| panic!("{mistake}"));
        let mut deployment = scenario.deployment();
        let side = match slow {
            "auth" => &mut deployment.auth.delay,
            "backend" => &mut deployment.backend.delay,
            "proxy" => &mut deployment.proxy.delay,
            _ => &mut deployment.auth_proxy.delay,
        };
        *side = Duration::from_millis(10);
        deployment.response_style = Some(response_style);
        let checked = look(&deployment, &scenario.target).await;
        assert_few(&checked.evidence, id);
    }
}

/// The second user's token keeps a circuit breaker closed where the first one's is rejected: after the client's own requests, which
/// are repeated to see whether replicas differ, few are rejected in a row.
#[tokio::test]
async fn rejections_are_few_where_only_the_second_user_is_accepted() {
    let scenario = Scenario::find("user/user-unknown-first-at-backend").unwrap_or_else(|mistake| panic!("{mistake}"));
    let checked = look(&scenario.deployment(), &scenario.target).await;
    let is_own = |probe: Probe| {
        probe.presented().is_some_and(|one| {
            one.token.is_the_clients() && one.user == User::First && one.endpoint != Endpoint::Validation
        })
    };
    assert_few(&checked.evidence.without(is_own), "without the client's own requests");
}

/// Where the client's own token is rejected and another valid one is accepted, in another carrier, with another claim or signed with
/// another form of the secret, that one keeps a circuit breaker closed from then on.
#[rstest]
#[case::carrier("websocket/protocol-header-missing-before-accept")]
#[case::claim("claims/audience-mismatch")]
#[case::secret("secret/jwt-secret-altered")]
#[tokio::test]
async fn rejections_are_few_once_another_valid_token_is_accepted(#[case] id: &str) {
    let scenario = Scenario::find(id).unwrap_or_else(|mistake| panic!("{mistake}"));
    let evidence = look(&scenario.deployment(), &scenario.target).await.evidence;
    let accepted = evidence.iter().filter(|(probe, _)| {
        let at_backend = probe.presented().is_some_and(|one| one.endpoint != Endpoint::Validation);
        at_backend && evidence.outcome(*probe) == Some(Outcome::Accepted)
    });
    let first = accepted.filter_map(|(_, seen)| span(seen)).map(|(_, ends)| ends).min().expect("one is accepted");
    let is_earlier = |probe: Probe| evidence.of(probe).and_then(span).is_none_or(|(begins, _)| begins < first);
    assert_few(&evidence.without(is_earlier), id);
}
