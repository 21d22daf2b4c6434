//! Real proxies in front of the embedded deployments: nginx, HAProxy and Caddy from the system's packages. A healthy one
//! changes nothing, one that strips or blocks is told for what it does, and each fault behind one keeps its name.

mod caddy;
mod front;
mod haproxy;
mod nginx;

use std::collections::BTreeSet;

use caddy::CADDY;
use fivewhys::check::{Checked, check};
use fivewhys::deployment::{Deployment, PresentedCarriers, VisibleSettings};
use fivewhys::mock::{self, RunningDeployment};
use fivewhys::report::{Format, render};
use fivewhys::scenario::{self, Scenario};
use fivewhys::target::Target;
use fivewhys::vocabulary::Fault;
pub(crate) use front::ports;
use front::{Does, Kind, behind, start};
use futures_util::stream::{self, StreamExt};
use haproxy::HAPROXY;
use nginx::NGINX;
use rstest::rstest;

/// Checks at once: each keeps a core busy for a moment and waits for the rest of its time.
const WIDTH: usize = 8;

struct Case {
    name: String,
    expected: BTreeSet<Fault>,
    target: Target,
    _running: RunningDeployment,
}

/// The expectation of a front that does something by itself, before a healthy deployment.
async fn strips(kind: Kind, does: Does, presents: PresentedCarriers, expected: &[Fault]) {
    let mut deployment = Deployment::default();
    deployment.client.presents = presents;
    let expected = expected.iter().copied().collect();
    let case = case(&format!("{} {does:?}", kind.program), expected, &deployment, &VisibleSettings::default()).await;
    told(&look(kind, vec![case], does).await);
}

async fn case(name: &str, expected: BTreeSet<Fault>, deployment: &Deployment, visible: &VisibleSettings) -> Case {
    let running = mock::start(deployment, visible).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    Case { name: name.into(), expected, target, _running: running }
}

/// Looks at each through a front of one process, and gives those that are not as expected.
async fn look(kind: Kind, cases: Vec<Case>, does: Does) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = ports(cases.len() * 2);
    let (mut targets, mut fronts) = (Vec::new(), Vec::new());
    for (case, ports) in cases.iter().zip(ports.chunks(2)) {
        let does = if case.target.backend.as_ref().is_some_and(|url| url.scheme() == "https") {
            Does::PassesThrough
        } else {
            does
        };
        let (target, pair) = behind(&case.target, does, [ports[0], ports[1]]);
        targets.push(target);
        fronts.extend(pair);
    }
    let proxy = start(kind, &fronts, folder.path()).await;
    let checks = targets.iter().map(|target| async { check(target).await.expect("the suite does its job") });
    let checked: Vec<Checked> = stream::iter(checks).buffered(WIDTH).collect().await;
    drop(proxy);
    let compared = cases.iter().zip(&checked).filter_map(|(case, checked)| unlike(case, checked));
    compared.collect()
}

fn unlike(case: &Case, checked: &Checked) -> Option<String> {
    let found: BTreeSet<Fault> = checked.diagnosis.findings.iter().map(|finding| finding.fault).collect();
    let report = || render(Format::Text, &checked.evidence, &checked.diagnosis);
    (found != case.expected)
        .then(|| format!("{}: expected {:?}, found {found:?}\n{}", case.name, case.expected, report()))
}

fn told(unlike: &[String]) {
    assert!(unlike.is_empty(), "{} are not as expected\n\n{}", unlike.len(), unlike.join("\n"));
}

#[rstest]
#[case::nginx(NGINX)]
#[case::haproxy(HAPROXY)]
#[case::caddy(CADDY)]
#[tokio::test]
#[ignore = "needs nginx, haproxy and caddy"]
async fn each_fault_behind_a_real_proxy_keeps_its_name(#[case] kind: Kind) {
    let mut cases = Vec::new();
    for id in scenario::ids() {
        let is_canonical = id.rsplit_once('/').is_some_and(|(_, name)| name.parse::<Fault>().is_ok());
        // The systems of others are one address, and some lack a part.
        if !is_canonical && id != "healthy" || id.starts_with("systems/") {
            continue;
        }
        let scenario = Scenario::find(id).unwrap_or_else(|mistake| panic!("{mistake}"));
        // A certificate that a front does not pass on is not the one that clients see.
        if scenario.deployment().proxy.tls.is_some() && !kind.passes_through {
            continue;
        }
        let expected = scenario.expect.faults.clone();
        cases.push(case(id, expected, &scenario.deployment(), &scenario.target).await);
    }
    told(&look(kind, cases, Does::Forwards).await);
}

#[rstest]
#[tokio::test]
#[ignore = "needs nginx, haproxy and caddy"]
async fn a_real_proxy_that_strips_or_blocks_is_told(
    #[values(NGINX, HAPROXY, CADDY)] kind: Kind,
    #[values(
        (Does::StripsAuthorization, PresentedCarriers::Header, vec![Fault::AuthorizationHeaderStripped]),
        (Does::StripsAuthorizationOnUpgrade, PresentedCarriers::Header, vec![Fault::AuthorizationHeaderStripped]),
        (Does::StripsBearer, PresentedCarriers::Header, vec![Fault::BearerPrefixStripped]),
        (Does::StripsSubprotocol, PresentedCarriers::Subprotocol, vec![Fault::ProtocolHeaderStripped]),
        (Does::BlocksUpgrade, PresentedCarriers::Both, vec![Fault::UpgradeBlocked]),
    )]
    what: (Does, PresentedCarriers, Vec<Fault>),
) {
    strips(kind, what.0, what.1, &what.2).await;
}
