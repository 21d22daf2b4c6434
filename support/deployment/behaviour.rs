//! What a client, service or proxy can do: the values of a scenario, each named after the mechanism.

use serde::Deserialize;

/// Where a client puts its token on the handshake. The names are those of `presents` in a target file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum PresentedCarriers {
    Header,
    Subprotocol,
    Both,
    Query,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientToken {
    /// The client logs in.
    Issued,
    /// The client signs its own token, as the end-to-end client of the incident does when its login fails.
    Minted,
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BypassKey {
    Correct,
    Wrong,
}

/// What a proxy does with `Bearer ` in `Authorization`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BearerRewrite {
    Unchanged,
    Stripped,
    Added,
}

/// Which requests a proxy can forward; the response to the others is 502.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReachableRoutes {
    Everything,
    OnlyRest,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenValidation {
    /// The backend verifies a token with its own secret.
    Local,
    /// The backend sends a token to auth.
    ThroughAuth,
}

/// What a service requires of a token before it accepts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequiredToken {
    Valid,
    /// Valid, or with `alg: none`.
    ValidOrUnsigned,
    /// Signed correctly, expired or not.
    Signed,
    /// Decodable as a JWT; the signature is not verified.
    Decodable,
    None,
}

/// How the backend reads the token from `Authorization`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthorizationParsing {
    /// The token follows `Bearer `, in upper or lower case (RFC 9110 §11.1).
    AnyCaseScheme,
    /// The token follows `Bearer `, in exactly this case.
    ExactCaseScheme,
    /// The whole value is the token.
    WholeValue,
}

/// How a token is written in the body of a validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenFormat {
    Raw,
    BearerPrefixed,
    Either,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceSecret {
    Correct,
    Wrong,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthAddress {
    Correct,
    /// Nothing listens there.
    ConnectionRefused,
    /// A server accepts connections there and never responds.
    Unresponsive,
}

/// What the response to a rejected token reveals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RejectionResponse {
    /// An invalid and a missing token get different responses.
    Distinct,
    /// The same, with a request id and a duration in each response.
    Varying,
    /// An invalid and a missing token get the same response.
    Uniform,
    /// Every invalid token is reported as expired.
    AlwaysExpired,
}

/// What happens to a connection to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Availability {
    Up,
    /// Connections are refused.
    Down,
    /// Connections are accepted and reset.
    ResetsConnections,
    /// Connections are accepted and get no response.
    Unresponsive,
    /// The health path reports `unhealthy`, and every response is 503.
    Unhealthy,
    /// The health path reports `healthy`, and every other response is 500.
    #[serde(rename = "returns-500")]
    Returns500,
    /// Only requests for which a token must be validated get 503.
    #[serde(rename = "validation-returns-503")]
    ValidationReturns503,
}

/// The format of auth's response to a validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValidationResponse {
    /// `valid` is a boolean.
    Contract,
    /// The boolean is in another field.
    OtherField,
    /// `valid` is a text.
    TextValue,
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
pub enum BalancedBy {
    /// All requests on one connection go to one replica.
    Connection,
    Request,
}

/// How the gateway rejects a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GatewayRejection {
    /// HTTP 403 without a body, for every cause.
    BeforeUpgrade,
    /// 101, then an error frame and a close.
    AfterUpgrade,
    /// 101, a welcome for every client, then as after the upgrade.
    AfterWelcome,
    /// 101, then the connection is closed without a frame.
    WithoutCloseFrame,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginRoute {
    Available,
    /// The route is left out of the build.
    Missing,
    /// Forbidden in this stage.
    Forbidden,
    /// The service has no bypass key: 503.
    Unconfigured,
}
