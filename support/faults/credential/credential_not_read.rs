//! The service does not read the token in the carrier in which the client presents it, and reads it in another one.

use super::super::lost_header::{accepted_in_query, arrives_directly, is_lost, never_arrives, unread_directly};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{
    Test, all, any, arrives, each, given, is, never, not_shown, rejects_like_missing, takes_token,
};
use crate::vocabulary::{Carrier, Carriers, Endpoint, Fault, Presentation, Scheme, Severity, Variation};

pub(crate) const RECORD: Record = Record {
    fault: Fault::CredentialNotRead,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("credential-not-read.md"),
    symptoms: &[Symptom::RejectedLikeMissing, Symptom::ConnectionFails],
    shown_by,
    ruled_out_by,
    // A proxy that drops the header in which the client presents the token leaves the same responses.
    yields_to: &[Fault::AuthorizationHeaderStripped, Fault::ProtocolHeaderStripped],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(
            is_lost_on_the_way,
            "In the {presented} the token gets the response of a missing token. Without the proxy it does not.",
        ),
        Line::Always(
            "In the {presented} the token gets the response of a missing token. In the {carrier} it is accepted.",
        ),
    ],
    whys: [
        Why("Why is it rejected?", &[Shown("The {service} responds as to a missing token.")]),
        Why(
            "Why does it find no token?",
            &[
                ShownIf(is_lost_on_the_way, "The {presented} does not arrive: without the proxy, it is read."),
                Shown("The {service} finds no token in the {presented}, and accepts it in the {carrier}."),
            ],
        ),
        Why(
            "Is the token lost on the route instead?",
            &[
                ShownIf(is_lost_on_the_way, "The proxy drops it: the same request without the proxy has a token."),
                ShownIf(unread_without_proxy, "No proxy drops it: without the proxy the response is the same."),
                UnknownIf(
                    sends_droppable_header,
                    "A proxy may drop the header instead; the fix in the client helps then too.",
                    "the same request without the proxy (`direct`)",
                ),
                Inferred("Proxies forward the query, so the service does not read the token there."),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Are client and service tested apart, each with the carrier that it expects?",
                "the tests that run both together",
            )],
        ),
    ],
    fix: &[
        Line::If(is_lost_on_the_way, "proxy: forward the {presented} of the request unchanged to the {service}."),
        Line::Always("client: present the token in the {carrier}, which the {service} reads."),
    ],
};

const A_CARRIER_THAT_IS_READ: &str = "a carrier that the gateway reads, as `handshake.presents`";

fn shown_by(client: &Client<'_>) -> Test {
    each([unread_by_gateway(client), unread_by_rest(client), is_lost_on_the_way(client)])
}

/// A query or a cookie does not arrive through the proxy. Of the two headers that a proxy may drop, other faults tell.
fn is_lost_on_the_way(client: &Client<'_>) -> Test {
    let may_be_lost = |one: &Presentation| {
        let is_such = |carrier| matches!(carrier, Carrier::Query | Carrier::Cookie);
        one.carriers.iter().all(is_such) && client.settings().has_direct(one.endpoint)
    };
    let lost = [client.websocket(), client.rest()].into_iter().filter(may_be_lost).map(|usual| is_lost(client, usual));
    // One that is dropped or cut for its length is lost too.
    all([each(lost), not_shown(Test::Shown(Fault::CredentialTooLong))])
}

/// With another scheme, or in another carrier, REST accepts the token.
fn unread_by_rest(client: &Client<'_>) -> Test {
    let usual = client.rest();
    let has_scheme = usual.carriers.has(Carrier::Header) && client.settings().rest_takes != Scheme::None;
    let carrier = if has_scheme { never_arrives(usual) } else { rejects_like_missing(usual) };
    let others = elsewhere_at_rest(client).map(|(one, _)| takes_token(one));
    // Where it arrives without the proxy, a proxy loses it.
    all([carrier, any(others), not_shown(arrives_directly(usual))])
}

/// The other ways to present a token to REST, and what a client would have to write.
fn elsewhere_at_rest(client: &Client<'_>) -> impl Iterator<Item = (Presentation, String)> + use<> {
    let usual = client.rest();
    let schemes = client.settings().other_schemes.clone();
    let schemes = schemes.into_iter().map(move |other| {
        (usual.scheme(Scheme::Other(other)), format!("header `Authorization` after `{}`", other.as_ref()))
    });
    let carriers = [(Carrier::Header, "header `Authorization`"), (Carrier::Query, "query as `access_token`")];
    let carriers = carriers.into_iter().filter(move |(carrier, _)| !usual.carriers.has(*carrier));
    schemes.chain(carriers.map(move |(carrier, at)| (usual.in_carriers(Carriers::of(carrier)), at.to_owned())))
}

fn unread_by_gateway(client: &Client<'_>) -> Test {
    let presented = client.settings().presents().iter().map(|carrier| unread_in(client, carrier));
    all([
        rejects_like_missing(client.websocket()),
        all(presented),
        // Where the subprotocol is read, that is `protocol-header-missing`.
        if offers(client) || !can_offer(client) {
            given()
        } else {
            rejects_like_missing(client.websocket_in(Carriers::SUBPROTOCOL))
        },
        any([accepted_in_header(client), accepted_in_query_instead(client), Test::Needs(A_CARRIER_THAT_IS_READ)]),
        // Where it arrives without the proxy, a proxy loses it.
        not_shown(arrives_directly(client.websocket())),
        // A token that is cut in one carrier gets the same response, where every rejection gets one.
        not_shown(Test::Shown(Fault::CredentialTooLong)),
    ])
}

