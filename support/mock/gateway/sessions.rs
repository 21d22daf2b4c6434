//! Which connection of a user is the latest, for a gateway that keeps one for each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

#[derive(Default)]
pub(in crate::mock) struct Sessions(Mutex<HashMap<String, Arc<Notify>>>);

impl Sessions {
    /// Ends the user's older connection; what is returned tells when a newer one ends this.
    pub(super) fn begin(&self, user: &str) -> Arc<Notify> {
        let newer = Arc::new(Notify::new());
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whether or not it waits already.
        latest.insert(user.to_owned(), Arc::clone(&newer)).into_iter().for_each(|older| older.notify_one());
        newer
    }
}
