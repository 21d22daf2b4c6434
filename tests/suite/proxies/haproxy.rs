use std::fmt::Write;
use std::path::Path;

use super::front::{Does, Front, Kind};

pub(super) const HAPROXY: Kind = Kind {
    program: "haproxy",
    passes_through: true,
    config,
    arguments: |file| vec!["-db".into(), "-f".into(), file.display().to_string()],
};

fn config(fronts: &[Front], _: &Path) -> String {
    let mut config = String::from(
        "global\n  maxconn 8000\n  log stderr format raw local0 emerg\ndefaults\n  log global\n  timeout connect 5s\n  timeout client 120s\n  \
         timeout server 120s\n  timeout tunnel 1h\n",
    );
    for Front { port, server, does } in fronts {
        let mode = if *does == Does::PassesThrough { "tcp" } else { "http" };
        let does = match does {
            Does::Forwards | Does::PassesThrough => "",
            Does::StripsAuthorization => "http-request del-header authorization",
            Does::StripsAuthorizationOnUpgrade => {
                "http-request del-header authorization if { req.hdr(upgrade) -m found }"
            }
            Does::StripsBearer => "http-request replace-header authorization ^Bearer\\ (.*)$ \\1",
            Does::StripsSubprotocol => "http-request del-header sec-websocket-protocol",
            Does::BlocksUpgrade => "http-request del-header upgrade\n  http-request del-header connection",
        };
        _ = writeln!(
            config,
            "listen front-{port}\n  mode {mode}\n  bind 127.0.0.1:{port}\n  {does}\n  server one {server}"
        );
    }
    config
}
