use std::fmt::Write;
use std::path::Path;

use super::front::{Does, Front, Kind};

pub(super) const CADDY: Kind = Kind {
    program: "caddy",
    passes_through: false,
    config,
    arguments: |file| {
        ["run", "--adapter", "caddyfile", "--config"]
            .map(String::from)
            .into_iter()
            .chain([file.display().to_string()])
            .collect()
    },
};

fn config(fronts: &[Front], _: &Path) -> String {
    let mut config =
        String::from("{\n  admin off\n  auto_https off\n  log {\n    level ERROR\n    output discard\n  }\n}\n");
    fronts.iter().for_each(|front| site(&mut config, front));
    config
}

fn site(config: &mut String, front: &Front) {
    let Front { port, server, does } = front;
    let does = match does {
        Does::Forwards => "",
        Does::StripsAuthorization | Does::StripsAuthorizationOnUpgrade => "header_up -Authorization",
        Does::StripsBearer => "header_up Authorization \"^Bearer (.*)$\" \"$1\"",
        Does::StripsSubprotocol => "header_up -Sec-WebSocket-Protocol",
        Does::BlocksUpgrade => "header_up -Upgrade\n    header_up -Connection",
        Does::PassesThrough => panic!("it reads what it forwards"),
    };
    let upgrades = if front.does == Does::StripsAuthorizationOnUpgrade { "@upgrade" } else { "" };
    _ = writeln!(config, "http://127.0.0.1:{port} {{\n  bind 127.0.0.1\n  @upgrade header Upgrade websocket");
    _ = writeln!(config, "  reverse_proxy {upgrades} {server} {{\n    {does}\n  }}");
    if !upgrades.is_empty() {
        _ = writeln!(config, "  reverse_proxy {server}");
    }
    config.push_str("}\n");
}
