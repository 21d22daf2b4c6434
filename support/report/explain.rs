//! A fault in words: its page, and from its record what has to be seen for it to be shown or ruled out.

use crate::diagnosis::property::Property;
use crate::diagnosis::test::Test;
use crate::evidence::Settings;
use crate::vocabulary::Probe;

impl Test {
    /// An indented list; what is under "any of" or "all of" is one step deeper.
    #[expect(dead_code, reason = "no command prints the tests of a fault yet")]
    pub(crate) fn print(&self, settings: &Settings) -> String {
        let mut lines = Vec::new();
        self.lines(settings, 0, false, &mut lines);
        lines.into_iter().map(|line| line + "\n").collect()
    }

    fn lines(&self, settings: &Settings, depth: usize, negated: bool, lines: &mut Vec<String>) {
        let mut line =
            |text: String| lines.push(format!("{}{}{text}", "  ".repeat(depth), if negated { "not: " } else { "" }));
        let (head, tests) = match self {
            Test::Is(probe, property) => return line(statement(*probe, *property, settings)),
            Test::Same(one, other) => {
                let [one, other] = [one, other].map(|probe| subject(*probe, settings));
                return line(format!("{one} gets the same response as {other}"));
            }
            Test::Token(name, ..) => return line((*name).to_owned()),
            Test::Computed(computed) => return line(computed.name.to_owned()),
            Test::Shown(fault) => return line(format!("{} is shown", fault.code())),
            Test::Needs(what) => return line(format!("needs {what}")),
            Test::Not(test) => return test.lines(settings, depth, !negated, lines),
            Test::NotShown(test) => ("nothing shows that", std::slice::from_ref(test.as_ref())),
            Test::All(tests) => ("all of", tests.as_slice()),
            Test::Any(tests) | Test::Each(tests) => ("any of", tests.as_slice()),
        };
        if let ([test], "all of" | "any of") = (tests, head) {
            return test.lines(settings, depth, negated, lines);
        }
        line(head.to_owned());
        tests.iter().for_each(|test| test.lines(settings, depth + 1, false, lines));
    }
}

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
            Property::AsExpected => "responds as expected to".into(),
            Property::NotReached => "is not reached by".into(),
            Property::Status(statuses) => {
                let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
                format!("responds {} to", statuses.join(" or "))
            }
            Property::AsksForSignIn => "asks for a sign-in after".into(),
            Property::UnlikeContract => "responds unlike its contract to".into(),
            Property::Redirected => "redirects to the same path after".into(),
            Property::Opened => "opens a WebSocket for".into(),
            Property::SelectsNothing => "selects no subprotocol for".into(),
            Property::EndsAbnormally => "ends abnormally after".into(),
            Property::Lasts => "keeps the connection open for".into(),
            Property::SelectsUnoffered => "selects a subprotocol that was not offered by".into(),
            Property::OpenWithoutWelcome => "opens, without the welcome, a connection for".into(),
            Property::RateLimited => "asks for fewer requests after".into(),
            Property::ReportsLongerBy(chars) => format!("reports {chars} characters too many for"),
        }
    }
}
