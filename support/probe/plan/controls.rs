//! Controls: tokens that the suite signs, each of which differs from the client's in one thing. They need the signing secret,
//! and a reason.

use strum::VariantArray;

use super::{HEADER, first, is_accepted, is_refused, plain, usual};
use crate::evidence::{
    Ask, Change, Claim, Credential, Evidence, Form, Guess, Hmac, Origin, Place, Probe, REPETITIONS, Twist, Variant,
};

fn may_sign(evidence: &Evidence) -> bool {
    evidence.settings.signing && evidence.settings.negatives
}

/// Whether the secret that the suite was given is the one in use. Where the signature of the issued token shows that, auth
/// alone is asked.
pub fn whether_the_secret_is_known(evidence: &Evidence, first: Ask) -> Vec<Ask> {
    if !may_sign(evidence) || first.credential == Credential::Own {
        return Vec::new();
    }
    let known = evidence.token(first.credential, first.user).and_then(|facts| facts.signed_as_known) == Some(true);
    let asks = usual(&evidence.settings, first.credential.resigned()).map(|ask| ask.by(first.user));
    asks.into_iter().filter(|ask| ask.place == Place::Auth || !known).collect()
}

/// One thing at a time at auth and at one place of the backend that refuses the client's token.
pub fn after_a_refusal(evidence: &Evidence, refused: &[Ask]) -> Vec<Ask> {
    if !may_sign(evidence) {
        return Vec::new();
    }
    let settings = &evidence.settings;
    let is_usual = |ask: &&Ask| ask.form == HEADER && ask.place == Place::Rest || ask.form == settings.presents;
    let backend = refused.iter().find(|ask| ask.place == Place::Rest).or_else(|| refused.iter().find(is_usual));
    let auth = plain(evidence).filter(|ask| ask.place == Place::Auth && is_spurned(evidence, *ask));
    let mut asks: Vec<Ask> = refused.iter().filter(is_usual).map(|ask| ask.changed(Change::Nothing)).collect();
    let known = first(evidence).and_then(|first| evidence.token(first.credential, first.user)?.signed_as_known);
    if backend.is_some() && known == Some(false) {
        asks.extend(variants_at_auth(evidence));
    }
    for ask in backend.copied().into_iter().chain(auth.take(2)) {
        asks.extend(changes(evidence, ask).into_iter().map(|change| ask.changed(change)));
    }
    asks
}

/// The same for a token of the client's that is refused where its other one is not: first at REST, or else as it is presented.
pub fn of_the_other_token(evidence: &Evidence, first: Ask) -> Vec<Ask> {
    if !may_sign(evidence) {
        return Vec::new();
    }
    let is_judged =
        |ask: &Ask| ask.place == Place::Rest || ask.place == Place::Gateway && ask.form == evidence.settings.presents;
    let mut others = plain(evidence).filter(|ask| ask.credential != first.credential && is_judged(ask));
    let refused = others.find(|ask| is_spurned(evidence, *ask));
    let changed = |ask: Ask| changes(evidence, ask).into_iter().map(move |change| ask.changed(change));
    refused.into_iter().flat_map(changed).collect()
}

/// Where auth signs with something else than the secret that the suite was given: whether that is another form of it.
fn variants_at_auth(evidence: &Evidence) -> Vec<Ask> {
    let first = first(evidence).map(|first| Ask { form: Form::Body(evidence.settings.auth_takes), ..first });
    let variants = |ask: Ask| Variant::VARIANTS.iter().map(move |variant| ask.changed(Change::Secret(*variant)));
    first.into_iter().flat_map(variants).collect()
}

/// Refused, whoever's first token it is.
fn is_spurned(evidence: &Evidence, ask: Ask) -> bool {
    let is_first =
        evidence.tokens().find(|(credential, _)| *credential == ask.credential) == Some((ask.credential, ask.user));
    is_first && is_refused(evidence, ask)
}

