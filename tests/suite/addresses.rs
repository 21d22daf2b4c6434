//! Addresses as target files have them: below a path, with a query, in either version of IP, and by the names of this machine.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use fivewhys::check::check;
use fivewhys::input::Source;
use fivewhys::target;

/// Rejects every request, and tells the first line and the host of each.
fn server(listener: TcpListener) -> Receiver<String> {
    let (told, requests) = channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let lines = BufReader::new(stream.try_clone().expect("one socket")).lines().map_while(Result::ok);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let host = head.iter().find(|line| line.to_lowercase().starts_with("host:")).cloned().unwrap_or_default();
            _ = stream.write_all(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            if told.send(format!("{} {host}", head.first().cloned().unwrap_or_default())).is_err() {
                return;
            }
        }
    });
    requests
}

/// What arrives of a check of this address, where one user logs in.
async fn arrives(host: &str, listener: TcpListener) -> BTreeSet<String> {
    let port = listener.local_addr().expect("an address").port();
    let text = format!(
        "[targets.t]\nstage = \"local\"\nauth = \"http://{host}:{port}/base/a?v=2\"\nvalidate = false\ntimeout = \"2s\"\n\
         websocket = \"ws://{host}:{port}/base/ws?v=3\"\n\
         login = {{ path = \"/l?kind=b%20c&u={{user}}\", token = \"/t\", users = [\"a&b=ü\"] }}\n"
    );
    let requests = server(listener);
    let target = target::select(&Source::new("t.toml", text), "t", &|_| None).unwrap_or_else(|error| panic!("{error}"));
    check(&target).await.expect("the suite does its job");
    requests.try_iter().map(|request| request.replace(&format!(":{port}"), "")).collect()
}

#[tokio::test]
async fn a_base_with_a_path_and_a_login_with_a_query_are_joined() {
    for (host, sent) in [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("auth.localhost", "auth.localhost"),
        ("bücher.localhost", "xn--bcher-kva.localhost"),
        ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    ] {
        let arrived = arrives(host, TcpListener::bind("127.0.0.1:0").expect("a port")).await;
        let login = format!("POST /base/a/l?v=2&kind=b%20c&u=a%26b%3D%C3%BC HTTP/1.1 Host: {sent}");
        assert!(arrived.contains(&login), "{login} is not in {arrived:#?}");
        let upgrade = format!("GET /base/ws?v=3 HTTP/1.1 Host: {sent}");
        assert!(arrived.contains(&upgrade), "{upgrade} is not in {arrived:#?}");
    }
    // A machine may have no IPv6.
    if let Ok(listener) = TcpListener::bind("[::1]:0") {
        let arrived = arrives("[::1]", listener).await;
        assert!(arrived.iter().any(|request| request.ends_with("Host: [::1]")), "{arrived:#?}");
    }
}

/// Names that look like this machine's, and lead elsewhere.
#[test]
fn only_names_of_this_machine_get_secrets_in_the_clear() {
    for host in ["localhost.test", "xlocalhost", "127.0.0.1.test", "[::ffff:192.0.2.1]", "bücher.test", "192.0.2.1"] {
        let text = format!("[targets.t]\nstage = \"local\"\nauth = \"http://{host}\"\ntokens = {{ a = \"a.b.c\" }}\n");
        let error = target::select(&Source::new("t.toml", text), "t", &|_| None).err().map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|error| error.contains("in the clear")), "{host}: {error:?}");
    }
}
