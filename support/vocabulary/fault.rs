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
    /// The backend verifies tokens with another secret than auth signs with.
    JwtSecretMismatch,
    /// The backend holds auth's secret in altered form, such as with a trailing newline.
    JwtSecretAltered,
    /// Auth rejects the tokens that it has just issued.
    JwtSecretSelfMismatch,
    /// Some replicas hold another secret than the others.
    JwtSecretStaleReplica,
    /// The secret in the target's file is not the one that the environment uses.
    MinterSecretMismatch,
    /// Auth and the backend load the secret from different versions or sources.
    SecretVersionDrift,
    /// No published key has signed the token.
    SigningKeyUnknown,
    /// The keys of the issuer cannot be read.
    SigningKeysUnreachable,
    // claims: what the token says
    /// The client's token lacks a claim that the verifier requires.
    ClaimMissing,
    /// A claim has a value that the verifier rejects.
    ClaimMismatch,
    /// A claim has a type or unit that RFC 7519 does not allow, and a verifier rejects it.
    ClaimMalformed,
    /// The verifier expects another `aud` than the tokens carry (RFC 7519 §4.1.3).
    AudienceMismatch,
    /// The verifier expects another `iss` than the tokens name (RFC 7519 §4.1.1).
    IssuerMismatch,
    /// Auth signs with another algorithm than the verifier accepts.
    AlgorithmMismatch,
    /// The clock of a service differs by more than the target's `skew`.
    ClockSkew,
    /// Issued tokens live shorter than the target's `lifetime`.
    TokenExpiresTooSoon,
    // credential: how the token travels
    /// The prefix `Bearer ` is removed between the client and a verifier that requires it.
    BearerPrefixStripped,
    /// The verifier gets one prefix `Bearer ` too many.
    BearerPrefixDoubled,
    /// `bearer t` is rejected where `Bearer t` is accepted, although schemes are case-insensitive (RFC 9110 §11.1).
    BearerSchemeCaseSensitive,
    /// The proxy removes `Authorization` from upgrades, or from REST.
    AuthorizationHeaderStripped,
    /// The service does not read the token in the carrier in which the client presents it.
    CredentialNotRead,
    /// A long token is rejected or truncated on the route.
    CredentialTooLong,
    /// An invalid token in one carrier hides a valid one in another.
    CredentialShadowed,
    // websocket: the handshake itself
    /// The client does not send `Sec-WebSocket-Protocol`, and the gateway requires it.
    ProtocolHeaderMissing,
    /// The proxy removes `Sec-WebSocket-Protocol`.
    ProtocolHeaderStripped,
    /// The 101 names no offered subprotocol, so that browsers close with 1006.
    SubprotocolNotEchoed,
    /// The gateway selects a subprotocol that was not offered (RFC 6455 §4.1).
    SubprotocolNotOffered,
    /// The gateway does not decode the encoding of the token in the subprotocol.
    SubprotocolEncodingRefused,
    /// A proxy on the route does not forward the upgrade (RFC 9110 §7.8).
    UpgradeBlocked,
    /// No service opens a WebSocket at the configured path.
    WebsocketPathWrong,
    /// The gateway rejects the browser's `Origin` (RFC 6455 §10.2).
    OriginRefused,
    /// The 101 has no correct `Sec-WebSocket-Accept` (RFC 6455 §4.2.2).
    HandshakeInvalid,
    /// A welcomed connection is closed because nothing is sent on it.
    IdleConnectionCut,
    /// The gateway closes every connection before it validates a token.
    GatewayFails,
    /// The gateway accepts the token and then fails.
    GatewayFailsAfterAuth,
    // reach: can the parts talk to one another
    /// Auth cannot be reached.
    AuthUnreachable,
    /// The backend cannot be reached.
    BackendUnreachable,
    /// The WebSocket gateway cannot be reached.
    WebsocketUnreachable,
    /// The certificate is expired, for another host name, or from no trusted authority.
    TlsUntrusted,
    /// Auth is reached and unhealthy: login or validation fails.
    AuthUnhealthy,
    /// The backend is reached and unhealthy.
    BackendUnhealthy,
    /// An access proxy before the service asks for a sign-in of its own.
    AccessGateInFront,
    /// Auth responds in another format than the target's file describes.
    AnswerUnlikeContract,
    /// The backend gets no response from auth, which responds to the check.
    BackendCannotReachAuth,
    /// The service returns 5xx for every token, valid or forged, and rejects a missing one.
    VerifierFails,
    /// Auth rejects the backend's service credentials.
    ServiceCredentialsRefused,
    /// A service, or a proxy before it, limits the rate of requests.
    RateLimited,
    /// An open circuit breaker rejects every token for a while.
    CircuitBreakerOpen,
    /// Authentication takes longer than the target's `patience`.
    SlowAuthentication,
    // user: who is asking
    /// The login path does not exist.
    LoginRouteMissing,
    /// Auth rejects the login of every user.
    LoginRefused,
    /// One user is rejected where another is accepted.
    UserUnknown,
    // trust: false greens
    /// A token with a broken signature is accepted (RFC 7519 §7.2).
    ForgedTokenAccepted,
    /// A missing token is accepted.
    MissingTokenAccepted,
    /// A token with `alg: none` is accepted (RFC 8725 §3.2).
    UnsignedTokenAccepted,
    /// An expired token is accepted (RFC 7519 §4.1.4).
    ExpiredTokenAccepted,
    /// A shared cache sends one user's response to other clients (RFC 9111 §3.5).
    AuthenticatedAnswerCached,
    /// The gateway welcomes the client as another user.
    WrongUserWelcomed,
    /// The backend repeats a cached rejection of a valid token.
    RefusalCached,
    // report: how well the system explains itself
    /// An error response names a cause that the probes refute.
    MisleadingError,
    /// A response contains the token, or a part of its signature.
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
