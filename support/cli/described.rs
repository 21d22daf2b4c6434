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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_points_at_the_address_of_its_service() {
        let text = "[targets.\"a b\"]\nstage = \"local\"\nauth = \"x\"\n\nbackend = \"y\"\n[targets.\"a b\".login]\npath = \"/\"\n";
        let described = of_target(&Source::new("sub/fivewhys.toml", text), "a b");
        assert_eq!((described.file.as_str(), described.line), ("sub/fivewhys.toml", 1));
        let lines =
            [Service::Auth, Service::Backend, Service::Gateway, Service::Issuer].map(|it| described.line_of(it));
        assert_eq!(lines, [3, 5, 5, 1]);
    }

    /// A report is mailed, and where a person keeps files is nobody's business.
    #[test]
    fn a_file_elsewhere_is_told_by_its_name_only() {
        assert_eq!(relative(Path::new("/some/where/else/fivewhys.toml")), "fivewhys.toml");
    }
}
