//! Embeds the scenarios. cargo does not notice a new file in a folder; this script makes it a test and a part of the binary.

use std::fs;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=scenarios");
    let folder = PathBuf::from(environment("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files = Vec::new();
    collect(&folder, &mut files)?;
    files.sort_by_key(|file| id(file, &folder));
    let entries = files.iter().map(|file| format!("({:?}, include_str!({:?})),\n", id(file, &folder), file));
    let list = format!("&[\n{}]", entries.collect::<String>());
    let out = PathBuf::from(environment("OUT_DIR"));
    fs::write(out.join("scenarios.rs"), list)?;
    // Names without positions, so that a new scenario renames no other test.
    let tests = files.iter().map(|file| {
        let id = id(file, &folder);
        format!("scenario!({}, {id:?});\n", id.replace(['/', '-'], "_"))
    });
    fs::write(out.join("scenario_tests.rs"), tests.collect::<String>())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}

/// The path below the folder, without the extension, with slashes on every system.
fn id(file: &Path, folder: &Path) -> String {
    let below = file.strip_prefix(folder).unwrap_or(file).with_extension("");
    below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn environment(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}
