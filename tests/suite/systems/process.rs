//! A program of others as a process, and how its packages are installed.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use reqwest::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Far beyond what a system needs to start on a busy machine.
const LONGEST: Duration = Duration::from_secs(120);
/// Packages of one system are installed once, whichever test comes first.
static INSTALLING: Mutex<()> = Mutex::new(());

/// A process that ends when this is dropped.
pub(super) struct Process(Child);

impl Process {
    pub(super) fn start(program: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).envs(variables.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null());
        Process(command.spawn().unwrap_or_else(|error| panic!("{} does not start: {error}", program.display())))
    }

    /// Waits until the address responds with a success: a program of others does not say when it listens.
    pub(super) async fn responds(&mut self, address: &str) {
        let start = Instant::now();
        while !is_success(address).await.unwrap_or_default() {
            assert_eq!(
                self.0.try_wait().expect("it can be asked"),
                None,
                "it ended at once, before {address} responded"
            );
            assert!(start.elapsed() < LONGEST, "{address} does not respond");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// Whether a GET there gets a status from 200 to 299.
async fn is_success(address: &str) -> Option<bool> {
    let url: Url = address.parse().ok()?;
    let mut stream = TcpStream::connect(("127.0.0.1", url.port()?)).await.ok()?;
    let request = format!("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", url.path(), url.authority());
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.ok()?;
    Some(response.starts_with(b"HTTP/1.1 2"))
}

/// Installs the packages of a system, pinned by its lock file, and returns the variables that its server needs.
pub(crate) fn installed(system: &str, folder: &Path) -> Vec<(&'static str, String)> {
    let _one_at_a_time = INSTALLING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if folder.join("package.json").is_file() {
        if !folder.join("node_modules").is_dir() {
            run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder));
        }
        return Vec::new();
    }
    let environment: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{system}-venv"));
    let complete = environment.join("complete");
    if !complete.is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment));
        let requirements = folder.join("requirements.txt");
        let pip = environment.join("bin/pip");
        run(Command::new(pip).args(["install", "--quiet", "--require-hashes", "-r"]).arg(requirements));
        std::fs::write(&complete, "").expect("written");
    }
    vec![("VENV", environment.display().to_string())]
}

pub(crate) fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(status.success(), "{command:?} ended with {status}");
}
