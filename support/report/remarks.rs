//! What the reader has to know of the check itself: what it did not make, and what it may have caused.

use std::time::Duration;

use crate::evidence::{Evidence, Skipped, TokenFacts};
use crate::outcome::{Outcome, Rejections};
use crate::vocabulary::Service;
use crate::wording::{log_beside, sentence, why_unread};

/// By less than this, every machine is late.
const WORTH_TELLING: Duration = Duration::from_secs(1);
/// Fewer are what any client sends that fails.
const MANY_REJECTIONS: usize = 5;

/// In full sentences, one or two each.
pub(super) fn remarks(evidence: &Evidence) -> Vec<String> {
    let late = evidence.late().count();
    let why = match evidence.run.interrupted {
        true => "the check was interrupted",
        false => "the deadline for the whole check came first",
    };
    let not_made = (late > 0).then(|| format!("{late} more probes were not made: {why}."));
    let held_up = evidence.held_up().as_secs_f64();
    let was_late = was_late(evidence)
        .then(|| format!("This machine was late by up to {held_up:.1} s, which its times allow for."));
    let retried = evidence.iter().filter(|(_, observation)| observation.retried.is_some()).count();
    let retried = (retried > 0).then(|| {
        format!("{retried} of the probes met a network error and were made once more; the first time counts.")
    });
    let not_made = not_made
        .into_iter()
        .chain(outlived(evidence))
        .chain(revoked(evidence))
        .chain(unnamed(evidence))
        .chain(not_read(evidence));
    let not_made = not_made.chain(log_beside(evidence));
    not_made.chain(was_late).chain(effects(evidence)).chain(retried).collect()
}

/// Of a token that has expired meanwhile, a rejection says nothing.
fn outlived(evidence: &Evidence) -> Option<String> {
    let count = evidence.skipped().filter(|(_, why)| *why == Skipped::Expired).count();
    let told = |lives: String| format!("{count} more probes were not made: their tokens{lives} had expired by then.");
    let lives = evidence.token_facts().filter_map(TokenFacts::left).min();
    (count > 0).then(|| told(lives.map(|left| format!(", which live {} s,", left.as_secs())).unwrap_or_default()))
}

/// That is a rule of the service, and no fault.
fn revoked(evidence: &Evidence) -> Option<String> {
    let has_one = !evidence.run.one_session.is_empty();
    has_one.then(|| {
        "A login revokes the token that its user had before; this check logged in again, and went on with the newest.".to_owned()
    })
}

/// Every accepted connection leaves open whose it is, though the target's file says where a welcome names its user. A random token names
/// nobody that could be compared.
fn unnamed(evidence: &Evidence) -> Option<String> {
    let accepted = evidence.iter().filter(|(probe, _)| evidence.outcome(*probe) == Some(Outcome::Accepted));
    let connections = accepted.filter_map(|(probe, seen)| Some((probe, seen.response.connection()?)));
    let named: Vec<_> = connections.map(|(probe, it)| (evidence.names_its_user(probe), it.named)).collect();
    let names_somebody = evidence.settings.names_user && !evidence.token_facts().any(TokenFacts::is_opaque);
    let is_unnamed = names_somebody && !named.is_empty() && named.iter().all(|(its_own, _)| its_own.is_none());
    let why = match named.iter().any(|(_, named)| named.is_some()) {
        true => "`handshake.user` names users in another form than the token's claims do",
        false => "nothing at `handshake.user` can be compared with the token's user",
    };
    is_unnamed.then(|| format!("Whose connection it is was not tested: {why}."))
}

/// What the platform did not tell; each reason once.
fn not_read(evidence: &Evidence) -> Vec<String> {
    let mut by_reason: Vec<(String, Vec<String>)> = Vec::new();
    for gap in evidence.provenance.iter().flat_map(|provenance| &provenance.gaps) {
        let (why, what) = (why_unread(gap), gap.what.to_string());
        match by_reason.iter_mut().find(|(reason, _)| *reason == why) {
            Some((_, unread)) => unread.push(what),
            None => by_reason.push((why, vec![what])),
        }
    }
    let told = |(why, what): (String, Vec<String>)| format!("Not read of the platform: {}: {why}.", what.join(", "));
    by_reason.into_iter().map(told).collect()
}

/// That is said in one line.
pub(super) fn was_late(evidence: &Evidence) -> bool {
    evidence.held_up() >= WORTH_TELLING
}

/// What the check may have caused, and until when.
fn effects(evidence: &Evidence) -> Vec<String> {
    let rejections =
        [Service::Auth, Service::Backend, Service::Gateway].map(|verifier| (verifier, evidence.rejections(verifier)));
    let broken = rejections.iter().filter(|(_, rejections)| rejections.rejects_now);
    let broken = broken.map(|(service, _)| {
        let when = match evidence.asked_to_wait_until(*service) {
            Some(until) => format!("it is open until {until}, by its `Retry-After`"),
            None => "it closes again after its own pause".to_owned(),
        };
        format!(
            "{} accepted a valid token at first and rejects it now. If this check opened a circuit breaker, {when}.",
            service.title()
        )
    });
    let many = |it: &&(Service, Rejections)| !it.1.rejects_now && !it.1.accepted && it.1.count >= MANY_REJECTIONS;
    let counted: Vec<String> = rejections
        .iter()
        .filter(many)
        .map(|(service, it)| format!("{} rejected {}", service.title(), it.count))
        .collect();
    let counted = (!counted.is_empty())
        .then(|| format!("{} requests of this check; a lockout may follow.", counted.join(" and ")));
    broken.chain(counted).map(|said| sentence(&said)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::evidence::{Connection, Extracted, HttpResponse, NamedUser, Observation, Response, Settings};
    use crate::vocabulary::{Carriers, Endpoint, Presentation, TokenKind};

    fn response(status: u16, headers: &[(&str, &str)]) -> Observation {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let headers: BTreeMap<String, String> = headers.collect();
        let extracted = Extracted::NotLookedFor;
        Observation::of(Response::Http(HttpResponse { status, headers, body: String::new(), extracted }))
    }

    fn told(rejection: &[(&str, &str)]) -> String {
        let mut evidence = Evidence::new(Settings::complete());
        let usual = Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER);
        evidence.record(usual.into(), response(200, &[]));
        evidence.record(usual.repeat(1).into(), response(401, rejection));
        effects(&evidence).concat()
    }

    #[test]
    fn an_open_circuit_breaker_closes_when_its_responses_say_so() {
        let date = ("date", "Sun, 01 Mar 2026 03:12:10 GMT");
        let until = told(&[date, ("retry-after", "30")]);
        assert!(until.contains("it is open until 03:12:40 UTC"), "{until}");
        let silent = told(&[date]);
        assert!(silent.contains("it closes again after its own pause"), "{silent}");
    }
    #[test]
    fn a_welcome_that_names_nobody_is_told_where_the_file_says_where_it_names_its_user() {
        let told = |names_user: bool, named: Option<NamedUser>| {
            let mut evidence = Evidence::new(Settings { names_user, ..Settings::complete() });
            let usual = Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::HEADER);
            let connection = Connection { named, ..Connection::open() };
            evidence.record(usual.into(), Observation::of(Response::WebSocket(connection)));
            remarks(&evidence).concat()
        };
        assert!(told(true, None).contains("nothing at `handshake.user`"));
        assert!(told(true, Some(NamedUser::Unknown(1))).contains("in another form"));
        assert_eq!(told(true, Some(NamedUser::Own)), "");
        assert_eq!(told(false, None), "");
    }
}
