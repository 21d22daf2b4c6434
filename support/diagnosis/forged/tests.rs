//! Which tokens are forged of one that a private key may have signed.

use super::*;
use crate::evidence::{Evidence, Settings, Skipped};
use crate::faults::record;
use crate::vocabulary::{Carriers, Endpoint};

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

fn signed(algorithm: &str, by: Option<SignedBy>) -> TokenFacts {
    TokenFacts { algorithm: Some(algorithm.to_owned()), signed_by: [by, None], ..TokenFacts::of_secret(&["sub"]) }
}

/// What is forged of them at REST.
fn kinds(evidence: &Evidence) -> Vec<TokenKind> {
    Client::new(evidence, record).signed_otherwise(usual()).into_iter().map(|one| one.token).collect()
}

fn without_keys() -> Settings {
    Settings { keys: None, ..Settings::complete() }
}

fn of_public_key() -> [TokenKind; 2] {
    [PemEnd::WithNewline, PemEnd::WithoutNewline].map(TokenKind::PublicKeyAsSecret)
}

#[test]
fn another_key_signs_only_a_token_of_a_private_key_and_the_public_key_only_one_that_it_verifies() {
    let [newline, none] = of_public_key();
    let of = |settings: Settings, facts: TokenFacts| kinds(&Evidence::of_login(settings, facts));
    let verified = || signed("RS256", Some(SignedBy::PublishedKey));
    assert_eq!(of(Settings::complete(), verified()), [TokenKind::OtherKey, newline, none]);
    assert_eq!(of(Settings::complete(), signed("RS256", Some(SignedBy::AnotherKey))), [TokenKind::OtherKey]);
    assert_eq!(of(without_keys(), verified()), [TokenKind::OtherKey]);
    assert_eq!(of(Settings::complete(), signed("HS256", None)), []);
}

/// For a dry run.
#[test]
fn before_anything_is_sent_a_private_key_may_sign_the_token_and_published_keys_may_verify_it() {
    let [newline, none] = of_public_key();
    assert_eq!(kinds(&Evidence::new(Settings::complete())), [TokenKind::OtherKey, newline, none]);
    assert_eq!(kinds(&Evidence::new(without_keys())), [TokenKind::OtherKey]);
}

#[test]
fn two_ids_of_keys_are_tried_only_where_both_tokens_can_be_made() {
    let both = |impossible: Option<TokenKind>| {
        let facts = signed("RS256", Some(SignedBy::PublishedKey));
        let mut evidence = Evidence::of_login(Settings::complete(), facts);
        impossible.into_iter().for_each(|kind| evidence.skip(usual().with(kind).into(), Skipped::Impossible));
        Client::new(&evidence, record).of_two_kids(usual()).is_some()
    };
    assert!(both(None) && both(Some(TokenKind::OtherKey)));
    for kind in [TokenKind::OtherKid, TokenKind::UnknownKid, of_public_key()[0]] {
        assert!(!both(Some(kind)), "{kind:?}");
    }
}
