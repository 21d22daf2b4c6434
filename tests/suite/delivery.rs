//! How the gate reaches a pipeline: the steps of the workflows and of the gate's action run here as a runner runs them, with
//! programs in the place of `gcloud`, `curl` and `cargo` that record their calls.

mod files;
mod gate;
mod install;
mod release;
mod rollback;
mod runner;
