//! A server that writes what a test gives it wherever a response has room: status lines and headers, bodies of every kind, the
//! documents of an issuer, subprotocols, frames, close reasons.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::json;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// What it writes.
pub(super) struct Written {
    /// The token of a login.
    pub(super) token: String,
    /// One after the other, in places that have room for one; together elsewhere.
    pub(super) texts: Vec<String>,
}

/// Serves until the process ends.
pub(super) fn serve(written: Written) -> SocketAddr {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = server.local_addr().expect("an address");
    let (written, count) = (Arc::new(written), Arc::new(AtomicUsize::new(0)));
    thread::spawn(move || {
        for stream in server.incoming().map_while(Result::ok) {
            let (written, number) = (Arc::clone(&written), count.fetch_add(1, Ordering::Relaxed));
            thread::spawn(move || _ = written.respond(stream, number, address));
        }
    });
    address
}

impl Written {
    fn respond(&self, mut stream: TcpStream, number: usize, address: SocketAddr) -> std::io::Result<()> {
        let request = request(&mut stream)?;
        let text = &self.texts[number % self.texts.len()];
        let all = self.texts.join("\n");
        let path = request.split(' ').nth(1).unwrap_or_default();
        if let Some((_, key)) = request
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key")))
        {
            return self.converse(stream, key, text, number);
        }
        let (status, kind, body): (&str, &str, Vec<u8>) = match path {
            "/login" if request.contains("{\"email\":\"a\"}") => {
                ("200 OK", "application/json", json!({"access_token": self.token, "note": all}).to_string().into())
            }
            "/.well-known/openid-configuration" => {
                let document = json!({"issuer": text, "jwks_uri": format!("http://{address}/keys"), "x": all});
                ("200 OK", "application/json", document.to_string().into())
            }
            "/keys" => {
                let key = json!({"kid": text, "kty": text, "alg": text, "use": text, "crv": text, "n": all, "e": text});
                ("200 OK", "application/json", json!({"keys": [key]}).to_string().into())
            }
            _ => self.rejection(number, text, &all),
        };
        let header = header_value(text);
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nWWW-Authenticate: Bearer realm=\"{header}\"\r\n\
             Location: /next?state={header}#{header}\r\nSet-Cookie: {header}={header}\r\nServer: {header}\r\nVia: {header}\r\n\
             X-Served-By: {header}\r\nRetry-After: {header}\r\nX-Other: {header}\r\nConnection: close\r\n\r\n",
            body.len()
        )?;
        stream.write_all(&body)
    }

    /// Bodies of one kind after the other.
    fn rejection(&self, number: usize, text: &str, all: &str) -> (&'static str, &'static str, Vec<u8>) {
        let pieces: Vec<String> =
            text.chars().collect::<Vec<_>>().chunks(4).map(|piece| piece.iter().collect()).collect();
        let nested = json!({"error": text, "detail": {"a": all, text.to_owned(): text}, "pieces": pieces}).to_string();
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        match number % 6 {
            0 => ("401 Unauthorized", "application/json", nested.into()),
            1 => ("401 Unauthorized", "text/plain; charset=utf-16le", wide(all)),
            2 => ("403 Forbidden", "text/html", format!("<p title=\"{text}\">{all}</p>").into()),
            3 => ("401 Unauthorized", "application/json", wide(&nested)),
            4 => ("400 Bad Request", "application/x-www-form-urlencoded", format!("error={text}&x={all}").into()),
            _ => ("401 Unauthorized", "application/json", json!({"error": "x", "inner": nested}).to_string().into()),
        }
    }

    fn converse(&self, mut stream: TcpStream, key: &str, text: &str, number: usize) -> std::io::Result<()> {
        let (accept, header) = (derive_accept_key(key.trim().as_bytes()), header_value(text));
        write!(
            stream,
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\
             Sec-WebSocket-Protocol: {header}\r\nServer: {header}\r\nVia: {header}\r\n\r\n"
        )?;
        let frame = json!({"type": "error", "error_code": text, text: text, "all": self.texts}).to_string();
        stream.write_all(&framed(if number.is_multiple_of(2) { 1 } else { 2 }, frame.as_bytes()))?;
        stream.write_all(&framed(1, text.as_bytes()))?;
        // At most 125 bytes, the code among them (RFC 6455 §5.5).
        let end = (0..=text.len().min(123)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        stream.write_all(&framed(8, &[&1008_u16.to_be_bytes()[..], &text.as_bytes()[..end]].concat()))?;
        _ = stream.read(&mut [0; 1_024])?;
        Ok(())
    }
}

/// A head, and the body that it announces.
fn request(stream: &mut TcpStream) -> std::io::Result<String> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 8_192]);
    loop {
        let read = stream.read(&mut buffer)?;
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = match text.split_once("\r\n\r\n") {
            Some(parts) => parts,
            None if read == 0 => return Ok(text),
            None => continue,
        };
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        if read == 0 || body.len() >= length.unwrap_or_default() {
            return Ok(text);
        }
    }
}

/// What of it may stand in a header (RFC 9110 §5.5).
fn header_value(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// RFC 6455 §5.2.
fn framed(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | kind];
    match payload.len() {
        length @ ..126 => frame.push(length as u8),
        length @ ..0x1_0000 => frame.extend([&[126][..], &(length as u16).to_be_bytes()].concat()),
        length => frame.extend([&[127][..], &(length as u64).to_be_bytes()].concat()),
    }
    frame.extend_from_slice(payload);
    frame
}
