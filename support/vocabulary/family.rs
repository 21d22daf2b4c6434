//! The families of the catalogue: what a fault is about.

use strum::VariantArray;

use super::Fault;

/// A group of faults, and the folder of their records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Family {
    /// Who signs and who verifies with what.
    Secret,
    /// What the token says.
    Claims,
    /// How the token travels.
    Credential,
    /// The handshake itself.
    Websocket,
    /// Whether the parts can reach one another.
    Reach,
    /// Whose token it is.
    User,
    /// A token is accepted that should not be.
    Trust,
    /// How well the system explains itself.
    Report,
}

impl Family {
    /// The catalogue lists the faults of a family one after another, and this one before the others.
    fn first(self) -> Fault {
        match self {
            Family::Secret => Fault::JwtSecretMismatch,
            Family::Claims => Fault::ClaimMissing,
            Family::Credential => Fault::BearerPrefixStripped,
            Family::Websocket => Fault::ProtocolHeaderMissing,
            Family::Reach => Fault::AuthUnreachable,
            Family::User => Fault::LoginRouteMissing,
            Family::Trust => Fault::ForgedTokenAccepted,
            Family::Report => Fault::MisleadingError,
        }
    }
}

impl Fault {
    /// What it is about.
    pub fn family(self) -> Family {
        let begun = Family::VARIANTS.iter().rev().find(|family| family.first() <= self);
        begun.copied().unwrap_or(Family::Secret)
    }
}
