//! Which service holds the secret in another form. Auth and REST accept the client's token.

use super::*;
use crate::evidence::{Evidence, Observation, Settings, TokenFacts};
use crate::faults::diagnose;
use crate::vocabulary::{Carriers, SecretForm};

fn at(endpoint: Endpoint) -> Presentation {
    let carriers = if endpoint == Endpoint::Validation { Carriers::BODY } else { Carriers::HEADER };
    Presentation::new(endpoint, TokenKind::Issued, carriers)
}

/// The gateway accepts the token only when it is signed with the secret and a newline.
fn with_newline_at_the_gateway(one_origin: bool) -> Evidence {
    let settings = Settings::of_one_user([Some(Carriers::BODY), Some(Carriers::HEADER), Some(Carriers::HEADER)]);
    let secret_forms = vec![SecretForm::TrailingNewline];
    let settings = Settings { one_origin, signing: true, secret_forms, ..settings };
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    evidence.record_twice(at(Endpoint::Validation), &Observation::accepted());
    evidence.record_twice(at(Endpoint::Rest), &Observation::accepted());
    for endpoint in [Endpoint::Rest, Endpoint::WebSocket] {
        evidence.record_twice(Presentation::missing(endpoint), &Observation::rejected("no token"));
        evidence.record_twice(at(endpoint).forged(), &Observation::rejected("invalid token"));
    }
    let usual = at(Endpoint::WebSocket);
    for rejected in [usual, usual.changed(Change::Nothing), usual.changed(Change::UnknownClaim)] {
        evidence.record_twice(rejected, &Observation::rejected("invalid token"));
    }
    let with_newline = usual.changed(Change::Secret(SecretForm::TrailingNewline));
    evidence.record_twice(with_newline, &Observation::welcomed());
    evidence
}

#[test]
fn the_service_that_holds_another_form_is_named_as_it_is() {
    for (one_origin, name) in [(false, "gateway"), (true, "backend")] {
        let findings = diagnose(&with_newline_at_the_gateway(one_origin)).findings;
        let found = findings.iter().find(|finding| finding.fault == Fault::JwtSecretAltered).expect("confirmed");
        assert!(found.headline.starts_with(&format!("the {name} holds auth's secret")), "{}", found.headline);
        assert!(found.comparison.starts_with(&format!("The {name} rejects")), "{}", found.comparison);
        assert!(found.remedy.starts_with(&format!("auth and {name}: ")), "{}", found.remedy);
    }
}
