//! How well the system explains itself. The only rules that look at wording, and at nothing but a contradiction in it.

use super::case::Case;
use super::finding::{Account, Why};
use super::{Fault, Probes, Proof, Rule, Severity};
use crate::evidence::{Frame, Response};
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Probe, TokenKind};
use crate::wording::sentence;

pub const RULES: &[Rule] = &[
    Rule { fault: Fault::MisleadingError, confirm: misleading, rule_out: truthful, account: tell_misleading },
    Rule { fault: Fault::TokenEchoed, confirm: echoed, rule_out: discreet, account: tell_echoed },
];

/// Beginnings of the words for "expired" in the languages that services speak; compared without regard to case.
const EXPIRED: [&str; 22] = [
    "expir",
    "caduc",
    "vencid",
    "périm",
    "abgelaufen",
    "verlopen",
    "scadut",
    "wygas",
    "vypršel",
    "lejárt",
    "vanhentu",
    "udløbe",
    "utgåt",
    "истек",
    "истёк",
    "λήξει",
    "süresi dol",
    "有効期限",
    "期限切れ",
    "过期",
    "過期",
    "만료",
];

/// It says "expired" of a token that ends later, or of none at all.
fn misleading(case: &Case<'_>) -> Proof {
    let ahead = case.of_token(|facts| Some(facts.expires_in? > skew(case)));
    let says_so = |probe: &Probe| {
        let observation = case.evidence().of(*probe);
        is_about_a_fresh_one(*probe) && observation.is_some_and(|observation| says_expired(&observation.response))
    };
    let refused = case
        .evidence()
        .iter()
        .map(|(probe, _)| probe)
        .filter(|probe| case.evidence().outcome(*probe) == Some(Outcome::Rejected));
    let cites: Probes = refused.filter(says_so).take(3).collect();
    let said = if cites.is_empty() { Proof::Fails(Probes::new()) } else { Proof::Holds(cites) };
    let clocks = case.shows(Fault::ClockSkew).unless_shown("clocks that agree");
    said.and(ahead).and(clocks)
}

fn skew(case: &Case<'_>) -> i64 {
    i64::try_from(case.settings().skew.as_secs()).unwrap_or(i64::MAX)
}

/// Of the client's token, of the same with a spoilt signature, or of none: none of them is out of time.
fn is_about_a_fresh_one(probe: Probe) -> bool {
    let fresh = |credential: TokenKind| {
        credential.is_the_clients() || matches!(credential, TokenKind::Forged | TokenKind::Missing | TokenKind::Second)
    };
    matches!(probe, Probe::Present(ask) if fresh(ask.token))
}

fn says_expired(seen: &Response) -> bool {
    let says = |text: &str| {
        let text = text.to_lowercase();
        // "Invalid or expired" says neither.
        !text.contains("invalid or") && !text.contains("or invalid") && EXPIRED.iter().any(|word| text.contains(word))
    };
    match seen {
        Response::Http(answer) => {
            says(&answer.body) || answer.headers.get("www-authenticate").is_some_and(|text| says(text))
        }
        Response::WebSocket(connection) => {
            connection.frames.iter().any(|frame| matches!(frame, Frame::Text(text) if says(text)))
        }
        Response::Unreached(_) | Response::NotHttp => false,
    }
}

/// What a message means is for people to say.
fn truthful(_: &Case<'_>) -> Proof {
    Proof::open("somebody who reads what the refusals say")
}

fn tell_misleading(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why does it mislead?",
            "The service says that the token has expired, and its `exp` lies ahead.",
            cites,
        ),
        Why::inferred("What does that cost?", "Who reads it looks at clocks and lifetimes, where nothing is wrong."),
        Why::inferred("Why does it say so?", "One message stands for every refusal."),
        Why::inferred("Why did nobody notice?", "Tests compare statuses, and people believe messages."),
    ];
    let comparison =
        "the answer calls a token expired that is valid for a while yet, or calls expired what was not sent.";
    Account::new(comparison, whys, "say what was found wrong, or say nothing about the cause.")
}

fn echoed(case: &Case<'_>) -> Proof {
    let cites = echoes(case);
    if cites.is_empty() { Proof::Fails(Probes::new()) } else { Proof::Holds(cites) }
}

/// Those of a live token first.
fn echoes(case: &Case<'_>) -> Probes {
    let echoes = |probe: &Probe| case.evidence().of(*probe).is_some_and(|observation| observation.echoes);
    let all = case.evidence().iter().map(|(probe, _)| probe).filter(echoes);
    let (live, spoilt): (Vec<Probe>, Vec<Probe>) = all.partition(|probe| is_live(*probe));
    live.into_iter().chain(spoilt).take(3).collect()
}

fn is_live(probe: Probe) -> bool {
    matches!(probe, Probe::Present(ask) if !ask.token.is_invalid())
}

/// Each place has refused a token, and its answer does not hold it.
fn discreet(case: &Case<'_>) -> Proof {
    let searched = |place: Endpoint| {
        let of_a_token = |probe: &Probe| matches!(probe, Probe::Present(ask) if ask.endpoint == place && ask.is_plain() && ask.token != TokenKind::Missing);
        let refused = |probe: &Probe| case.evidence().outcome(*probe) == Some(Outcome::Rejected);
        let silent = echoes(case).is_empty();
        // A refusal that reads like that of none may come of a token that never arrived.
        let missing = Probe::Present(case.missing(place));
        let arrived = |probe: &Probe| {
            place == Endpoint::Validation || case.evidence().same_response(*probe, missing) == Some(false)
        };
        let asked = case.evidence().iter().map(|(probe, _)| probe);
        match asked.into_iter().find(|probe| of_a_token(probe) && refused(probe) && arrived(probe)) {
            Some(probe) if silent => Proof::Holds([probe].into()),
            _ => Proof::open("a refused token at every place, to search the answer"),
        }
    };
    Proof::all([Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket].map(searched))
}

fn tell_echoed(_: &Case<'_>, cites: &Probes) -> Account {
    let live = cites.iter().any(|probe| is_live(*probe));
    let at = cites.first().map_or("a service", |probe| probe.service().title());
    let whys = [
        Why::observed(
            "What is repeated?",
            format!("{} puts the token that it was sent, or a part of its signature, into its answer.", sentence(at)),
            cites,
        ),
        Why::inferred(
            "Where does it go from there?",
            "Into the logs of clients, proxies and browsers, where it works until it expires.",
        ),
        Why::inferred(
            "Why is it repeated?",
            "What a request held is put into the answer to help whoever looks for a fault.",
        ),
        Why::inferred("Why did nobody notice?", "Nothing searches answers for secrets."),
    ];
    let comparison =
        format!("the answer of {at} holds the token that was sent to it, or eight characters of its signature.");
    let remedy = "leave tokens out of answers and logs: their length and kind help as much, and a part is too much.";
    let account = Account::new(comparison, whys, remedy).detail("at", at);
    // Only a token that nobody accepts was repeated: it tells what the service does, and gives nothing away.
    if live { account } else { account.of_severity(Severity::Note) }
}
