use super::*;
use crate::secret::Secret;
use crate::vocabulary::Change;

/// Unix time in seconds.
const NOW: i64 = 1_700_000_000;

fn token() -> Token {
    let claims = with_dates(&Claims::new(), NOW, 1_800);
    Token::sign(&claims, Algorithm::HS256, b"a secret of no importance").expect("HS256 signs")
}

#[test]
fn forging_changes_the_signature_and_nothing_else() {
    let (token, forged) = (token(), token().forge());
    let (signed, signature) = token.expose().rsplit_once('.').expect("a JWT");
    let (kept, other) = forged.expose().rsplit_once('.').expect("a JWT");
    assert_eq!((signed, signature.len()), (kept, other.len()));
    let bytes = |text| URL_SAFE_NO_PAD.decode(text).expect("canonical base64url");
    assert!(bytes(signature).iter().zip(bytes(other)).all(|(a, b)| *a != b));
}

#[test]
fn forging_an_opaque_token_keeps_its_length() {
    for odd in ["", "x", "opaque-token", "ends.", "ünïcödé-token"] {
        assert_eq!(Token::new(odd).forge().expose().chars().count(), odd.chars().count());
    }
}

#[test]
fn two_tokens_are_alike_that_differ_in_the_user_and_the_time_alone() {
    let of = |claims: Value| {
        let claims: Claims = serde_json::from_value(claims).expect("an object");
        Token::sign(&claims, Algorithm::HS256, b"a secret of no importance")
            .expect("HS256 signs")
            .facts(NOW, &str::to_owned)
    };
    let alice = of(json!({"sub": "alice", "aud": "chat"}));
    assert!(alice.is_like(&of(json!({"sub": "a-much-longer-name", "aud": "chat"}))));
    assert!(!alice.is_like(&of(json!({"sub": "bob", "aud": "other"}))));
    assert!(!alice.is_like(&of(json!({"sub": "bob", "aud": "chat", "role": "guest"}))));
    assert!(
        Token::new("opaque-of-alice")
            .facts(NOW, &str::to_owned)
            .is_like(&Token::new("opaque").facts(NOW, &str::to_owned))
    );
}

#[test]
fn shows_a_description_and_never_the_token() {
    assert_eq!(format!("{:?}", token()), "[TOKEN]");
    assert_eq!(token().facts(NOW, &str::to_owned).description, "jwt(HS256, exp=+30m, 128 chars, 2 dots)");
    assert_eq!(Token::new("opaque").facts(0, &str::to_owned).description, "opaque(6 chars, 0 dots)");
}

#[test]
fn a_login_says_how_long_a_token_lives_that_does_not_say_it_itself() {
    let opaque = Token::new("opaque").issued_for(Some(60));
    let facts = opaque.facts(NOW, &str::to_owned);
    assert_eq!((facts.expires_in, facts.lifetime(), facts.has_expired()), (Some(60), Some(60), false));
    assert_eq!(facts.description, "opaque(expires_in=60, 6 chars, 0 dots)");
    let facts = token().issued_for(Some(60)).facts(NOW, &str::to_owned);
    assert_eq!((facts.expires_in, facts.lifetime(), facts.issued_for), (Some(1_800), Some(1_800), None));
    assert!(opaque == Token::new("opaque"), "what is said of a token is no part of it");
}

#[test]
fn a_token_may_have_expired_since_it_came_and_not_before() {
    let expires_in = |seconds: i64| {
        let claims = json!({ "exp": now() + seconds });
        Token::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))).received().may_have_expired()
    };
    assert!(expires_in(1), "its times are whole seconds");
    assert!(!expires_in(60));
    assert!(!expires_in(-60), "it came expired, and is presented as it is");
    assert!(!Token::new("opaque").received().may_have_expired(), "it tells nothing");
    assert!(Token::new("opaque").issued_for(Some(1)).received().may_have_expired());
    assert!(!token().may_have_expired(), "the suite makes it where it is sent");
}

#[test]
fn a_control_is_signed_by_the_algorithm_of_the_original_where_none_is_named() {
    let secret = Secret::new("a secret of no importance");
    let claims = with_dates(&Claims::new(), NOW, 1_800);
    let original = Token::sign(&claims, Algorithm::HS512, secret.expose().as_bytes()).expect("HS512 signs");
    let control = |algorithm| {
        let signer = Signer::Secret(&secret, secret.expose().into(), algorithm);
        let controls = ControlSigner {
            original: &original,
            other: None,
            signer,
            origin: String::new(),
            issuer: None,
            skew: 30,
            now: NOW,
        };
        let signed = controls.sign(Change::Nothing).expect("it signs").expect("there is one");
        signed.hmac_algorithm()
    };
    assert_eq!(control(None), Some(Algorithm::HS512));
    assert_eq!(control(Some(Algorithm::HS256)), Some(Algorithm::HS256));
}
