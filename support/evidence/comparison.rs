//! Responses side by side. Each is normalised once, when it is recorded; what varies from one request to the next is measured
//! where the same was sent twice.

use super::normalised::{self, Normalised, Parts};
use super::{End, Evidence, Extracted, HttpResponse, Response};
use crate::vocabulary::{Attempt, Endpoint, Probe, Service, TokenKind, User};

/// A part of a service that writes responses of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Endpoint(Endpoint),
    Login,
}

impl Evidence {
    /// Whether two probes got the same response: the same status and body after removing what varies from one request to the
    /// next. `None` where one of them got none, or where the difference may be chance.
    pub fn same_response(&self, one: Probe, other: Probe) -> Option<bool> {
        let varying = part(one).and_then(|part| self.varying.get(&part));
        normalised::same(self.normalised(one)?, self.normalised(other)?, varying)
    }

    /// Whether two responses have the same form: the same fields of a JSON object, or neither is JSON. `None` where one of
    /// them is no plain response.
    pub fn same_form(&self, one: Probe, other: Probe) -> Option<bool> {
        let fields = |probe| match &self.of(probe)?.response {
            Response::Http(response) => Some(normalised::fields(&response.body)),
            _ => None,
        };
        Some(fields(one)? == fields(other)?)
    }

    /// Whether the backend and a gateway of its own show the fingerprint that auth shows, as far as they show one; `None` where
    /// there is nothing to compare.
    pub fn same_fingerprint(&self) -> Option<bool> {
        self.fingerprints_beside_auth().map(|(_, same)| same).reduce(|one, other| one && other)
    }

    /// Of each service that shows a fingerprint, whether it is that of auth.
    pub fn fingerprints_beside_auth(&self) -> impl Iterator<Item = (Service, bool)> {
        let services = [Service::Backend, Service::Gateway].into_iter();
        services.filter_map(|service| Some((service, self.same_fingerprint_of(service)?)))
    }

    /// Whether auth and that service show the same fingerprint; `None` where one of them shows none.
    pub fn same_fingerprint_of(&self, service: Service) -> Option<bool> {
        self.same_marks(service, |(mark, _)| mark)
    }

    /// Whether auth and that service have their secrets from the same version and source; `None` where one of them does not
    /// tell.
    pub fn same_provenance_of(&self, service: Service) -> Option<bool> {
        self.same_marks(service, |(_, provenance)| provenance)
    }

    fn same_marks(&self, other: Service, pick: impl Fn((Option<u64>, Option<u64>)) -> Option<u64>) -> Option<bool> {
        let mark = |service| match &self.of(Probe::Fingerprint(service))?.response {
            Response::Http(HttpResponse { extracted: Extracted::Text { mark, provenance, .. }, .. }) => {
                pick((*mark, *provenance))
            }
            _ => None,
        };
        Some(mark(Service::Auth)? == mark(other)?)
    }

    fn normalised(&self, probe: Probe) -> Option<&Normalised> {
        self.seen(probe)?.normalised.as_ref()
    }

    pub(super) fn measure_all(&mut self) {
        let parts = Endpoint::PARTS.into_iter().chain([Part::Login]);
        self.varying = parts.filter_map(|part| Some((part, self.varying(part)?))).collect();
    }

    /// Measures again what varies, where this probe is one of two that are compared for it.
    pub(super) fn measure(&mut self, probe: Probe) {
        let Some(part) = part(probe).filter(|_| self.is_measured(probe)) else { return };
        match self.varying(part) {
            Some(varying) => _ = self.varying.insert(part, varying),
            None => _ = self.varying.remove(&part),
        }
    }

    fn is_measured(&self, probe: Probe) -> bool {
        match probe {
            Probe::Login(_) => true,
            Probe::Present(presented) => {
                let repeat = Probe::Present(presented.repeat(1));
                presented.token == TokenKind::Missing || self.seen(repeat).is_some()
            }
            _ => false,
        }
    }

    /// What differed at that part between two responses to the same presentation with the same outcome.
    fn varying(&self, part_of: Part) -> Option<Parts> {
        let twins = self.observations.iter().filter_map(|(probe, _)| repeated(*probe));
        let beside = twins.filter(|(first, _)| part(*first) == Some(part_of));
        let differing = beside.filter_map(|(first, again)| self.least_difference(first, again));
        differing.reduce(|one, other| one.into_iter().chain(other).collect())
    }

    /// Between the two responses that are most alike: of three, one may be from a circuit breaker that was open for a while.
    fn least_difference(&self, first: Probe, again: Probe) -> Option<Parts> {
        // A missing token is sent a third time, after a pause. Beside itself no response differs.
        let missing = first.presented().filter(|presented| presented.token == TokenKind::Missing);
        let [again, third] = match missing.map(|one| [one.repeat(1), one.after_pause(0)].map(Probe::Present)) {
            Some([again, third]) => [Some(again), Some(third)],
            None => [Some(again), None],
        };
        let difference = |one: Probe, other: Probe| {
            let (normalised, others) = (self.normalised(one)?, self.normalised(other)?);
            let same_kind = kind(&self.of(one)?.response) == kind(&self.of(other)?.response);
            same_kind.then(|| normalised::differing(normalised, others))
        };
        let pairs = [(Some(first), again), (Some(first), third), (again, third)];
        let differences = pairs.into_iter().filter_map(|(one, other)| difference(one?, other?));
        differences.min_by_key(Parts::len)
    }
}

impl Endpoint {
    const PARTS: [Part; 3] =
        [Part::Endpoint(Endpoint::Validation), Part::Endpoint(Endpoint::Rest), Part::Endpoint(Endpoint::WebSocket)];
}

/// Status, close code, and what the contract reads: two responses that differ in one of these say different things.
fn kind(response: &Response) -> (Option<u16>, Option<u16>, Option<bool>) {
    match response {
        Response::Http(response) => {
            let verdict = if let Extracted::Bool(verdict) = response.extracted { Some(verdict) } else { None };
            (Some(response.status), None, verdict)
        }
        Response::WebSocket(connection) => {
            let code = if let End::Closed { code, .. } = connection.end { Some(code) } else { None };
            (None, code, Some(connection.welcomed))
        }
        Response::Unreached(_) | Response::NotHttp => (None, None, None),
    }
}

/// Of a repeat, the first attempt and this one. The logins of two users differ only in a name.
fn repeated(probe: Probe) -> Option<(Probe, Probe)> {
    match probe {
        Probe::Login(User::Second) => Some((Probe::Login(User::First), probe)),
        Probe::Present(presented) => {
            let again = presented.attempt == Attempt::Repeat(1)
                || presented.attempt == Attempt::AfterPause(0) && presented.token == TokenKind::Missing;
            again.then(|| (Probe::Present(presented.attempt(Attempt::First)), probe))
        }
        _ => None,
    }
}

/// Which part of a service responds, where several probes are sent to one.
fn part(probe: Probe) -> Option<Part> {
    match probe {
        Probe::Present(presented) => Some(Part::Endpoint(presented.endpoint)),
        Probe::Login(_) | Probe::LoginUnknownPath | Probe::LoginGet => Some(Part::Login),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
