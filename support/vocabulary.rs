//! The words in which probes are described: which token is presented, where, in which carriers, and in which one property
//! that differs from what the client sends. The ground floor: plain values without prose, which know neither a target nor a
//! response.

mod carrier;
mod family;
mod fault;
mod presentation;
mod probe;
mod token_kind;

pub use carrier::{Carrier, Carriers, Encoding, OtherScheme, Scheme};
pub use family::Family;
pub use fault::{Fault, Severity};
pub use presentation::{Attempt, Endpoint, LAST_REPEAT, Presentation, REPEATS, Route, User, Variation};
pub use probe::{Probe, Reading, Service};
pub use token_kind::{
    Change, ClaimName, ClaimsOf, DATE_CLAIMS, Guess, LAST_LATER, PemEnd, SecretForm, SigningAlgorithm, TokenKind,
};
