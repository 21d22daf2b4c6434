//! What can come back from an exchange. Data only; what it means for a token stands in [`outcome`](crate::outcome).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// Nothing came back.
    Unreached(TransportError),
    /// Something came back that is not HTTP.
    NotHttp,
    Http(HttpResponse),
    /// `101 Switching Protocols`, and all that followed.
    WebSocket(Connection),
}

/// Why no response came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransportError {
    Dns,
    Refused,
    Reset,
    Timeout,
    NoRoute,
    /// The certificate is not trusted.
    Certificate(UntrustedCertificate),
    /// TLS failed otherwise.
    Tls(String),
}

/// Why a certificate is not trusted (RFC 5280 §6, RFC 9525).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UntrustedCertificate {
    Expired,
    NotYetValid,
    OtherName,
    UnknownIssuer,
    Revoked,
    /// Its basic constraints say that it is a certificate authority, as `openssl req -x509` writes them.
    OfAnAuthority,
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpResponse {
    pub status: u16,
    /// Only what the allow-list of the redactor names.
    pub headers: BTreeMap<String, String>,
    /// Redacted and bounded.
    pub body: String,
    pub extracted: Extracted,
}

/// What stood at the JSON pointer that the target's file gives for this response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extracted {
    /// The target's file gives no pointer for this response.
    NotLookedFor,
    NotJson,
    Nothing,
    Bool(bool),
    /// A text was there; marks that are equal where the texts are: of a token, or of a fingerprint and where it comes from.
    Text {
        mark: Option<u64>,
        provenance: Option<u64>,
    },
    AnotherType,
}

/// A WebSocket connection from its 101 to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Subprotocols were offered.
    pub offered: bool,
    /// The subprotocol that the server selected, and whether it had been offered.
    pub selected: Option<(String, bool)>,
    /// `Sec-WebSocket-Accept` was the value of RFC 6455 §4.2.2.
    pub accept_is_right: bool,
    /// Whether the welcome names the token's own user; `None` where it names none, or nothing says where.
    pub names_the_user: Option<bool>,
    pub frames: Vec<Frame>,
    pub welcomed: bool,
    pub end: End,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frame {
    Text(String),
    /// Length in bytes.
    Binary(usize),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// We left; the connection was still open.
    Open,
    Closed {
        code: u16,
        reason: String,
    },
    /// The connection ended without a close frame.
    Dropped,
    /// Nothing decisive came before the timeout.
    Silent,
    /// The peer broke RFC 6455.
    Violation(String),
}
