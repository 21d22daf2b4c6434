//! The table of hostile servers: HTTP, what comes after an upgrade, and what stands where TLS is expected.

use super::certificate::with_hostile_names;
use super::peer::Peer;

/// Each with its name.
pub(super) fn all() -> Vec<(&'static str, Peer)> {
    [of_http(), of_bodies(), of_websocket(), of_tls()].concat()
}

fn head(status: &str, more: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{more}\r\n")
}

fn of_http() -> Vec<(&'static str, Peer)> {
    let redirect = head("302 Found", "location: /again\r\ncontent-length: 0\r\n");
    let long = format!("x-long: {}\r\ncontent-length: 0\r\n", "x".repeat(350_000));
    let many = (0..90).map(|number| format!("x{number}{}: a\r\n", "y".repeat(4_096))).collect::<String>();
    let many = format!("{many}content-length: 0\r\n");
    let hard = format!("location: /{}\r\ncontent-length: 0\r\n", "%25".repeat(115_000));
    vec![
        ("accepts, and says nothing", Peer::silent()),
        ("a slow head", Peer::says("HTTP/1.1 200 OK\r\nx: ").drips(b'y')),
        ("a slow greeting", Peer::greets("H").drips(b'T')),
        ("resets every connection", Peer::silent().resets()),
        ("resets after a part of a head", Peer::says("HTTP/1.1 200 OK\r\ncontent-le").resets()),
        ("a flood of 103", Peer::says("").floods("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n")),
        ("a flood of header fields", Peer::says("HTTP/1.1 200 OK\r\n").floods("x-more: and more\r\n")),
        ("a header field without end", Peer::says("HTTP/1.1 200 OK\r\nx-more: ").floods("and more ")),
        ("a flood of cookies", Peer::says("HTTP/1.1 200 OK\r\n").floods("set-cookie: a=b; path=/\r\n")),
        ("long header fields", Peer::says(head("401 Unauthorized", &long))),
        ("many long names of header fields", Peer::says(head("401 Unauthorized", &many))),
        ("a long header field that is hard to read", Peer::says(head("302 Found", &hard))),
        ("a response before the request", Peer::greets(head("200 OK", "content-length: 2\r\n") + "{}")),
        ("a flood before the request", Peer::greets("HTTP/1.1 200 OK\r\n\r\n").floods("garbage")),
        ("HTTP/0.9", Peer::says("<html>welcome</html>").closes()),
        ("HTTP/0.9 without end", Peer::says("<html>").floods("welcome ")),
        ("the preface of HTTP/2", Peer::greets("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").closes()),
        ("frames of HTTP/2", Peer::greets("\0\0\0\x04\0\0\0\0\0").floods("\0\0\x08\x06\0\0\0\0\0pingpong")),
        ("a redirect to itself", Peer::says(redirect)),
        ("a status that there is not", Peer::says("HTTP/1.1 999 \u{1b}[2J\r\ncontent-length: 0\r\n\r\n")),
        ("two lengths", Peer::says(head("200 OK", "content-length: 1\r\ncontent-length: 2\r\n") + "{}").closes()),
        ("a length of exabytes", Peer::says(head("200 OK", "content-length: 9223372036854775807\r\n")).floods("{}")),
        (
            "asks for centuries of patience",
            Peer::says(head("429 Wait", "retry-after: 99999999999\r\ncontent-length: 0\r\n")),
        ),
    ]
}

fn of_bodies() -> Vec<(&'static str, Peer)> {
    let chunked = head("200 OK", "transfer-encoding: chunked\r\n");
    let (first, rest) = bomb();
    let gzip = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &first].concat();
    let encoded = |encoding: &str, begins: &[u8]| {
        let head = head("200 OK", &format!("content-encoding: {encoding}\r\nconnection: close\r\n"));
        Peer::says([head.as_bytes(), begins].concat()).floods(&rest)
    };
    vec![
        ("a slow body", Peer::says(head("401 Unauthorized", "content-length: 1000\r\n")).drips(b' ')),
        ("a flood of chunks", Peer::says(&*chunked).floods("6\r\n{\"a\":1\r\n")),
        ("trailers without end", Peer::says(format!("{chunked}2\r\n{{}}\r\n0\r\n")).floods("x-more: and more\r\n")),
        ("a trailer without end", Peer::says(format!("{chunked}2\r\n{{}}\r\n0\r\nx: ")).floods("and more ")),
        ("a chunk extension without end", Peer::says(format!("{chunked}2;")).floods("and more ")),
        ("a size of a chunk without end", Peer::says(&*chunked).floods("0")),
        ("a bomb of gzip", encoded("gzip", &gzip)),
        ("a bomb of deflate", encoded("deflate", &first)),
        ("deep JSON", Peer::says(head("401 Unauthorized", "connection: close\r\n")).floods("[{\"a\":")),
        (
            "bodies that are hard to read",
            Peer::says(head("401 Unauthorized", "content-length: 65535\r\n") + &"%25".repeat(21_845)),
        ),
        (
            "bodies of many numbers",
            Peer::says(head("401 Unauthorized", "content-length: 65535\r\n") + &format!("[{}1]", "1,".repeat(32_766))),
        ),
        (
            "bodies of the longest kept size",
            Peer::says(head("401 Unauthorized", "content-length: 65536\r\n") + &"x".repeat(65_536)),
        ),
    ]
}

