//! What can come back from an exchange. Data only; what it means for a token stands in [`outcome`](crate::outcome).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::PublishedKey;

/// What came back from one exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// Nothing came back.
    Unreached(TransportError),
    /// Something came back that is not HTTP.
    NotHttp,
    /// A response that is not `101 Switching Protocols`.
    Http(HttpResponse),
    /// `101 Switching Protocols`, and all that followed.
    WebSocket(Connection),
}

/// Why no response came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransportError {
    /// The name does not resolve.
    Dns,
    /// Nothing listens at the port.
    Refused,
    /// The peer ended the connection without a response.
    Reset,
    /// No response came within the target's `timeout`.
    Timeout,
    /// The network has no route to the address, or this machine has no address to send from.
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
    /// Its `notAfter` has passed (RFC 5280 §4.1.2.5).
    Expired,
    /// Its `notBefore` is in the future (RFC 5280 §4.1.2.5).
    NotYetValid,
    /// It is for another host name.
    OtherName,
    /// No trusted authority signed it.
    UnknownIssuer,
    /// Its issuer has revoked it.
    Revoked,
    /// Its basic constraints say that it is a certificate authority, as `openssl req -x509` writes them.
    OfAnAuthority,
    /// Another reason, for which there is no variant.
    Other,
}

/// Status, headers and body of a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpResponse {
    /// The status code (RFC 9110 §15).
    pub status: u16,
    /// Only what the allow-list of the redactor names.
    pub headers: BTreeMap<String, String>,
    /// Redacted and bounded.
    pub body: String,
    /// What stood at the JSON pointer of the target's file.
    pub extracted: Extracted,
}

/// What stood at the JSON pointer that the target's file gives for this response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extracted {
    /// The target's file gives no pointer for this response.
    NotLookedFor,
    /// The body is not JSON.
    NotJson,
    /// Nothing is at the pointer.
    Nothing,
    /// A boolean is there.
    Bool(bool),
    /// A text was there; marks that are equal where the texts are: of a token, or of a fingerprint and where it comes from.
    Text {
        /// The mark of the text.
        mark: Option<u64>,
        /// The mark of the version and source of a fingerprint; `None` of a token.
        provenance: Option<u64>,
        /// What stands as `token_type` beside a token that was issued (RFC 6749 §5.1).
        #[serde(default)]
        token_type: Option<String>,
    },
    /// A number, an object, an array or an empty text is there.
    AnotherType,
    /// A discovery document that names the address of the keys.
    Discovery {
        /// The issuer that it names, where that is another than it was asked for (OpenID Connect Discovery 1.0 §4.3).
        other_issuer: Option<String>,
    },
    /// The keys of a JSON Web Key Set, in its order.
    Keys(Vec<PublishedKey>),
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
    /// Whom the welcome names; `None` where it names nobody, or nothing says where.
    pub named: Option<NamedUser>,
    /// Whether a frame or the close code is a rejection, where the target's file says what is.
    #[serde(default)]
    pub rejected: Option<bool>,
    /// The first frames with a message, at most 32.
    pub frames: Vec<Frame>,
    /// Whether the welcome came that the target's file describes.
    pub welcomed: bool,
    /// How it ended.
    pub end: End,
}

/// Whom a welcome names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamedUser {
    /// The user of the token, as a claim of the token names it.
    Own,
    /// The target's other user, as that user's token names it.
    Other,
    /// Somebody else, or a user in another form than that of the tokens; marks that are equal where the names are.
    Unknown(u64),
}

/// A frame with a message (RFC 6455 §5.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frame {
    /// Redacted and bounded.
    Text(String),
    /// Length in bytes.
    Binary(usize),
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// We left; the connection was still open.
    Open,
    /// A close frame came (RFC 6455 §5.5.1).
    Closed {
        /// The close code (RFC 6455 §7.4); 1005 where the frame has none.
        code: u16,
        /// The reason, redacted.
        reason: String,
    },
    /// The connection ended without a close frame.
    Dropped,
    /// Nothing decisive came before the timeout.
    Silent,
    /// The peer broke RFC 6455.
    Violation(String),
    /// A message came that is larger than what is read; the bound is ours.
    TooLarge,
}
