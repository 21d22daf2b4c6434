//! Whether the services are reached, and whether they work. A service that is not reached shows nothing of what it does with a
//! token.

pub(super) mod access_gate_in_front;
pub(super) mod answer_unlike_contract;
pub(super) mod auth_unhealthy;
pub(super) mod auth_unreachable;
pub(super) mod backend_cannot_reach_auth;
pub(super) mod backend_unhealthy;
pub(super) mod backend_unreachable;
pub(super) mod circuit_breaker_open;
pub(super) mod rate_limited;
pub(super) mod service_credentials_refused;
pub(super) mod slow_authentication;
pub(super) mod tls_untrusted;
pub(super) mod verifier_fails;
pub(super) mod websocket_unreachable;

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Need, Probes, Proof};
use crate::diagnosis::property::{Property, of_one};
use crate::diagnosis::record::Details;
use crate::diagnosis::test::{Computed, Test, all, is, rejects};
use crate::evidence::{Evidence, Response, TransportError};
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Presentation, Probe, Route, Service, Variation};

/// Statuses of a reverse proxy that does not reach the service behind it (RFC 9110 §15.6.3 to §15.6.5).
const GATEWAY_ERRORS: &[u16] = &[502, 503, 504];

/// What was sent to that service at its own address.
fn probes_of(client: &Client<'_>, service: Service) -> Vec<Probe> {
    let is_direct =
        |probe: Probe| probe.presented().is_some_and(|one| one.variation == Variation::Route(Route::Direct));
    let made = client.evidence().iter().map(|(probe, _)| probe);
    made.filter(|probe| probe.service() == service && !is_direct(*probe)).collect()
}

/// From here, nothing is there: no probe got a response of anything.
fn nothing_is_reached(evidence: &Evidence) -> bool {
    evidence.iter().all(|(_, seen)| matches!(seen.response, Response::Unreached(_)))
}

/// Holds with the first of these probes whose response is like that.
fn some_response(client: &Client<'_>, probes: &[Probe], is: impl Fn(&Response) -> bool) -> Proof {
    let is = |probe: &Probe| client.evidence().of(*probe).is_some_and(|seen| is(&seen.response));
    match probes.iter().copied().find(is) {
        Some(probe) => Proof::Holds([probe].into()),
        None => Proof::Fails(Probes::new()),
    }
}

/// At no attempt did these presentations come out so, between invalid tokens too; else that is needed.
fn at_no_attempt(client: &Client<'_>, probes: &[Probe], outcome: Outcome, needs: &'static str) -> Proof {
    let presented = probes.iter().filter_map(|probe| probe.presented());
    let mut attempts = presented.flat_map(|one| client.evidence().repeats(one));
    let came_out_so = attempts.any(|one| client.evidence().outcome(one) == Some(outcome));
    if came_out_so { Proof::open(needs) } else { Proof::given() }
}

/// Nothing that was presented there got a response of the service itself: one would show that the service is reached.
fn nothing_responds(client: &Client<'_>, endpoint: Endpoint) -> Test {
    let is_rerouted = |one: &Presentation| matches!(one.variation, Variation::Route(_));
    let presented = client.evidence().presentations().filter(|one| one.endpoint == endpoint && !is_rerouted(one));
    Test::Computed(Computed {
        name: "nothing that is presented there gets a response of the service itself",
        prove: |client, probes| match probes.iter().copied().find(|probe| is_own_response(client, *probe)) {
            Some(probe) => Proof::Fails([probe].into()),
            None => Proof::given(),
        },
        probes: presented.map(Probe::Present).collect(),
    })
}

/// The service responds to `health`, or to two other probes: a single response may be that of a reverse proxy.
fn responds_itself(client: &Client<'_>, service: Service) -> Test {
    Test::Computed(Computed {
        name: "the service responds itself",
        prove: |client, probes| {
            let mut own = probes.iter().copied().filter(|probe| is_own_response(client, *probe));
            match (own.next(), own.next()) {
                (Some(probe @ Probe::Health(_)), _) | (Some(probe), Some(_)) => Proof::Holds([probe].into()),
                _ => Proof::Open(probes.iter().take(1).map(|health| Need::Response(*health)).collect()),
            }
        },
        probes: [Probe::Health(service)].into_iter().chain(probes_beside_health(client, service)).collect(),
    })
}

fn probes_beside_health(client: &Client<'_>, service: Service) -> impl Iterator<Item = Probe> {
    probes_of(client, service).into_iter().filter(move |probe| *probe != Probe::Health(service))
}

fn is_own_response(client: &Client<'_>, probe: Probe) -> bool {
    of_one(client, probe, Property::NotReached) == Some(false)
}

