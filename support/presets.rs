//! Kinds of systems that people run, each with a target file that describes it. `init` writes it, and a scenario with `system` runs
//! mocks that speak as it says.

use serde::Deserialize;
use serde_json::{Value, json};
use strum::{AsRefStr, VariantArray};

use crate::input::{InputError, Source};
use crate::target::{self, Target};

/// What stands for every password and key of a preset.
pub(crate) const ANY_SECRET: &str = "a-secret-of-this-mock";

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

    /// The target of that file. Its addresses are those of nobody, and one text stands for each secret.
    ///
    /// # Errors
    /// When the file is wrong.
    pub fn target(self) -> Result<Target, InputError> {
        target::select(&Source::new(self.as_ref(), self.text()), "staging", &|name| {
            (!name.to_ascii_lowercase().ends_with("_proxy")).then(|| ANY_SECRET.into())
        })
    }

    pub(crate) fn title(self) -> &'static str {
        self.text().lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}

/// A JSON document with that value at the pointer.
pub(crate) fn document(pointer: &str, value: Value) -> Value {
    pointer.split('/').skip(1).collect::<Vec<_>>().into_iter().rev().fold(value, |inner, key| json!({ key: inner }))
}
