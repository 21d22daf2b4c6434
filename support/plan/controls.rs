//! Controls: tokens that the suite signs, each of which differs from the client's in one thing. They need the signing secret,
//! and a reason.

use strum::VariantArray;

use super::{HEADER, first, is_accepted, is_in, is_refused, plain, usual};
use crate::evidence::Evidence;
use crate::vocabulary::{
    Change, ClaimName, ClaimsOf, Endpoint, Guess, Hmac, Presentation, Probe, REPEATS, SecretForm, TokenKind,
};

fn may_sign(evidence: &Evidence) -> bool {
    evidence.settings.signing && evidence.settings.negatives
}

/// Whether the secret that the suite was given is the one in use. Where the signature of the issued token shows that, auth
/// alone is asked.
pub fn whether_the_secret_is_known(evidence: &Evidence, first: Presentation) -> Vec<Presentation> {
    if !may_sign(evidence) || first.token == TokenKind::SelfSigned {
        return Vec::new();
    }
    let known = evidence.token(first.token, first.user).and_then(|facts| facts.signed_as_known) == Some(true);
    let asks = usual(&evidence.settings, first.token.resigned()).map(|ask| ask.by(first.user));
    asks.into_iter().filter(|ask| ask.endpoint == Endpoint::Validation || !known).collect()
}

/// One thing at a time at auth and at one place of the backend that refuses the client's token.
pub fn after_a_refusal(evidence: &Evidence, refused: &[Presentation]) -> Vec<Presentation> {
    if !may_sign(evidence) {
        return Vec::new();
    }
    let settings = &evidence.settings;
    let is_usual = |ask: &&Presentation| {
        is_in(ask, HEADER) && ask.endpoint == Endpoint::Rest
            || is_in(ask, settings.presents) && ask.endpoint == Endpoint::WebSocket
    };
    let backend = refused.iter().find(|ask| ask.endpoint == Endpoint::Rest).or_else(|| refused.iter().find(is_usual));
    let auth = plain(evidence).filter(|ask| ask.endpoint == Endpoint::Validation && is_spurned(evidence, *ask));
    let mut asks: Vec<Presentation> = refused.iter().filter(is_usual).map(|ask| ask.changed(Change::Nothing)).collect();
    let known = first(evidence).and_then(|first| evidence.token(first.token, first.user)?.signed_as_known);
    if backend.is_some() && known == Some(false) {
        asks.extend(variants_at_auth(evidence));
    }
    for ask in backend.copied().into_iter().chain(auth.take(2)) {
        asks.extend(changes(evidence, ask).into_iter().map(|change| ask.changed(change)));
    }
    asks
}

/// The same for a token of the client's that is refused where its other one is not: first at REST, or else as it is presented.
pub fn of_the_other_token(evidence: &Evidence, first: Presentation) -> Vec<Presentation> {
    if !may_sign(evidence) {
        return Vec::new();
    }
    let is_judged = |ask: &Presentation| {
        ask.endpoint == Endpoint::Rest || ask.endpoint == Endpoint::WebSocket && is_in(ask, evidence.settings.presents)
    };
    let mut others = plain(evidence).filter(|ask| ask.token != first.token && is_judged(ask));
    let refused = others.find(|ask| is_spurned(evidence, *ask));
    let changed = |ask: Presentation| changes(evidence, ask).into_iter().map(move |change| ask.changed(change));
    refused.into_iter().flat_map(changed).collect()
}

/// Where auth signs with something else than the secret that the suite was given: whether that is another form of it.
fn variants_at_auth(evidence: &Evidence) -> Vec<Presentation> {
    let first = first(evidence);
    let variants =
        |ask: Presentation| SecretForm::VARIANTS.iter().map(move |variant| ask.changed(Change::Secret(*variant)));
    first.into_iter().flat_map(variants).collect()
}

/// Refused, whoever's first token it is.
fn is_spurned(evidence: &Evidence, ask: Presentation) -> bool {
    let is_first = evidence.tokens().find(|(credential, _)| *credential == ask.token) == Some((ask.token, ask.user));
    is_first && is_refused(evidence, ask)
}

