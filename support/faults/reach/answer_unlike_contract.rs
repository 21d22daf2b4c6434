//! A service responds, but not as the target's file says: auth in another format, or REST with a redirect.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{Test, accepts, all, any, given, is, never, not, rejects};
use crate::vocabulary::{Endpoint, Fault, Probe, Severity, User};

pub(crate) const RECORD: Record = Record {
    fault: Fault::AnswerUnlikeContract,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("answer-unlike-contract.md"),
    symptoms: &[Symptom::NoToken, Symptom::ValidationUnreadable, Symptom::RequestFails],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::CheckToo,
    because: &[
        Line::If(rest_redirects, "REST responds to a valid and to a missing token with the same redirect: {saw}."),
        Line::If(
            a_step_fails,
            "The login was not sent, for a step before it does not give what `keep` asks for: {saw}.",
        ),
        Line::Always("The response of auth is not in the format that the target file describes: {saw}."),
    ],
    whys: [
        Why(
            "Why is nothing concluded?",
            &[
                ShownIf(rest_redirects, "REST redirects the request with a valid and with a missing token: {saw}."),
                ShownIf(a_step_fails, "A step before the login lacks what the login needs: {saw}."),
                Shown("The check cannot read auth's verdict in the response: {saw}."),
            ],
        ),
        Why("Is the token valid?", &[Inferred("Such a response does not show whether the token is valid.")]),
        Why(
            "Why does the response differ?",
            &[
                UnknownIf(
                    rest_redirects,
                    "The path of the target file may lack a slash, or have another scheme or host.",
                    "the URL that real clients request",
                ),
                Unknown(
                    "Auth may respond in another format, or another service may respond at this path.",
                    "the contract of the running build",
                ),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test read more of this response than its status code?", "the tests of that service")],
        ),
    ],
    fix: &[
        Line::If(
            rest_redirects,
            "target file and clients: request the address that the redirect names; following it may drop \
             `Authorization`.",
        ),
        Line::If(
            a_step_fails,
            "target file: correct `login.before`; or auth: deploy the build that the target file describes.",
        ),
        Line::Always(
            "target file: correct `validate` and `login`; or auth: deploy the build that the target file describes.",
        ),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    let unlike = |probe| is(probe, Property::UnlikeContract);
    let validation = [client.validation(), missing(Endpoint::Validation)].map(|one| unlike(Probe::Present(one)));
    let users = [User::First, User::Second].into_iter().take(client.settings().users.max(1));
    let logins = all(users.map(|user| unlike(Probe::Login(user))));
    any([all(validation), rest_redirects(client), if client.settings().login { logins } else { never() }])
}

fn a_step_fails(client: &Client<'_>) -> Test {
    is(Probe::Login(client.user()), Property::OfAStep)
}

/// Whatever is presented, to the same path under another address.
fn rest_redirects(client: &Client<'_>) -> Test {
    all([client.rest(), missing(Endpoint::Rest)].map(|one| is(one, Property::Redirected)))
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let (validation, login) = (client.validation(), Probe::Login(client.user()));
    let readable = any([accepts(validation), rejects(validation)]);
    let issues = if client.settings().login { is(login, Property::Accepted) } else { given() };
    let has_welcome = client.evidence().is_there(Endpoint::WebSocket) && client.settings().welcome;
    let welcomes = if has_welcome { not(is(client.websocket(), Property::OpenWithoutWelcome)) } else { given() };
    all([readable, issues, not(is(client.rest(), Property::Redirected)), welcomes])
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let saw = shown.first().map(|probe| client.evidence().summary(*probe)).unwrap_or_default();
    let details = Details::from([("saw", saw.clone())]);
    match shown.first() {
        Some(probe) => {
            let at = probe.service().title();
            details.headed(format!("a response of {at} differs from what the target file describes: {saw}"))
        }
        None => details,
    }
}

#[cfg(test)]
mod tests;
