//! Rejections that the backend caches for ever, although the tokens are valid.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

pub(super) struct RejectionCache {
    size: usize,
    tokens: Mutex<HashSet<String>>,
}

impl RejectionCache {
    pub(super) fn new(size: u32) -> Self {
        RejectionCache { size: usize::try_from(size).unwrap_or(usize::MAX), tokens: Mutex::default() }
    }

    /// Whether this valid token is rejected. A new token is added until the cache is full.
    pub(super) fn rejects(&self, token: &str) -> bool {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.contains(token) || (tokens.len() < self.size && tokens.insert(token.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::RejectionCache;

    #[test]
    fn the_first_tokens_stay_rejected() {
        let cache = RejectionCache::new(1);
        assert!(cache.rejects("first") && !cache.rejects("second") && cache.rejects("first"));
    }
}
