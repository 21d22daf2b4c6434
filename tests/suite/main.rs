//! Every test that needs no binary of its own. One binary links the dependencies once: a file here is a module, not a crate.

mod addresses;
mod cli;
mod delivery;
#[path = "../../support/every_case.rs"]
mod every_case;
mod flood;
mod golden;
mod hostile;
mod later_tokens;
mod logins;
mod logs;
mod named_paths;
mod named_tests;
mod odd_servers;
mod opaque_tokens;
mod preflight;
mod properties;
mod proxies;
mod published_keys;
mod rate;
mod roll_call;
mod safety;
mod sampling;
mod secrets;
mod served;
mod silent_resolver;
#[path = "../../support/snapshot.rs"]
mod snapshot;
mod systems;
mod three_services;
mod viewers;
mod words;
