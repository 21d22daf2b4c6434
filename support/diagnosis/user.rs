//! Who is asking: the login, and one user against another.

use super::case::Case;
use super::finding::{Account, Why};
use super::{Fault, Probes, Proof, Rule};
use crate::evidence::{HttpResponse, Response};
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Presentation, Probe, REPEATS, Service, TokenKind, User};

pub const RULES: &[Rule] = &[
    Rule {
        fault: Fault::LoginRouteMissing,
        confirm: route_missing,
        rule_out: route_there,
        account: tell_route_missing,
    },
    Rule { fault: Fault::LoginRefused, confirm: refused, rule_out: not_refused, account: tell_refused },
    Rule { fault: Fault::UserUnknown, confirm: unknown, rule_out: known, account: tell_unknown },
];

const LOGINS: [Probe; 2] = [Probe::Login(User::First), Probe::Login(User::Second)];

/// The login of every user that there is to try.
fn logins(case: &Case<'_>) -> impl Iterator<Item = Probe> {
    LOGINS.into_iter().take(case.settings().users.max(1))
}

fn healthy(case: &Case<'_>) -> Proof {
    case.reads(Probe::Health(Service::Auth), Outcome::Accepted, &[Outcome::Failed])
}

/// 405, or a 404 in the very words that a path gets which cannot exist, or that a request gets which asks nothing: a 404 may
/// also mean the user.
fn route_missing(case: &Case<'_>) -> Proof {
    let absent = |probe: Probe| match status(case, probe) {
        Some(405) => Proof::Holds([probe].into()),
        Some(404) => alike(case, probe, Probe::LoginUnknownPath).or(alike(case, probe, Probe::LoginGet)),
        Some(_) => Proof::Fails([probe].into()),
        None => Proof::open(case.need(probe)),
    };
    Proof::all(logins(case).map(absent)).and(healthy(case))
}

fn alike(case: &Case<'_>, probe: Probe, control: Probe) -> Proof {
    let cites = Probes::from([probe, control]);
    match case.evidence().same_response(probe, control) {
        Some(true) => Proof::Holds(cites),
        Some(false) => Proof::Fails(cites),
        None => Proof::open(case.need(control)),
    }
}

fn status(case: &Case<'_>, probe: Probe) -> Option<u16> {
    match case.evidence().of(probe).map(|observation| &observation.response) {
        Some(Response::Http(HttpResponse { status, .. })) => Some(*status),
        _ => None,
    }
}

fn route_there(case: &Case<'_>) -> Proof {
    not_refused(case).or(Proof::first(logins(case).map(|probe| case.reads(probe, Outcome::Rejected, &[]))))
}

fn tell_route_missing(case: &Case<'_>, cites: &Probes) -> Account {
    let by_a_front = logins(case).all(|probe| matches!(alike(case, probe, Probe::LoginUnknownPath), Proof::Fails(_)))
        && cites.contains(&Probe::LoginGet);
    let (fails, reason, decider) = match by_a_front {
        false => (
            "The login path answers as a path does that cannot exist.",
            "This build has another path, or leaves the route out in this stage.",
            "the routes of the build that runs",
        ),
        true => (
            "The login path is not found, whatever it is asked, and auth says that of other paths in other words.",
            "Something in front of auth does not forward this path, or auth hides it.",
            "the routes of what stands in front",
        ),
    };
    let whys = [
        Why::observed("Why does it fail?", fails, cites),
        Why::observed("Is auth down?", "Auth is not down: its health check answers.", cites),
        Why::unknown("Why is the path not there?", reason, decider),
        Why::inferred("Why did nobody notice?", "The client falls back to something else when its login fails."),
    ];
    let comparison = "auth is healthy, and its login path does not exist.";
    Account::new(comparison, whys, "correct `login.path` in the target's file, or deploy the route.")
}

/// 401 or 403 for every user, from an auth that is healthy.
fn refused(case: &Case<'_>) -> Proof {
    Proof::all(logins(case).map(|probe| case.reads(probe, Outcome::Rejected, &[Outcome::Accepted]))).and(healthy(case))
}

fn not_refused(case: &Case<'_>) -> Proof {
    Proof::first(logins(case).map(|probe| case.reads(probe, Outcome::Accepted, &[])))
}

