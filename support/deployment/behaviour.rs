//! What a client, service or proxy can do: the values of a scenario, each named after the mechanism.

use serde::Deserialize;

/// Where a client puts its token on the handshake. The names are those of `presents` in a target file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum PresentedCarriers {
    /// In `Authorization`.
    Header,
    /// In an entry of `Sec-WebSocket-Protocol`.
    Subprotocol,
    /// In `Authorization` and in an entry of `Sec-WebSocket-Protocol`.
    Both,
    /// In the parameter `token` of the query.
    Query,
    /// In the cookie `token`.
    Cookie,
    /// In the first message.
    Message,
}

/// The client's key for the test login (`X-E2E-Bypass-Key`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BypassKey {
    /// The key that auth has.
    Correct,
    /// Another key, which auth rejects with 401.
    Wrong,
}

/// What a proxy does with `Bearer ` in `Authorization`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BearerRewrite {
    /// It is forwarded as it is.
    Unchanged,
    /// It is removed.
    Stripped,
    /// One more is added.
    Added,
    /// The whole value is replaced by a token of the proxy's own.
    Replaced,
}

/// Which requests a proxy can forward; the response to the others is 502.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReachableRoutes {
    /// REST and upgrades.
    Everything,
    /// REST alone.
    OnlyRest,
    /// No request.
    Nothing,
}

/// How the backend validates a token.
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
    /// Signed correctly, within its dates, and with the checked claims.
    Valid,
    /// Valid, or with `alg: none`.
    ValidOrUnsigned,
    /// Signed correctly, expired or not.
    Signed,
    /// Decodable as a JWT; the signature is not verified.
    Decodable,
    /// Nothing: a missing token is accepted too.
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

/// The service credentials of the backend at auth (`X-Service-Secret`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceSecret {
    /// The secret that auth has.
    Correct,
    /// Another secret, which auth rejects.
    Wrong,
    /// The backend sends no service credentials.
    None,
}

/// What is at the address of auth that the backend has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthAddress {
    /// Auth itself.
    Correct,
    /// Nothing listens there.
    ConnectionRefused,
    /// A server accepts connections there and never responds.
    Unresponsive,
}

/// Where the backend verifies a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerifyingEndpoint {
    /// On the REST path.
    Rest,
    /// In the WebSocket handshake.
    Gateway,
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
    /// Every request gets a response.
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
    /// A text that is not JSON.
    NotJson,
}

/// What a load balancer sends to one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BalancedBy {
    /// All requests on one connection go to one replica.
    Connection,
    /// Each request goes to the next replica.
    Request,
}

/// How the gateway rejects a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GatewayRejection {
    /// HTTP 403 without a body, for every cause.
    BeforeUpgrade,
    /// HTTP 404 without a body, as if nothing were there.
    NotFound,
    /// 101, then an error frame and a close.
    AfterUpgrade,
    /// 101, a welcome for every client, then as after the upgrade.
    AfterWelcome,
    /// 101, then the connection is closed without a frame.
    WithoutCloseFrame,
}

/// What auth's login path does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginRoute {
    /// A login with the correct key gets a token.
    Available,
    /// The route is left out of the build.
    Missing,
    /// Forbidden in this stage.
    Forbidden,
    /// The service has no bypass key: 503.
    Unconfigured,
    /// The credentials in the body are wrong: 400 (RFC 6749 §5.2).
    InvalidGrant,
}
