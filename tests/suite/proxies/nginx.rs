use std::fmt::Write;
use std::path::Path;

use super::front::{Does, Front, Kind};

pub(super) const NGINX: Kind = Kind {
    program: "nginx",
    passes_through: true,
    config,
    arguments: |file| vec!["-c".into(), file.display().to_string(), "-g".into(), "daemon off;".into()],
};

fn config(fronts: &[Front], folder: &Path) -> String {
    let folder = folder.display();
    let mut config = format!(
        "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\nworker_processes 1;\npid {folder}/nginx.pid;\n\
         error_log {folder}/nginx.log crit;\nevents {{ worker_connections 4096; }}\n"
    );
    let (passed, read): (Vec<&Front>, Vec<&Front>) = fronts.iter().partition(|front| front.does == Does::PassesThrough);
    config.push_str("stream {\n");
    for Front { port, server, .. } in passed {
        _ = writeln!(config, "server {{ listen 127.0.0.1:{port}; proxy_pass {server}; }}");
    }
    _ = writeln!(config, "}}\nhttp {{\naccess_log off;");
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        _ = writeln!(config, "{kind}_temp_path {folder}/{kind};");
    }
    // As the manual says of WebSockets: an upgrade is forwarded where there is one.
    config.push_str("map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n");
    config.push_str("map $http_upgrade $no_upgrade { default ''; '' $http_authorization; }\n");
    config.push_str("map $http_authorization $bare { default $http_authorization; '~^Bearer (?<rest>.+)$' $rest; }\n");
    read.iter().for_each(|front| server(&mut config, front));
    config + "}\n"
}

fn server(config: &mut String, front: &Front) {
    let Front { port, server, does } = front;
    let upgrade = match does {
        Does::BlocksUpgrade => "",
        _ => "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;",
    };
    let strips = match does {
        Does::StripsAuthorization => "proxy_set_header Authorization '';",
        Does::StripsAuthorizationOnUpgrade => "proxy_set_header Authorization $no_upgrade;",
        Does::StripsBearer => "proxy_set_header Authorization $bare;",
        Does::StripsSubprotocol => "proxy_set_header Sec-WebSocket-Protocol '';",
        _ => "",
    };
    _ = writeln!(
        config,
        "server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://{server}; proxy_http_version 1.1; \
         proxy_set_header Host $http_host; proxy_read_timeout 120s; {upgrade} {strips} }} }}"
    );
}
