//! Auth responds with success, but not in the format that the target's file says.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Why};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{Test, accepts, all, any, given, is, never, rejects};
use crate::vocabulary::{Endpoint, Fault, Probe, Severity, User};

pub(crate) const RECORD: Record = Record {
    fault: Fault::AnswerUnlikeContract,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("answer-unlike-contract.md"),
    symptoms: &[Symptom::NoToken, Symptom::ValidationUnreadable],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    because: &[Line::Always("the response of auth is not in the format that the target's file says: {saw}.")],
    whys: [
        Why("Why is nothing concluded?", &[Shown("The check cannot read what auth says of the token: {saw}.")]),
        Why(
            "Is the token valid?",
            &[Inferred("Whether the token is valid does not follow: such a response neither accepts nor rejects it.")],
        ),
        Why(
            "Why is the format another one?",
            &[Unknown(
                "This build of auth responds in another format, or another service responds at this path.",
                "the contract of the build that runs",
            )],
        ),
        Why("Why did nobody notice?", &[Inferred("Clients check only the status code.")]),
    ],
    fix: &[Line::Always(
        "target file: correct `validate` and `login`. If the file is right: deploy the build of auth that it describes.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    let unlike = |probe| is(probe, Property::UnlikeContract);
    let validation = [client.validation(), missing(Endpoint::Validation)].map(|one| unlike(Probe::Present(one)));
    let users = [User::First, User::Second].into_iter().take(client.settings().users.max(1));
    let logins = all(users.map(|user| unlike(Probe::Login(user))));
    any([all(validation), if client.settings().login { logins } else { never() }])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let (validation, login) = (client.validation(), Probe::Login(client.user()));
    let readable = any([accepts(validation), rejects(validation)]);
    let issues = if client.settings().login { is(login, Property::Accepted) } else { given() };
    all([readable, issues])
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let saw = shown.first().map(|probe| client.evidence().summary(*probe)).unwrap_or_default();
    Details::from([("saw", saw)])
}
