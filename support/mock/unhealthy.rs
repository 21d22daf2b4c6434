//! The responses of a service that is up and does not work.

use serde_json::{Value, json};

use super::paths::{HEALTH, PROTECTED, VALIDATE};
use crate::deployment::Availability;

/// Status and body, where the service cannot respond as usual.
pub(super) fn response(availability: Availability, path: &str) -> Option<(u16, Value)> {
    match (availability, path) {
        (Availability::Unhealthy, HEALTH) => {
            Some((503, json!({"status": "unhealthy", "reason": "database unreachable"})))
        }
        (Availability::Unhealthy, _) | (Availability::ValidationReturns503, VALIDATE | PROTECTED) => {
            Some((503, json!({"detail": "Service Unavailable"})))
        }
        (Availability::Returns500, HEALTH) => None,
        (Availability::Returns500, _) => Some((500, json!({"detail": "Internal Server Error"}))),
        (Availability::ValidationReturns503, _) => None,
        (Availability::Up | Availability::Down | Availability::ResetsConnections | Availability::Unresponsive, _) => {
            None
        }
    }
}
