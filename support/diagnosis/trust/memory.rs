//! Answers and verdicts that are remembered for the wrong one, or too long.

use super::super::case::Case;
use super::super::finding::{Account, Why};
use super::super::{Probes, Proof};
use crate::vocabulary::{Endpoint, Probe, REPEATS, Variation};

/// Without a credential the path just asked with a token gives an answer, and an address that nobody has asked before does
/// not.
pub fn cached(case: &Case<'_>) -> Proof {
    let missing = case.missing(Endpoint::Rest);
    case.accepts(missing).and(case.refuses(missing.vary(Variation::NewUrl)))
}

pub fn not_cached(case: &Case<'_>) -> Proof {
    case.accepts(case.rest()).and(case.refuses(case.missing(Endpoint::Rest)))
}

pub fn tell_cached(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed("Who gets in?", "Everybody gets the answer that somebody else was given.", cites),
        Why::observed(
            "Is the service open?",
            "The service is not open: at an address that nobody has asked before it demands a credential.",
            cites,
        ),
        Why::inferred(
            "Why is it kept?",
            "A shared cache keeps answers to requests with `Authorization`, which it must not (RFC 9111 §3.5).",
        ),
        Why::inferred("Why did nobody notice?", "Tests ask with one user, and get that user's answer."),
    ];
    let comparison = "without a credential the answer is given at an address that was just asked with a token, and refused at a new one.";
    let remedy = "let the cache leave out what was asked with `Authorization`, answer with `Cache-Control: private, no-store`, and empty it now.";
    Account::new(comparison, whys, remedy)
}

/// The welcome names another user than the token does.
pub fn wrong_user(case: &Case<'_>) -> Proof {
    let of_the_clients =
        |probe: &Probe| matches!(probe, Probe::Present(ask) if ask.token.is_the_clients() && case.takes(*ask).holds());
    let welcomes: Vec<_> = case.conversations().filter(|(probe, _)| of_the_clients(probe)).collect();
    let where_named = |named: &dyn Fn(bool) -> bool| -> Probes {
        let named = welcomes.iter().filter(|(_, connection)| connection.names_the_user.is_some_and(named));
        named.map(|(probe, _)| *probe).collect()
    };
    let (wrong, named) = (where_named(&|right| !right), where_named(&|_| true));
    match (wrong.is_empty(), named.is_empty()) {
        (false, _) => Proof::Holds(wrong.into_iter().take(3).collect()),
        (true, false) => Proof::Fails(named.into_iter().take(3).collect()),
        (true, true) if !case.settings().names_user => Proof::open("`handshake.user` in the target's file"),
        (true, true) => Proof::open("a welcome that names its user"),
    }
}

pub fn right_user(case: &Case<'_>) -> Proof {
    case.accepts(case.presented()).and(wrong_user(case).not())
}

pub fn tell_wrong_user(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Who is it taken for?",
            "The connection is welcomed as somebody else than the token's `sub`.",
            cites,
        ),
        Why::inferred("What does that mean?", "Whoever connects reads and writes as another user."),
        Why::unknown(
            "Where does the other one come from?",
            "A session, a pool or a default is used in place of the token's own claim.",
            "the gateway's code from the token to the session",
        ),
        Why::inferred(
            "Why did nobody notice?",
            "The connection opens, and no test compares the user in the welcome with the one in the token.",
        ),
    ];
    let comparison = "the user in the welcome is not the `sub` of the token that was presented.";
    Account::new(
        comparison,
        whys,
        "take the user from the verified token, and close the environment until that is deployed.",
    )
}

/// Auth accepts the token each time, the backend refuses it each time, and a later token of the same user each time not.
pub fn refusal(case: &Case<'_>) -> Proof {
    let at = Proof::first(case.backend_usual().map(|ask| case.fresh_is_accepted(ask)));
    let auth = case.auth(case.settings().auth_takes);
    let always = Proof::all(REPEATS.map(|attempt| case.accepts(auth.attempt(attempt))));
    case.auth_accepts().and(always).and(at)
}

pub fn no_refusal(case: &Case<'_>) -> Proof {
    Proof::all(case.backend_usual().map(|ask| case.accepts(ask)))
}

pub fn tell_refusal(_: &Case<'_>, cites: &Probes) -> Account {
    let cites: Probes = cites.iter().filter(|probe| matches!(probe, Probe::Present(_))).copied().collect();
    let whys = [
        Why::observed(
            "Why is it refused?",
            "Only this token is: another one of the same user, issued a moment later, is accepted.",
            &cites,
        ),
        Why::observed("Is the token bad?", "The token is not bad: auth accepts it.", &cites),
        Why::inferred(
            "Why does the backend refuse it?",
            "It judged the token once, when it could not be judged, and remembers that.",
        ),
        Why::inferred("Why did nobody notice?", "Who signs in again gets in, so it looks like a passing trouble."),
    ];
    let comparison =
        "auth accepts the token and the backend refuses it, while a later token of the same user is accepted.";
    Account::new(
        comparison,
        whys,
        "remember acceptances only, or refusals for seconds only, and never a refusal that came of an error.",
    )
}