fn changes(evidence: &Evidence, ask: Presentation) -> Vec<Change> {
    let (audience, issuer) = (claim("aud"), claim("iss"));
    let mut changes = vec![
        Change::Nothing,
        Change::UnknownClaim,
        Change::Short,
        Change::Backdated,
        Change::BackdatedByAnHour,
        Change::LongerLived,
        Change::LikeAll,
        Change::Without(audience),
        Change::Without(issuer),
        Change::Other(audience, Guess::Listed),
        Change::Other(audience, Guess::Origin),
        Change::Other(issuer, Guess::Slash),
    ];
    changes.extend(SecretForm::VARIANTS.iter().map(|variant| Change::Secret(*variant)));
    changes.extend(Hmac::VARIANTS.iter().map(|hmac| Change::Algorithm(*hmac)));
    changes.extend(likes(evidence, ask.token).into_iter().map(Change::Like));
    changes
}

/// The claims that another token may have otherwise.
fn likes(evidence: &Evidence, token: TokenKind) -> Vec<ClaimName> {
    let origin = if token == TokenKind::SelfSigned { ClaimsOf::SelfSigned } else { ClaimsOf::Issued };
    let other = evidence.tokens().find(|(other, _)| *other == origin.other().token());
    let facts = other.and_then(|(credential, user)| evidence.token(credential, user));
    match facts {
        Some(facts) => facts.claims.clone(),
        None if token == TokenKind::SelfSigned => ["token_type", "type", "jti", "nbf"].map(claim).into(),
        None => Vec::new(),
    }
}

/// Which claim it was, where leaving out several of them, or taking all of another token's, has helped.
pub fn in_detail(evidence: &Evidence) -> Vec<Presentation> {
    let helped = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.is_plain() && is_accepted(evidence, ask) => Some(ask),
        _ => None,
    });
    let mut asks = Vec::new();
    for ask in helped {
        let TokenKind::Resigned(origin, change) = ask.token else { continue };
        let with = |change: Change| ask.with(TokenKind::Resigned(origin, change));
        match change {
            Change::Short => {
                asks.extend(claims(evidence, origin.token()).map(Change::Without).map(with));
                asks.push(with(Change::Padded));
            }
            Change::LikeAll => asks.extend(
                claims(evidence, origin.token())
                    .chain(claims(evidence, origin.other().token()))
                    .map(Change::LikeAllBut)
                    .map(with),
            ),
            _ => {}
        }
        // What helps once may be chance, behind a balancer.
        if is_refused(evidence, ask.with(origin.token())) {
            asks.extend(REPEATS.map(|attempt| ask.attempt(attempt)));
        }
    }
    asks
}

/// What has helped, once more where that was not done: it may have been chance.
pub fn accepted_once(evidence: &Evidence) -> Vec<Presentation> {
    let controls = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.is_plain() => match ask.token {
            // Of these it matters which one is refused.
            TokenKind::Resigned(_, Change::LikeAllBut(_)) => None,
            TokenKind::Resigned(origin, _) => is_refused(evidence, ask.with(origin.token())).then_some(ask),
            _ => None,
        },
        _ => None,
    });
    let helped = controls.filter(|ask| is_accepted(evidence, *ask)).map(|ask| ask.attempt(REPEATS[0]));
    helped.filter(|ask| evidence.of(Probe::Present(*ask)).is_none()).collect()
}

fn claims(evidence: &Evidence, token: TokenKind) -> impl Iterator<Item = ClaimName> {
    let facts = evidence.tokens().find(|(other, _)| *other == token);
    let facts = facts.and_then(|(credential, user)| evidence.token(credential, user));
    facts.map(|facts| facts.claims.clone()).unwrap_or_default().into_iter()
}

/// A token whose time is over, wherever one is judged.
pub fn expired(evidence: &Evidence) -> Vec<Presentation> {
    match first(evidence) {
        Some(first) if may_sign(evidence) => {
            usual(&evidence.settings, first.token.changed(Change::Expired)).map(|ask| ask.by(first.user)).into()
        }
        _ => Vec::new(),
    }
}

pub fn claim(name: &str) -> ClaimName {
    ClaimName::from(name).unwrap_or_default()
}
