//! The paths of the real system.

/// At auth and at the backend.
pub(super) const HEALTH: &str = "/health";
pub(super) const LOGIN: &str = "/auth/e2e/test-auth";
pub(super) const VALIDATE: &str = "/auth/validate";
/// At auth and at the backend.
pub(super) const FINGERPRINT: &str = "/debug/jwt-secret-hash";
pub(super) const PROTECTED: &str = "/api/threads";
pub(super) const WEBSOCKET: &str = "/ws";
/// At auth, where it signs with a private key.
pub(super) const DISCOVERY: &str = "/.well-known/openid-configuration";
pub(super) const KEYS: &str = "/jwks.json";
