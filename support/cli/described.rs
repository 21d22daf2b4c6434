//! Where the target of a command is described, for reports that point there.

use std::env;
use std::path::{Path, PathBuf};

use crate::evidence::Described;
use crate::input::Source;
use crate::vocabulary::Service;

/// A target of a target file.
pub(super) fn of_target(source: &Source, name: &str) -> Described {
    let line = |key: &str| source.line_of(&["targets", name, key]);
    // Where the gateway has no address of its own, it is the backend's.
    let addresses = [
        (Service::Auth, line("auth")),
        (Service::Backend, line("backend")),
        (Service::Gateway, line("websocket").or_else(|| line("backend"))),
        (Service::Issuer, line("keys")),
    ];
    Described {
        file: relative(Path::new(source.path())),
        line: source.line_of(&["targets", name]).unwrap_or(1),
        addresses: addresses.into_iter().filter_map(|(service, line)| Some((service, line?))).collect(),
    }
}

/// A scenario, whose file is one description.
pub(super) fn of_scenario(id: &str) -> Described {
    Described { file: format!("scenarios/{id}.toml"), line: 1, addresses: [].into() }
}

/// What annotates a repository needs paths from its root, and nobody else needs to know where that is on this machine.
fn relative(path: &Path) -> String {
    let roots = [env::var_os("GITHUB_WORKSPACE").map(PathBuf::from), env::current_dir().ok()];
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let within = roots.iter().flatten().find_map(|root| absolute.strip_prefix(root).ok());
    let shown = within.or_else(|| absolute.file_name().map(Path::new)).unwrap_or(path);
    shown.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
