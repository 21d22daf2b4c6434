//! Puts a token into a request, one arm for each carrier. [`mock`](crate::mock) takes it out again.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};

use crate::target::Handshake;
use crate::token::Token;
use crate::vocabulary::{Carrier, Encoding, Presentation, Scheme, Variation};

/// The token as text, with what stands before it.
pub(super) fn prefixed(token: &Token, scheme: Scheme) -> String {
    let prefix = match scheme {
        Scheme::None => "",
        Scheme::LowerCase => "bearer ",
        Scheme::Bearer => "Bearer ",
        Scheme::Twice => "Bearer Bearer ",
    };
    format!("{prefix}{}", token.expose())
}

/// The request with the token in each of its carriers. A body is written as a whole, where the request is made.
pub(super) fn put(
    request: RequestBuilder,
    token: &Token,
    presented: Presentation,
    handshake: &Handshake,
) -> RequestBuilder {
    presented.carriers.iter().fold(request, |request, carrier| match carrier {
        Carrier::Body => request,
        Carrier::Header => request.header(AUTHORIZATION, prefixed(token, scheme(presented, Scheme::Bearer))),
        Carrier::Subprotocol => request.header(SEC_WEBSOCKET_PROTOCOL, offer(token, presented.variation, handshake)),
        Carrier::Query => request.query(&[(QUERY, token.expose())]),
    })
}

/// The name of the parameter.
const QUERY: &str = "token";

/// The scheme that the variation says, or else the usual one of the carrier.
pub(super) fn scheme(presented: Presentation, usual: Scheme) -> Scheme {
    match presented.variation {
        Variation::Scheme(scheme) => scheme,
        _ => usual,
    }
}

