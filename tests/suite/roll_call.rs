//! Nobody is missing: scenarios, faults, pages and snapshots belong together. Each failure says what to do.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fivewhys::presets::Preset;
use fivewhys::report::explain;
use fivewhys::scenario::{self, Scenario};
use fivewhys::vocabulary::Fault;
use strum::VariantArray;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Paths of that extension below a folder of the project, without it, with slashes.
fn ids(folder: &str, extension: &str) -> BTreeSet<String> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() { collect(&entry, found) } else { found.push(entry) }
        }
    }
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    let matching = found.into_iter().filter(|path| path.extension().is_some_and(|found| found == extension));
    let below = matching.map(|path| path.strip_prefix(root().join(folder)).expect("below it").with_extension(""));
    below.map(|path| path.to_string_lossy().replace('\\', "/")).collect()
}

#[test]
fn every_fault_has_a_scenario_that_confirms_it() {
    let confirmed: BTreeSet<Fault> =
        scenario::ids().flat_map(|id| Scenario::find(id).expect("a right scenario").expect.faults).collect();
    for fault in Fault::VARIANTS {
        assert!(confirmed.contains(fault), "add a scenario under scenarios/ whose `expect.faults` names {fault}");
        let named = scenario::ids().any(|id| id.rsplit_once('/').is_some_and(|(_, name)| name == fault.code()));
        assert!(named, "name the plainest scenario of {fault} after it: tests/accuracy injects that one");
    }
}

#[test]
fn every_file_is_a_test_and_part_of_the_binary() {
    let built_in: BTreeSet<String> = scenario::ids().map(String::from).collect();
    assert_eq!(ids("scenarios", "toml"), built_in, "support/build.rs does not see every file under scenarios/");
}

#[test]
fn every_scenario_has_its_snapshot_and_no_snapshot_is_left_over() {
    let (scenarios, mut snapshots) = (ids("scenarios", "toml"), ids("snapshots", "snap"));
    snapshots.retain(|id| {
        !["staging/", "told-apart/", "accuracy/", "reports/"].iter().any(|of_others| id.starts_with(of_others))
    });
    let lacking: Vec<_> = scenarios.difference(&snapshots).collect();
    assert!(
        lacking.is_empty(),
        "run `INSTA_UPDATE=always cargo test --test scenarios`, read the new reports, commit them: {lacking:?}"
    );
    let orphans: Vec<_> = snapshots.difference(&scenarios).collect();
    assert!(orphans.is_empty(), "delete these snapshots, their scenarios are gone: {orphans:?}");
}

/// A key of a scenario is a field of a deployment.
#[test]
fn every_key_of_a_scenario_stands_in_their_readme() {
    let readme = fs::read_to_string(root().join("scenarios/README.md")).expect("the README");
    for file in ids("support/deployment", "rs") {
        let code = fs::read_to_string(root().join(format!("support/deployment/{file}.rs"))).expect("code");
        let fields = code.lines().filter_map(|line| line.strip_prefix("    pub ")?.split_once(':'));
        for key in fields.map(|(name, _)| name.replace('_', "-")).filter(|name| !name.contains(' ')) {
            let stands = [format!("`{key}`"), format!(".{key}`")].iter().any(|written| readme.contains(written));
            assert!(stands, "add `{key}` of support/deployment/{file}.rs to the table in scenarios/README.md");
        }
    }
}

#[test]
fn every_preset_has_a_family_of_scenarios() {
    for preset in Preset::VARIANTS {
        let family = format!("systems/{}", preset.as_ref());
        let has = |name: &&str| scenario::ids().any(|id| id == format!("{family}/{name}"));
        // What describes no WebSocket has no upgrade.
        let upgrades = preset.target().expect("a right preset").websocket.is_some();
        let usual = ["healthy", "credential-not-read", "token-expired"];
        let lacking = usual.iter().chain(["upgrade-blocked"].iter().filter(|_| upgrades)).find(|name| !has(name));
        assert_eq!(lacking, None, "add it to scenarios/{family}");
        let mismatches = ["jwt-secret-mismatch", "signing-key-unknown"];
        assert!(mismatches.iter().any(has), "add one of {mismatches:?} to scenarios/{family}");
    }
}

#[test]
fn ids_and_codes_are_kebab_case() {
    let is_kebab = |name: &str| {
        name.split('-')
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
    };
    for id in scenario::ids() {
        assert!(id.split('/').all(is_kebab), "rename scenarios/{id}.toml: small letters, digits and single hyphens");
    }
    for fault in Fault::VARIANTS {
        assert!(is_kebab(fault.code()), "rename the variant of {fault}");
        let json = serde_json::to_value(fault).expect("a fault is a text");
        assert_eq!(json, fault.code(), "the names of {fault} in JSON and in text differ: check its derive attributes");
    }
}

#[test]
fn every_fault_is_explained() {
    let dictionary = fs::read_to_string(root().join("snapshots/accuracy/dictionary.snap")).expect("a snapshot");
    for fault in Fault::VARIANTS {
        let page = fault.page();
        for heading in ["# ", "\n## How it looks\n", "\n## How to confirm it\n", "\n## How to fix it\n"] {
            assert!(page.contains(heading), "add `{}` to the page {fault}.md in support/faults", heading.trim());
        }
        assert!(
            page.lines().all(|line| line.chars().count() <= 80),
            "wrap the page {fault}.md in support/faults at 80 columns"
        );
        let explained = explain(*fault, true);
        for heading in ["\n## What shows it\n- ", "\n## What rules it out\n- "] {
            assert!(explained.contains(heading), "{fault} has no `{}`:\n{explained}", heading.trim());
        }
        assert!(explained.lines().all(|line| line.chars().count() <= 80), "wider than 80 columns:\n{explained}");
        assert!(
            dictionary.contains(&format!(" {fault}\n")),
            "add {fault}: INSTA_UPDATE=always cargo test --test accuracy"
        );
        assert!(!fault.headline().ends_with('.'), "the headline of {fault} is a fragment: no full stop");
    }
    let pages = ids("support/faults", "md")
        .iter()
        .filter_map(|id| Some(id.rsplit_once('/')?.1.to_owned()))
        .collect::<BTreeSet<_>>();
    let codes: BTreeSet<String> = Fault::VARIANTS.iter().map(|fault| fault.code().to_owned()).collect();
    assert_eq!(pages, codes, "pages without a fault: delete them, or add the fault");
}

#[test]
fn every_fault_is_of_the_family_in_whose_folder_it_is() {
    let pages = ids("support/faults", "md");
    for fault in Fault::VARIANTS {
        let page = format!("{}/{fault}", fault.family());
        assert!(pages.contains(&page), "move {fault} beside its family in support/vocabulary/fault.rs: no {page}.md");
    }
}

/// Base64 of `{"`, which every JWT begins with.
const JWT: &str = "eyJ";

#[test]
fn no_snapshot_holds_a_token_or_a_secret() {
    for id in ids("snapshots", "snap") {
        let text = fs::read_to_string(root().join("snapshots").join(format!("{id}.snap"))).expect("a snapshot");
        assert!(
            !text.contains(JWT),
            "snapshots/{id}.snap holds a token: find out which fence of redaction let it through"
        );
        // The secrets of a mock are 64 hexadecimal digits.
        let longest = text.split(|c: char| !c.is_ascii_hexdigit()).map(str::len).max().unwrap_or_default();
        assert!(longest < 32, "snapshots/{id}.snap holds something that looks like a secret");
    }
}
