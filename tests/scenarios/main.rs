//! One test per scenario file: the embedded deployment is started, looked at through its target's file, and diagnosed. The
//! exact set of faults comes first, so that accepting a snapshot cannot bless a wrong diagnosis.

#[path = "../../support/every_case.rs"]
mod every_case;
mod first_screen;
mod formats;
mod in_a_row;
mod log_beside;
#[path = "../../support/snapshot.rs"]
mod snapshot;
mod told_apart;
mod transient_errors;
mod verifications;
mod whole_incident;
#[path = "../../support/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::Path;
use std::time::Duration;

use every_case::every_case;
use fivewhys::check::{Checked, check};
use fivewhys::deployment::{Deployment, VisibleSettings};
use fivewhys::diagnosis::{Basis, Diagnosis, Finding, Link, Verdict, Verification, Verified};
use fivewhys::dry_run::dry_run;
use fivewhys::evidence::{Evidence, Skipped};
use fivewhys::faults::{contradicted, diagnose};
use fivewhys::input::Source;
use fivewhys::mock;
use fivewhys::report::{Format, render};
use fivewhys::scenario::Scenario;
use fivewhys::target::Target;
use fivewhys::vocabulary::{Attempt, Change, ClaimName, Fault, Probe, Service, TokenKind, User};
use strum::VariantArray;

