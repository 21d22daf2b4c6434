//! Tests with tokens that the suite signs: each differs from the client's token in one thing. They need `signing`.

use std::collections::BTreeMap;

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Need, Proof};
use crate::diagnosis::property::Property;
use crate::diagnosis::test::{
    Computed, Test, accepts, all, any, given, is, not, not_shown, rejects, same, takes_token,
};
use crate::evidence::{Extracted, HttpResponse, Response};
use crate::outcome::Outcome;
use crate::vocabulary::{Change, ClaimName, DATE_CLAIMS, LAST_LATER, Presentation, Probe, TokenKind, User, Variation};

/// The token is not accepted, signed by the suite neither, and with one of those changes accepted; and it is the change, for
/// another token that says the same is not accepted either, nor one with a change of something else.
pub(super) fn accepted_with(client: &Client<'_>, usual: Presentation, change: impl Fn(Change) -> bool) -> Test {
    // Nothing can be changed in a random text.
    let resigned = usual.changed(Change::Nothing);
    if client.has_no_such_token(resigned.into()) {
        return accepts(resigned);
    }
    let not_accepted = is(usual, Property::NotAccepted);
    // Of a token that is accepted, nothing else matters, and most are.
    if matches!(not_accepted.prove(client), Proof::Fails(_)) {
        return not_accepted;
    }
    let changes = client.changes(usual).into_iter().filter(|one| *one != Change::UnknownClaim && change(*one));
    let changed = any(changes.map(|change| takes_token(usual.changed(change))));
    all([
        not_accepted,
        not_accepted_resigned(usual, Property::NotAccepted),
        not_shown(takes_token(usual.changed(Change::UnknownClaim))),
        not_shown(second_is_accepted(usual)),
        not_shown(any_change_helps(client, usual)),
        changed,
    ])
}

/// What a change is about. Of two changes that are about different things and that are each enough, neither is the cause.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Claim(ClaimName),
    Dates,
    Algorithm,
    Secret,
}

fn about(change: Change) -> Option<About> {
    match change {
        Change::Without(claim) | Change::Like(claim) | Change::Other(claim, _) | Change::Rewritten(claim) => {
            match claim.as_str() {
                name if DATE_CLAIMS.contains(&name) => Some(About::Dates),
                _ => Some(About::Claim(claim)),
            }
        }
        Change::Backdated | Change::BackdatedByAnHour | Change::LongerLived => Some(About::Dates),
        Change::Algorithm(_) => Some(About::Algorithm),
        Change::Secret(_) => Some(About::Secret),
        Change::Nothing
        | Change::UnknownClaim
        | Change::LikeAll
        | Change::LikeAllBut(_)
        | Change::Expired
        | Change::Short
        | Change::Padded => None,
    }
}

/// Two changes of different things are each accepted: the verifier accepts any other token, such as one that remembers a
/// rejection.
fn any_change_helps(client: &Client<'_>, usual: Presentation) -> Test {
    let changes = client.changes(usual).into_iter().filter(|change| about(*change).is_some());
    Test::Computed(Computed {
        name: "two changes of different things are each accepted",
        prove: prove_any_change_helps,
        probes: changes.map(|change| usual.changed(change).into()).collect(),
    })
}

fn prove_any_change_helps(client: &Client<'_>, probes: &[Probe]) -> Proof {
    let accepted = probes.iter().filter(|probe| client.evidence().outcome(**probe) == Some(Outcome::Accepted));
    let of_each: BTreeMap<About, Probe> = accepted
        .filter_map(|probe| match probe.presented()?.token {
            TokenKind::Resigned(_, change) => Some((about(change)?, *probe)),
            _ => None,
        })
        .collect();
    let cited = of_each.values().copied().collect();
    if of_each.len() > 1 { Proof::Holds(cited) } else { Proof::Fails(cited) }
}

/// The client's own signature is the suite's: nothing is to be compared.
fn not_accepted_resigned(usual: Presentation, property: Property) -> Test {
    if usual.token == TokenKind::SelfSigned { given() } else { is(usual.changed(Change::Nothing), property) }
}

/// A later token of the same user, or another one that says the same, is accepted where the first one is rejected.
pub(super) fn second_is_accepted(usual: Presentation) -> Test {
    // There is only one that the client signs itself.
    let second = (usual.token == TokenKind::Issued).then(|| takes_token(usual.with(TokenKind::Second)));
    all([rejects(usual), any(second.into_iter().chain([another_says_the_same(usual)]))])
}

