//! Auth is healthy and rejects the login of every user: 401 or 403.

use super::{auth_is_healthy, logins};
use crate::diagnosis::client::Client;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Line, Record, Why, no_details};
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
    details: no_details,
    because: &[Line::Always("Auth is healthy and rejects the login of every user.")],
    whys: [
        Why("Why does the login fail?", &[Shown("Auth rejects the login request itself, for every user alike.")]),
        Why("Is auth down?", &[Shown("Auth is up: its health check succeeds.")]),
        Why(
            "Why does auth reject it?",
            &[Unknown(
                "The login's key differs from the one that auth holds, or this stage forbids the login.",
                "auth's settings",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Inferred("The key was rotated in one place only, and no check logs in after a deployment.")],
        ),
    ],
    fix: &[Line::Always("target file: set the headers of `login` to the key that auth holds in this stage.")],
};

fn shown_by(client: &Client<'_>) -> Test {
    let rejected = all(logins(client).map(|login| is(login, Property::Rejected)));
    all([rejected, auth_is_healthy()])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    any(logins(client).map(|login| is(login, Property::Accepted)))
}
