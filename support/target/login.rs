//! Where tokens come from: a login, the client's own signature, or tokens that one already has.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::HeaderName;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::request::{ReadLater, Request, Values, part_with_request};
use super::template::Text;
use super::values::{self, minutes};
use crate::secret::Secret;
use crate::token::Claims;

part_with_request! {
    /// `login`: how auth issues a token. The response to its request has the token.
    pub struct Login {
        /// Requests before it, whose responses it needs.
        #[serde(default)]
        pub before: Vec<Step>,
        /// Where the token is in the response.
        pub token: Found,
        /// JSON pointer to the seconds that the token lives (RFC 6749 §5.1); without it, `expires_in` beside the token.
        #[serde(default, deserialize_with = "values::optional_pointer")]
        pub expires_in: Option<String>,
        /// At least one; the check uses the first two.
        #[serde(skip)]
        pub accounts: Vec<Account>,
        #[serde(rename = "users")]
        _users: ReadLater,
    }
}

part_with_request! {
    /// `login.before`: a request whose response a later one needs, such as a page with a CSRF token.
    pub struct Step {
        /// What is kept of the response, by the name of its placeholder.
        #[serde(default)]
        pub keep: BTreeMap<String, Found>,
    }
}

/// A user who logs in, and what else stands for placeholders.
#[derive(Clone, Debug)]
pub struct Account {
    /// Stands for `{user}`.
    pub name: String,
    /// Stand for the placeholders of their names.
    pub more: Vec<(String, Text)>,
}

impl Account {
    /// What stands for the placeholders of this user's login.
    pub(crate) fn values(&self) -> Values {
        let more = self.more.iter().map(|(key, text)| (key.clone(), text.fill(&Values::new())));
        more.chain([("user".to_owned(), self.name.clone())]).collect()
    }
}

/// Where something is in a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A JSON pointer into the body (RFC 6901).
    At(String),
    /// A cookie that the response sets.
    Cookie(String),
    /// A header; a scheme before the value is left out.
    Header(String),
    /// The whole body.
    Text,
}

/// `mint`: how the client signs a token of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SelfSigned {
    /// `{user}` and `{now}` are replaced in its texts; `iat` and `exp` are added.
    pub claims: Claims,
    /// From `iat` to `exp`.
    #[serde(default = "minutes::<30>", deserialize_with = "values::duration")]
    pub lifetime: Duration,
    /// At least one; the check uses the first two.
    #[serde(deserialize_with = "values::users")]
    pub users: Vec<String>,
}

/// `tokens`: a token that one already has, and its user.
#[derive(Clone, Debug)]
pub struct GivenToken {
    /// As people call the user; nothing is sent of it.
    pub user: String,
    /// The token.
    pub token: Secret,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    cookie: Option<String>,
    header: Option<String>,
    #[serde(default)]
    text: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum PointerOrPlace {
    Pointer(String),
    Place(Written),
}

impl<'de> Deserialize<'de> for Found {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let is_name = |name: &str| HeaderName::from_bytes(name.as_bytes()).is_ok();
        let written = PointerOrPlace::deserialize(deserializer)
            .map_err(|_| D::Error::custom(format!("not a place of a response\n{ALLOWED}")))?;
        Ok(match written {
            PointerOrPlace::Pointer(pointer) => Found::At(values::valid_pointer(pointer).map_err(D::Error::custom)?),
            PointerOrPlace::Place(Written { cookie: Some(name), header: None, text: false }) if is_name(&name) => {
                Found::Cookie(name)
            }
            PointerOrPlace::Place(Written { cookie: None, header: Some(name), text: false }) if is_name(&name) => {
                Found::Header(name.to_ascii_lowercase())
            }
            PointerOrPlace::Place(Written { cookie: None, header: None, text: true }) => Found::Text,
            PointerOrPlace::Place(_) => return Err(D::Error::custom(format!("one place of a response\n{ALLOWED}"))),
        })
    }
}

const ALLOWED: &str =
    "allowed: a JSON pointer such as \"/access_token\", { cookie = \"NAME\" }, { header = \"NAME\" }, { text = true }";

impl Login {
    /// Every request of it, in order.
    pub(crate) fn requests(&self) -> impl Iterator<Item = &Request> {
        self.before.iter().map(|step| &step.request).chain([&self.request])
    }

    /// JSON pointer to what stands beside the token under that name.
    pub(crate) fn beside_token(&self, name: &str) -> String {
        let parent = match &self.token {
            Found::At(pointer) => pointer.rsplit_once('/').map_or("", |(parent, _)| parent),
            Found::Cookie(_) | Found::Header(_) | Found::Text => "",
        };
        format!("{parent}/{name}")
    }

    /// The names of what it sends, without the values.
    pub(super) fn sends(&self) -> Vec<String> {
        self.request.sends()
    }

    /// Every secret that it sends.
    pub(super) fn secrets(&self) -> Vec<&Secret> {
        let of_users = self.accounts.iter().flat_map(|account| &account.more).filter_map(|(_, text)| text.secret());
        self.requests().flat_map(Request::secrets).chain(of_users).collect()
    }
}
