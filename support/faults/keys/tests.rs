//! Whether there is a secret to compare.

use super::*;
use crate::evidence::{Evidence, Extracted, Observation};
use crate::faults::diagnose;
use crate::token::Token;
use crate::vocabulary::{Fault, TokenKind};

/// A login issues a token that a private key has signed, and nothing else is sent: whether that alone rules out that a secret is altered.
fn no_secret_is_altered(settings: Settings) -> bool {
    let mut evidence = Evidence::new(settings);
    let facts = Token::new("a.b.c").facts(0, &str::to_owned);
    let facts = TokenFacts { algorithm: Some("RS256".into()), ..facts };
    evidence.describe_token(TokenKind::Issued, User::First, facts);
    let extracted = Extracted::Text { mark: Some(1), provenance: None, token_type: None };
    evidence.record(Probe::Login(User::First), Observation::http(200, extracted));
    diagnose(&evidence).ruled_out.contains_key(&Fault::JwtSecretAltered)
}

#[test]
fn a_private_key_rules_secrets_out_unless_the_target_file_knows_of_one() {
    let knows_of = |signing, private_key, fingerprint| {
        no_secret_is_altered(Settings { signing, private_key, fingerprint, ..Settings::complete() })
    };
    assert!(knows_of(false, false, false) && knows_of(true, true, false), "no secret");
    assert!(!knows_of(true, false, false), "the secret itself");
    assert!(!knows_of(false, false, true) && !knows_of(true, true, true), "its fingerprint");
}
