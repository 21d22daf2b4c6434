//! What rules out that a claim is written wrongly. Auth is the only place of the target.

use super::*;
use crate::evidence::{Evidence, Observation, Settings};
use crate::faults::concluded::is_ruled_out;
use crate::vocabulary::{Carriers, Endpoint, Presentation, User};

/// A client with that token, of which that can be said, at an auth service that rejects it.
fn rejected(settings: Settings, token: TokenKind, malformed: &[&str]) -> Evidence {
    let malformed = malformed.iter().filter_map(|name| ClaimName::from(name).ok()).collect();
    let facts = TokenFacts { malformed, ..TokenFacts::of_secret(&["sub"]) };
    let login = settings.login;
    let mut evidence = Evidence::new(settings);
    if login {
        evidence = Evidence::of_login(evidence.settings, facts);
    } else {
        evidence.describe_token(token, User::First, facts);
    }
    let usual = Presentation::new(Endpoint::Validation, token, Carriers::BODY);
    evidence.record_twice(usual, &Observation::rejected("invalid token"));
    evidence
}

/// Whether it is ruled out for a client with that login, which signs tokens itself or not.
fn is_well_formed(login: bool, mint: bool, malformed: &[&str]) -> bool {
    let settings = Settings { login, mint, ..Settings::of_one_user([Some(Carriers::BODY), None, None]) };
    let token = if login { TokenKind::Issued } else { TokenKind::SelfSigned };
    is_ruled_out(&rejected(settings, token, malformed), Fault::ClaimMalformed)
}

/// Its own token may have another form than the issued one, which is the one that was read.
#[test]
fn a_well_formed_token_rules_it_out_unless_the_client_signs_another_one() {
    assert!(is_well_formed(true, false, &[]) && is_well_formed(false, true, &[]));
    assert!(!is_well_formed(true, true, &[]));
    assert!(!is_well_formed(true, false, &["sub"]) && !is_well_formed(false, true, &["exp"]));
}
