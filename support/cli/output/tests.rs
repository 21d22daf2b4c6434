use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().display().to_string()).collect();
    names.sort();
    names
}

#[test]
fn trying_a_file_leaves_everything_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let [old, new] = ["old", "new"].map(|name| folder.path().join(name));
    fs::write(&old, "before").expect("written");
    let outputs = [&old, &new].map(|path| Output::open(path, Access::Usual).expect("it can be written"));
    assert_eq!(
        (names(folder.path()), fs::read_to_string(&old).expect("a file")),
        (vec!["old".into()], "before".into())
    );
    outputs.into_iter().for_each(|output| output.write("after").expect("written"));
    assert_eq!(names(folder.path()), ["new", "old"]);
    assert!([old, new].iter().all(|path| fs::read_to_string(path).expect("a file") == "after"));
}

#[test]
fn evidence_is_for_its_owner_and_a_report_keeps_its_permissions() {
    let folder = tempfile::tempdir().expect("a folder");
    let [evidence, report] = ["evidence", "report"].map(|name| folder.path().join(name));
    for path in [&evidence, &report] {
        fs::write(path, "").expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o640)).expect("ours");
    }
    Output::open(&evidence, Access::Owner).expect("it can be written").write("x").expect("written");
    Output::open(&report, Access::Usual).expect("it can be written").write("x").expect("written");
    assert_eq!((mode(&evidence), mode(&report)), (0o600, 0o640));
}

/// In a folder that others may write to, a link may lead to any file of this user.
#[test]
fn a_link_is_replaced_and_what_it_leads_to_is_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let [victim, link, dangling] = ["victim", "link", "dangling"].map(|name| folder.path().join(name));
    fs::write(&victim, "mine").expect("written");
    symlink(&victim, &link).expect("a link");
    symlink(folder.path().join("nowhere"), &dangling).expect("a link");
    for path in [&link, &dangling] {
        Output::open(path, Access::Usual).expect("it can be written").write("report").expect("written");
        assert!(!path.is_symlink() && fs::read_to_string(path).expect("a file") == "report");
    }
    assert_eq!(fs::read_to_string(&victim).expect("a file"), "mine");
    assert_eq!(names(folder.path()), ["dangling", "link", "victim"]);
    symlink(&victim, folder.path().join("new")).expect("a link");
    assert!(create(&folder.path().join("new"), "x").is_err_and(|error| error.kind() == ErrorKind::AlreadyExists));
}

/// Both would be written to, one after the other.
#[test]
fn one_place_is_known_by_all_of_its_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).expect("a folder");
    symlink(&inner, folder.path().join("alias")).expect("a link");
    assert!(is_same(&inner.join("x"), &folder.path().join("alias/x")));
    assert!(is_same(&inner.join("x"), &inner.join("../inner/./x")));
    assert!(!is_same(&inner.join("x"), &inner.join("y")));
}

#[test]
fn what_is_no_file_cannot_be_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).expect("a folder");
    for path in [inner.clone(), inner.join(""), inner.join(".."), folder.path().join("no/folder"), inner.join("new/")] {
        let error = Output::open(&path, Access::Usual).err().expect("an error").to_string();
        assert!(error.contains("cannot write to"), "{error}");
        assert!(!error.contains(".fivewhys-"), "{error}");
    }
    assert!(Output::open(Path::new("/dev/null"), Access::Usual).expect("a device").write("x").is_ok());
}
