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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Demands {
    /// A token that verifies.
    Valid,
    /// That, or one with `alg: none`.
    ValidOrUnsigned,
    /// That, expired or not.
    Signed,
    /// Something that can be decoded.
    Decodable,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadsBearer {
    /// What follows `Bearer `, in upper or lower case (RFC 9110 §11.1).
    Token,
    /// What follows `Bearer `, written exactly so.
    TokenCaseSensitive,
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
    /// Says of every bad token that it has expired.
    BlamesExpiry,
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
    /// Says on its health path that it is not well, and answers 503 to the rest.
    Unhealthy,
    /// Its health path knows nothing of it, and it answers 500 to the rest.
    Errs,
    /// Answers 503 to what it must judge a token for.
    CannotJudge,
}

/// In which form auth answers a validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answers {
    Contract,
    /// The verdict stands in another field.
    AnotherField,
    /// The verdict is a text.
    AsText,
    NotJson,
}

/// HMAC with SHA-2 (RFC 7518 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Algorithm {
    #[serde(rename = "HS256")]
    Hs256,
    #[serde(rename = "HS384")]
    Hs384,
    #[serde(rename = "HS512")]
    Hs512,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Balances {
    /// All that comes on one connection goes to one instance.
    Connections,
    Requests,
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
pub enum Login {
    Open,
    /// The route is left out of the build.
    Missing,
    /// Forbidden in this stage.
    Forbidden,
    /// The key that opens it was not given to the service: 503.
    Unconfigured,
}
