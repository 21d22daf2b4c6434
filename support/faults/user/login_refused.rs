//! Auth is healthy and rejects the login of every user: 400, 401, 403 or 422.

use super::{auth_is_healthy, logins};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, is};
use crate::vocabulary::{Fault, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::LoginRefused,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("login-refused.md"),
    symptoms: &[Symptom::NoToken],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::CheckToo,
    because: &[Line::Always("Auth is healthy and rejects the login of every user.")],
    whys: [
        Why("Why does the login fail?", &[Shown("Auth rejects the login request of every user.")]),
        Why("Is auth down?", &[Shown("Auth is up: its health path responds as expected.")]),
        Why(
            "Why does auth reject it?",
            &[Unknown(
                "The login may send other credentials than auth holds, or be closed in this stage.",
                "auth's settings",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any check after a deployment log in?", "the checks after each deployment")],
        ),
    ],
    fix: &[Line::Always("target file: correct what `login` sends for this stage: {sends}.")],
};

/// What the target's file sends, for it may be any part of it.
fn details(client: &Client<'_>, _: &Probes) -> Details {
    Details::from([("sends", client.settings().login_sends.join(", "))])
}

fn shown_by(client: &Client<'_>) -> Test {
    let rejected = all(logins(client).map(|login| is(login, Property::Rejected)));
    all([rejected, auth_is_healthy()])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    any(logins(client).map(|login| is(login, Property::Accepted)))
}
