//! How a client can present a token, and what the target's file has to permit.

use super::*;

fn at(endpoint: Endpoint) -> Presentation {
    Presentation::new(endpoint, TokenKind::Issued, Settings::complete().usual(endpoint))
}

fn varied(endpoint: Endpoint, variation: Variation) -> Presentation {
    at(endpoint).vary(variation)
}

/// With the carriers of that place changed.
fn with(endpoint: Endpoint, carriers: Option<Carriers>) -> Settings {
    let mut settings = Settings::complete();
    let endpoints = &mut settings.endpoints;
    match endpoint {
        Endpoint::Validation => endpoints.validation = carriers,
        Endpoint::Rest => endpoints.rest = carriers,
        Endpoint::WebSocket => endpoints.websocket = carriers,
    }
    settings
}

#[test]
fn a_token_is_presented_only_at_a_place_and_in_carriers_that_the_client_has_there() {
    let all = Settings::complete();
    for endpoint in Endpoint::VARIANTS {
        assert!(all.can_present(at(*endpoint)));
        assert!(!with(*endpoint, None).can_present(at(*endpoint)), "{endpoint:?} is not there");
    }
    let rest = |carrier| at(Endpoint::Rest).in_carriers(Carriers::of(carrier));
    assert!(all.can_present(rest(Carrier::Query)), "any client can write a query");
    assert!(!all.can_present(rest(Carrier::Cookie)));
    assert!(with(Endpoint::Rest, Some(Carriers::of(Carrier::Cookie))).can_present(rest(Carrier::Cookie)));
    assert!(!all.can_present(at(Endpoint::Validation).in_carriers(Carriers::HEADER)), "auth reads the body");
    assert!(!all.can_present(at(Endpoint::WebSocket).in_carriers(Carriers::of(Carrier::Cookie))));
}

#[test]
fn a_scheme_varies_only_where_there_is_one_before_the_token() {
    let all = Settings::complete();
    let raw = |endpoint| varied(endpoint, Variation::Scheme(Scheme::None));
    for endpoint in Endpoint::VARIANTS {
        assert!(all.can_present(raw(*endpoint)), "{endpoint:?}");
    }
    for carrier in [Carrier::Cookie, Carrier::Query] {
        let in_it = |endpoint| {
            with(endpoint, Some(Carriers::of(carrier))).can_present(raw(endpoint).in_carriers(Carriers::of(carrier)))
        };
        assert!(!in_it(Endpoint::Validation) && !in_it(Endpoint::Rest), "{carrier:?}");
    }
    assert!(!Settings { rest_takes: Scheme::None, ..Settings::complete() }.can_present(raw(Endpoint::Rest)));
    let other = Variation::Scheme(Scheme::Other(OtherScheme::Token));
    assert!(all.can_present(varied(Endpoint::Rest, other)));
    assert!(!all.can_present(varied(Endpoint::WebSocket, other)), "that is asked of REST alone");
    assert!(!Settings { other_schemes: vec![], ..Settings::complete() }.can_present(varied(Endpoint::Rest, other)));
}

#[test]
fn a_variation_that_the_target_file_does_not_describe_cannot_be_sent() {
    let all = Settings::complete;
    let encoding = all().encodings[0];
    let described = [
        (Settings { encodings: vec![], ..all() }, Variation::Encoding(encoding)),
        (Settings { direct: Direct::default(), ..all() }, Variation::Route(Route::Direct)),
        (Settings { service: false, ..all() }, Variation::ServiceCredentials),
        (Settings { origin: false, ..all() }, Variation::NoOrigin),
    ];
    for (without, variation) in described {
        let presented = varied(Endpoint::WebSocket, variation);
        assert!(all().can_present(presented) && !without.can_present(presented), "{variation:?}");
    }
    assert!(all().can_present(varied(Endpoint::Rest, Variation::NewUrl)));
}

#[test]
fn what_no_client_would_send_needs_negatives_and_more_repeats_than_usual_need_load() {
    let lacking = |settings: Settings, presented: Presentation| settings.lacking_permission(presented);
    let none = || Settings { negatives: false, load: false, ..Settings::complete() };
    let rest = at(Endpoint::Rest);
    let invalid = [
        rest.forged(),
        rest.with(TokenKind::Unsigned),
        rest.with(TokenKind::Issued.resigned()),
        rest.vary(Variation::Decoy(Carrier::Query)),
        rest.vary(Variation::LongHeader),
    ];
    for presented in invalid {
        assert_eq!(lacking(none(), presented), Some("negatives"), "{presented:?}");
        assert_eq!(lacking(Settings { negatives: true, ..none() }, presented), None, "{presented:?}");
    }
    assert_eq!(lacking(none(), Presentation::missing(Endpoint::Rest)), None, "every client may lack a token");
    let scheme = rest.scheme(Scheme::Twice);
    assert_eq!(lacking(none(), scheme), None);
    assert_eq!(lacking(Settings { stage: Stage::Production, ..none() }, scheme), Some("negatives"));
    let usual = u8::try_from(REPEATS.len()).expect("few") + 1;
    assert_eq!([usual, usual + 1].map(|number| lacking(none(), rest.repeat(number))), [None, Some("load")]);
    for permitted in [Settings { load: true, ..none() }, Settings { thorough: true, ..none() }] {
        assert_eq!(lacking(permitted, rest.repeat(usual + 1)), None);
    }
}

#[test]
fn a_fingerprint_speaks_for_the_places_of_the_service_that_shows_it() {
    let holders =
        |settings: Settings| [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket].map(|at| settings.holder(at));
    let all = Settings::complete;
    use Service::{Auth, Backend, Gateway};
    assert_eq!(holders(all()), [Auth, Backend, Backend], "REST and the gateway are one");
    assert_eq!(holders(Settings { one_origin: false, ..all() }), [Auth, Backend, Gateway]);
    assert_eq!(holders(Settings { gateway_fingerprint: true, ..all() }), [Auth, Backend, Gateway]);
    assert_eq!(holders(Settings { auth_at_backend: true, ..all() }), [Backend, Backend, Backend]);
    let shows = |settings: Settings| {
        Service::VARIANTS.iter().copied().filter(|one| settings.shows_fingerprint(*one)).collect::<Vec<_>>()
    };
    assert_eq!(shows(all()), [Auth, Backend]);
    assert_eq!(shows(Settings { fingerprint: false, gateway_fingerprint: true, ..all() }), [Auth, Gateway]);
    assert_eq!(shows(Settings { fingerprint: false, ..all() }), []);
}
