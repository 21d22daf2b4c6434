//! The auth service is reached, and responds to logins or validations with server errors.

use super::{first_failure, responds_itself};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Need, Probes, Proof};
use crate::diagnosis::property::{Property, of_one};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, auth_accepts, missing};
use crate::diagnosis::test::{Computed, Test, all, any, is, never, not, not_shown};
use crate::vocabulary::{Endpoint, Fault, Probe, Service, Severity, User};

pub(crate) const RECORD: Record = Record {
    fault: Fault::AuthUnhealthy,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("auth-unhealthy.md"),
    symptoms: &[Symptom::NoResponse, Symptom::NoToken],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("Auth is reached and returns a server error: {says}.")],
    whys: [
        Why("Why do requests fail?", &[Shown("Auth returns a server error: {says}.")]),
        Why(
            "Does its health path report it?",
            &[
                ShownIf(reports_it, "Its health path reports that auth is unhealthy."),
                Inferred("Its health path does not report it."),
            ],
        ),
        Why(
            "Why is it unhealthy?",
            &[Unknown("A dependency or a setting of auth may be missing or wrong.", "auth's log")],
        ),
        Why(
            "Why did nobody notice?",
            &[
                UnknownIf(reports_it, "Does any monitoring read the health path of auth?", "the monitoring of auth"),
                Unknown(
                    "Does any monitoring log in or validate a token, beside the health path?",
                    "the monitoring of auth",
                ),
            ],
        ),
    ],
    fix: &[Line::Always(
        "auth: find the error in its log at the time of this check, and restore the dependency or setting that it \
         lacks.",
    )],
};

const HEALTH: Probe = Probe::Health(Service::Auth);

fn shown_by(client: &Client<'_>) -> Test {
    let fails = any([
        every_login_fails(client),
        every_user_fails(client),
        missing_token_fails(client),
        issues_and_validates_nothing(client),
    ]);
    all([responds_itself(client, Service::Auth), fails])
}

fn users(client: &Client<'_>) -> impl Iterator<Item = User> {
    [User::First, User::Second].into_iter().take(client.settings().users.max(1))
}

/// The login of every user, and one more: a limit that all share lets none of them through for long.
fn logins(client: &Client<'_>) -> Vec<Probe> {
    users(client).map(Probe::Login).chain([Probe::SecondLogin(client.user())]).collect()
}

fn fails(probe: impl Into<Probe>) -> Test {
    let probe = probe.into();
    all([is(probe, Property::Failed), is_its_own(probe)])
}

/// A gateway error is not a response of an auth service that reports itself healthy.
fn is_its_own(probe: Probe) -> Test {
    any([not(is(probe, Property::NotReached)), not(is(HEALTH, Property::AsExpected))])
}

/// No login works, and the errors are auth's own, or it validates all the while: it is reached, and does not issue.
fn every_login_fails(client: &Client<'_>) -> Test {
    let logins = logins(client);
    let failed = all(logins.iter().map(|login| is(*login, Property::Failed)));
    let own = all(logins.iter().map(|login| is_its_own(*login)));
    let validates = not(is(missing(Endpoint::Validation), Property::Failed));
    if client.settings().login { all([failed, any([own, validates])]) } else { never() }
}

fn every_user_fails(client: &Client<'_>) -> Test {
    all(users(client).map(|user| fails(client.validation().by(user))))
}

/// An auth service that fails over a missing token only, and accepts valid ones, affects no user.
fn missing_token_fails(client: &Client<'_>) -> Test {
    all([fails(missing(Endpoint::Validation)), not_shown(auth_accepts(client))])
}

fn issues_and_validates_nothing(client: &Client<'_>) -> Test {
    let issues = all(logins(client).into_iter().map(|login| is(login, Property::Accepted)));
    let [usual, missing] = [client.validation(), missing(Endpoint::Validation)];
    all([issues, every_validation_fails(client), is(usual, Property::Failed), is(missing, Property::Failed)])
}

fn every_validation_fails(client: &Client<'_>) -> Test {
    let presented = client.evidence().presentations().filter(|one| one.endpoint == Endpoint::Validation);
    Test::Computed(Computed {
        name: "every validation fails, whatever is presented",
        prove: |client, probes| {
            let failed = |probe: &Probe| of_one(client, *probe, Property::Failed);
            match probes.iter().find(|probe| failed(probe) != Some(true)) {
                None => Proof::given(),
                Some(other) if failed(other).is_none() => Proof::open(Need::Response(*other)),
                Some(other) => Proof::Fails([*other].into()),
            }
        },
        probes: presented.map(Probe::Present).collect(),
    })
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    all([is(HEALTH, Property::AsExpected), auth_accepts(client)])
}

fn reports_it(_: &Client<'_>) -> Test {
    all([not(is(HEALTH, Property::AsExpected)), not(is(HEALTH, Property::NotReached))])
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let says = first_failure(client, shown);
    let headline = format!("auth is reached but unhealthy: {says}");
    Details::from([("says", says)]).headed(headline)
}

#[cfg(test)]
mod tests;
