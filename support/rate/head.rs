//! The head of an HTTP response: status and fields, and what has come after it.

use tokio::io::{AsyncRead, AsyncReadExt};

use super::tally::Unreached;

/// It is at most as long, in bytes; and has at most as many fields.
const LONGEST: usize = 64 * 1024;
const MOST_FIELDS: usize = 256;
/// Most are shorter, in bytes.
pub(super) const USUAL: usize = 1_024;

pub(super) struct Head {
    pub(super) status: u16,
    fields: Vec<(String, String)>,
}

impl Head {
    /// Reads until the head is complete.
    ///
    /// # Errors
    /// When the peer ends the connection before, or sends something else.
    pub(super) async fn read<S>(stream: &mut S) -> Result<(Head, Vec<u8>), Unreached>
    where
        S: AsyncRead + Unpin,
    {
        let mut buffer = Vec::with_capacity(USUAL);
        loop {
            let read = stream.read_buf(&mut buffer).await.map_err(|_| Unreached::Network)?;
            if read == 0 {
                return Err(Unreached::Network);
            }
            while let Some((head, length)) = Head::parse(&buffer)? {
                let rest = buffer.split_off(length);
                // Informational responses come before the one that counts (RFC 9110 §15.2).
                if head.status == 101 || head.status >= 200 {
                    return Ok((head, rest));
                }
                buffer = rest;
            }
            if buffer.len() >= LONGEST {
                return Err(Unreached::Unexpected);
            }
        }
    }

    /// The head and its length, where it is complete.
    fn parse(buffer: &[u8]) -> Result<Option<(Head, usize)>, Unreached> {
        let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
        let mut head = httparse::Response::new(&mut fields);
        let httparse::Status::Complete(length) = head.parse(buffer).map_err(|_| Unreached::Unexpected)? else {
            return Ok(None);
        };
        let text = |value| Some(str::from_utf8(value).ok()?.trim().to_owned());
        let fields = head.headers.iter().filter_map(|field| Some((field.name.to_owned(), text(field.value)?)));
        Ok(Some((Head { status: head.code.unwrap_or_default(), fields: fields.collect() }, length)))
    }

    /// All that are text.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether this field has that word, among others. Its lines are one list (RFC 9110 §5.3).
    pub(super) fn names(&self, field: &str, word: &str) -> bool {
        self.all_named(field).any(|value| value.split(',').any(|one| one.trim().eq_ignore_ascii_case(word)))
    }

    pub(super) fn named(&self, name: &str) -> Option<&str> {
        self.all_named(name).next()
    }

    fn all_named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.fields().filter(move |(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_may_have_several_lines() {
        let text = b"HTTP/1.1 101 Switching Protocols\r\nConnection: keep-alive\r\nConnection: Upgrade\r\n\r\n";
        let (head, _) = Head::parse(text).ok().flatten().expect("a head");
        assert!(head.names("connection", "upgrade") && head.names("connection", "keep-alive"));
        assert!(!head.names("connection", "close"));
    }
}
