//! What becomes of a connection after the 101.

use super::super::case::Case;
use super::super::finding::{Account, Why};
use super::super::{Probes, Proof};
use crate::evidence::End;
use crate::vocabulary::{Carriers, Endpoint, Presentation, Probe};

/// Watched in silence it is cut; kept busy it lasts.
pub fn idle(case: &Case<'_>) -> Proof {
    cut_in_silence(case).and(case.lasts(Probe::WatchWithPings))
}

/// The connection that was watched, or, where there is no welcome to wait for, the client's own.
fn cut_in_silence(case: &Case<'_>) -> Proof {
    match case.settings().welcome {
        true => case.lasts(Probe::Watch).not(),
        false => case.breaks_off(case.presented()),
    }
}

pub fn quiet_is_fine(case: &Case<'_>) -> Proof {
    // Without a welcome to wait for, every accepted connection was watched in silence.
    let watched =
        if case.settings().welcome { Proof::open(case.need(Probe::Watch)) } else { case.takes(case.presented()) };
    case.lasts(Probe::Watch).or(watched)
}

pub fn tell_idle(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why does it end?",
            "Nothing was said on it for a while; the same connection with pings stays open.",
            cites,
        ),
        Why::unknown(
            "Who cuts it?",
            "A hop on the way, or the gateway, ends connections that are quiet.",
            "the idle timeouts of each hop",
        ),
        Why::inferred("Why is it so short?", "It was set for requests, which are quiet only while they fail."),
        Why::inferred("Why did nobody notice?", "Tests talk all the time; people do not."),
    ];
    let comparison = "a welcomed connection is cut while it is silent, and one that is kept busy with pings is not.";
    Account::new(
        comparison,
        whys,
        "raise the idle timeout of every hop above what a chat is silent for, or let the client send pings.",
    )
}

/// Every credential, and none, comes to the same bad end after the 101, though the backend judges the same token well.
pub fn fails(case: &Case<'_>) -> Proof {
    let missing = case.missing(Endpoint::WebSocket);
    let forged = case.presented().forged();
    let all = [case.presented(), case.gateway(Carriers::HEADER), case.gateway(Carriers::SUBPROTOCOL), missing, forged];
    let broken = Proof::all(all.map(|ask| case.breaks_off(ask)));
    broken.and(case.all_handshakes_alike()).and(case.verifies(case.rest()))
}

pub fn works(case: &Case<'_>) -> Proof {
    let asks = case.handshakes();
    Proof::first(asks.into_iter().map(|ask| case.accepts(ask)))
}

pub fn tell_fails(case: &Case<'_>, cites: &Probes) -> Account {
    let saw = case.evidence().summary(Probe::Present(case.presented()));
    let whys = [
        Why::observed(
            "Why does it end?",
            format!("The gateway opens every connection and breaks it off: {saw}."),
            cites,
        ),
        Why::observed(
            "Is it the credential?",
            "It is not the credential: a good one, a bad one and none come to the same end.",
            cites,
        ),
        Why::unknown(
            "What breaks?",
            "Something that it needs before it looks at anybody is missing.",
            "the gateway's log",
        ),
        Why::inferred("Why did nobody notice?", "The connection opens, and a client that counts that is content."),
    ];
    let comparison =
        format!("every credential, and none, gets 101 and then the same: {saw}. REST takes the same token.");
    Account::new(comparison, whys, "read the gateway's log at the time of this check: it breaks before it judges.")
}

/// A forged token is refused; the client's is not, and yet it comes to no good.
pub fn fails_after_auth(case: &Case<'_>) -> Proof {
    let presented = case.presented();
    let forged = presented.forged();
    let told_apart = case.refuses(forged).and(case.same_response(presented, forged).not());
    let busy = case.lasts(Probe::WatchWithPings).unless_shown("a connection that lasts while it is kept busy");
    let busy = if case.settings().welcome { Proof::given() } else { busy };
    let never_welcomed = case.breaks_off(presented).and(busy).and(says_nothing(case, presented));
    let welcomed_in_vain =
        case.lasts(Probe::Watch).not().and(case.lasts(Probe::WatchWithPings).not()).and(case.refuses(forged));
    case.auth_accepts().and(told_apart.and(never_welcomed).or(welcomed_in_vain))
}

/// What is left open and spoken to may have been welcomed in words that the target's file does not tell.
fn says_nothing(case: &Case<'_>, ask: Presentation) -> Proof {
    let seen = case.evidence().of(Probe::Present(ask)).and_then(|observation| observation.response.connection());
    match seen.is_some_and(|seen| seen.end == End::Silent && !seen.frames.is_empty()) {
        true => Proof::open("the gateway's own welcome as `handshake.welcome`: it says something, and not that"),
        false => Proof::given(),
    }
}

pub fn lasts(case: &Case<'_>) -> Proof {
    let lasting = case.lasts(Probe::Watch).or(if case.settings().welcome {
        Proof::open(case.need(Probe::Watch))
    } else {
        Proof::given()
    });
    case.verifies(case.presented()).and(lasting)
}

pub fn tell_after_auth(case: &Case<'_>, cites: &Probes) -> Account {
    let chat = Probe::Present(case.presented());
    let shown = if case.evidence().is_as_expected(chat) == Some(true) { Probe::Watch } else { chat };
    let saw = case.evidence().summary(shown);
    let whys = [
        Why::observed("Why does it end?", format!("The gateway lets the token in and then breaks: {saw}."), cites),
        Why::observed("Is it the token?", "It is not the token: a forged one is refused in another way.", cites),
        Why::unknown(
            "What breaks?",
            "Something that a session needs after the token is judged: a store, a user's record, a worker.",
            "the gateway's log",
        ),
        Why::inferred(
            "Why did nobody notice?",
            "The token's checks are green, so it looks like a matter of the network.",
        ),
    ];
    let comparison =
        format!("a forged token is refused, and the client's, which is treated otherwise, ends in this: {saw}.");
    Account::new(
        comparison,
        whys,
        "read the gateway's log at the time of this check: it breaks after it has accepted the token.",
    )
}