/// That presentation; or a missing token, where there was no token to present.
fn with_or_without_token(client: &Client<'_>, usual: Presentation) -> Presentation {
    let made = client.evidence().of(usual.into()).is_some();
    if made { usual } else { Presentation::missing(usual.endpoint) }
}

/// The response to the first of these probes that a healthy target would not have sent.
fn first_failure(client: &Client<'_>, shown: &Probes) -> String {
    let failed = shown.iter().find(|probe| client.evidence().is_as_expected(**probe) == Some(false));
    failed.map(|probe| client.evidence().summary(*probe)).unwrap_or_default()
}

/// For the texts of a service that is not reached.
fn unreached(service: &str, how: String) -> Details {
    let headline = format!("{service} cannot be reached: {how}");
    Details::from([("how", how)]).headed(headline)
}

/// A name that does not resolve names no machine on which a service could be started.
fn does_not_resolve(client: &Client<'_>, service: Service) -> bool {
    let is_dns = |probe: &Probe| {
        let seen = client.evidence().of(*probe).map(|seen| &seen.response);
        matches!(seen, Some(Response::Unreached(TransportError::Dns)))
    };
    probes_of(client, service).iter().any(is_dns)
}

/// The services that these probes were sent to.
fn services(probes: &Probes) -> Vec<Service> {
    let mut services: Vec<Service> = probes.iter().map(|probe| probe.service()).collect();
    services.sort_unstable();
    services.dedup();
    services
}

/// A valid and a forged token both get such a response there, and a missing one is rejected.
fn only_tokens_get(usual: Presentation, response: Property) -> Test {
    all([is(usual, response), is(usual.forged(), response), rejects(Presentation::missing(usual.endpoint))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Extracted, Observation, Settings, TokenFacts};
    use crate::faults::{concluded, diagnose};
    use crate::vocabulary::{Carriers, Fault, TokenKind, User};

    fn told(error: &TransportError) -> Option<(String, String)> {
        let mut evidence = Evidence::new(Settings::complete());
        for probe in [Probe::Health(Service::Auth), Probe::Login(User::First), Probe::Login(User::Second)] {
            evidence.record(probe, Observation::of(Response::Unreached(error.clone())));
        }
        let findings = diagnose(&evidence).findings;
        let found = findings.into_iter().find(|finding| finding.fault == Fault::AuthUnreachable)?;
        Some((found.headline, found.remedy))
    }

    #[test]
    fn no_service_is_to_be_started_at_a_name_that_does_not_resolve() {
        let (headline, fix) = told(&TransportError::Dns).expect("a finding");
        assert!(headline.ends_with("the name does not resolve") && fix.starts_with("DNS: "), "{headline}: {fix}");
        let (headline, fix) = told(&TransportError::Refused).expect("a finding");
        assert!(headline.ends_with("connection refused") && fix.starts_with("auth: start "), "{headline}: {fix}");
    }

    /// Auth is not reached, and the backend's health path gets that.
    fn may_be_of_the_check(backend: Observation) -> bool {
        let mut evidence = Evidence::new(Settings::complete());
        for probe in [Probe::Health(Service::Auth), Probe::Login(User::First), Probe::Login(User::Second)] {
            evidence.record(probe, Observation::refused());
        }
        evidence.record(Probe::Health(Service::Backend), backend);
        let found = diagnose(&evidence).findings.into_iter().find(|finding| finding.fault == Fault::AuthUnreachable);
        found.expect("a finding").may_be_of_the_check
    }

    #[test]
    fn this_machines_network_may_be_at_fault_only_where_nothing_at_all_is_reached() {
        assert!(may_be_of_the_check(Observation::refused()));
        assert!(!may_be_of_the_check(Observation::http(500, Extracted::NotLookedFor)));
    }

    /// Each gets that status: the client's token and a missing one at REST, and `health` where it was asked.
    fn is_unhealthy(status: u16, health: Option<u16>) -> bool {
        let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
        let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
        let usual = Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER);
        for presented in [usual, Presentation::missing(Endpoint::Rest)] {
            evidence.record_twice(presented, &Observation::http(status, Extracted::NotLookedFor));
        }
        let health = health.map(|status| Observation::http(status, Extracted::NotLookedFor));
        health.into_iter().for_each(|seen| evidence.record(Probe::Health(Service::Backend), seen));
        concluded::is_confirmed(&evidence, Fault::BackendUnhealthy)
    }

    #[test]
    fn a_service_is_unhealthy_only_where_it_responds_itself_at_its_health_path_or_elsewhere() {
        assert!(is_unhealthy(500, None) && is_unhealthy(500, Some(500)) && is_unhealthy(502, Some(500)));
        assert!(!is_unhealthy(502, None) && !is_unhealthy(502, Some(502)), "a reverse proxy responds");
    }
}
