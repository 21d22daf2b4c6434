//! The closed catalogue of root causes. Two faults differ when another person must do something else about them. The code in
//! kebab-case is the name everywhere; what a fault is stands in its record and on its page in `faults/`.

use serde::{Deserialize, Serialize};

/// A kind of root cause.
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
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Fault {
    // secret: who signs and who verifies with what
    JwtSecretMismatch,
    JwtSecretAltered,
    JwtSecretSelfMismatch,
    JwtSecretStaleReplica,
    MinterSecretMismatch,
    SecretVersionDrift,
    // claims: what the token says
    ClaimMissing,
    ClaimMismatch,
    AudienceMismatch,
    IssuerMismatch,
    AlgorithmMismatch,
    ClockSkew,
    TokenExpiresTooSoon,
    // credential: how the token travels
    BearerPrefixStripped,
    BearerPrefixDoubled,
    BearerSchemeCaseSensitive,
    AuthorizationHeaderStripped,
    CredentialTooLong,
    CredentialShadowed,
    // websocket: the handshake itself
    ProtocolHeaderMissing,
    ProtocolHeaderStripped,
    SubprotocolNotEchoed,
    SubprotocolNotOffered,
    SubprotocolEncodingRefused,
    UpgradeBlocked,
    WebsocketPathWrong,
    OriginRefused,
    HandshakeInvalid,
    IdleConnectionCut,
    GatewayFails,
    GatewayFailsAfterAuth,
    // reach: can the parts talk to one another
    AuthUnreachable,
    BackendUnreachable,
    WebsocketUnreachable,
    TlsUntrusted,
    AuthUnhealthy,
    BackendUnhealthy,
    AccessGateInFront,
    AnswerUnlikeContract,
    BackendCannotReachAuth,
    ServiceCredentialsRefused,
    RateLimited,
    CircuitBreakerOpen,
    SlowAuthentication,
    // user: who is asking
    LoginRouteMissing,
    LoginRefused,
    UserUnknown,
    // trust: false greens
    ForgedTokenAccepted,
    MissingTokenAccepted,
    UnsignedTokenAccepted,
    ExpiredTokenAccepted,
    AuthenticatedAnswerCached,
    WrongUserWelcomed,
    RefusalCached,
    // report: how well the system explains itself
    MisleadingError,
    TokenEchoed,
}

/// How bad a fault is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Severity {
    /// An unauthorised client gets in.
    Critical,
    /// Users are rejected or disconnected.
    Error,
    /// Works today, fails for some client.
    Warning,
    /// Costs the next engineer time.
    Note,
}

impl Fault {
    /// In kebab-case.
    pub fn code(self) -> &'static str {
        self.into()
    }
}
