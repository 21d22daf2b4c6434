//! Where a token stands in a request, and how it is written there.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strum::VariantArray;

/// Where a token stands. The names (`Authorization`, `jwt.{token}`, …) come from the target.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    VariantArray,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Carrier {
    /// A field of the request's JSON body.
    Body,
    /// A header field.
    Header,
    /// An entry of `Sec-WebSocket-Protocol`.
    Subprotocol,
    /// A parameter of the query.
    Query,
    /// A cookie.
    Cookie,
    /// The first message on a WebSocket connection.
    Message,
}

impl Carrier {
    /// Its word in a target file and in a scenario.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Those of a handshake, which has no body, as words.
    pub(crate) fn words_of_a_handshake() -> &'static [&'static str] {
        static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
            let carriers = Carrier::VARIANTS.iter().filter(|carrier| **carrier != Carrier::Body);
            carriers.map(|carrier| carrier.word()).collect()
        });
        &WORDS
    }
}

/// A set of carriers: a client may send its token in several places at once, and a missing token is in none.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Carriers(u8);

impl Carriers {
    /// No carrier, as of a missing token.
    pub const NONE: Carriers = Carriers(0);
    /// The body alone, as in a validation.
    pub const BODY: Carriers = Carriers::of(Carrier::Body);
    /// What a client sends that can set header fields.
    pub const HEADER: Carriers = Carriers::of(Carrier::Header);
    /// What a browser sends.
    pub const SUBPROTOCOL: Carriers = Carriers::of(Carrier::Subprotocol);
    /// The query alone.
    pub const QUERY: Carriers = Carriers::of(Carrier::Query);
    /// A cookie alone.
    pub const COOKIE: Carriers = Carriers::of(Carrier::Cookie);
    /// The first message alone.
    pub const MESSAGE: Carriers = Carriers::of(Carrier::Message);
    /// The header and the subprotocol: the default of `presents` in a target file.
    pub const HEADER_AND_SUBPROTOCOL: Carriers = Carriers::HEADER.with(Carrier::Subprotocol);

    /// The set of one carrier.
    pub const fn of(carrier: Carrier) -> Self {
        Carriers(1 << carrier as u8)
    }

    /// The set with this carrier too.
    #[must_use]
    pub const fn with(self, carrier: Carrier) -> Self {
        Carriers(self.0 | 1 << carrier as u8)
    }

    /// Whether the carrier is in the set.
    pub const fn has(self, carrier: Carrier) -> bool {
        self.0 & (1 << carrier as u8) != 0
    }

    /// Whether no carrier is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order of the enum.
    pub fn iter(self) -> impl Iterator<Item = Carrier> {
        Carrier::VARIANTS.iter().copied().filter(move |carrier| self.has(*carrier))
    }
}

impl FromIterator<Carrier> for Carriers {
    fn from_iter<I: IntoIterator<Item = Carrier>>(carriers: I) -> Self {
        carriers.into_iter().fold(Carriers::NONE, Carriers::with)
    }
}

impl fmt::Debug for Carriers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for Carriers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Carriers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Carrier>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// What stands before the token in its carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// The token alone.
    None,
    /// `Bearer ` (RFC 6750 §2.1).
    Bearer,
    /// `Bearer Bearer`: one prefix is left where a proxy removes one.
    Twice,
    /// `bearer`: schemes are case-insensitive (RFC 9110 §11.1).
    LowerCase,
    /// Another scheme than the client's.
    Other(OtherScheme),
}

/// Schemes of `Authorization` that libraries are known to require.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, VariantArray, strum::AsRefStr,
)]
#[serde(rename_all = "kebab-case")]
pub enum OtherScheme {
    /// RFC 6750 §2.1, for a client that sends another one.
    Bearer,
    /// As the token authentication of Django REST framework reads it.
    Token,
    /// As older JWT libraries for Django and Express read it.
    #[strum(serialize = "JWT")]
    Jwt,
}

/// Ways in which gateways are known to expect a token in the subprotocol. The client writes it in one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// The entry of the target's file, with base64url without padding.
    Base64url,
    /// The entry of the target's file, with the token as it is.
    Raw,
    /// The entry of the target's file, with padded base64url; `=` is not allowed in a token (RFC 9110 §5.6.2).
    Padded,
    /// The entry `bearer.` with base64url.
    Bearer,
    /// The token alone, as it is.
    Alone,
}

#[cfg(test)]
mod tests {
    use super::{Carrier, Carriers};

    #[test]
    fn a_set_holds_what_was_put_into_it_in_one_order() {
        let both: Carriers = [Carrier::Subprotocol, Carrier::Header].into_iter().collect();
        assert_eq!(both, Carriers::HEADER_AND_SUBPROTOCOL);
        assert_eq!(both.iter().collect::<Vec<_>>(), [Carrier::Header, Carrier::Subprotocol]);
        assert_eq!(serde_json::to_string(&both).expect("JSON"), r#"["header","subprotocol"]"#);
        assert!(Carriers::NONE.is_empty() && !both.has(Carrier::Query));
    }
}
