//! A target as its settings describe it: any part may be missing.

use std::time::Duration;

use fivewhys::evidence::{Addresses, Assumed, Direct, Endpoints, KeysAt, NamedPaths, Settings, Stage};
use fivewhys::vocabulary::{Carrier, Carriers, Encoding, OtherScheme, Scheme, SecretForm, SigningAlgorithm};
use proptest::prelude::*;
use proptest::sample::select;
use strum::VariantArray;

use super::carriers;

pub(super) fn settings() -> impl Strategy<Value = Settings> {
    (any::<[bool; 13]>(), any::<[bool; 7]>(), 0..3_usize, carriers(), select(vec![Scheme::None, Scheme::Bearer]))
        .prop_map(|(has, parts, users, presents, auth_takes)| Settings {
            addresses: Addresses::default(),
            target: "x".into(),
            stage: Stage::Local,
            login: has[0],
            login_sends: Vec::new(),
            mint: has[1],
            users,
            signing: has[2],
            private_key: false,
            secret_forms: SecretForm::VARIANTS.to_vec(),
            other_algorithms: SigningAlgorithm::VARIANTS.to_vec(),
            service: has[3],
            fingerprint: has[4],
            gateway_fingerprint: parts[6],
            keys: has[4].then_some(KeysAt { discovery: has[5], auth: has[7] }),
            direct: Direct { validation: parts[3], rest: has[5], websocket: has[5] },
            negatives: has[6],
            one_origin: has[7],
            auth_at_backend: has[4],
            auth_takes,
            endpoints: Endpoints {
                validation: if parts[0] { Some(Carriers::BODY) } else { None },
                rest: if parts[1] { Some(Carriers::HEADER) } else { None },
                websocket: if parts[2] { Some(presents) } else { None },
                assumed: Assumed { validation: parts[3], rest: parts[4] },
                named: NamedPaths { validation: parts[5], health: [parts[4], parts[3]], fingerprint: parts[4] },
            },
            health: [true, parts[5]],
            tokens: parts[6],
            rest_takes: Scheme::Bearer,
            other_schemes: vec![OtherScheme::Token, OtherScheme::Jwt],
            possible: Carriers::HEADER_AND_SUBPROTOCOL.with(Carrier::Query),
            encodings: vec![Encoding::Raw, Encoding::Padded, Encoding::Bearer, Encoding::Alone],
            offers: ["jwt-auth".into(), "jwt.{token}".into()],
            error_code: "/error_code".into(),
            patience: Duration::from_secs(3),
            lifetime: Duration::from_secs(900),
            skew: Duration::from_secs(30),
            origin: has[8],
            usual_path: has[12],
            names_user: has[9],
            welcome: has[10],
            provenance: has[11],
            load: true,
            thorough: false,
        })
}