/// However it is written there, it gets the response of a missing token.
fn unread_in(client: &Client<'_>, carrier: Carrier) -> Test {
    let presented = client.websocket_in(Carriers::of(carrier));
    match carrier {
        Carrier::Header => never_arrives(presented),
        Carrier::Subprotocol => {
            let encoded =
                client.settings().encodings.iter().map(|encoding| presented.vary(Variation::Encoding(*encoding)));
            all([presented].into_iter().chain(encoded).map(rejects_like_missing))
        }
        Carrier::Body | Carrier::Query | Carrier::Cookie | Carrier::Message => rejects_like_missing(presented),
    }
}

fn accepted_in_header(client: &Client<'_>) -> Test {
    let presents = client.settings().presents().has(Carrier::Header);
    if presents { never() } else { takes_token(client.websocket_in(Carriers::HEADER)) }
}

fn accepted_in_query_instead(client: &Client<'_>) -> Test {
    if client.settings().presents().has(Carrier::Query) { never() } else { accepted_in_query(client) }
}

/// The token arrives as the client presents it, or in the subprotocol, which the client does not send.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let missing_offer = if offers(client) || !can_offer(client) {
        never()
    } else {
        arrives(client.websocket_in(Carriers::SUBPROTOCOL))
    };
    let there = |endpoint, arrives| if client.evidence().is_there(endpoint) { arrives } else { given() };
    all([
        there(Endpoint::Rest, arrives(client.rest())),
        there(Endpoint::WebSocket, any([arrives(client.websocket()), missing_offer])),
    ])
}

/// The target's file has a subprotocol with a token.
fn can_offer(client: &Client<'_>) -> bool {
    client.settings().can_present(client.websocket_in(Carriers::SUBPROTOCOL))
}

/// The client sends `Sec-WebSocket-Protocol`.
fn offers(client: &Client<'_>) -> bool {
    client.settings().presents().has(Carrier::Subprotocol)
}

fn sends_droppable_header(client: &Client<'_>) -> Test {
    if unread(client).carriers == Carriers::QUERY { never() } else { given() }
}

fn unread_without_proxy(client: &Client<'_>) -> Test {
    unread_directly(unread(client))
}

/// As the client presents the token where it is not read: to the gateway, or else to REST.
fn unread(client: &Client<'_>) -> Presentation {
    if unread_by_gateway(client).prove(client).holds() { client.websocket() } else { client.rest() }
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    if is_lost_on_the_way(client).prove(client).holds() {
        return lost(client, shown);
    }
    if unread(client).endpoint == Endpoint::WebSocket {
        let in_header = accepted_in_header(client).prove(client).holds();
        let carrier = name(if in_header { Carrier::Header } else { Carrier::Query });
        let details = told("gateway", client.settings().presents(), carrier);
        // Against requests of other sites a gateway may take a cookie only with the right `Origin`.
        let may_need_origin = client.settings().presents().has(Carrier::Cookie);
        return Details {
            not_excluded: may_need_origin.then_some(Fault::OriginRefused).into_iter().collect(),
            ..details
        };
    }
    let accepted = |(one, _): &(Presentation, String)| takes_token(*one).prove(client).holds();
    let carrier = elsewhere_at_rest(client).find(accepted).map(|(_, carrier)| carrier).unwrap_or_default();
    let mut details = told("backend", client.rest().carriers, &carrier);
    if client.rest().carriers.has(Carrier::Header) && client.settings().rest_takes == Scheme::None {
        details.values.insert("presented", "client's own header".to_owned());
    }
    details
}

/// The proxy drops what the token stands in.
fn lost(client: &Client<'_>, shown: &Probes) -> Details {
    let websocket = shown.iter().any(|probe| probe.presented().is_some_and(|one| one.endpoint == Endpoint::WebSocket));
    let (service, usual) = if websocket { ("gateway", client.websocket()) } else { ("backend", client.rest()) };
    let presented = listed_carriers(usual.carriers);
    let details = Details::from([("service", service.to_owned()), ("presented", presented.clone())]);
    // It may drop long ones only, or reject by itself in the words of the service; it would not close an open connection.
    let missing = Presentation::missing(usual.endpoint);
    let by_itself = !is(missing, Property::Opened).prove(client).holds();
    let by_itself = by_itself.then_some(Fault::AccessGateInFront);
    let details =
        Details { not_excluded: by_itself.into_iter().chain([Fault::CredentialTooLong]).collect(), ..details };
    details.headed(format!("the proxy drops the {presented} in which the {service} reads the token"))
}

fn told(service: &str, presented: Carriers, carrier: &str) -> Details {
    let presented = listed_carriers(presented);
    let headline = format!("the {service} does not read the token in the {presented}; it reads the {carrier}");
    let details =
        Details::from([("service", service.to_owned()), ("presented", presented), ("carrier", carrier.to_owned())]);
    details.headed(headline)
}

fn listed_carriers(carriers: Carriers) -> String {
    carriers.iter().map(name).collect::<Vec<_>>().join(" and ")
}

fn name(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Body => "body",
        Carrier::Header => "header `Authorization`",
        Carrier::Subprotocol => "subprotocol",
        Carrier::Query => "query",
        Carrier::Cookie => "cookie",
        Carrier::Message => "first message",
    }
}

#[cfg(test)]
mod tests;