fn tell_refused(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed("Why does it fail?", "The login itself is refused, for every user alike.", cites),
        Why::observed("Is auth down?", "Auth is not down: its health check answers.", cites),
        Why::unknown(
            "Why is it refused?",
            "The key that opens this login is not the one that auth holds, or the stage forbids it.",
            "auth's settings",
        ),
        Why::inferred(
            "Why did nobody notice?",
            "The key was rotated in one place only, and nothing tries it after a deployment.",
        ),
    ];
    let comparison = "auth is healthy and refuses the login of every user.";
    Account::new(
        comparison,
        whys,
        "give the login the key that auth holds (the headers of `login` in the target's file).",
    )
}

/// One user is refused where another is accepted; at places other than the login, again and again, so that it is not chance.
fn unknown(case: &Case<'_>) -> Proof {
    if case.settings().users < 2 {
        return Proof::open("a second user in the target's file");
    }
    let places = places(case).map(|ask| split(case, ask, User::First).or(split(case, ask, User::Second)));
    // Another token of a user who is not known would fare no better.
    let fresh = |probe: &Probe| matches!(probe, Probe::Present(ask) if ask.token == TokenKind::Second);
    let accepted = |probe: &Probe| case.evidence().outcome(*probe) == Some(Outcome::Accepted);
    let another = case.evidence().iter().any(|(probe, _)| fresh(&probe) && accepted(&probe));
    let mixed = case.is_unsteady(Endpoint::Validation);
    let always = if another || mixed { Proof::open("tokens of one user that fare alike") } else { Proof::given() };
    split_login(case, User::First).or(split_login(case, User::Second)).or(Proof::first(places).and(always))
}

fn places(case: &Case<'_>) -> [Presentation; 3] {
    [case.auth(case.settings().auth_takes), case.rest(), case.presented()]
}

fn split_login(case: &Case<'_>, refused: User) -> Proof {
    let probe = Probe::Login(refused);
    let unknown = match status(case, probe) {
        Some(400 | 401 | 403 | 404 | 422) => Proof::Holds([probe].into()),
        Some(_) => Proof::Fails([probe].into()),
        None => Proof::open(case.need(probe)),
    };
    unknown.and(case.reads(Probe::Login(refused.other()), Outcome::Accepted, &[Outcome::Rejected]))
}

fn split(case: &Case<'_>, ask: Presentation, refused: User) -> Proof {
    let always = |ask: Presentation| std::iter::once(ask).chain(REPEATS.map(|attempt| ask.attempt(attempt)));
    let refuses = always(ask.by(refused)).map(|ask| case.refuses(ask));
    let accepts = always(ask.by(refused.other())).map(|ask| case.accepts(ask));
    Proof::all(refuses.chain(accepts))
}

fn known(case: &Case<'_>) -> Proof {
    let accepted = |ask: Presentation| [User::First, User::Second].map(|user| case.takes(ask.by(user)));
    let second =
        if case.settings().users < 2 { Proof::open("a second user in the target's file") } else { Proof::given() };
    Proof::all(places(case).into_iter().flat_map(accepted)).and(second)
}

fn tell_unknown(case: &Case<'_>, cites: &Probes) -> Account {
    let refused = cites.iter().find_map(|probe| match probe {
        Probe::Login(user) if case.evidence().outcome(*probe) != Some(Outcome::Accepted) => Some(*user),
        Probe::Present(ask) if case.refuses(*ask).holds() => Some(ask.user),
        _ => None,
    });
    let which = if refused == Some(User::Second) { "second" } else { "first" };
    let whys = [
        Why::observed(
            "Why does it fail?",
            format!("The {which} user is refused where the other one is accepted, in the same run and the same way."),
            cites,
        ),
        Why::observed("Is it the system?", "The system works for the other user, asked in the same way.", cites),
        Why::unknown("Why this user?", "The user is not seeded, is locked, or lacks a right.", "the user's record"),
        Why::inferred("Why did nobody notice?", "The tests that pass use another user."),
    ];
    let comparison = format!("two users, the same steps: the {which} one is refused.");
    Account::new(comparison, whys, format!("seed or unlock the {which} user of the target's file."))
        .detail("user", which)
}
