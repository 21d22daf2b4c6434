//! Whom the welcomes of a leg name. What one of them says by itself need not tell: a gateway may have ids of its own.

use std::sync::{Mutex, PoisonError};

use crate::evidence::NamedUser;
use crate::vocabulary::User;

/// The first name of each user that no token has.
pub(super) struct Welcomed {
    /// How many users have samples.
    users: usize,
    first: Mutex<[Option<u64>; 2]>,
}

impl Welcomed {
    pub(super) fn new(users: usize) -> Self {
        Welcomed { users, first: Mutex::default() }
    }

    /// Whether this welcome names another user: as in a check, a name that stays that of one user is an id of the gateway's own.
    pub(super) fn names_another(&self, user: User, named: NamedUser) -> bool {
        let NamedUser::Unknown(mark) = named else { return named == NamedUser::Other };
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        let is_the_others = first[user.other() as usize] == Some(mark);
        let is_its_first = *first[user as usize].get_or_insert(mark) == mark;
        self.users < 2 || is_the_others || !is_its_first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stays_that_of_one_user_is_an_id_of_the_gateways_own() {
        use NamedUser::{Other, Own, Unknown};
        use User::{First, Second};
        let welcomed = Welcomed::new(2);
        let named = |user, named| welcomed.names_another(user, named);
        assert!(!named(First, Unknown(1)) && !named(Second, Unknown(2)) && !named(First, Unknown(1)));
        assert!(named(First, Unknown(2)) && named(Second, Unknown(1)), "it is that of the other one");
        assert!(named(First, Unknown(3)), "it changes");
        assert!(named(First, Other) && !named(First, Own));
        assert!(Welcomed::new(1).names_another(First, Unknown(1)), "the target's file says what names the user");
    }
}
