//! Responses that no service has sent, for tests of what is concluded from them.

use std::collections::BTreeMap;

use super::{Connection, End, Extracted, HttpResponse, Observation, Response};

impl Observation {
    /// A response without headers and body, in which that stood at the target's pointer.
    pub(crate) fn http(status: u16, extracted: Extracted) -> Self {
        let (headers, body) = (BTreeMap::new(), String::new());
        Observation::of(Response::Http(HttpResponse { status, headers, body, extracted }))
    }
}

impl Connection {
    /// It is welcomed and stays open.
    pub(crate) fn open() -> Self {
        Connection {
            offered: true,
            selected: Some(("jwt-auth".to_owned(), true)),
            accept_is_right: true,
            names_the_user: None,
            rejected: None,
            frames: Vec::new(),
            welcomed: true,
            end: End::Open,
        }
    }
}
