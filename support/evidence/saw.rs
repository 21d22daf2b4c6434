//! What a probe saw, in a few words for a person: `401 invalid_token`, `close 1008 VALIDATION_FAILED`.

use serde_json::Value;

use super::{Answer, Certificate, Conversation, End, Found, Frame, Observation, Place, Probe, Seen, Unreached};

/// Fields under which services name their reason, the most telling first.
const REASONS: [&str; 7] = ["error_code", "code", "error", "reason", "detail", "message", "status"];
/// Longer texts are for the evidence, not for a line of a report; in characters.
const LONGEST: usize = 48;

pub fn of(probe: Probe, observation: &Observation) -> String {
    let saw = of_attempt(probe, &observation.seen);
    match &observation.retried {
        Some(first) if observation.seen != Seen::Unreached(first.clone()) => format!("{first}, then {saw}"),
        _ => saw,
    }
}

fn of_attempt(probe: Probe, seen: &Seen) -> String {
    match seen {
        Seen::Unreached(why) => why.to_string(),
        Seen::Garbled => "an answer that is not HTTP".into(),
        Seen::Answered(answer) => of_answer(probe, answer),
        Seen::Opened(conversation) => of_conversation(conversation),
    }
}

impl std::fmt::Display for Unreached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unreached::Dns => f.write_str("the name does not resolve"),
            Unreached::Refused => f.write_str("connection refused"),
            Unreached::Reset => f.write_str("connection reset"),
            Unreached::Timeout => f.write_str("no answer in time"),
            Unreached::NoRoute => f.write_str("no route to the host"),
            Unreached::Certificate(why) => f.write_str(why.text()),
            Unreached::Tls(why) => write!(f, "TLS: {}", short(why)),
        }
    }
}

impl Certificate {
    fn text(self) -> &'static str {
        match self {
            Certificate::Expired => "the certificate has expired",
            Certificate::NotYetValid => "the certificate is not valid yet",
            Certificate::AnotherName => "the certificate is for another name",
            Certificate::UnknownIssuer => "the certificate's issuer is unknown",
            Certificate::Revoked => "the certificate is revoked",
            Certificate::OfAnAuthority => "the certificate is an authority's own, which `ca` does not name",
            Certificate::Other => "the certificate is not valid",
        }
    }
}

fn of_answer(probe: Probe, answer: &Answer) -> String {
    let is_auth = matches!(probe, Probe::Present(ask) if ask.place == Place::Auth);
    match answer.found {
        Found::Bool(true) if is_auth => "valid".into(),
        Found::Bool(false) if is_auth => reason(&answer.body).unwrap_or_else(|| "not valid".into()),
        Found::NotJson => format!("{}, not JSON", answer.status),
        Found::Nothing | Found::AnotherType if answer.status < 300 => {
            format!("{}, nothing at {}", answer.status, pointer(probe))
        }
        _ if answer.status < 300 => answer.status.to_string(),
        _ => {
            [Some(answer.status.to_string()), reason(&answer.body)].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    }
}

fn of_conversation(conversation: &Conversation) -> String {
    let selection = match &conversation.selected {
        None if conversation.offered && conversation.welcomed => ", no subprotocol",
        Some((_, false)) => ", a subprotocol not offered",
        _ => "",
    };
    let selection = match (conversation.accept_is_right, conversation.names_the_user) {
        (false, _) => ", a wrong Sec-WebSocket-Accept",
        (true, Some(false)) => " as somebody else",
        _ => selection,
    };
    format!("{}{selection}", of_end(conversation))
}

/// The setting that says where something should stand.
fn pointer(probe: Probe) -> &'static str {
    match probe {
        Probe::Login(_) | Probe::LoginAgain => "`login.token`",
        Probe::Fingerprint(_) => "`fingerprint.at`",
        _ => "`validate.accepted`",
    }
}

/// The close code with the most telling word beside it: the error frame's code, or else the reason.
fn of_end(conversation: &Conversation) -> String {
    let code = conversation.frames.iter().rev().find_map(|frame| match frame {
        Frame::Text(text) => reason(text),
        Frame::Binary(_) => None,
    });
    match (&conversation.end, code) {
        (End::Open, _) if conversation.welcomed => "welcomed".into(),
        (End::Open, _) => "stayed open".into(),
        (End::Closed { code, .. }, _) if conversation.welcomed => format!("welcomed, then close {code}"),
        (End::Closed { code, .. }, Some(said)) => format!("close {code} {said}"),
        (End::Closed { code, reason }, None) if reason.is_empty() => format!("close {code}"),
        (End::Closed { code, reason }, None) => format!("close {code} \"{}\"", short(reason)),
        (End::Dropped, said) => format!("{}cut without a close", before(said)),
        (End::Silent, said) => format!("{}silence", before(said)),
        (End::Violation(what), said) => format!("{}{}", before(said), short(what)),
    }
}

fn before(said: Option<String>) -> String {
    said.map(|said| format!("{said}, then ")).unwrap_or_default()
}

fn reason(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    REASONS.iter().find_map(|field| body.get(field)?.as_str().filter(|text| !text.is_empty()).map(short))
}

/// One line, printable, bounded: nothing that a server sends can move the cursor of a terminal.
pub fn short(text: &str) -> String {
    let mut line: String = text.chars().filter(|c| is_printable(*c)).take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        line.push('…');
    }
    line
}

/// With a capital letter at its beginning.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Takes its room on a line, and does nothing else to a terminal.
pub fn is_printable(c: char) -> bool {
    !c.is_control() && !is_invisible(c)
}

/// Marks that change the direction of a line or take no room (Unicode Cf): a message must read as it was sent.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
