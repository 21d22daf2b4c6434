//! Every text of an observation that a service wrote, so that what is learned to be secret later can still be taken out of it.

use super::{
    Connection, End, Extracted, Frame, HttpResponse, Observation, PublishedKey, Response, TransportError, Wire,
};

impl Observation {
    /// Calls `read` with each text.
    pub(crate) fn each_text(&mut self, read: &mut dyn FnMut(&mut String)) {
        self.response.each_text(read);
        self.replica.iter_mut().for_each(&mut *read);
        if let Some(TransportError::Tls(why)) = &mut self.retried {
            read(why);
        }
        self.wire.iter_mut().for_each(|wire| wire.each_text(read));
    }
}

impl Response {
    fn each_text(&mut self, read: &mut dyn FnMut(&mut String)) {
        match self {
            Response::Unreached(TransportError::Tls(why)) => read(why),
            Response::Unreached(_) | Response::NotHttp => {}
            Response::Http(response) => response.each_text(read),
            Response::WebSocket(connection) => connection.each_text(read),
        }
    }
}

impl HttpResponse {
    fn each_text(&mut self, read: &mut dyn FnMut(&mut String)) {
        self.headers.values_mut().chain([&mut self.body]).for_each(&mut *read);
        match &mut self.extracted {
            Extracted::Text { token_type: Some(text), .. } | Extracted::Discovery { other_issuer: Some(text) } => {
                read(text)
            }
            Extracted::Keys(keys) => keys.iter_mut().for_each(|key| key.each_text(read)),
            _ => {}
        }
    }
}

impl PublishedKey {
    fn each_text(&mut self, read: &mut dyn FnMut(&mut String)) {
        let PublishedKey { kid, kty, crv, alg, use_for, unusable: _ } = self;
        [kid, kty, crv, alg, use_for].into_iter().flatten().for_each(read);
    }
}

impl Connection {
    fn each_text(&mut self, read: &mut dyn FnMut(&mut String)) {
        self.selected.iter_mut().for_each(|(name, _)| read(name));
        for frame in &mut self.frames {
            if let Frame::Text(text) = frame {
                read(text);
            }
        }
        if let End::Closed { reason: text, .. } | End::Violation(text) = &mut self.end {
            read(text);
        }
    }
}

impl Wire {
    fn each_text(&mut self, read: &mut dyn FnMut(&mut String)) {
        for head in std::iter::once(&mut self.request).chain(&mut self.response) {
            read(&mut head.line);
            head.headers.iter_mut().for_each(|(_, value)| read(value));
        }
        self.body.iter_mut().for_each(read);
    }
}
