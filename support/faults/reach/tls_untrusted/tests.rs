//! Whose certificate is not trusted, and whether the check itself may be at fault.

use super::*;
use crate::evidence::{Evidence, Extracted, Observation, Settings};
use crate::faults::concluded::is_ruled_out;
use crate::faults::diagnose;
use crate::vocabulary::{Probe, User};

fn untrusted(why: UntrustedCertificate) -> Observation {
    Observation::of(Response::Unreached(TransportError::Certificate(why)))
}

/// The certificates of auth and of the backend are not trusted for these reasons: whether the check may be at fault.
fn may_be_of_the_check(auth: UntrustedCertificate, backend: UntrustedCertificate) -> bool {
    let mut evidence = Evidence::new(Settings::complete());
    evidence.record(Probe::Health(Service::Auth), untrusted(auth));
    evidence.record(Probe::Health(Service::Backend), untrusted(backend));
    let found = diagnose(&evidence).findings.into_iter().find(|finding| finding.fault == Fault::TlsUntrusted);
    found.expect("a finding").may_be_of_the_check
}

#[test]
fn an_authority_that_the_target_file_does_not_name_may_be_the_only_reason() {
    use UntrustedCertificate::{Expired, OfAnAuthority, OtherName, UnknownIssuer};
    assert!(may_be_of_the_check(UnknownIssuer, UnknownIssuer) && may_be_of_the_check(UnknownIssuer, OfAnAuthority));
    for other in [Expired, OtherName] {
        assert!(!may_be_of_the_check(UnknownIssuer, other) && !may_be_of_the_check(other, other));
    }
}

#[test]
fn certificates_are_trusted_once_every_service_has_responded_in_http() {
    let ruled_out = |last: Observation| {
        let mut evidence = Evidence::new(Settings::complete());
        let responds = || Observation::http(404, Extracted::NotLookedFor);
        let others = [Probe::Health(Service::Auth), Probe::Health(Service::Backend), Probe::PlainGet];
        others.into_iter().for_each(|probe| evidence.record(probe, responds()));
        assert!(is_ruled_out(&evidence, Fault::TlsUntrusted));
        evidence.record(Probe::PlainGet, last);
        evidence.record(Probe::Login(User::First), responds());
        is_ruled_out(&evidence, Fault::TlsUntrusted)
    };
    assert!(!ruled_out(Observation::refused()));
    assert!(!ruled_out(Observation::of(Response::NotHttp)));
    assert!(!ruled_out(untrusted(UntrustedCertificate::Expired)));
}