fn changes(evidence: &Evidence, ask: Ask) -> Vec<Change> {
    let (audience, issuer) = (claim("aud"), claim("iss"));
    let mut changes = vec![
        Change::Nothing,
        Change::Anew,
        Change::Short,
        Change::Backdated,
        Change::LongAgo,
        Change::Longer,
        Change::LikeAll,
        Change::Without(audience),
        Change::Without(issuer),
        Change::Other(audience, Guess::Listed),
        Change::Other(audience, Guess::Origin),
        Change::Other(issuer, Guess::Slash),
    ];
    changes.extend(Variant::VARIANTS.iter().map(|variant| Change::Secret(*variant)));
    changes.extend(Hmac::VARIANTS.iter().map(|hmac| Change::Algorithm(*hmac)));
    changes.extend(likes(evidence, ask.credential).into_iter().map(Change::Like));
    changes
}

/// The claims that another token may have otherwise.
fn likes(evidence: &Evidence, credential: Credential) -> Vec<Claim> {
    let origin = if credential == Credential::Own { Origin::Own } else { Origin::Issued };
    let other = evidence.tokens().find(|(other, _)| *other == origin.other().credential());
    let facts = other.and_then(|(credential, user)| evidence.token(credential, user));
    match facts {
        Some(facts) => facts.claims.clone(),
        None if credential == Credential::Own => ["token_type", "type", "jti", "nbf"].map(claim).into(),
        None => Vec::new(),
    }
}

/// Which claim it was, where leaving out several of them, or taking all of another token's, has helped.
pub fn in_detail(evidence: &Evidence) -> Vec<Ask> {
    let helped = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.twist == Twist::Plain && is_accepted(evidence, ask) => Some(ask),
        _ => None,
    });
    let mut asks = Vec::new();
    for ask in helped {
        let Credential::Minted(origin, change) = ask.credential else { continue };
        let with = |change: Change| ask.with(Credential::Minted(origin, change));
        match change {
            Change::Short => {
                asks.extend(claims(evidence, origin.credential()).map(Change::Without).map(with));
                asks.push(with(Change::Padded));
            }
            Change::LikeAll => asks.extend(
                claims(evidence, origin.credential())
                    .chain(claims(evidence, origin.other().credential()))
                    .map(Change::LikeAllBut)
                    .map(with),
            ),
            _ => {}
        }
        // What helps once may be chance, behind a balancer.
        if is_refused(evidence, ask.with(origin.credential())) {
            asks.extend(REPETITIONS.map(|twist| ask.twisted(twist)));
        }
    }
    asks
}

/// What has helped, once more where that was not done: it may have been chance.
pub fn accepted_once(evidence: &Evidence) -> Vec<Ask> {
    let controls = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.twist == Twist::Plain => match ask.credential {
            // Of these it matters which one is refused.
            Credential::Minted(_, Change::LikeAllBut(_)) => None,
            Credential::Minted(origin, _) => is_refused(evidence, ask.with(origin.credential())).then_some(ask),
            _ => None,
        },
        _ => None,
    });
    let helped = controls.filter(|ask| is_accepted(evidence, *ask)).map(|ask| ask.twisted(REPETITIONS[0]));
    helped.filter(|ask| evidence.of(Probe::Present(*ask)).is_none()).collect()
}

fn claims(evidence: &Evidence, credential: Credential) -> impl Iterator<Item = Claim> {
    let facts = evidence.tokens().find(|(other, _)| *other == credential);
    let facts = facts.and_then(|(credential, user)| evidence.token(credential, user));
    facts.map(|facts| facts.claims.clone()).unwrap_or_default().into_iter()
}

/// A token whose time is over, wherever one is judged.
pub fn expired(evidence: &Evidence) -> Vec<Ask> {
    match first(evidence) {
        Some(first) if may_sign(evidence) => {
            usual(&evidence.settings, first.credential.changed(Change::Expired)).map(|ask| ask.by(first.user)).into()
        }
        _ => Vec::new(),
    }
}

pub fn claim(name: &str) -> Claim {
    Claim::from(name).unwrap_or_default()
}
