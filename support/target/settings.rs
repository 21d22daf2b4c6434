//! What evidence records of a target: what its file permits and describes, and no secret.

use jsonwebtoken::AlgorithmFamily;
use reqwest::Url;
use strum::VariantArray;

use super::{Login, Part, Target, TokenPlace, Validation, same_origin};
use crate::evidence::{Addresses, Assumed, Direct, Endpoints, KeysAt, NamedPaths, Settings};
use crate::token;
use crate::vocabulary::{Carrier, Carriers, Encoding, OtherScheme, Route, Scheme, SecretForm, SigningAlgorithm};

impl Target {
    /// What evidence records of this target: no secret.
    pub(crate) fn settings(&self) -> Settings {
        let users = match (&self.login, self.given.len(), &self.mint) {
            (Some(login), ..) => login.accounts.len(),
            (None, given @ 1.., _) => given,
            (None, _, Some(mint)) => mint.users.len(),
            (None, _, None) => 0,
        };
        let fingerprint = self.fingerprint.as_ref();
        let private_key = self.signing.as_ref().is_some_and(|signing| signing.private_key.is_some());
        // A private key has no other forms, and signs nothing that a shared secret verifies.
        let secret = self.signing.as_ref().and_then(|signing| signing.secret.as_ref());
        let secret_forms = match (secret, private_key) {
            (Some(secret), _) => token::forms(secret.expose()),
            (None, true) => Vec::new(),
            (None, false) => SecretForm::VARIANTS.to_vec(),
        };
        let other_algorithms = self.other_algorithms();
        let (validation, protected) = (self.validation(), self.protected());
        let entry = self.handshake.token_entry();
        let usual = entry.as_ref().map(|(_, encoding)| *encoding);
        let is_other = |encoding: &Encoding| usual.is_some_and(|usual| usual != *encoding);
        Settings {
            target: self.name.clone(),
            stage: self.stage,
            addresses: self.shown_addresses(),
            endpoints: Endpoints {
                validation: validation.map(Validation::carriers),
                rest: protected.map(|protected| Carriers::of(protected.token.carrier)),
                websocket: self.websocket.as_ref().map(|_| self.handshake.presents),
                assumed: Assumed {
                    validation: validation.is_some_and(|part| part.is_assumed),
                    rest: protected.is_some_and(|part| part.is_assumed),
                },
                named: NamedPaths {
                    validation: validation.is_some_and(|part| part.names_path),
                    health: self.health.named,
                    fingerprint: fingerprint.is_some_and(|part| matches!(part.websocket, Part::Described(_))),
                },
            },
            health: [self.auth.is_some(), self.backend.is_some()],
            login: self.login.is_some(),
            tokens: !self.given.is_empty(),
            login_sends: self.login.as_ref().map(Login::sends).unwrap_or_default(),
            mint: self.mint.is_some(),
            users: users.min(2),
            signing: self.signing.is_some(),
            private_key,
            secret_forms,
            other_algorithms,
            service: self.service.is_some() && validation.is_some(),
            fingerprint: fingerprint.is_some() && self.auth.is_some() && self.backend.is_some(),
            gateway_fingerprint: self.auth.is_some() && self.fingerprint_at_gateway().is_some(),
            keys: self.keys.as_ref().map(|keys| KeysAt {
                discovery: keys.is_by_discovery(),
                auth: have_one_origin(self.auth.as_ref(), Some(keys.address())),
            }),
            direct: Direct {
                validation: validation.is_some() && self.direct.as_ref().is_some_and(|direct| direct.auth.is_some()),
                rest: self.direct.as_ref().is_some_and(|direct| direct.backend.is_some()),
                websocket: self.direct.as_ref().is_some_and(|direct| direct.websocket.is_some()),
            },
            negatives: self.negatives,
            load: self.load,
            one_origin: have_one_origin(self.backend.as_ref(), self.websocket.as_ref()),
            auth_at_backend: have_one_origin(self.auth.as_ref(), self.backend.as_ref()),
            auth_takes: validation.map_or(Scheme::None, Validation::usual_scheme),
            other_schemes: protected.map(|protected| other_schemes(&protected.token)).unwrap_or_default(),
            rest_takes: protected.map_or(Scheme::Bearer, |protected| protected.token.scheme()),
            possible: self.handshake.possible(),
            encodings: Encoding::VARIANTS.iter().copied().filter(is_other).collect(),
            offers: [
                self.handshake.selection().unwrap_or_default().to_owned(),
                entry.map(|(entry, _)| entry).unwrap_or_default(),
            ],
            error_code: self.handshake.error_code.clone(),
            patience: self.slow_after,
            lifetime: self.min_lifetime,
            skew: self.max_skew,
            origin: self.handshake.origin.is_some(),
            usual_path: self.websocket.as_ref().is_some_and(|url| url.path() != Route::USUAL_PATH),
            names_user: self.handshake.user.is_some(),
            welcome: self.handshake.welcome.is_some(),
            provenance: fingerprint.is_some_and(|at| at.version.is_some() || at.source.is_some()),
            thorough: self.thorough,
        }
    }

    /// By which the key of `signing` signs as well. An RSA key has several; which one is that of the token, its header says.
    fn other_algorithms(&self) -> Vec<SigningAlgorithm> {
        let signing = self.signing.as_ref();
        if let Some(given) = signing.and_then(|signing| signing.private_key.as_ref()) {
            let is_rsa = given.key.algorithm().family() == AlgorithmFamily::Rsa;
            return if is_rsa { SigningAlgorithm::OF_RSA.to_vec() } else { Vec::new() };
        }
        // Without one that the file names, those that the token does not have are others.
        let own = signing.and_then(|signing| signing.algorithm);
        let is_other = |one: &SigningAlgorithm| own != Some(token::algorithm_of(*one));
        SigningAlgorithm::OF_SECRETS.into_iter().filter(is_other).collect()
    }

    /// The addresses as a person knows them.
    fn shown_addresses(&self) -> Addresses {
        let [auth, backend, websocket] = [&self.auth, &self.backend, &self.websocket].map(|url| {
            url.as_ref().map(|url| {
                let mut shown = url.clone();
                shown.set_query(None);
                // An address that cannot have them has none.
                _ = shown.set_username("").and_then(|()| shown.set_password(None));
                shown.to_string()
            })
        });
        Addresses { auth, backend, websocket: websocket.map(|url| url.replacen("http", "ws", 1)) }
    }
}

/// Whether both are there, and one process may serve both.
fn have_one_origin(one: Option<&Url>, other: Option<&Url>) -> bool {
    one.zip(other).is_some_and(|(one, other)| same_origin(one, other))
}

/// Those that the client does not write before its token in a header; all of them, where that is another header.
fn other_schemes(place: &TokenPlace) -> Vec<OtherScheme> {
    if place.carrier != Carrier::Header {
        return Vec::new();
    }
    let own = place.word.as_deref().filter(|_| place.name.eq_ignore_ascii_case("authorization")).unwrap_or_default();
    OtherScheme::VARIANTS.iter().copied().filter(|other| !other.as_ref().eq_ignore_ascii_case(own)).collect()
}
