//! The documents in which an issuer publishes its keys: where they are, and what of them is kept for a check.

use std::sync::OnceLock;

use reqwest::{RequestBuilder, Url};
use serde_json::Value;

use super::{Exchange, Session};
use crate::evidence::{Evidence, Extracted, PublishedKey, SignedBy, TokenFacts};
use crate::target::PublishedKeys;
use crate::token::{KeySet, PrivateKey, Token};
use crate::vocabulary::{Probe, Reading};
use crate::wording::short;

/// What the issuer publishes. It comes while other probes are made.
#[derive(Default)]
pub(super) struct Published {
    /// The issuer and the address of its keys, as the discovery document names them.
    discovered: OnceLock<(String, Url)>,
    /// For each reading.
    keys: [OnceLock<KeySet>; 2],
}

/// The `kid` of a token of a dry run.
pub(crate) const ASSUMED_KID: &str = "one";

impl Published {
    pub(super) fn first(&self) -> Option<&KeySet> {
        self.keys[Reading::First as usize].get()
    }
}

impl Session<'_> {
    /// A private key of the type that signs the first token, which no verifier has; it may take a while to make.
    pub(crate) async fn new_key(&self) -> Option<PrivateKey> {
        let algorithm = self.tokens.values().next().and_then(Token::asymmetric_algorithm)?;
        tokio::task::spawn_blocking(move || PrivateKey::generate(algorithm)).await.ok().flatten()
    }

    /// What no document has told, for a dry run: an address, and that this key is published beside another one.
    pub(crate) fn assume_keys(&self, key: &PrivateKey) {
        let keys = [ASSUMED_KID, "another"].map(|kid| key.jwk(kid));
        let set = KeySet::read(&serde_json::json!({"keys": keys}));
        set.into_iter().for_each(|set| _ = self.published.keys[Reading::First as usize].set(set));
        let issuer = self.target.keys.as_ref().map(PublishedKeys::address);
        let assumed = issuer.map(|issuer| (String::new(), crate::target::Target::join(issuer, "/[jwks_uri]")));
        // One that is known is as good.
        assumed.into_iter().for_each(|assumed| _ = self.published.discovered.set(assumed));
        self.tokens.keep_issuer("[issuer]");
    }

    /// What the keys that were read so far say of the client's tokens.
    pub(crate) fn verify_tokens(&self, evidence: &mut Evidence) {
        evidence.revise_tokens(|kind, user, facts| {
            self.tokens.known(kind, user).into_iter().for_each(|token| self.verify(token, facts));
        });
    }

    fn verify(&self, token: &Token, facts: &mut TokenFacts) {
        let shown = |text: String| short(&self.redactor.redact(&text));
        let said = |by| match by {
            SignedBy::AnotherAlgorithm(other) => SignedBy::AnotherAlgorithm(shown(other)),
            SignedBy::KeyOfAnotherKid(kid) => SignedBy::KeyOfAnotherKid(shown(kid)),
            said => said,
        };
        facts.signed_by = [Reading::First, Reading::Again]
            .map(|reading| self.published.keys[reading as usize].get().and_then(|keys| keys.signed(token)).map(said));
        let claims = token.claims().unwrap_or_default();
        let issuer = claims.get("iss").and_then(Value::as_str);
        facts.has_published_issuer =
            self.published.discovered.get().zip(issuer).map(|((named, _), issuer)| issuer == named);
    }
}

impl Exchange<'_> {
    /// Where the document of this probe is; `None` where nothing has named the address.
    pub(super) fn address_of_keys(&self) -> Option<Url> {
        let keys = self.session.target.keys.as_ref()?;
        match (self.probe, keys) {
            (Probe::Discovery(_), _) => keys.discovery(),
            (_, PublishedKeys::Jwks(address)) => Some(address.clone()),
            (_, PublishedKeys::Issuer(_)) => {
                self.session.published.discovered.get().map(|(_, address)| address.clone())
            }
        }
    }

    /// A document that anybody may read. What an access proxy wants goes only where the target's file has an address.
    pub(super) fn public(&self, url: Url) -> Option<RequestBuilder> {
        let target = self.session.target;
        match target.addresses().any(|address| address.origin() == url.origin()) {
            true => Some(self.get(url)),
            false => Some(self.session.clients.of(&url, false).get(url)),
        }
    }

    /// What the document says, and the first of each is kept.
    pub(super) fn published(&self, body: Option<&Value>) -> Extracted {
        let Some(document) = body else { return Extracted::NotJson };
        match self.probe {
            Probe::Keys(reading) => self.key_set(reading, document),
            _ => self.discovery(document),
        }
    }

    fn discovery(&self, document: &Value) -> Extracted {
        let text = |name: &str| document.get(name).and_then(Value::as_str);
        let address = text("jwks_uri").and_then(|address| address.parse().ok());
        let is_http = |address: &Url| matches!(address.scheme(), "http" | "https");
        let Some(address) = address.filter(is_http) else { return Extracted::Nothing };
        let named = text("issuer").unwrap_or_default();
        let is_asked = self.session.target.keys.as_ref().is_some_and(|keys| keys.is_issuer(named));
        _ = self.session.published.discovered.set((named.to_owned(), address));
        self.session.tokens.keep_issuer(named);
        Extracted::Discovery { other_issuer: (!is_asked).then(|| self.redactor.redact(named)) }
    }

    fn key_set(&self, reading: Reading, document: &Value) -> Extracted {
        let Some(keys) = KeySet::read(document) else { return Extracted::Nothing };
        let text = |text: &Option<String>| text.as_ref().map(|text| short(&self.redactor.redact(text)));
        let shown = |key: &PublishedKey| PublishedKey {
            kid: text(&key.kid),
            kty: text(&key.kty),
            crv: text(&key.crv),
            alg: text(&key.alg),
            use_for: text(&key.use_for),
            unusable: key.unusable,
        };
        let described = keys.described().map(shown).collect();
        _ = self.session.published.keys[reading as usize].set(keys);
        Extracted::Keys(described)
    }
}
