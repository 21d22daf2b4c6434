//! Where the services' secrets come from: read from the metadata of their platform, which is Cloud Run with Secret Manager, or
//! Kubernetes. It reads and never decides; what it saw is a [`Provenance`]. The log of a project comes in pages, as [`entries`]. It
//! knows no probe and no command.

mod api;
mod ask;
mod client;
mod credentials;
pub mod entries;
mod kubernetes;
mod payload;
mod pods;
mod policy;
mod run;
mod secret_manager;
mod selector;
mod services;

pub use ask::{Draft, drafts};
pub use client::CloudError;

use tokio::time::Instant;

use crate::evidence::provenance::{Name, Platform, Provenance};
use crate::target::{PlatformHost, PlatformTable, Target};
use api::Api;

/// Reads the provenance of the secrets of this target; `None` where its file has no table `platform`. Whatever the platform
/// does is part of it; what could not be read by the target's `deadline` is a gap.
///
/// # Errors
/// When the suite cannot do its job.
pub async fn read(target: &Target) -> Result<Option<Provenance>, CloudError> {
    let Some(table) = &target.platform else { return Ok(None) };
    let mut api = Api::new(target, table, Instant::now() + target.deadline)?;
    let mut provenance =
        Provenance { platform: platform(table), services: [].into(), gaps: Vec::new(), sent: Default::default() };
    match api.log_in(table).await {
        Err(gap) => provenance.gaps.push(gap),
        Ok(()) => match &table.host {
            PlatformHost::CloudRun { project, region, .. } => {
                services::read(&mut api, table, (project, region), &mut provenance).await;
            }
            PlatformHost::Kubernetes { namespace, .. } => {
                kubernetes::read(&mut api, table, namespace, &mut provenance).await;
            }
        },
    }
    provenance.sent = api.sent();
    Ok(Some(provenance))
}

fn platform(table: &PlatformTable) -> Platform {
    match &table.host {
        PlatformHost::CloudRun { project, region, .. } => {
            Platform::CloudRun { project: Name::new(project), region: Name::new(region) }
        }
        PlatformHost::Kubernetes { namespace, .. } => Platform::Kubernetes { namespace: Name::new(namespace) },
    }
}
