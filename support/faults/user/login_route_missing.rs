//! Auth is healthy, and the path at which the check logs in does not exist: 404 or 405.

use super::{auth_is_healthy, logins};
use crate::diagnosis::client::Client;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why, no_details};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, is, not, same};
use crate::vocabulary::{Fault, Probe, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::LoginRouteMissing,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("login-route-missing.md"),
    symptoms: &[Symptom::NoToken],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details: no_details,
    suspects: Suspects::CheckToo,
    because: &[
        Line::If(only_there, "Auth is healthy. Its login path gets a 404 that differs from auth's other 404s."),
        Line::Always("Auth is healthy, and its login path does not exist."),
    ],
    whys: [
        Why(
            "Why does the login fail?",
            &[
                ShownIf(only_there, "The login path gets the same 404 for POST and GET; an unknown path gets another."),
                ShownIf(like_unknown_path, "The login path gets the response of a path that does not exist."),
                Shown("The login path gets 405 for a POST, or 404 whatever is sent."),
            ],
        ),
        Why("Is auth down?", &[Shown("Auth is up: its health path responds as expected.")]),
        Why(
            "Why does the path not exist?",
            &[
                UnknownIf(
                    only_there,
                    "A reverse proxy before auth may not forward this path, or auth may hide it.",
                    "the routes of that reverse proxy",
                ),
                Unknown(
                    "This build may have another login path, or none in this stage.",
                    "the routes of the running build",
                ),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Does the client sign its own token when its login fails?",
                "what the client does after a failed login",
            )],
        ),
    ],
    fix: &[
        Line::If(
            only_there,
            "reverse proxy before auth: forward the login path; or target file: correct `login.path`.",
        ),
        Line::Always("target file: correct `login.path`; or auth: deploy the route."),
    ],
};

/// A 404 alone may be about the user: the route is missing where a path that cannot exist, or a GET without a user, gets the
/// same response.
fn shown_by(client: &Client<'_>) -> Test {
    let is_missing = |login: Probe| {
        let controls = [Probe::LoginUnknownPath, Probe::LoginGet].map(|control| same(login, control));
        any([is(login, Property::Status(&[405])), all([is_not_found(login), any(controls)])])
    };
    all(logins(client).map(is_missing).chain([auth_is_healthy()]))
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    any(logins(client).flat_map(|login| [is(login, Property::Accepted), is(login, Property::Rejected)]))
}

fn is_not_found(login: Probe) -> Test {
    is(login, Property::Status(&[404]))
}

fn like_unknown_path(client: &Client<'_>) -> Test {
    all(logins(client).map(|login| all([is_not_found(login), same(login, Probe::LoginUnknownPath)])))
}

/// The 404 of the login path is not the one of other paths, so something else than auth's router may have sent it.
fn only_there(client: &Client<'_>) -> Test {
    let alone =
        |login| all([is_not_found(login), not(same(login, Probe::LoginUnknownPath)), same(login, Probe::LoginGet)]);
    all(logins(client).map(alone))
}
