//! Circuit breakers and lockouts count rejections in a row: where a deployment is healthy, a check sends no more than three to
//! one verifier, in whatever order they may arrive there.

use std::collections::BTreeMap;
use std::time::Duration;

use fivewhys::check::check;
use fivewhys::evidence::{Evidence, Observation};
use fivewhys::mock;
use fivewhys::outcome::Outcome;
use fivewhys::scenario::{self, Scenario};
use fivewhys::target::Target;
use fivewhys::vocabulary::{Endpoint, Presentation, Probe, Service, User, Variation};
use rstest::rstest;
use strum::VariantArray;

use super::{assert_meaning, every_case, look};

/// The common threshold is five; other clients fail too.
const AT_MOST: usize = 3;
/// Of those that may be slow.
const SIDES: usize = 4;

/// At each service, and at one that all of them ask about each token.
pub(crate) fn assert_few(evidence: &Evidence, id: &str) {
    // What has one origin is one service.
    let mut verifiers: BTreeMap<Service, Vec<Service>> = BTreeMap::new();
    for endpoint in Endpoint::VARIANTS {
        verifiers.entry(evidence.settings.verifier(*endpoint)).or_default().push(endpoint.service());
    }
    let all = verifiers.values().flatten().copied().collect();
    // At one address too, each has code of its own.
    let backend = verifiers.values().flatten().copied().filter(|service| *service != Service::Auth).collect();
    let parts = [("auth alone", vec![Service::Auth]), ("the backend alone", backend)];
    for (name, services) in
        verifiers.into_iter().map(|(verifier, services)| (verifier.name(), services)).chain(parts).chain([("all", all)])
    {
        let most = most_in_a_row(evidence, &services);
        assert!(most <= AT_MOST, "{id}: {most} rejections in a row at {name}");
    }
}

/// REST and the gateway may be two services behind one address: at each, from the first token that it accepts.
pub(crate) fn assert_few_of_each(evidence: &Evidence, id: &str) {
    for service in [Service::Auth, Service::Backend, Service::Gateway] {
        let accepted = evidence.iter().filter(|(probe, _)| {
            probe.presented().is_some_and(|one| one.endpoint.service() == service)
                && evidence.outcome(*probe) == Some(Outcome::Accepted)
        });
        let Some(first) = accepted.filter_map(|(_, seen)| span(seen)).map(|(_, ends)| ends).min() else { continue };
        let is_earlier = |probe: Probe| evidence.of(probe).and_then(span).is_none_or(|(begins, _)| begins < first);
        let most = most_in_a_row(&evidence.without(is_earlier), &[service]);
        assert!(most <= AT_MOST, "{id}: {most} rejections in a row at {} alone", service.name());
    }
}

/// Where a valid token is accepted at a service, few requests are rejected in a row from then on, whatever is wrong: but for the
/// client's own, which are repeated to see whether replicas differ.
pub(crate) fn assert_few_once_accepted(evidence: &Evidence, id: &str) {
    for verifier in Endpoint::VARIANTS.iter().map(|endpoint| evidence.settings.verifier(*endpoint)) {
        let there = |probe: Probe| {
            probe.presented().is_some_and(|one| {
                evidence.settings.verifier(one.endpoint) == verifier && one.is_plain() && !one.token.is_invalid()
            })
        };
        let accepted =
            evidence.iter().filter(|(probe, _)| there(*probe) && evidence.outcome(*probe) == Some(Outcome::Accepted));
        let Some(first) = accepted.filter_map(|(_, seen)| span(seen)).map(|(_, ends)| ends).min() else { continue };
        let is_own = |one: Presentation| {
            one.token.is_the_clients()
                && one.variation == Variation::None
                && one.carriers == evidence.settings.usual(one.endpoint)
        };
        let is_own =
            |probe: Probe| probe.presented().is_some_and(is_own) && evidence.outcome(probe) != Some(Outcome::Accepted);
        let is_earlier = |probe: Probe| evidence.of(probe).and_then(span).is_none_or(|(begins, _)| begins < first);
        let services: Vec<Service> = Endpoint::VARIANTS
            .iter()
            .filter(|endpoint| evidence.settings.verifier(**endpoint) == verifier)
            .map(|endpoint| endpoint.service())
            .collect();
        let most = most_in_a_row(&evidence.without(|probe| is_earlier(probe) || is_own(probe)), &services);
        assert!(most <= AT_MOST, "{id}: {most} rejections in a row at {}, once it accepted a token", verifier.name());
    }
}

/// When an exchange began and ended.
type Span = (Duration, Duration);

/// A server may have met them in any order that their times allow. Those between the first and the last of a row are in it,
/// unless a valid token was sent after the first had ended and was accepted before the last began.
fn most_in_a_row(evidence: &Evidence, services: &[Service]) -> usize {
    let there = |probe: &Probe| services.contains(&probe.service()) && may_be_counted(*probe);
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

/// What presents a token or none, and a request at a path that does not exist or without an upgrade: a service may reject each. A
/// connection is only watched, and a login has its own rules.
fn may_be_counted(probe: Probe) -> bool {
    matches!(
        probe,
        Probe::Present(_) | Probe::PlainGet | Probe::UpgradeUnknownPath | Probe::LoginUnknownPath | Probe::LoginGet
    )
}

fn span(seen: &Observation) -> Option<Span> {
    let begins = seen.wire.as_ref()?.at;
    Some((begins, begins + seen.elapsed))
}

/// However fast or slow each side is, and whatever its responses look like. In a developer's run one side of each scenario is slow, in
/// CI each in its turn.
#[rstest]
#[case::auth("auth", 1)]
#[case::backend("backend", 2)]
#[case::proxy("proxy", 3)]
#[case::auth_proxy("auth-proxy", 4)]
#[tokio::test]
async fn rejections_are_few_however_slow_a_side_is(#[case] slow: &str, #[case] response_style: u64) {
    let healthy = scenario::ids().filter(|id| id.starts_with("healthy") || id.ends_with("/healthy")).enumerate();
    let turn = response_style as usize;
    for (_, id) in healthy.filter(|(number, _)| every_case() || number % SIDES == turn % SIDES) {
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
        assert_few_of_each(&checked.evidence, id);
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
    assert_few_of_each(&evidence, id);
}

/// What waits for a connection comes later: by then a valid token may have been accepted.
#[rstest]
#[tokio::test]
async fn rejections_are_few_however_few_connections_are_open(#[values(1, 2, 5)] connections: usize) {
    let id = "claims/audience-mismatch";
    let scenario = Scenario::find(id).unwrap_or_else(|mistake| panic!("{mistake}"));
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    let checked = check(&Target { connections: Some(connections), ..target }).await.expect("the suite does its job");
    assert_few_once_accepted(&checked.evidence, id);
    assert_meaning(&scenario, &checked.diagnosis, "");
}