/// The subprotocols that are offered, the one that carries the token among them.
pub(super) fn offer(token: &Token, variation: Variation, handshake: &Handshake) -> String {
    let usual = |text: &str| handshake.token_protocol.replace("{token}", text);
    let entry = match variation {
        Variation::Scheme(scheme) => usual(&URL_SAFE_NO_PAD.encode(prefixed(token, scheme))),
        Variation::Encoding(Encoding::Raw) => usual(token.expose()),
        Variation::Encoding(Encoding::Padded) => usual(&URL_SAFE.encode(token.expose())),
        Variation::Encoding(Encoding::Bearer) => format!("bearer.{}", URL_SAFE_NO_PAD.encode(token.expose())),
        Variation::Encoding(Encoding::Alone) => token.expose().to_owned(),
        _ => usual(&URL_SAFE_NO_PAD.encode(token.expose())),
    };
    format!("{}, {entry}", handshake.protocol)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};
    use reqwest::Request;
    use strum::VariantArray;

    use super::*;
    use crate::deployment::{AuthorizationParsing, Deployment, SubprotocolEncoding};
    use crate::input::Source;
    use crate::mock::carrier::{CarryingParts, TokenReader};
    use crate::probe::Session;
    use crate::target::{self, Target};
    use crate::vocabulary::Endpoint::{Rest, Validation, WebSocket};
    use crate::vocabulary::{Carriers, Endpoint, Probe, TokenKind, User};

    /// What an entry of `Sec-WebSocket-Protocol` can hold: the token of RFC 9110 §5.6.2.
    const ENTRY: &str = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,60}";
    /// What a header field can hold without blanks: the visible characters of RFC 9110 §5.5.
    const VISIBLE: &str = "[!-~]{1,400}";

    /// The subprotocol of a handshake, and what stands before and after the token in the other entry.
    fn names() -> impl Strategy<Value = [String; 3]> {
        let part = "[!#$%&'*+.^_`|~0-9A-Za-z-]{0,20}";
        (ENTRY, part, part).prop_map(|(protocol, before, after)| [protocol, before, after])
    }

    /// Each variation of an entry, with the entry and the encoding that a gateway has to expect for it.
    fn encodings(usual: &str) -> [(Variation, &str, SubprotocolEncoding); 5] {
        [
            (Variation::None, usual, SubprotocolEncoding::Base64url),
            (Variation::Encoding(Encoding::Raw), usual, SubprotocolEncoding::Raw),
            (Variation::Encoding(Encoding::Padded), usual, SubprotocolEncoding::Base64Padded),
            (Variation::Encoding(Encoding::Bearer), "bearer.{token}", SubprotocolEncoding::Base64url),
            (Variation::Encoding(Encoding::Alone), "{token}", SubprotocolEncoding::Raw),
        ]
    }

    fn target(protocol: &str, token_protocol: &str) -> Target {
        let text = format!(
            "[targets.t]\nstage = \"local\"\nauth = \"http://localhost\"\nbackend = \"http://localhost\"\n\
             websocket = \"ws://localhost/ws\"\nprotected = {{ path = \"/me?page=1\" }}\n\
             handshake = {{ protocol = \"{protocol}\", token-protocol = \"{token_protocol}\" }}"
        );
        target::select(&Source::new("t", text), "t", &|_| None).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The request of a check that presents this token.
    fn request(target: &Target, token: &str, presented: Presentation) -> Request {
        let mut session = Session::new(target).expect("a client");
        session.keep(User::First, Token::new(token)).expect("nothing is signed");
        session.exchange(Probe::Present(presented)).expect("nothing is signed").expect("the token is known").1
    }

    fn read(deployment: &Deployment, carrier: Carrier, sent: &Request) -> Option<String> {
        let body = sent.body().and_then(|body| body.as_bytes()).unwrap_or_default();
        let parts = CarryingParts { headers: sent.headers(), query: sent.url().query(), body };
        TokenReader::new(deployment).token(carrier, &parts)
    }

    fn issued(endpoint: Endpoint, carriers: Carriers, variation: Variation) -> Presentation {
        Presentation::new(endpoint, TokenKind::Issued, carriers).vary(variation)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_mock_reads_the_token_in_its_carriers_and_nowhere_else(
            [protocol, before, after] in names(),
            (visible, entry) in (VISIBLE, ENTRY),
            carriers in subsequence(Carrier::VARIANTS, 0..=Carrier::VARIANTS.len()),
        ) {
            let usual = format!("{before}{{token}}{after}");
            // A GET has no body.
            let carriers = carriers.into_iter().filter(|carrier| *carrier != Carrier::Body).collect();
            let target = target(&protocol, &usual);
            for (variation, token_protocol, encoding) in encodings(&usual) {
                let token = if encoding == SubprotocolEncoding::Raw { &entry } else { &visible };
                // The mock never reads the subprotocol of the handshake as a token.
                prop_assume!(offer(&Token::new(token), variation, &target.handshake) != format!("{protocol}, {protocol}"));
                let mut deployment = Deployment::default();
                deployment.gateway.protocol.clone_from(&protocol);
                deployment.gateway.token_protocol = token_protocol.into();
                deployment.gateway.token_encoding = encoding;
                for (endpoint, carriers) in [(Validation, Carriers::BODY), (Rest, carriers), (WebSocket, carriers)] {
                    let sent = request(&target, token, issued(endpoint, carriers, variation));
                    for carrier in Carrier::VARIANTS {
                        let expected = carriers.has(*carrier).then_some(token.as_str());
                        let found = read(&deployment, *carrier, &sent);
                        prop_assert_eq!(found.as_deref(), expected, "{:?} {:?} {:?}", carrier, endpoint, variation);
                    }
                }
            }
        }

        #[test]
        fn the_mock_reads_the_scheme_before_the_token(
            token in VISIBLE,
            scheme in select(vec![Scheme::None, Scheme::Bearer, Scheme::Twice, Scheme::LowerCase]),
        ) {
            let (target, mut deployment) = (target("jwt-auth", "jwt.{token}"), Deployment::default());
            deployment.backend.authorization_parsing = AuthorizationParsing::WholeValue;
            let expected = prefixed(&Token::new(&token), scheme);
            let with = [(Validation, Carrier::Body), (Rest, Carrier::Header), (WebSocket, Carrier::Subprotocol)];
            for (endpoint, carrier) in with {
                let sent = request(&target, &token, issued(endpoint, Carriers::of(carrier), Variation::Scheme(scheme)));
                let found = read(&deployment, carrier, &sent);
                prop_assert_eq!(found.as_ref(), Some(&expected), "{:?}", carrier);
            }
        }
    }
}
