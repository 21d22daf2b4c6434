//! Kinds of systems that people run, each with a target file that describes it. `init` writes it, and a scenario with `system` runs
//! mocks that speak as it says.

use serde::Deserialize;
use strum::{AsRefStr, VariantArray};

/// A kind of system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, AsRefStr, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Preset {
    /// The incident's system.
    Netra,
    /// FastAPI as in its security tutorial.
    Fastapi,
    /// Django REST framework with simplejwt, and Channels.
    DjangoChannels,
    /// Directus.
    Directus,
    /// An OpenID provider and a resource server.
    Oidc,
    /// A graphql-ws gateway.
    GraphqlWs,
    /// Socket.IO without polling.
    SocketIo,
    /// Supabase.
    Supabase,
}

impl Preset {
    /// The target file, with the one target `staging`; its first line is a title.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Preset::Netra => include_str!("presets/netra.toml"),
            Preset::Fastapi => include_str!("presets/fastapi.toml"),
            Preset::DjangoChannels => include_str!("presets/django-channels.toml"),
            Preset::Directus => include_str!("presets/directus.toml"),
            Preset::Oidc => include_str!("presets/oidc.toml"),
            Preset::GraphqlWs => include_str!("presets/graphql-ws.toml"),
            Preset::SocketIo => include_str!("presets/socket-io.toml"),
            Preset::Supabase => include_str!("presets/supabase.toml"),
        }
    }

    pub(crate) fn title(self) -> &'static str {
        self.text().lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}
