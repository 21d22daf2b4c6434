//! Every exchange of a check as it was on the wire, redacted, in the order in which the exchanges began.

use std::fmt::Write;
use std::time::Duration;

use crate::evidence::{End, Evidence, Frame, Head, Observation, Response, Wire};
use crate::vocabulary::Probe;
use crate::wording::escaped;

/// The requests and responses as text: `>` was sent, `<` was received.
pub fn exchanges(evidence: &Evidence) -> String {
    let wired =
        evidence.iter().filter_map(|(probe, observation)| Some((probe, observation, observation.wire.as_deref()?)));
    let mut all: Vec<(Probe, &Observation, &Wire)> = wired.collect();
    all.sort_by_key(|(probe, _, wire)| (wire.at, *probe));
    let mut out =
        format!("{} exchanges with {}, redacted; > was sent, < came back\n", all.len(), evidence.settings.target);
    for (probe, observation, wire) in all {
        _ = writeln!(out, "\n+{} {}: {}", ms(wire.at), probe.name(&evidence.settings), evidence.summary(probe));
        exchange(&mut out, observation, wire);
    }
    out
}

fn exchange(out: &mut String, observation: &Observation, wire: &Wire) {
    head(out, '>', &wire.request);
    wire.body.iter().for_each(|body| lines(out, "> ", body));
    if let (Some(response), Some(after)) = (&wire.response, wire.answered) {
        _ = writeln!(out, "  after {}", ms(after));
        head(out, '<', response);
    }
    match &observation.response {
        Response::Http(answer) if !answer.body.is_empty() => lines(out, "< ", &answer.body),
        Response::WebSocket(connection) => {
            let times = wire.frames.iter().copied().map(Some).chain(std::iter::repeat(None));
            connection.frames.iter().zip(times).for_each(|(received, at)| frame(out, received, at));
            _ = writeln!(out, "  after {} {}", ms(observation.elapsed), end(&connection.end));
        }
        Response::Http(_) | Response::Unreached(_) | Response::NotHttp => {}
    }
    _ = writeln!(out, "  {} in all", ms(observation.elapsed));
}

fn head(out: &mut String, mark: char, head: &Head) {
    lines(out, &format!("{mark} "), &head.line);
    head.headers.iter().for_each(|(name, value)| lines(out, &format!("{mark} {name}: "), value));
}

fn frame(out: &mut String, frame: &Frame, at: Option<Duration>) {
    let at = at.map(|at| format!("  after {} ", ms(at))).unwrap_or_default();
    match frame {
        Frame::Text(text) => lines(out, &format!("{at}< "), text),
        Frame::Binary(bytes) => _ = writeln!(out, "{at}< {bytes} bytes"),
    }
}

fn end(end: &End) -> String {
    match end {
        End::Open => "> close 1000".into(),
        End::Closed { code, reason } => format!("< close {code} {}", escaped(reason)),
        End::Dropped => "the connection was cut".into(),
        End::Silent => "the time was over".into(),
        End::TooLarge => "a message that is larger than is read".into(),
        End::Violation(what) => escaped(what),
    }
}

/// The lines of a text, each after the mark.
fn lines(out: &mut String, mark: &str, text: &str) {
    text.lines().for_each(|line| _ = writeln!(out, "{mark}{}", escaped(line)));
}

fn ms(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}