/// Each later token of the user is accepted, or another one that says the same, where the first one is rejected. Where auth signs
/// with two secrets by turns or at random, one later token may be accepted, and the next is rejected again. What is accepted once the
/// suite has signed it was signed with another secret, and nothing is wrong with the token.
pub(super) fn later_ones_are_accepted(client: &Client<'_>, usual: Presentation) -> Test {
    let later = (3..=LAST_LATER).map(TokenKind::Later);
    let later = [TokenKind::Second].into_iter().chain(later).map(|token| takes_token(usual.with(token)));
    let later = (usual.token == TokenKind::Issued).then(|| all(later));
    let by_its_secret = takes_token(usual.changed(Change::Nothing));
    let accepted =
        any(later.into_iter().chain([all([another_says_the_same(usual), no_new_one_is_rejected(client, usual)])]));
    all([rejects(usual), accepted, not_shown(by_its_secret)])
}

/// A load balancer may choose one of two unlike replicas by the letters of the token.
fn no_new_one_is_rejected(client: &Client<'_>, usual: Presentation) -> Test {
    match usual.token == TokenKind::Issued && client.settings().login {
        true => not(all([next_is_new(usual.user), rejects(usual.with(TokenKind::Second))])),
        false => given(),
    }
}

/// The next login of the user issues another token.
pub(super) fn next_is_new(user: User) -> Test {
    Test::Computed(Computed {
        name: "the next login of the same user issues another token",
        prove: prove_next_is_new,
        probes: vec![Probe::Login(user), Probe::SecondLogin(user)],
    })
}

fn prove_next_is_new(client: &Client<'_>, probes: &[Probe]) -> Proof {
    let mark = |probe: &Probe| match &client.evidence().of(*probe)?.response {
        Response::Http(HttpResponse { extracted: Extracted::Text { mark, .. }, .. }) => *mark,
        _ => None,
    };
    let marks: Vec<Option<u64>> = probes.iter().map(mark).collect();
    match (probes, &marks[..]) {
        ([_, next], [Some(one), Some(other)]) if one != other => Proof::Holds([*next].into()),
        ([_, next], [Some(_), Some(_)]) => Proof::Fails([*next].into()),
        _ => Proof::open(probes.last().map_or(Need::Other("another login".into()), |next| Need::Response(*next))),
    }
}

fn another_says_the_same(usual: Presentation) -> Test {
    all([takes_token(usual.changed(Change::UnknownClaim)), not_accepted_resigned(usual, Property::Rejected)])
}

/// A shorter token is accepted, and one as long as the original, by a claim that says nothing, is not; or a harmless header of
/// that length gets the same response. Another user's token that is about as long is rejected too.
pub(super) fn too_long(client: &Client<'_>, usual: Presentation) -> Test {
    let by_token =
        all([takes_token(usual.changed(Change::Short)), is(usual.changed(Change::Padded), Property::NotAccepted)]);
    let missing = Presentation::missing(usual.endpoint);
    let long_header = missing.vary(Variation::LongHeader);
    let by_header = all([same(usual, long_header), not(same(missing, long_header))]);
    let facts = |user| client.evidence().token(usual.token, user);
    let [own, other] = [facts(usual.user), facts(usual.user.other())];
    let is_shorter = own.zip(other).is_some_and(|(own, other)| own.is_much_longer_than(other));
    let other_user = if is_shorter { given() } else { not_shown(accepts(usual.by(usual.user.other()))) };
    all([is(usual, Property::NotAccepted), any([by_token, by_header]), other_user])
}

/// The key that the suite was given is the one that auth signs with.
pub(super) fn secret_is_known(client: &Client<'_>) -> Test {
    any([
        client.token_test("the issued token has the signature of `signing`", |facts, _| facts.signed_as_known),
        takes_token(client.validation().changed(Change::Nothing)),
    ])
}

/// Auth signed its token with another key than that of `signing`.
pub(super) fn signed_with_another(client: &Client<'_>) -> Test {
    client.token_test("the issued token has another signature than that of `signing`", |facts, _| {
        facts.signed_as_known.map(|known| !known)
    })
}

#[cfg(test)]
mod tests;