/// Zeros, 258 of them in 13 bits: a block of fixed codes (RFC 1951 §3.2.6), whose bytes repeat themselves after the first two.
fn bomb() -> (Vec<u8>, Vec<u8>) {
    // Not the last block; fixed codes; the literal 0; and then: 258 bytes as the one before.
    let (begins, again) = ("01000110000", "1100010100000");
    let bits: Vec<bool> =
        begins.chars().chain(again.chars().cycle()).take(8 * (2 + 13)).map(|bit| bit == '1').collect();
    let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    let bytes: Vec<u8> = bits.chunks(8).map(byte).collect();
    (bytes[..2].to_vec(), bytes[2..].to_vec())
}

/// One byte less than so many, in one frame.
fn text_frame(bytes: u64) -> Vec<u8> {
    framed("a".repeat(bytes as usize - 1))
}

/// A frame with a length of eight bytes (RFC 6455 §5.2).
fn framed(text: String) -> Vec<u8> {
    [&[0x81, 127][..], &(text.len() as u64).to_be_bytes(), text.as_bytes()].concat()
}

fn of_websocket() -> Vec<(&'static str, Peer)> {
    let mut peers = vec![
        ("a silent gateway", Peer::upgrades("")),
        ("a frame of 2^63 bytes", Peer::upgrades([0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0]).floods("data")),
        (
            "a frame of 2^63 - 1 bytes",
            Peer::upgrades([0x82, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255]).floods("data"),
        ),
        ("a slow frame", Peer::upgrades([0x81, 126, 0xff, 0xff]).drips(b'a')),
        ("fragments without end", Peer::upgrades([0x01, 1, b'a']).floods([0x00, 1, b'a'])),
        ("empty fragments without end", Peer::upgrades([0x01, 0]).floods([0x00, 0])),
        (
            "large fragments without end",
            Peer::upgrades([0x01, 0]).floods([&[0x00, 126, 0xff, 0xff][..], &[b'a'; 65_535]].concat()),
        ),
        ("pings without end", Peer::upgrades("").floods([0x89, 4, b'p', b'i', b'n', b'g'])),
        ("pongs without end", Peer::upgrades("").floods([0x8a, 0])),
        ("frames without end", Peer::upgrades("").floods([0x81, 2, b'{', b'}'])),
        ("messages of a mebibyte", Peer::upgrades("").floods(text_frame(1024 * 1024))),
        (
            "messages of a mebibyte of numbers",
            Peer::upgrades("").floods(framed(format!("[{}1]", "1,".repeat(524_000)))),
        ),
        ("messages of four mebibytes", Peer::upgrades("").floods(text_frame(4 * 1024 * 1024))),
        ("frames of 256 KiB", Peer::upgrades("").floods(text_frame(256 * 1024))),
        ("frames of 32 KiB", Peer::upgrades("").floods([&[0x81, 126, 0x7f, 0xff][..], &[b'a'; 32_767]].concat())),
        ("a masked frame", Peer::upgrades([0x81, 0x82, 1, 2, 3, 4, b'a', b'b'])),
        ("a reserved opcode", Peer::upgrades([0x83, 1, 0])),
        ("text that is no text", Peer::upgrades([0x81, 2, 0xff, 0xfe])),
        ("a close of one byte", Peer::upgrades([0x88, 1, 3])),
        ("a reason that is no text", Peer::upgrades([0x88, 4, 0x03, 0xf0, 0xff, 0xfe])),
        ("a reason that moves the cursor", Peer::upgrades(*b"\x88\x08\x0f\xa1\x1b[2J\x07\r")),
        ("closes without end", Peer::upgrades("").floods([0x88, 2, 0x03, 0xf0])),
    ];
    // Codes that no registry has, or that must not be sent (RFC 6455 §7.4).
    for code in [0_u16, 999, 1006, 2999, 65535] {
        let [high, low] = code.to_be_bytes();
        peers.push(("a close code outside the registry", Peer::upgrades([0x88, 2, high, low]).closes()));
    }
    peers
}

fn of_tls() -> Vec<(&'static str, Peer)> {
    let mut peers = vec![
        ("TLS that is silent", Peer::silent()),
        ("resets within TLS", Peer::says([22, 3, 3, 0, 80, 2, 0, 0, 76]).resets()),
        ("closes within TLS", Peer::says([22, 3, 3, 0, 80, 2, 0, 0, 76]).closes()),
        ("asks to renegotiate without end", Peer::says("").floods([22, 3, 3, 0, 4, 0, 0, 0, 0])),
        ("warnings without end", Peer::says("").floods([21, 3, 3, 0, 2, 1, 90])),
        ("a record that is too long", Peer::says([22, 3, 3, 0xff, 0xff]).floods("hello ")),
        (
            "a hello of 16 MiB",
            Peer::says([22, 3, 3, 0, 4, 2, 255, 255, 255]).floods([&[22, 3, 3, 16, 0][..], &[0; 4_096]].concat()),
        ),
        ("HTTP in the place of TLS", Peer::says(head("400 Bad Request", "content-length: 0\r\n"))),
        ("slow TLS", Peer::says([22, 3, 3, 0, 80]).drips(2)),
    ];
    peers.iter_mut().for_each(|(_, peer)| *peer = peer.clone().instead_of_tls());
    peers.push(("a certificate of hostile names", Peer::with_certificate(with_hostile_names())));
    peers
}
