//! Whether a welcome names the user of the token. A gateway may call its users by ids of its own, which no token has.

use super::{Evidence, NamedUser};
use crate::vocabulary::{Probe, User};

impl Evidence {
    /// Whether the connection of that probe names the token's own user; `None` where that cannot be told.
    pub fn names_its_user(&self, probe: Probe) -> Option<bool> {
        match self.named(probe)? {
            NamedUser::Own => Some(true),
            NamedUser::Other => Some(false),
            NamedUser::Unknown(_) => (self.settings.users < 2 || self.is_no_id_of_its_user()).then_some(false),
        }
    }

    /// Users are welcomed by names that no token has: the same for both users, or now one and now another for the same user. An id of
    /// the gateway's own is neither.
    fn is_no_id_of_its_user(&self) -> bool {
        let mut first: [Option<u64>; 2] = [None; 2];
        for (probe, named) in self.observations.iter().filter_map(|(probe, _)| Some((*probe, self.named(*probe)?))) {
            let Some(user) = user(probe) else { continue };
            let NamedUser::Unknown(mark) = named else { return true };
            if *first[user as usize].get_or_insert(mark) != mark || first[user.other() as usize] == Some(mark) {
                return true;
            }
        }
        false
    }

    fn named(&self, probe: Probe) -> Option<NamedUser> {
        self.of(probe)?.response.connection()?.named
    }
}

/// Of the client's own token that is presented; an invalid one may be of nobody.
fn user(probe: Probe) -> Option<User> {
    probe.presented().filter(|one| one.token.is_the_clients()).map(|one| one.user)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Connection, Observation, Response, Settings};
    use crate::vocabulary::{Carriers, Endpoint, Presentation, TokenKind};

    /// Whether the first user's first connection names that user, where these users were named so.
    fn names_its_user(users: usize, connections: &[(User, NamedUser)]) -> Option<bool> {
        let mut evidence = Evidence::new(Settings { users, ..Settings::complete() });
        let usual = Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::HEADER);
        for (number, (user, named)) in (0..).zip(connections) {
            let response = Response::WebSocket(Connection { named: Some(*named), ..Connection::open() });
            evidence.record(usual.by(*user).repeat(number).into(), Observation::of(response));
        }
        evidence.names_its_user(usual.repeat(0).into())
    }

    #[test]
    fn a_name_that_each_user_has_is_an_id_of_the_gateways_own() {
        use NamedUser::{Other, Own, Unknown};
        use User::{First, Second};
        assert_eq!(names_its_user(2, &[(First, Own)]), Some(true));
        assert_eq!(names_its_user(2, &[(First, Other)]), Some(false));
        assert_eq!(names_its_user(2, &[(First, Unknown(1)), (First, Unknown(1)), (Second, Unknown(2))]), None);
        assert_eq!(names_its_user(2, &[(First, Unknown(1)), (First, Unknown(1))]), None, "the second user would tell");
    }

    #[test]
    fn a_name_that_changes_or_that_both_users_have_is_of_somebody_else() {
        use NamedUser::{Other, Own, Unknown};
        use User::{First, Second};
        for connections in [
            [(First, Unknown(1)), (First, Unknown(2)), (Second, Unknown(3))],
            [(First, Unknown(1)), (Second, Unknown(2)), (Second, Unknown(3))],
            [(First, Unknown(1)), (First, Unknown(1)), (Second, Unknown(1))],
            [(First, Unknown(1)), (First, Own), (Second, Unknown(2))],
            [(First, Unknown(1)), (First, Unknown(1)), (Second, Other)],
        ] {
            assert_eq!(names_its_user(2, &connections), Some(false), "{connections:?}");
        }
        assert_eq!(
            names_its_user(1, &[(First, Unknown(1))]),
            Some(false),
            "the target's file says what names the user"
        );
    }
}
