//! The paths of the real system.

/// At auth and at the backend.
pub const HEALTH: &str = "/health";
pub const LOGIN: &str = "/auth/e2e/test-auth";
pub const VALIDATE: &str = "/auth/validate";
/// At auth and at the backend.
pub const FINGERPRINT: &str = "/debug/jwt-secret-hash";
pub const PROTECTED: &str = "/api/threads";
pub const WEBSOCKET: &str = "/ws";
