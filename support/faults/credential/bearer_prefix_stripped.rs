//! A proxy or the backend removes `Bearer ` before the token reaches its verifier.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, accepts, all, any, never, not, not_shown, rejects, same, takes_token};
use crate::vocabulary::{Carriers, Fault, Presentation, Scheme, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::BearerPrefixStripped,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("bearer-prefix-stripped.md"),
    symptoms: &[Symptom::RejectedLikeForged, Symptom::RejectedLikeMissing],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "The token is rejected as the client sends it, and accepted with one more `Bearer ` before it. So one \
         prefix is lost.",
    )],
    whys: [
        Why(
            "Why is it rejected?",
            &[Shown("The verifier gets the token without its prefix: with one more prefix it is accepted.")],
        ),
        Why(
            "What removes the prefix?",
            &[
                ShownIf(
                    without_proxy,
                    "A proxy removes it: without the proxy, or in the subprotocol, the same token is accepted.",
                ),
                ShownIf(
                    removed_by_backend,
                    "The backend removes it: the token is rejected without the proxy too, or auth requires `Bearer `.",
                ),
                InferredIf(
                    auth_requires_prefix,
                    "The backend removes it before it calls auth, which accepts only `Bearer [TOKEN]`.",
                ),
                Inferred("A proxy or the backend removes it."),
            ],
        ),
        Why("Why does the prefix matter?", &[Inferred("The verifier expects `Bearer ` before the token.")]),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Does any test compare what a client sends with what the verifier gets?",
                "the tests of the route",
            )],
        ),
    ],
    fix: &[
        Line::If(removed_by_backend, "backend: send auth the whole header value; or auth: accept the raw token."),
        Line::If(
            without_proxy,
            "proxy: forward `Authorization` unchanged (nginx: `proxy_set_header Authorization $http_authorization`).",
        ),
        Line::Always(
            "proxy: forward `Authorization` unchanged; or backend: send auth the whole header value (`direct` tells \
             which).",
        ),
    ],
};

fn usual(client: &Client<'_>) -> [Presentation; 3] {
    [client.rest(), client.websocket_in(Carriers::HEADER), client.websocket_in(Carriers::SUBPROTOCOL)]
}

/// What the client sends, with one more prefix.
fn with_one_more(usual: Presentation) -> Presentation {
    usual.scheme(if usual.carriers == Carriers::SUBPROTOCOL { Scheme::Bearer } else { Scheme::Twice })
}

fn shown_by(client: &Client<'_>) -> Test {
    // A verifier that accepts forged tokens accepts anything for a token.
    any(usual(client).map(|usual| all([rejects(usual), accepts(with_one_more(usual)), rejects(usual.forged())])))
}

/// The token is accepted; or one more prefix does not help a token that is accepted there; or a token without any prefix gets
/// another response, which it could not if none arrived.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let raw = accepts(client.validation_with(Scheme::None));
    all([client.rest(), client.websocket_in(Carriers::HEADER)].map(|usual| {
        let no_help = all([rejects(with_one_more(usual)), super::some_carrier_accepted(client, usual.endpoint)]);
        let arrives = all([not(same(usual, usual.scheme(Scheme::None))), raw.clone()]);
        any([takes_token(usual), no_help, arrives])
    }))
}

/// Around the proxy the token is accepted, or in the subprotocol, where there is no prefix for a proxy to remove.
fn without_proxy(client: &Client<'_>) -> Test {
    let in_header = [client.rest(), client.websocket_in(Carriers::HEADER)];
    let around = any(in_header.map(|usual| all([rejects(usual), accepts(usual.direct())])));
    // In the subprotocol there is no prefix to strip, for a proxy or for the backend.
    let arrives = if client.settings().direct.websocket {
        never()
    } else {
        takes_token(client.websocket_in(Carriers::SUBPROTOCOL))
    };
    any([around, arrives])
}

fn auth_requires_prefix(client: &Client<'_>) -> Test {
    all([rejects(client.validation_with(Scheme::None)), accepts(client.validation_with(Scheme::Bearer))])
}

fn removed_by_backend(client: &Client<'_>) -> Test {
    // Without the proxy too it is rejected.
    let in_header = [client.rest(), client.websocket_in(Carriers::HEADER)];
    let without_proxy_too = any(in_header.map(|usual| all([rejects(usual), rejects(usual.direct())])));
    all([any([auth_requires_prefix(client), without_proxy_too]), not_shown(without_proxy(client))])
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let holds = |test: Test| test.prove(client).holds();
    let by = match () {
        () if holds(removed_by_backend(client)) => "backend",
        () if holds(without_proxy(client)) => "proxy",
        () => "a proxy or the backend",
    };
    let headline = match by {
        "backend" => "the backend removes the `Bearer` prefix before it calls auth",
        "proxy" => "a proxy removes the `Bearer` prefix before the verifier reads it",
        _ => "a proxy or the backend removes the `Bearer` prefix that the verifier needs",
    };
    Details::from([("by", by.to_owned())]).headed(headline)
}
