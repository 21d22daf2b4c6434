//! What a JSON Web Key Set says of one key, and what its keys say of a token: data without prose.

use serde::{Deserialize, Serialize};

/// A public key as its set describes it (RFC 7517 §4, RFC 7518 §6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedKey {
    /// Its id, by which a token names it.
    pub kid: Option<String>,
    /// `RSA`, `EC` or `OKP`.
    pub kty: Option<String>,
    /// The curve of `EC` and `OKP`.
    pub crv: Option<String>,
    /// The only algorithm that it is for.
    pub alg: Option<String>,
    /// `sig` or `enc`.
    #[serde(rename = "use")]
    pub use_for: Option<String>,
    /// Why the suite cannot verify with it; `None` where it can.
    pub unusable: Option<Unusable>,
}

/// Why a published key verifies no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unusable {
    /// It is for encryption (RFC 7517 §4.2, §4.3).
    NotForSignatures,
    /// Its type, curve or algorithm is none that the suite knows.
    Unsupported,
    /// A parameter of its type is missing, or is no key.
    Malformed,
    /// It is a shared secret, and everybody can read it.
    Symmetric,
}

/// What the published keys say of the signature of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignedBy {
    /// A published key has signed it.
    PublishedKey,
    /// No published key has the `kid` that it names.
    UnknownKid,
    /// The key of its `kid`, or without one every key of its type, has not signed it.
    AnotherKey,
    /// A published key has signed it, under another `kid` than it names: verifiers look for the one that it names.
    KeyOfAnotherKid(String),
    /// The key of its `kid` is for another algorithm than its `alg`: this one, or keys of this type.
    AnotherAlgorithm(String),
}

impl PublishedKey {
    /// Whether the suite can verify a token with it.
    pub fn is_usable(&self) -> bool {
        self.unusable.is_none()
    }

    /// Whether some verifier can, as far as is known.
    pub fn verifies_tokens(&self) -> bool {
        matches!(self.unusable, None | Some(Unusable::Unsupported))
    }
}
