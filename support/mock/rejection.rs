//! Why the backend rejects a token.

/// In the error codes of the real gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Rejection {
    NoToken,
    InvalidFormat,
    ValidationFailed,
    /// The verifier has no key of the `kid` that the token names.
    UnknownKey,
    AuthServiceError,
    /// An exception: 500, or close 1011 without a reason.
    VerifierError,
    AuthCircuitBreakerOpen,
}

impl Rejection {
    /// Whether the token itself is invalid; otherwise it is missing, or could not be validated.
    pub(super) fn is_invalid_token(self) -> bool {
        matches!(self, Rejection::InvalidFormat | Rejection::ValidationFailed | Rejection::UnknownKey)
    }
}
