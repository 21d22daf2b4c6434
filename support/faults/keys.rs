//! Tests with the keys that the issuer publishes: they verify an issued token without any secret.

use crate::diagnosis::client::Client;
use crate::diagnosis::property::Property;
use crate::diagnosis::test::{Test, accepts, all, any, given, is, never, not, rejects, rejects_like_forged, same};
use crate::evidence::{Settings, SignedBy, TokenFacts};
use crate::vocabulary::{Presentation, Probe, Reading, Service, User};

/// A private key signs tokens, so no verifier can sign one and no secret is shared.
pub(super) fn is_asymmetric(client: &Client<'_>) -> Test {
    client.token_test("its `alg` signs with a private key", |facts, _| Some(facts.is_asymmetric()))
}

/// It is signed at all, and no random text.
pub(super) fn is_signed(client: &Client<'_>) -> Test {
    let is_read =
        client.token_test("the token can be read, and is no random text", |facts, _| Some(!facts.is_opaque()));
    if client.is_opaque() { is_read } else { given() }
}

/// A private key signs tokens, or nothing does, and the target's file knows of no secret.
pub(super) fn shares_no_secret(client: &Client<'_>) -> Test {
    let settings = client.settings();
    let has_secret = settings.signing && !settings.private_key;
    if has_secret || settings.shows_fingerprint(Service::Auth) {
        return never();
    }
    client.token_test("no shared secret signs the token", |facts, _| Some(facts.shares_no_secret()))
}

/// The suite has a private key, whichever it is.
pub(super) fn has_private_key(client: &Client<'_>) -> Test {
    if client.settings().private_key { given() } else { never() }
}

/// A published key has signed the client's token.
pub(super) fn signed_by_published_key(client: &Client<'_>) -> Test {
    published_key_signed(client, client.user())
}

/// A published key has signed that user's token.
pub(super) fn published_key_signed(client: &Client<'_>, user: User) -> Test {
    let first = keys_say(client, user, "a published key has signed the token", |facts, _| {
        facts.signed_by(Reading::First).map(|by| *by == SignedBy::PublishedKey)
    });
    let later = later_keys_say(client, user, "a key that was published later has signed the token", |facts, _| {
        facts.signed_by(Reading::Again).map(|by| *by == SignedBy::PublishedKey)
    });
    any([first].into_iter().chain(later))
}

/// No published key has signed it, nor one that was published later: keys may be rotated between a reading and a login.
pub(super) fn signed_by_no_published_key(client: &Client<'_>, user: User) -> Test {
    let first = keys_say(client, user, "no published key has signed the token", |facts, _| {
        facts.signed_by(Reading::First).map(is_unknown)
    });
    let later = later_keys_say(client, user, "no key that was published later has signed it", |facts, _| {
        facts.signed_by(Reading::Again).map(is_unknown)
    });
    all([first].into_iter().chain(later))
}

/// The users whose tokens are there: each may be signed with another key.
pub(super) fn users_with_tokens(client: &Client<'_>) -> impl Iterator<Item = User> + use<> {
    let other = client.user().other();
    let is_there = client.evidence().token(client.token(), other).is_some();
    [client.user()].into_iter().chain(is_there.then_some(other))
}

pub(super) fn is_unknown(by: &SignedBy) -> bool {
    matches!(by, SignedBy::UnknownKid | SignedBy::AnotherKey | SignedBy::KeyOfAnotherKid(_))
}

/// The published key that the token names is for another algorithm than its `alg`.
pub(super) fn key_is_for_another_algorithm(client: &Client<'_>) -> Test {
    keys_say(client, client.user(), "the published key is for another algorithm", |facts, _| {
        facts.signed_by(Reading::First).map(|by| matches!(by, SignedBy::AnotherAlgorithm(_)))
    })
}

/// Its `iss` is not the issuer that the discovery document names.
pub(super) fn has_another_issuer(client: &Client<'_>) -> Test {
    let differs = Test::Token("its `iss` is not the published issuer", Probe::Discovery(Reading::First), |facts, _| {
        facts.has_published_issuer.map(|same| !same)
    });
    all([is_asymmetric(client), differs])
}

/// What the keys say of that user's token. Of a token that no private key signs, nothing is asked.
pub(super) fn keys_say(client: &Client<'_>, user: User, name: &'static str, what: SaidOfToken) -> Test {
    all([is_asymmetric(client), of_token(client, user, name, Reading::First, what)])
}

fn of_token(client: &Client<'_>, user: User, name: &'static str, reading: Reading, what: SaidOfToken) -> Test {
    let probe = Probe::Keys(reading);
    if user == client.user() { Test::Token(name, probe, what) } else { Test::OtherToken(name, probe, what) }
}

/// They are read once more only where no key that was published first has signed the token; or, for a dry run, may not have.
fn later_keys_say(client: &Client<'_>, user: User, name: &'static str, what: SaidOfToken) -> Option<Test> {
    let is_unsent = client.nothing_was_sent();
    let first = client.evidence().token(client.token(), user).and_then(|facts| facts.signed_by(Reading::First));
    let matters = is_unsent || first.is_some_and(is_unknown);
    matters.then(|| of_token(client, user, name, Reading::Again, what))
}

type SaidOfToken = fn(&TokenFacts, &Settings) -> Option<bool>;

/// A verifier responds to the client's token, which a published key has signed, as to one that names no key at all, and otherwise to
/// one that names another published key: it has that key, and not the client's.
pub(super) fn lacks_the_key(client: &Client<'_>, usual: Presentation) -> Test {
    let Some([other_kid, unknown_kid]) = client.of_two_kids(usual) else { return never() };
    let by_kid = all([rejects(other_kid), rejects(unknown_kid), not(same(other_kid, unknown_kid))]);
    all([signed_by_published_key(client), same(usual, unknown_kid), by_kid])
}

/// At every endpoint the client's token is accepted: each verifier has a key that fits.
pub(super) fn accepted_everywhere(client: &Client<'_>) -> Test {
    all(client.every_token().into_iter().map(accepts))
}

/// A verifier rejects the client's token like a forged one, or fails over it.
pub(super) fn clients_suffer(client: &Client<'_>) -> Test {
    let fails = |usual| any([rejects_like_forged(usual), is(usual, Property::Failed)]);
    any(client.every_token().into_iter().map(fails))
}

#[cfg(test)]
mod tests;
