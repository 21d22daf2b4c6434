//! What a hop can do: the values of a scenario, named as the mechanism that they are.

use serde::Deserialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Presents {
    Header,
    Subprotocol,
    Both,
    Query,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenSource {
    /// It logs in.
    Issued,
    /// It signs its own, as the end-to-end client of the incident does when its login fails.
    Minted,
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    Right,
    Wrong,
}

/// What becomes of `Authorization: Bearer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BearerRewrite {
    Keeps,
    Strips,
    Adds,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reaches {
    Everything,
    OnlyRest,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verifies {
    Itself,
    AsksAuth,
}

/// Secrets have names here and random values there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretName {
    Current,
    Retired,
    Foreign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Demands {
    /// A token that verifies.
    Valid,
    /// Something that can be decoded.
    Decodable,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadsBearer {
    /// What follows `Bearer `.
    Token,
    /// The whole value of the header.
    WholeValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    Raw,
    Prefixed,
    Either,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceSecret {
    Right,
    Wrong,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Address {
    Right,
    /// Nothing listens there.
    Refused,
    /// Something listens there and never answers.
    Silent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Words {
    Telling,
    /// Telling, with a request id and a duration in each.
    Noisy,
    Uniform,
}

/// What a connection to a service comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Availability {
    Up,
    /// Connections are refused.
    Down,
    /// Connections are accepted and reset.
    Resets,
    /// Connections are accepted and never answered.
    Silent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refuses {
    /// HTTP 403 without a body, all causes alike.
    BeforeAccept,
    /// 101, then an error frame and a close.
    AfterAccept,
    /// 101, a welcome for everybody, then as after accept.
    AfterWelcome,
    /// 101, then it hangs up without a word.
    ByHangingUp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    Header,
    Subprotocol,
    Query,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selects {
    /// `jwt-auth` if and only if it was offered.
    Offered,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Login {
    Open,
    /// The route is left out of the build.
    Missing,
    /// Forbidden in this stage.
    Forbidden,
}
