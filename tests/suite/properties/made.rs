//! Evidence as it might be: any response to any probe.

mod settings;

use std::collections::BTreeMap;
use std::time::Duration;

use fivewhys::evidence::{
    Connection, End, Evidence, Extracted, Frame, HttpResponse, NamedUser, Observation, Offset, PublishedKey, Response,
    Settings, SignedBy, TokenFacts, TransportError, UntrustedCertificate,
};
use fivewhys::vocabulary::{
    Attempt, Carrier, Carriers, Change, ClaimName, ClaimsOf, Encoding, Endpoint, Guess, PemEnd, Presentation, Probe,
    Reading, Route, Scheme, SecretForm, Service, SigningAlgorithm, TokenKind, User, Variation,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use settings::settings;
use strum::VariantArray;

fn claim() -> impl Strategy<Value = ClaimName> {
    select(vec!["aud", "iss", "iat", "sub", "type", "token_type"])
        .prop_map(|name| ClaimName::from(name).expect("short"))
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        select(vec![Change::Nothing, Change::UnknownClaim, Change::LikeAll, Change::Expired, Change::Backdated]),
        select(vec![Change::BackdatedByAnHour, Change::LongerLived, Change::Short, Change::Padded]),
        claim().prop_flat_map(|claim| select(vec![
            Change::Without(claim),
            Change::Like(claim),
            Change::LikeAllBut(claim)
        ])),
        claim().prop_map(|claim| Change::Other(claim, Guess::Listed)),
        claim().prop_map(Change::Rewritten),
        Just(Change::Secret(SecretForm::TrailingNewline)),
        Just(Change::Algorithm(SigningAlgorithm::Hs512)),
    ]
}

fn token() -> impl Strategy<Value = TokenKind> {
    let plain = [
        TokenKind::Issued,
        TokenKind::SelfSigned,
        TokenKind::Second,
        TokenKind::Later(3),
        TokenKind::Later(7),
        TokenKind::Forged,
        TokenKind::OtherKey,
        TokenKind::OtherKid,
        TokenKind::UnknownKid,
        TokenKind::PublicKeyAsSecret(PemEnd::WithNewline),
        TokenKind::PublicKeyAsSecret(PemEnd::WithoutNewline),
        TokenKind::Unsigned,
        TokenKind::Missing,
    ];
    let minted = (select(vec![ClaimsOf::Issued, ClaimsOf::SelfSigned]), change())
        .prop_map(|(of, change)| TokenKind::Resigned(of, change));
    prop_oneof![3 => select(plain.to_vec()), 2 => minted]
}

fn carriers() -> impl Strategy<Value = Carriers> {
    select(vec![Carriers::HEADER, Carriers::SUBPROTOCOL, Carriers::HEADER_AND_SUBPROTOCOL, Carriers::QUERY])
}

fn variation() -> impl Strategy<Value = Variation> {
    let others = [
        Variation::Decoy(Carrier::Header),
        Variation::Route(Route::Direct),
        Variation::ServiceCredentials,
        Variation::NewUrl,
        Variation::NoOrigin,
        Variation::LongHeader,
        Variation::Route(Route::UsualPath),
    ];
    let schemes = [Scheme::None, Scheme::Bearer, Scheme::Twice, Scheme::LowerCase];
    prop_oneof![
        4 => Just(Variation::None),
        1 => select(schemes.to_vec()).prop_map(Variation::Scheme),
        1 => select(vec![Encoding::Raw, Encoding::Padded]).prop_map(Variation::Encoding),
        1 => select(others.to_vec()),
    ]
}

fn attempt() -> impl Strategy<Value = Attempt> {
    prop_oneof![
        4 => Just(Attempt::First),
        2 => (1..6_u8).prop_map(Attempt::Repeat),
        1 => (1..4_u8).prop_map(Attempt::AfterPause),
        1 => Just(Attempt::Watched),
    ]
}

fn probe() -> impl Strategy<Value = Probe> {
    let services = [Service::Auth, Service::Backend];
    let users = [User::First, User::Second];
    let others = [
        Probe::LoginUnknownPath,
        Probe::LoginGet,
        Probe::SecondLogin(User::First),
        Probe::SecondLogin(User::Second),
        Probe::LaterLogin(User::First, 3),
        Probe::LaterLogin(User::Second, 7),
        Probe::PlainGet,
        Probe::UpgradeUnknownPath,
        Probe::Discovery(Reading::First),
        Probe::Discovery(Reading::Again),
        Probe::Keys(Reading::First),
        Probe::Keys(Reading::Again),
        Probe::Watch,
        Probe::WatchWithPings,
    ];
    let axes = (select(Endpoint::VARIANTS), token(), carriers(), variation(), select(users.to_vec()), attempt());
    let presented = axes.prop_map(|(endpoint, token, carriers, variation, user, attempt)| {
        let carriers = if endpoint == Endpoint::Validation { Carriers::BODY } else { carriers };
        Probe::Present(Presentation::new(endpoint, token, carriers).by(user).vary(variation).attempt(attempt))
    });
    prop_oneof![
        1 => select(services.map(Probe::Health).to_vec()),
        1 => select([Service::Auth, Service::Backend, Service::Gateway].map(Probe::Fingerprint).to_vec()),
        1 => select(users.map(Probe::Login).to_vec()),
        1 => select(others.to_vec()),
        16 => presented,
    ]
}

fn body() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "",
            "{}",
            r#"{"valid": true}"#,
            r#"{"valid": false, "error": "no"}"#,
            "<html>sign in</html>",
            "[[[["
        ])
        .prop_map(String::from),
        ".{0,40}",
    ]
}

