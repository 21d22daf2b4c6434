//! A system of another kind: the mocks of this deployment behind a front that speaks as the target file of a preset says. The file is
//! read by the reader of real target files, so that front and file cannot contradict one another.

mod front;
mod request;

use std::net::SocketAddr;

use reqwest::Url;
use toml::Table;

use super::claims;
use super::clock::Clock;
use super::secrets::Secrets;
use crate::deployment::{Deployment, HideableSetting, VisibleSettings};
use crate::presets::{ANY_SECRET, Preset};

pub(super) use front::start;

/// The preset's target file with the addresses of these mocks.
pub(super) fn target_table(
    preset: Preset,
    (deployment, secrets): (&Deployment, &Secrets),
    (front, direct): (SocketAddr, SocketAddr),
    visible: &VisibleSettings,
) -> Table {
    let file: Table = preset.text().parse().unwrap_or_default();
    let target = file.get("targets").and_then(|targets| targets.get("staging")).and_then(toml::Value::as_table);
    let mut target = target.cloned().unwrap_or_default();
    let mut given = target.remove("tokens");
    literal(&mut target);
    target.insert("stage".into(), "local".into());
    // Those that auth publishes are at its own address.
    target.remove("keys");
    let without_proxy: Table = ["auth", "backend", "websocket"]
        .into_iter()
        .filter_map(|service| Some((service.to_owned(), at(target.get(service)?.as_str()?, direct)?.into())))
        .collect();
    for service in ["auth", "backend", "websocket"] {
        if let Some(address) = target.get(service).and_then(|address| at(address.as_str()?, front)) {
            target.insert(service.into(), address.into());
        }
    }
    if visible.has(HideableSetting::Direct) && !without_proxy.is_empty() {
        target.insert("direct".into(), without_proxy.into());
    }
    if let Some(handshake) = target.get_mut("handshake").and_then(toml::Value::as_table_mut) {
        handshake.insert("stays-open".into(), visible.stays_open.as_deref().unwrap_or("100ms").into());
    }
    if let Some(tokens) = given.as_mut().and_then(toml::Value::as_table_mut) {
        let (key, clock) = (secrets.of_auth(&deployment.auth).key, Clock::ahead_by(deployment.auth.clock_offset));
        for (user, token) in tokens.iter_mut() {
            let issued = claims::issue(&deployment.auth, user, &key, clock);
            issued.iter().for_each(|issued| *token = issued.expose().into());
        }
    }
    target.extend(given.map(|given| ("tokens".to_owned(), given)));
    target
}

/// The same path and query at another address.
fn at(address: &str, socket: SocketAddr) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let scheme = if url.scheme().starts_with("ws") { "ws" } else { "http" };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{scheme}://{socket}{}{query}", url.path().trim_end_matches('/').to_owned() + slash(&url)))
}

/// A path that ends with a slash keeps it, but for the root.
fn slash(url: &Url) -> &'static str {
    if url.path().len() > 1 && url.path().ends_with('/') { "/" } else { "" }
}

/// Each `{ env = "NAME" }` as a literal, which a local target may have.
fn literal(table: &mut Table) {
    for (_, value) in table.iter_mut() {
        literal_value(value);
    }
}

fn literal_value(value: &mut toml::Value) {
    match value {
        toml::Value::Table(table) if table.len() == 1 && table.contains_key("env") => *value = ANY_SECRET.into(),
        toml::Value::Table(table) => literal(table),
        toml::Value::Array(items) => items.iter_mut().for_each(literal_value),
        _ => {}
    }
}