/// One test of that name.
macro_rules! scenario {
    ($name:ident, $id:literal) => {
        #[tokio::test]
        async fn $name() {
            reproduces($id).await;
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/scenario_tests.rs"));

async fn reproduces(id: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(id).with_extension("toml");
    let source = Source::read(&path).expect("the scenario is readable");
    let scenario = Scenario::parse(&source).unwrap_or_else(|mistake| panic!("{mistake}"));
    let (target, checked) = reproduced(&scenario).await;
    let report = render(Format::Text, &checked.evidence, &checked.diagnosis);
    assert_meaning(&scenario, &checked.diagnosis, &report);
    first_screen::assert_short(&checked, &report);
    assert_complete(&checked);
    // A developer's run looks at each scenario in one of these ways, CI in all.
    let ways: [&dyn Fn(); 4] = [
        &|| formats::assert_valid(&checked, id),
        &|| assert_announced(&target, &checked),
        &|| assert_monotonous(&checked),
        &|| log_beside::assert_changes_nothing(&checked),
    ];
    let taken = (0..).zip(ways).filter(|(number, _)| every_case() || of_id(id) % ways.len() == *number);
    taken.for_each(|(_, assert)| assert());
    if checked.diagnosis.verdict == Verdict::Healthy {
        in_a_row::assert_few(&checked.evidence, id);
        in_a_row::assert_few_of_each(&checked.evidence, id);
    }
    if !is_left_to_chance(&scenario.deployment()) {
        in_a_row::assert_few_once_accepted(&checked.evidence, id);
    }
    if is_left_to_chance(&scenario.deployment()) {
        return snapshot::assert_text(id, id, &scenario.title, &told(&checked.diagnosis));
    }
    snapshot::assert(id, id, &scenario.title, &checked);
    transient_errors::assert_leads_nowhere(&checked, of_id(id));
}

/// From the times that it measured while this machine was late, a check concludes less: then it is made again.
async fn reproduced(scenario: &Scenario) -> (Target, Checked) {
    let mut again = 0;
    loop {
        let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
        let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
        let checked = check(&target).await.expect("the suite does its job");
        // Where a connection is cut within milliseconds, being late by one is enough.
        let was_paused = checked.evidence.iter().any(|(_, seen)| seen.was_paused());
        let was_late = was_paused || checked.evidence.held_up() >= LATE;
        if again == AGAIN || !was_late || scenario.expect.differs_from(&checked.diagnosis).is_none() {
            return (target, checked);
        }
        again += 1;
    }
}

/// A machine that has time is less late.
const LATE: Duration = Duration::from_millis(50);
/// So often at most.
const AGAIN: usize = 5;

/// Which replica responds to which probe, and which request exceeds a limit, is chance: responses differ from run to run.
fn is_left_to_chance(deployment: &Deployment) -> bool {
    deployment.backend.replicas.stale > 0
        || deployment.proxy.request_limit.is_some()
        || deployment.backend.circuit_breaker.is_some()
}

/// What is told of each finding in any case.
fn told(diagnosis: &Diagnosis) -> String {
    let told = |finding: &Finding| format!("{}: {}\n{}\n", finding.fault, finding.headline, finding.remedy);
    diagnosis.findings.iter().map(told).collect::<String>()
}

async fn look(deployment: &Deployment, visible: &VisibleSettings) -> Checked {
    let running = mock::start(deployment, visible).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    check(&target).await.expect("the suite does its job")
}

fn assert_meaning(scenario: &Scenario, diagnosis: &Diagnosis, report: &str) {
    let differs = scenario.expect.differs_from(diagnosis);
    assert_eq!(differs, None, "the whole report:\n{report}");
}

/// The dry run lists every request of the check, and every one that would decide what is open; what is repeated, once.
fn assert_announced(target: &Target, checked: &Checked) {
    let plan = dry_run(target, Default::default()).expect("the suite does its job");
    let drafts = plan.rounds.iter().flat_map(|(_, drafts)| drafts).chain(&plan.with_reason);
    let announced: BTreeSet<Probe> = drafts.map(|(probe, _)| once(*probe)).collect();
    let sent: BTreeSet<Probe> = checked.evidence.iter().map(|(probe, _)| once(probe)).collect();
    let unannounced: Vec<_> = sent.difference(&announced).collect();
    assert!(unannounced.is_empty(), "not in the dry run: {unannounced:?}");
    let mut about = 0;
    for counts in plan.counts() {
        let there = |probe: &Probe| counts.services.contains(&probe.service());
        let made = checked.evidence.iter().map(|(probe, _)| probe).filter(there).count();
        assert!(made <= counts.most, "{made} probes, and the dry run says {counts:?}");
        about += counts.healthy;
    }
    if checked.diagnosis.verdict == Verdict::Healthy {
        let made = checked.evidence.iter().count();
        assert!((about / 2..=about * 3 / 2).contains(&made), "{made} probes, and the dry run says about {about}");
    }
    for (fault, open) in &checked.diagnosis.undetermined {
        let never: Vec<_> = open.probes.iter().filter(|probe| !announced.contains(&once(**probe))).collect();
        assert!(never.is_empty(), "{fault} needs {never:?}, which no check of this target makes");
    }
}

/// The probe of which this is an attempt, with whosever token: where the first user has none, the second takes that place. Which
/// claims are varied is known only once a token is issued.
fn once(probe: Probe) -> Probe {
    let any = ClaimName::from("any").expect("short");
    let Some(presented) = probe.presented() else { return probe };
    let token = match presented.token {
        TokenKind::Resigned(of, change) => TokenKind::Resigned(
            of,
            match change {
                Change::Without(_) => Change::Without(any),
                Change::Like(_) => Change::Like(any),
                Change::LikeAllBut(_) => Change::LikeAllBut(any),
                Change::Rewritten(_) => Change::Rewritten(any),
                Change::Other(_, guess) => Change::Other(any, guess),
                other => other,
            },
        ),
        other => other,
    };
    Probe::Present(presented.with(token).by(User::First).attempt(Attempt::First))
}

/// In so many pieces evidence is taken away; tests/suite/properties.rs does it for any.
const PIECES: usize = 8;

/// Every fault is in one place with its reason, and every finding has five whys, none citing what was not seen.
fn assert_complete(checked: &Checked) {
    let Checked { evidence, diagnosis } = checked;
    let asked: BTreeSet<Probe> = evidence.iter().map(|(probe, _)| probe).collect();
    for finding in &diagnosis.findings {
        let whys = finding.whys.iter().flat_map(|why| match &why.basis {
            Basis::Observed(probes) => probes.as_slice(),
            Basis::Inferred | Basis::Unknown(_) => &[],
        });
        assert_eq!(finding.whys.len(), 5, "{}", finding.fault);
        // What was not seen is asked, not guessed.
        let last = finding.whys.last().filter(|why| why.question == "Why did nobody notice?");
        let is_asked = |why: &Link| matches!(why.basis, Basis::Unknown(_)) && why.answer.ends_with('?');
        let is_guess = last.is_some_and(|why| !matches!(why.basis, Basis::Observed(_)) && !is_asked(why));
        assert!(!is_guess, "{}: {last:?}", finding.fault);
        let guess =
            finding.whys.iter().skip(1).find(|why| why.answer.contains(" may ") && why.basis == Basis::Inferred);
        assert_eq!(guess, None, "{}: a guess is told as inferred", finding.fault);
        assert!(!finding.because.is_empty(), "{} cites nothing", finding.fault);
        assert!(
            finding.because.iter().chain(whys).all(|probe| asked.contains(probe)),
            "{finding:?} cites what nobody asked"
        );
    }
    assert!(diagnosis.ruled_out.values().all(|because| !because.is_empty()), "{:?}", diagnosis.ruled_out);
    assert!(
        diagnosis.undetermined.values().all(|open| !open.needs(evidence).is_empty()),
        "{:?}",
        diagnosis.undetermined
    );
    // What was planned was made, or there is a reason.
    for (probe, why) in evidence.skipped() {
        assert!(evidence.of(probe).is_none(), "{probe:?} was made, and skipped: {why}");
        let is_healthy = diagnosis.verdict == Verdict::Healthy;
        assert!(!is_healthy || why == Skipped::Impossible, "healthy, and {probe:?} was not made: {why}");
    }
    assert_healthy_is_healthy(evidence, diagnosis);
    assert_eq!(contradicted(evidence), [], "shown and ruled out by the same responses");
    let places = diagnosis.findings.len() + diagnosis.ruled_out.len() + diagnosis.undetermined.len();
    assert_eq!(places, Fault::VARIANTS.len(), "every fault is in one place");
}

/// Healthy means that every expectation was met, no verification failed and nothing was late.
fn assert_healthy_is_healthy(evidence: &Evidence, diagnosis: &Diagnosis) {
    if diagnosis.verdict == Verdict::Healthy {
        let unmet: Vec<_> =
            evidence.iter().filter(|(probe, _)| evidence.is_as_expected_at_once(*probe) == Some(false)).collect();
        assert!(unmet.is_empty() && evidence.late().next().is_none(), "healthy, with {unmet:?} or late probes");
        for verification in Verification::VARIANTS {
            let outcome = verification.outcome(evidence, diagnosis);
            assert!(!matches!(outcome, Verified::Fail(_)), "healthy, and {verification} fails: {outcome:?}");
        }
    }
}

/// Law of evidence: what is taken away may leave a fault undetermined, and never turns "ruled out" into "confirmed". A few
/// observations that stand side by side are taken away, each one once, and all that one service said together.
fn assert_monotonous(checked: &Checked) {
    let assert_never_turns = |less: &Evidence, what: &str| {
        let diagnosis = diagnose(less);
        assert_healthy_is_healthy(less, &diagnosis);
        for finding in diagnosis.findings {
            let before = checked.diagnosis.ruled_out.get(&finding.fault);
            assert!(before.is_none(), "{} was ruled out by {before:?}, and is confirmed without {what}", finding.fault);
        }
    };
    let all: Vec<Probe> = checked.evidence.iter().map(|(probe, _)| probe).collect();
    for taken in all.chunks(all.len().div_ceil(PIECES)) {
        assert_never_turns(&checked.evidence.without(|probe| taken.contains(&probe)), &format!("{taken:?}"));
    }
    for service in [Service::Auth, Service::Backend, Service::Gateway] {
        assert_never_turns(&checked.evidence.without(|probe| probe.service() == service), service.name());
    }
}

/// A number that stays the scenario's, whatever others there are.
fn of_id(id: &str) -> usize {
    BuildHasherDefault::<DefaultHasher>::new().hash_one(id) as usize % transient_errors::CYCLE
}