fn http() -> impl Strategy<Value = Response> {
    let extracted = prop_oneof![
        select(vec![
            Extracted::NotLookedFor,
            Extracted::NotJson,
            Extracted::Nothing,
            Extracted::Bool(true),
            Extracted::Bool(false),
            Extracted::AnotherType,
            Extracted::Discovery { other_issuer: None },
            Extracted::Discovery { other_issuer: Some("x".into()) },
            Extracted::Keys(vec![]),
            Extracted::Keys(vec![PublishedKey::default()]),
        ]),
        (any::<Option<u64>>(), any::<Option<u64>>()).prop_map(|(mark, provenance)| Extracted::Text {
            mark,
            provenance,
            token_type: None
        }),
    ];
    let headers = select(vec![
        vec![],
        vec![("content-type", "text/html")],
        vec![("location", "/")],
        vec![("retry-after", "1")],
        vec![("www-authenticate", "Basic")],
    ]);
    let status = prop_oneof![4 => select(vec![200, 401, 403]), 1 => select(vec![204, 302, 400, 404, 429, 431, 500, 502, 503]), 1 => 100..600_u16];
    (status, headers, body(), extracted).prop_map(|(status, headers, body, extracted)| {
        let headers: BTreeMap<String, String> =
            headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Response::Http(HttpResponse { status, headers, body, extracted })
    })
}

fn connection() -> impl Strategy<Value = Response> {
    let end = prop_oneof![
        3 => Just(End::Open),
        2 => (select(vec![1000, 1005, 1008, 1011, 1013, 4001]), "[a-z ]{0,9}").prop_map(|(code, reason)| End::Closed { code, reason }),
        1 => select(vec![End::Dropped, End::Silent, End::Violation("x".into())]),
    ];
    let selected = select(vec![None, Some(("jwt-auth".to_owned(), true)), Some(("other".to_owned(), false))]);
    (
        any::<[bool; 3]>(),
        selected,
        select(vec![None, Some(NamedUser::Own), Some(NamedUser::Other), Some(NamedUser::Unknown(7))]),
        vec(body().prop_map(Frame::Text), 0..3),
        end,
    )
        .prop_map(|([offered, accept_is_right, welcomed], selected, named, frames, end)| {
            Response::WebSocket(Connection {
                rejected: None,
                offered,
                selected,
                accept_is_right,
                named,
                frames,
                welcomed,
                end,
            })
        })
}

fn response() -> impl Strategy<Value = Response> {
    let unreached = [
        TransportError::Dns,
        TransportError::Refused,
        TransportError::Reset,
        TransportError::Timeout,
        TransportError::NoRoute,
    ];
    let certificate = TransportError::Certificate(UntrustedCertificate::Expired);
    prop_oneof![
        6 => http(),
        4 => connection(),
        1 => select([unreached.to_vec(), vec![certificate, TransportError::Tls("x".into())]].concat()).prop_map(Response::Unreached),
        1 => Just(Response::NotHttp),
    ]
}

fn observation() -> impl Strategy<Value = Observation> {
    let clock = proptest::option::of((any::<i32>(), 0..5_000_i64)).prop_map(|clock| {
        clock.map(|(least, width)| Offset { least: i64::from(least), most: i64::from(least) + width })
    });
    (response(), 0..20_000_u64, clock, any::<bool>(), proptest::option::of("[a-c]")).prop_map(
        |(response, millis, clock, echoes, replica)| Observation {
            retried: None,
            step: None,
            wire: None,
            response,
            elapsed: Duration::from_millis(millis),
            held_up: Duration::ZERO,
            clock,
            echoes,
            replica,
        },
    )
}

fn facts() -> impl Strategy<Value = TokenFacts> {
    let dates = [any::<Option<i64>>(), any::<Option<i64>>(), any::<Option<i64>>()];
    let names = || vec(claim(), 0..4);
    let signed_by = || {
        let other = SignedBy::AnotherAlgorithm("ES384".into());
        let all = [SignedBy::PublishedKey, SignedBy::UnknownKid, SignedBy::AnotherKey, other];
        proptest::option::of(select(all.to_vec()))
    };
    let by_keys = (select(vec!["HS256", "RS256"]), [signed_by(), signed_by()], any::<Option<bool>>());
    (dates, names(), names(), any::<Option<bool>>(), by_keys).prop_map(
        |([expires_in, issued_ago, not_before], claims, malformed, signed_as_known, by_keys)| TokenFacts {
            description: "jwt".into(),
            chars: 373,
            expires_in,
            issued_ago,
            issued_for: None,
            not_before,
            claims,
            other_kind: malformed.clone(),
            malformed,
            algorithm: Some(by_keys.0.into()),
            issuer: None,
            audience: None,
            kid: None,
            signed_as_known,
            signed_by: by_keys.1,
            has_published_issuer: by_keys.2,
        },
    )
}

pub(super) type Made = (Settings, Vec<(Probe, Observation)>, Vec<(TokenKind, TokenFacts)>);

pub(super) fn made() -> impl Strategy<Value = Made> {
    let tokens = vec((select(vec![TokenKind::Issued, TokenKind::SelfSigned]), facts()), 0..3);
    (settings(), vec((probe(), observation()), 0..60), tokens)
}

pub(super) fn evidence((settings, observations, tokens): &Made) -> Evidence {
    let mut evidence = Evidence::new(settings.clone());
    observations.iter().for_each(|(probe, observation)| evidence.record(*probe, observation.clone()));
    tokens.iter().for_each(|(credential, facts)| evidence.describe_token(*credential, User::First, facts.clone()));
    evidence
}
