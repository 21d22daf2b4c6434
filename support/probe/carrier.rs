//! Puts a token into a request, one arm for each carrier. [`mock`](crate::mock) takes it out again.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use reqwest::RequestBuilder;
use reqwest::header::{COOKIE, SEC_WEBSOCKET_PROTOCOL};

use crate::target::{
    BEARER, FirstMessage, Handshake, ProtectedEndpoint, TOKEN, Target, TokenPlace, Validation, Values, filled,
};
use crate::token::Token;
use crate::vocabulary::{Carrier, Encoding, Endpoint, Presentation, Scheme, Variation};

/// How a token is called in each carrier, at one endpoint.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    header: &'a str,
    /// The word before the token in the header.
    word: &'a str,
    usual: Scheme,
    query: &'a str,
    cookie: &'a str,
    handshake: Option<&'a Handshake>,
}

impl<'a> Names<'a> {
    /// Those of the target's file; a carrier that it does not name has the usual name.
    pub(super) fn at(endpoint: Endpoint, target: &'a Target) -> Self {
        let usual = Names {
            header: "Authorization",
            word: BEARER,
            usual: Scheme::Bearer,
            // RFC 6750 §2.3.
            query: "access_token",
            cookie: "token",
            handshake: None,
        };
        let of = |place: Option<&'a TokenPlace>| match place {
            Some(place) => Names::of_place(place, usual),
            None => usual,
        };
        match endpoint {
            Endpoint::Validation => of(target.validation().and_then(|it: &Validation| it.token.as_ref())),
            Endpoint::Rest => of(target.protected().map(|it: &ProtectedEndpoint| &it.token)),
            Endpoint::WebSocket => {
                let handshake = &target.handshake;
                let cookie = handshake.cookie.as_deref().unwrap_or("token");
                Names { query: &handshake.query, cookie, handshake: Some(handshake), ..usual }
            }
        }
    }

    fn of_place(place: &'a TokenPlace, usual: Names<'a>) -> Self {
        match place.carrier {
            Carrier::Header => Names {
                header: &place.name,
                word: place.word.as_deref().unwrap_or(BEARER),
                usual: place.scheme(),
                ..usual
            },
            Carrier::Query => Names { query: &place.name, ..usual },
            Carrier::Cookie => Names { cookie: &place.name, ..usual },
            Carrier::Body | Carrier::Subprotocol | Carrier::Message => usual,
        }
    }

    /// The request with the token in each of its carriers. A body is written as a whole, where the request is made, and a message
    /// once the connection is open.
    pub(super) fn put(&self, request: RequestBuilder, token: &Token, presented: Presentation) -> RequestBuilder {
        presented.carriers.iter().fold(request, |request, carrier| match carrier {
            Carrier::Body | Carrier::Message => request,
            Carrier::Header => {
                request.header(self.header(presented), prefixed(token, scheme(presented, self.usual), self.word))
            }
            Carrier::Subprotocol => match self.handshake.and_then(|it| offer(token, presented.variation, it)) {
                Some(offered) => request.header(SEC_WEBSOCKET_PROTOCOL, offered),
                None => request,
            },
            Carrier::Query => request.query(&[(self.query, token.expose())]),
            Carrier::Cookie => request.header(COOKIE, format!("{}={}", self.cookie, token.expose())),
        })
    }

    /// Another scheme than the client's stands where schemes do (RFC 9110 §11.4).
    fn header(&self, presented: Presentation) -> &str {
        let has_other = matches!(presented.variation, Variation::Scheme(Scheme::Other(_)));
        if has_other { "Authorization" } else { self.header }
    }

    /// The token as the header has it.
    pub(super) fn in_header(&self, token: &Token) -> String {
        prefixed(token, self.usual, self.word)
    }
}

/// The token as text, with what stands before it.
pub(super) fn prefixed(token: &Token, scheme: Scheme, word: &str) -> String {
    let prefix = match scheme {
        Scheme::None => String::new(),
        Scheme::LowerCase => format!("{} ", word.to_lowercase()),
        Scheme::Bearer => format!("{word} "),
        Scheme::Twice => format!("{word} {word} "),
        Scheme::Other(other) => format!("{} ", other.as_ref()),
    };
    format!("{prefix}{}", token.expose())
}

/// The scheme that the variation says, or else the usual one of the carrier.
pub(super) fn scheme(presented: Presentation, usual: Scheme) -> Scheme {
    match presented.variation {
        Variation::Scheme(scheme) => scheme,
        _ => usual,
    }
}

