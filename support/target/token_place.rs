//! Where a token stands in a request, and how it is written there.

use reqwest::header::HeaderName;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::vocabulary::{Carrier, Scheme};

/// One place for a token: a header, a parameter of the query, or a cookie; the word before it, where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPlace {
    /// Which kind of place it is.
    pub carrier: Carrier,
    /// The name of the header, parameter or cookie.
    pub name: String,
    /// The authentication scheme before the token (RFC 9110 §11.1).
    pub word: Option<String>,
}

/// The scheme of RFC 6750 §2.1.
pub const BEARER: &str = "Bearer";
const AUTHORIZATION: &str = "Authorization";

impl Default for TokenPlace {
    fn default() -> Self {
        TokenPlace { carrier: Carrier::Header, name: AUTHORIZATION.into(), word: Some(BEARER.into()) }
    }
}

impl TokenPlace {
    /// The scheme as rules know it.
    pub(crate) fn scheme(&self) -> Scheme {
        if self.word.is_some() { Scheme::Bearer } else { Scheme::None }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    header: Option<String>,
    scheme: Option<String>,
    query: Option<String>,
    cookie: Option<String>,
}

impl<'de> Deserialize<'de> for TokenPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let places =
            [(Carrier::Header, written.header), (Carrier::Query, written.query), (Carrier::Cookie, written.cookie)];
        let mut there = places.into_iter().filter_map(|(carrier, name)| Some((carrier, name?)));
        let (carrier, name) = match (there.next(), there.next()) {
            (Some(one), None) => one,
            (None, None) if written.scheme.is_some() => (Carrier::Header, AUTHORIZATION.into()),
            _ => return Err(D::Error::custom(format!("a token stands in one place\n{ALLOWED}"))),
        };
        let is_name = HeaderName::from_bytes(name.as_bytes()).is_ok();
        if name.is_empty() || carrier != Carrier::Query && !is_name {
            return Err(D::Error::custom(format!("`{name}` is not a name\n{ALLOWED}")));
        }
        let usual = name.eq_ignore_ascii_case(AUTHORIZATION).then(|| BEARER.to_owned());
        let word = match written.scheme {
            Some(_) if carrier != Carrier::Header => {
                return Err(D::Error::custom(format!("only a header has a `scheme`\n{ALLOWED}")));
            }
            Some(word) => scheme_word(&word).map_err(D::Error::custom)?,
            None if carrier == Carrier::Header => usual,
            None => None,
        };
        Ok(TokenPlace { carrier, name, word })
    }
}

/// The word of a scheme, or none.
pub(super) fn scheme_word(word: &str) -> Result<Option<String>, String> {
    match word {
        "none" | "" => Ok(None),
        word if word.chars().all(|c| c.is_ascii_alphanumeric() || "-._~+".contains(c)) => Ok(Some(word.to_owned())),
        _ => Err(format!("`{word}` is not a scheme\nallowed: one word such as `Bearer`, or `none`")),
    }
}

const ALLOWED: &str =
    "allowed: { header = \"Authorization\", scheme = \"Bearer\" }, { query = \"NAME\" }, { cookie = \"NAME\" }";
