//! The services of Cloud Run: each revision that gets requests and the newest one, and what they refer to.

use super::api::Api;
use super::ask::Ask;
use super::payload;
use super::run::{Given, Revision, Service, project_and_secret};
use super::secret_manager::{Referred, Store, add, gap};
use crate::evidence::provenance::{Deployed, Gap, Holds, Moment, Name, Provenance, Running, SecretPlace};
use crate::target::{HostedService, PlatformTable};

/// Reads each service of the table.
pub(super) async fn read(
    api: &mut Api<'_>,
    table: &PlatformTable,
    (project, region): (&str, &str),
    provenance: &mut Provenance,
) {
    let mut reader = Reader { api, store: Store::default(), project, region, gaps: Vec::new() };
    for (service, hosted) in &table.services {
        if let Some(deployed) = reader.service(hosted).await {
            provenance.services.insert(*service, deployed);
        }
    }
    provenance.gaps.append(&mut reader.gaps);
}

struct Reader<'a, 'b> {
    api: &'a mut Api<'b>,
    store: Store,
    project: &'a str,
    region: &'a str,
    gaps: Vec<Gap>,
}

impl Reader<'_, '_> {
    async fn service(&mut self, hosted: &HostedService) -> Option<Deployed> {
        let ask = Ask::Service { project: self.project, region: self.region, service: &hosted.name };
        let service: Service = match self.api.get(ask).await {
            Ok(service) => service,
            Err(why) => {
                add(&mut self.gaps, gap(self.api, ask, why));
                return None;
            }
        };
        let mut running = Vec::new();
        for (revision, share) in service.serving() {
            running.extend(self.revision(hosted, &revision, share).await);
        }
        let not_ready = service.not_ready().map(|revision| self.api.name(revision));
        let next = match service.next() {
            Some(revision) => self.revision(hosted, revision, None).await,
            None => None,
        };
        Some(Deployed { name: Name::new(&hosted.name), running, not_ready, next })
    }

    async fn revision(&mut self, hosted: &HostedService, name: &str, share: Option<u32>) -> Option<Running> {
        let ask = Ask::Revision { project: self.project, region: self.region, service: &hosted.name, revision: name };
        let revision: Revision = match self.api.get(ask).await {
            Ok(revision) => revision,
            Err(why) => {
                add(&mut self.gaps, gap(self.api, ask, why));
                return None;
            }
        };
        let since = Moment::read(&revision.create_time);
        let account = Some(revision.service_account.as_str()).filter(|account| !account.is_empty());
        let mut places = Vec::new();
        for source in &hosted.secret_sources {
            let holds = self.holds(revision.given(source), since.as_ref(), account).await;
            places.push(SecretPlace { name: Name::new(source), holds });
        }
        let identity = account.map(|account| self.api.name(account));
        Some(Running { name: self.api.name(name), share, since, identity, places })
    }

    async fn holds(&mut self, given: Given, since: Option<&Moment>, account: Option<&str>) -> Holds {
        match given {
            Given::Nothing => Holds::Nothing,
            Given::Unknown => Holds::Unknown,
            Given::Literal(value) => Holds::Literal(Some(payload::facts(value.as_bytes(), &self.api.marks))),
            Given::Secret { secret, version, is_file } => {
                let (project, secret) = project_and_secret(self.project, &secret);
                let to = Referred { project, secret, version: &version, is_file, since, account };
                Holds::Secret(Box::new(self.store.refer(self.api, to, &mut self.gaps).await))
            }
        }
    }
}
