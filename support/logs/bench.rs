//! How fast logs are counted on one core, against `jq` and against a bare typed loop over `serde_json`, and how much memory that takes.
//! The data is generated from a seed. Run by `cargo bench --bench logs [-- MEGABYTES]`; `-- --write FILE FORM MEGABYTES` writes the
//! data alone, for other programs that count it.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fivewhys::logs::generated::{Form, Written, write};
use fivewhys::logs::{Document, Filter, LogFile, Patterns, count};
use serde::Deserialize;

const SEED: u64 = 1;
/// Of each form.
const MEGABYTES: u64 = 200;
/// `jq` gets so much less, and a rate is compared.
const SMALLER: u64 = 10;
/// What the comparisons look for.
const FAILED: &str = "SSOT AUTHENTICATION FAILED";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--write", file, form, megabytes] => {
            let form = if *form == "array" { Form::Array } else { Form::Lines };
            println!("{:?}", generate(Path::new(file), form, megabytes.parse().expect("a number")));
        }
        rest => {
            let megabytes = rest.first().and_then(|number| number.parse().ok()).unwrap_or(MEGABYTES);
            let folder = tempfile::tempdir().expect("a folder");
            for form in [Form::Lines, Form::Array] {
                compare(folder.path(), form, megabytes);
            }
        }
    }
}

fn generate(path: &Path, form: Form, megabytes: u64) -> Written {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    let written = write(&mut file, form, SEED, megabytes * 1_000_000).expect("written");
    file.flush().expect("written");
    written
}

fn compare(folder: &Path, form: Form, megabytes: u64) {
    let (large, small) = (folder.join("large.json"), folder.join("small.json"));
    let written = generate(&large, form, megabytes);
    generate(&small, form, megabytes.div_ceil(SMALLER));
    let ours = rate(&large, || assert_eq!(ours(&large), written.failed));
    let bare = rate(&large, || assert_eq!(bare(&large, form), written.failed));
    println!("{form:?}: ours {ours:.0} MB/s, a bare loop {bare:.0} MB/s: ratio {:.2}", ours / bare);
    match Command::new("jq").arg("--version").stdout(Stdio::null()).status() {
        Ok(_) => {
            let jq = rate(&small, || jq(&small, form));
            println!("  jq {jq:.0} MB/s: ratio {:.1}", ours / jq);
        }
        Err(_) => println!("  jq is not installed: apt-get install jq"),
    }
    println!("  at most {} of memory", resident(&large));
}

/// In megabytes for each second of CPU time, that of ended children included: others may use the machine as well.
fn rate(path: &Path, work: impl FnOnce()) -> f64 {
    let size = path.metadata().expect("a file").len() as f64;
    let begin = cpu();
    work();
    size / 1e6 / (cpu() - begin).max(0.01)
}

/// In seconds: user and system time, of this process and of its ended children, which proc(5) gives in hundredths.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    (11..15).filter_map(|field| fields.get(field)?.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Failed attempts. One file is read by one thread.
fn ours(path: &Path) -> u64 {
    let (patterns, filter) = (Patterns::shipped().expect("patterns"), Filter::default());
    let counted = count(&[LogFile::Path(path.to_owned())], &patterns, &filter, &|_| {}).expect("counted");
    Document::of(counted, &patterns, &filter).rates.iter().map(|rate| rate.failed).sum()
}

/// What the same count needs of an entry, and no more.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Bare<'a> {
    #[serde(borrow)]
    timestamp: Cow<'a, str>,
    #[serde(borrow)]
    text_payload: Cow<'a, str>,
}

impl Bare<'_> {
    fn is_failed(&self) -> bool {
        !self.timestamp.is_empty() && self.text_payload.contains(FAILED)
    }
}

/// Lines one by one; an array whole, in memory.
fn bare(path: &Path, form: Form) -> u64 {
    if form == Form::Array {
        let text = fs::read(path).expect("read");
        let entries: Vec<Bare<'_>> = serde_json::from_slice(&text).expect("entries");
        return entries.iter().filter(|entry| entry.is_failed()).count() as u64;
    }
    let (mut lines, mut line, mut failed) = (BufReader::new(File::open(path).expect("a file")), Vec::new(), 0);
    while lines.read_until(b'\n', &mut line).expect("read") > 0 {
        let entry: Bare<'_> = serde_json::from_slice(&line).expect("an entry");
        failed += u64::from(entry.is_failed());
        line.clear();
    }
    failed
}

/// The same count by service, revision and hour, of one kind of failure and one of success only.
fn jq(path: &Path, form: Form) {
    let add = r#"($entry.textPayload // "") as $text
        | if ($text | test("SSOT AUTHENTICATION FAILED|Token validated"))
          then .[$entry.timestamp[:13] + " " + $entry.resource.labels.service_name + " " + $entry.resource.labels.revision_name
            + " " + $text[:4]] += 1
          else . end"#;
    let (flag, entries) = if form == Form::Lines { ("-n", "inputs") } else { ("-c", ".[]") };
    let program = format!("reduce {entries} as $entry ({{}}; {add})");
    let status = Command::new("jq").args([flag, &program]).arg(path).stdout(Stdio::null()).status();
    assert!(status.expect("jq starts").success());
}

/// The most memory that the program ever held, as Linux counts it.
fn resident(path: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    let mut child = command.arg("logs").arg(path).stdout(Stdio::null()).spawn().expect("the binary starts");
    let mut most = String::from("an unknown amount");
    while child.try_wait().expect("a process").is_none() {
        most = peak(&child).unwrap_or(most);
        std::thread::sleep(Duration::from_millis(5));
    }
    most
}

fn peak(child: &Child) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(|most| most.trim().to_owned())
}