/// The subprotocols that are offered, the one that carries the token among them; `None` where none of them does.
pub(super) fn offer(token: &Token, variation: Variation, handshake: &Handshake) -> Option<String> {
    let (entry, encoding) = handshake.token_entry()?;
    let encoded = |text: &str, encoding| match encoding {
        Encoding::Base64url | Encoding::Bearer => URL_SAFE_NO_PAD.encode(text),
        Encoding::Padded => URL_SAFE.encode(text),
        Encoding::Raw | Encoding::Alone => text.to_owned(),
    };
    let with_token = match variation {
        Variation::Scheme(scheme) => entry.replace(TOKEN, &encoded(&prefixed(token, scheme, BEARER), encoding)),
        Variation::Encoding(Encoding::Bearer) => format!("bearer.{}", encoded(token.expose(), Encoding::Bearer)),
        Variation::Encoding(Encoding::Alone) => token.expose().to_owned(),
        Variation::Encoding(other) => entry.replace(TOKEN, &encoded(token.expose(), other)),
        _ => entry.replace(TOKEN, &encoded(token.expose(), encoding)),
    };
    let offered = handshake.subprotocols.iter().map(|offered| match offered.contains("{token") {
        true => with_token.as_str(),
        false => offered,
    });
    Some(offered.collect::<Vec<_>>().join(", "))
}

/// What a client offers whose token is in no subprotocol, or that has none.
pub(super) fn plain_offer(handshake: &Handshake) -> Option<String> {
    let carries_none = handshake.token_entry().is_none() && !handshake.subprotocols.is_empty();
    carries_none.then(|| handshake.subprotocols.join(", "))
}

/// The first message of the client, with the token or without one.
pub(super) fn first_message(handshake: &Handshake, token: Option<&Token>, presented: Presentation) -> Option<String> {
    let token = token.filter(|_| presented.carriers.has(Carrier::Message));
    let text = token.map(|token| match presented.variation {
        Variation::Scheme(scheme) => prefixed(token, scheme, BEARER),
        _ => token.expose().to_owned(),
    });
    let values = Values::from([("token".to_owned(), text.unwrap_or_default())]);
    Some(match handshake.first_message.as_ref()? {
        FirstMessage::Text(template) => filled(template, &values),
        FirstMessage::Json(body) if token.is_some() => body.fill(&values).to_string(),
        FirstMessage::Json(body) => body.without(TOKEN)?.fill(&values).to_string(),
    })
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
    use crate::target::{self, TOKEN_BASE64URL, Target};
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
             handshake = {{ cookie = \"token\", presents = [\"header\", \"message\"], message = {{ payload = {{ authToken = \"{{token}}\" }} }}, subprotocols = [\"{protocol}\", \"{}\"] }}",
            token_protocol.replace("{token}", TOKEN_BASE64URL)
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
            // A GET has no body, and a message comes later.
            // What a cookie cannot hold (RFC 6265 §4.1.1) stands in none.
            let in_cookie = !visible.contains([';', ',', '"', '\\']);
            let in_request = |carrier: &Carrier| match carrier {
                Carrier::Body | Carrier::Message => false,
                Carrier::Cookie => in_cookie,
                Carrier::Header | Carrier::Subprotocol | Carrier::Query => true,
            };
            let carriers: Carriers = carriers.into_iter().filter(in_request).collect();
            let in_rest = carriers.iter().filter(|carrier| *carrier != Carrier::Subprotocol).collect();
            let target = target(&protocol, &usual);
            for (variation, token_protocol, encoding) in encodings(&usual) {
                let token = if encoding == SubprotocolEncoding::Raw { &entry } else { &visible };
                // The mock never reads the subprotocol of the handshake as a token.
                prop_assume!(offer(&Token::new(token), variation, &target.handshake) != Some(format!("{protocol}, {protocol}")));
                let mut deployment = Deployment::default();
                deployment.gateway.protocol.clone_from(&protocol);
                deployment.gateway.token_protocol = token_protocol.into();
                deployment.gateway.token_encoding = encoding;
                for (endpoint, carriers) in [(Validation, Carriers::BODY), (Rest, in_rest), (WebSocket, carriers)] {
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
        fn the_mock_reads_the_token_in_the_first_message(token in VISIBLE) {
            let handshake = target("jwt-auth", "jwt.{token}").handshake;
            let presented = issued(WebSocket, Carriers::MESSAGE, Variation::None);
            let reader = TokenReader::new(&Deployment::default());
            let said = |token: Option<&Token>| first_message(&handshake, token, presented).expect("a message");
            let with_token = said(Some(&Token::new(&token)));
            prop_assert_eq!(reader.in_message(&with_token), Some(token));
            prop_assert_eq!(reader.in_message(&said(None)), None);
        }

        #[test]
        fn the_mock_reads_the_scheme_before_the_token(
            token in VISIBLE,
            scheme in select(vec![Scheme::None, Scheme::Bearer, Scheme::Twice, Scheme::LowerCase]),
        ) {
            let (target, mut deployment) = (target("jwt-auth", "jwt.{token}"), Deployment::default());
            deployment.backend.authorization_parsing = AuthorizationParsing::WholeValue;
            let expected = prefixed(&Token::new(&token), scheme, BEARER);
            let with = [(Validation, Carrier::Body), (Rest, Carrier::Header), (WebSocket, Carrier::Subprotocol)];
            for (endpoint, carrier) in with {
                let sent = request(&target, &token, issued(endpoint, Carriers::of(carrier), Variation::Scheme(scheme)));
                let found = read(&deployment, carrier, &sent);
                prop_assert_eq!(found.as_ref(), Some(&expected), "{:?}", carrier);
            }
        }
    }
}
