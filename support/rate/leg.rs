//! The legs of a request's way, each measured by itself.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::evidence::Settings;
use crate::target::Target;
use crate::vocabulary::Endpoint;

/// A place where a valid token is presented.
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
    clap::ValueEnum,
    VariantArray,
    strum::Display,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Leg {
    /// Auth validates a token that it has issued.
    Auth,
    /// The protected path of the backend.
    #[value(alias = "rest")]
    Backend,
    /// Handshake, welcome, a while of silence, close.
    Websocket,
}

impl Leg {
    pub(crate) fn endpoint(self) -> Endpoint {
        match self {
            Leg::Auth => Endpoint::Validation,
            Leg::Backend => Endpoint::Rest,
            Leg::Websocket => Endpoint::WebSocket,
        }
    }

    /// As every report calls it; `--leg` and the JSON have names of their own.
    pub(crate) fn title(self) -> &'static str {
        self.endpoint().title()
    }

    /// Those that a target has.
    pub fn of(target: &Target) -> Vec<Leg> {
        let settings: Settings = target.settings();
        Leg::VARIANTS.iter().copied().filter(|leg| settings.has(leg.endpoint())).collect()
    }
}
