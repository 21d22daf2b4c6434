//! How long a token may be presented.

use std::time::Duration;

use tokio::time::Instant;

use crate::evidence::TokenFacts;

/// When a token is replaced, and after which moment it is not presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expiry {
    pub(super) renew: Instant,
    pub(super) expires: Instant,
}

/// A token lives too short: it may have expired before it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooShort(pub(super) Duration);

/// A token is replaced by a new one so long before it expires.
const BEFORE_EXPIRY: Duration = Duration::from_secs(20);

impl Expiry {
    /// Of a token that was asked for at that moment; `None` where it does not expire, or comes expired: the client has no other one
    /// then, and the next one would come so too.
    ///
    /// # Errors
    /// When it expires too soon to be presented.
    pub(super) fn of(facts: &TokenFacts, asked: Instant) -> Result<Option<Self>, TooShort> {
        let Some(left) = facts.left() else { return Ok(None) };
        let usable = left.saturating_sub(TokenFacts::ROUNDED);
        if usable.is_zero() {
            return Err(TooShort(left));
        }
        let Some(expires) = asked.checked_add(usable) else { return Ok(None) };
        Ok(Some(Expiry { renew: expires - BEFORE_EXPIRY.min(usable / 3), expires }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token that was issued so many seconds ago by our clock, and lives for so many.
    fn expiry(issued_ago: Option<i64>, expires_in: i64) -> Result<Option<u128>, TooShort> {
        let facts = crate::token::Token::new("opaque").facts(0, &str::to_owned);
        let facts = TokenFacts { expires_in: Some(expires_in), issued_ago, ..facts };
        let asked = Instant::now();
        Ok(Expiry::of(&facts, asked)?.map(|found| found.expires.duration_since(asked).as_millis()))
    }

    #[test]
    fn a_token_lives_from_when_it_is_issued_until_it_expires_whatever_the_clock_of_auth() {
        assert_eq!(expiry(Some(0), 10), Ok(Some(9_000)));
        assert_eq!(expiry(Some(-60), 70), Ok(Some(9_000)), "auth is ahead");
        assert_eq!(expiry(Some(60), -50), Ok(Some(9_000)), "auth is behind");
        assert_eq!(expiry(Some(1_500), 300), Ok(Some(299_000)), "it is issued again until it expires");
        assert_eq!(expiry(None, 10), Ok(Some(9_000)));
    }

    #[test]
    fn a_token_that_comes_expired_is_presented_as_it_is() {
        assert_eq!(expiry(Some(0), -5), Ok(None));
        assert_eq!(expiry(None, 0), Ok(None));
    }

    #[test]
    fn a_token_of_one_second_may_have_expired_before_it_arrives() {
        assert_eq!(expiry(Some(0), 1), Err(TooShort(Duration::from_secs(1))));
    }
}
