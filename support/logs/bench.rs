//! How fast logs are counted on one core, against `jq` and against a bare typed loop over `serde_json`; then compressed, on all cores,
//! and in how much memory. The data is generated from a seed. `cargo bench --bench logs [-- MEGABYTES]` prints all that.
//! `-- --memory GIGABYTES` streams so many into the program; `-- --write FILE FORM MEGABYTES` writes the data alone.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fivewhys::logs::generated::{Content, Form, Written, write, write_content};
use fivewhys::logs::{Document, Filter, LogFile, Patterns, count};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;

const SEED: u64 = 1;
/// Of each form.
const MEGABYTES: u64 = 200;
/// `jq` gets so much less, and a rate is compared.
const SMALLER: u64 = 10;
/// A time by the clock is taken so often.
const TIMES: usize = 7;
/// What the comparisons look for.
const FAILED: &str = "SSOT AUTHENTICATION FAILED";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--write", file, form, megabytes] => {
            let form = if *form == "array" { Form::Array } else { Form::Lines };
            println!("{:?}", generate(Path::new(file), form, Content::Mixed, number(megabytes)));
        }
        ["--memory", gigabytes] => stream(number(gigabytes)),
        rest => {
            let megabytes = rest.first().map_or(MEGABYTES, |text| number(text));
            let folder = tempfile::tempdir().expect("a folder");
            for form in [Form::Lines, Form::Array] {
                for content in [Content::Mixed, Content::Records, Content::Traffic] {
                    compare(folder.path(), form, content, megabytes);
                }
            }
            let file = folder.path().join("log.json");
            generate(&file, Form::Lines, Content::Mixed, megabytes);
            compressed(folder.path(), &file);
            cores(&file);
            println!("memory: at most {}", resident(Command::new(PROGRAM).arg("logs").arg(&file)));
        }
    }
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_fivewhys");

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

fn generate(path: &Path, form: Form, content: Content, megabytes: u64) -> Written {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    let written = write_content(&mut file, form, content, SEED, megabytes * 1_000_000).expect("written");
    file.flush().expect("written");
    written
}

fn compare(folder: &Path, form: Form, content: Content, megabytes: u64) {
    let (large, small) = (folder.join("large.json"), folder.join("small.json"));
    let written = generate(&large, form, content, megabytes);
    generate(&small, form, content, megabytes.div_ceil(SMALLER));
    let ours = rate(&large, || assert_eq!(ours(&large), written.failed));
    let bare = rate(&large, || assert_eq!(bare(&large, form), written.failed));
    print!("{form:?}, {content:?}: {ours:.0} MB/s, {:.2} of a bare loop ({bare:.0} MB/s)", ours / bare);
    match Command::new("jq").arg("--version").stdout(Stdio::null()).status() {
        Ok(_) => {
            let jq = rate(&small, || jq(&small, form));
            println!(", {:.1} times jq ({jq:.0} MB/s)", ours / jq);
        }
        Err(_) => println!("; jq is not installed: apt-get install jq"),
    }
}

/// In megabytes of text, not of the compressed file.
fn compressed(folder: &Path, file: &Path) {
    let text = fs::read(file).expect("read");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&text).expect("written");
    let zstd = ruzstd::encoding::compress_to_vec(&*text, ruzstd::encoding::CompressionLevel::Fastest);
    for (name, bytes) in [("gzip", gzip.finish().expect("finished")), ("zstd", zstd)] {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("written");
        println!("{name}: {:.0} MB/s", rate(file, || assert!(ours(&path) > 0)));
    }
}

/// By the clock, the best of several times: a machine that does something else has fewer cores.
fn cores(file: &Path) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let once = |files: usize| {
        let begin = Instant::now();
        ours_of(&vec![file.to_owned(); files]);
        begin.elapsed().as_secs_f64()
    };
    let seconds = |files: usize| (0..TIMES).map(|_| once(files)).fold(f64::INFINITY, f64::min);
    println!("{cores} files on {cores} cores: {:.1} times one file on one", cores as f64 * seconds(1) / seconds(cores));
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

/// Verdicts of failed attempts. One file is read by one thread.
fn ours(path: &Path) -> u64 {
    ours_of(&[path.to_owned()])
}

fn ours_of(paths: &[PathBuf]) -> u64 {
    let (patterns, filter) = (Patterns::shipped().expect("patterns"), Filter::default());
    let files: Vec<LogFile> = paths.iter().cloned().map(LogFile::Path).collect();
    let counted = count(&files, &patterns, &filter, &|_| {}).expect("counted");
    let records = Document::of(counted, &patterns, &filter).records;
    records.iter().filter(|record| record.step == "verdict" && record.outcome.is_failure()).map(|one| one.count).sum()
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

/// Through standard input, so that nothing is written to a disk.
fn stream(gigabytes: u64) {
    for form in [Form::Lines, Form::Array] {
        let mut command = Command::new(PROGRAM);
        let mut child =
            command.args(["logs", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("starts");
        let mut input = BufWriter::new(child.stdin.take().expect("a pipe"));
        let written = write(&mut input, form, SEED, gigabytes * 1_000_000_000).expect("written");
        input.flush().expect("written");
        let most = peak(&child).unwrap_or_default();
        drop(input);
        child.wait().expect("a process");
        println!("{form:?}: {most} before the end of {} bytes", written.bytes);
    }
}

/// The most memory that the program ever held, as Linux counts it.
fn resident(command: &mut Command) -> String {
    let mut child = command.stdout(Stdio::null()).spawn().expect("the binary starts");
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
