//! Names the root cause when authentication across an auth service, a backend and a WebSocket gateway fails.
//!
//! A [`scenario`] describes a [`deployment`] that is healthy except for one thing. The same `probe`s look at a [`mock`] of
//! it, or at real staging, through a [`target`] that does not say which; what they saw is [`evidence`]; a pure function
//! turns evidence into a [`diagnosis`]; a [`report`] prints it. [`check`](check::check) is that path, for everybody. A
//! [`dry_run`](dry_run::dry_run) tells what it would send, and a [`bundle`] lets others begin at the evidence. How often valid
//! tokens are accepted is measured by [`rate`], which says nothing of the reason; [`watch`] repeats both, and a [`gate`] makes one
//! answer of them. What a deployment has changed, [`compare`](compare::compare()) reads from two of their documents.
//! What the services themselves wrote is counted by [`logs`], from files or from the platform; it shows no fault, and a check that takes
//! it along finds the same without it.
//! [`named_tests`] are what a check says, for a test runner. [`cloud`] reads from a platform's metadata where the services' secrets come
//! from, and a [`preflight`] says what is wrong with that before a deployment.

mod blocking;
pub mod bundle;
pub mod check;
pub mod cli;
pub mod cloud;
pub mod compare;
pub mod deployment;
pub mod diagnosis;
pub mod dry_run;
pub mod evidence;
pub mod faults;
#[cfg(test)]
mod fuzz;
pub mod gate;
pub mod input;
pub mod logs;
pub mod mock;
pub mod named_tests;
pub mod outcome;
mod plan;
pub mod preflight;
pub mod presets;
mod probe;
pub mod rate;
mod redact;
pub mod report;
mod retry_after;
pub mod scenario;
mod secret;
pub mod target;
mod token;
pub mod vocabulary;
pub mod watch;
mod wording;

pub use check::check;
