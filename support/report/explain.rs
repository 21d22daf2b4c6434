//! A fault in words: its page, what has to be seen for it to be shown or ruled out, and what tells it from its rivals.

mod rivals;

use std::fmt::Write;

use super::layout::{Page, WIDTH};
use crate::diagnosis::property::Property;
use crate::diagnosis::test::Test;
use crate::evidence::{Evidence, Settings};
use crate::faults;
use crate::vocabulary::{Fault, Probe};

/// The page of the fault, and which probe tells it from each rival; on request the tests of its record, for a target in which
/// every setting is there.
pub fn explain(fault: Fault, with_tests: bool) -> String {
    let evidence = Evidence::new(Settings::complete());
    let tests = faults::tests(&evidence, fault);
    let mut out = Page::new(WIDTH);
    _ = write!(out, "{}[{fault}]\n\n{}", fault.severity(), fault.page());
    let tested = tests.iter().flat_map(Test::probes).map(|probe| probe.name(&evidence.settings));
    rivals::render(&mut out, fault, &tested.collect::<Vec<_>>());
    let heads = ["What shows it", "What rules it out"];
    for (head, test) in heads.iter().zip(&tests).filter(|_| with_tests) {
        _ = write!(out, "\n## {head}\n");
        test.print(&mut out, &evidence.settings);
    }
    out.into_text()
}

impl Test {
    /// An indented list; what is under "any of" or "all of" is one step deeper.
    fn print(&self, out: &mut Page, settings: &Settings) {
        let mut lines = Vec::new();
        self.lines(settings, 0, "", &mut lines);
        for line in lines {
            let indent = line.len() - line.trim_start().len();
            out.wrap(&format!("{}- ", " ".repeat(indent)), indent + 2, line.trim_start());
        }
    }

    /// A list within one of the same kind is part of that.
    fn lines(&self, settings: &Settings, depth: usize, within: &str, lines: &mut Vec<String>) {
        let negated = within == NOT;
        let mut line = |text: String| {
            lines.push(format!("{}{}{text}", "  ".repeat(depth), if negated { "not: " } else { "" }));
        };
        let (head, tests) = match self {
            Test::Is(probe, property) => return line(statement(*probe, *property, settings)),
            Test::Same(one, other) => {
                let [one, other] = [one, other].map(|probe| subject(*probe, settings));
                return line(format!("{one} gets the same response as {other}"));
            }
            Test::Token(name, ..) => return line((*name).to_owned()),
            Test::OtherToken(name, ..) => return line(format!("of the other user's token: {name}")),
            Test::Computed(computed) => return line(computed.name.to_owned()),
            Test::Shown(fault) => return line(format!("{} is shown", fault.code())),
            Test::Needs(what) => return line(format!("needs {what}")),
            Test::Not(test) => return test.lines(settings, depth, if negated { "" } else { NOT }, lines),
            Test::NotShown(test) => ("nothing shows that", std::slice::from_ref(test.as_ref())),
            Test::All(tests) => (ALL, tests.as_slice()),
            Test::Any(tests) | Test::Each(tests) => (ANY, tests.as_slice()),
        };
        match (tests, head) {
            ([], ALL) => line("nothing more".to_owned()),
            ([], _) => line("no probe of a check".to_owned()),
            ([test], ALL | ANY) => test.lines(settings, depth, within, lines),
            (tests, head) if head == within => tests.iter().for_each(|test| test.lines(settings, depth, head, lines)),
            (tests, head) => {
                line(head.to_owned());
                tests.iter().for_each(|test| test.lines(settings, depth + 1, head, lines));
            }
        }
    }
}

/// Before the tests of a list.
const ALL: &str = "all of";
const ANY: &str = "any of";
const NOT: &str = "not";

/// The probe, as what is compared.
fn subject(probe: Probe, settings: &Settings) -> String {
    probe.presented().map_or_else(|| probe.name(settings), |presented| presented.noun())
}

fn statement(probe: Probe, property: Property, settings: &Settings) -> String {
    let Some(presented) = probe.presented() else { return format!("{}: {}", probe.name(settings), property.verb()) };
    format!("{} {} {}", presented.endpoint.service().name(), property.verb(), presented.noun())
}

impl Property {
    /// What a service does that responds in this way; fits between its name and the token's.
    fn verb(self) -> String {
        match self {
            Property::Made => "responds to".into(),
            Property::Accepted => "accepts".into(),
            Property::Rejected => "rejects".into(),
            Property::NotAccepted => "does not accept".into(),
            Property::Failed => "fails over".into(),
            Property::FailedOrLate => "fails or responds late to".into(),
            Property::WaitsForAnother => "responds late, or 502, 503 or 504, to".into(),
            Property::FailsAtOnce => "returns a server error of its own, and not late, to".into(),
            Property::InternalError => "closes with 1011 after".into(),
            Property::AsExpected => "responds as expected to".into(),
            Property::NotReached => "is not reached by".into(),
            Property::Status(statuses) => {
                let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
                format!("responds {} to", statuses.join(" or "))
            }
            Property::AsksForSignIn => "asks for a sign-in after".into(),
            Property::UnlikeContract => "responds unlike its contract to".into(),
            Property::OfAStep => "fails at a step before".into(),
            Property::Redirected => "redirects to the same path after".into(),
            Property::Opened => "opens a WebSocket for".into(),
            Property::SelectsNothing => "selects no subprotocol for".into(),
            Property::EndsAbnormally => "ends abnormally after".into(),
            Property::Lasts => "keeps the connection open for".into(),
            Property::SelectsUnoffered => "selects a subprotocol that was not offered by".into(),
            Property::OpenWithoutWelcome => "opens, without the welcome, a connection for".into(),
            Property::Readable => "readable".into(),
            Property::RateLimited => "asks for fewer requests after".into(),
            Property::AsksForAnother => "asks for another protocol or version than that of".into(),
            Property::NamesWebSocket => "has the headers of a WebSocket server for".into(),
            Property::ReportsLongerBy(chars) => format!("reports {chars} characters too many for"),
        }
    }
}
