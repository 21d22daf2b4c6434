//! What a sample costs this machine: CPU time for each fresh WebSocket connection (connect, upgrade, welcome, close), against a
//! loop over raw sockets that sends the same bytes, and against Python's `websockets` where that is installed. The server is another
//! process. Run by `cargo bench --bench samples`.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fivewhys::input::Source;
use fivewhys::rate::{Leg, Observer, Options, measure};
use fivewhys::target::{Target, select};
use tokio::sync::watch;

const SAMPLES: u64 = 5_000;
/// Each of them; the least of the ratios is least disturbed by others.
const ROUNDS: usize = 3;

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("fivewhys.toml");
    let server = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
        .args(["serve", "--write"])
        .arg(&config)
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let _server = Server(server);
    while !config.exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let source = Source::read(&config).expect("the target's file");
    let target = select(&source, "local", &|name| std::env::var_os(name)).expect("a target");
    let (address, request) = handshake(&target, &config);
    let python = folder.path().join("loop.py");
    fs::write(&python, PYTHON).expect("written");
    for _ in 0..ROUNDS {
        let ours = spent(|| ours(&target));
        let raw = spent(|| raw(&address, &request));
        println!("ours {:.0} µs, a raw loop {:.0} µs: ratio {:.2}", micros(ours), micros(raw), ours / raw);
        for client in ["asyncio", "legacy", "sync"] {
            if let Some(python) = in_python(&python, client, &address, &request) {
                let (micros, ratio) = (micros(python), ours / python);
                println!(
                    "  Python's websockets.{client} {micros:.0} µs: ratio {ratio:.3}, of the raw loop {:.3}",
                    raw / python
                );
            }
        }
    }
}

fn micros(seconds: f64) -> f64 {
    seconds * 1e6 / SAMPLES as f64
}

/// CPU seconds of this process that the work takes.
fn spent(work: impl FnOnce()) -> f64 {
    let before = cpu();
    work();
    cpu() - before
}

/// User and system time of this process, which proc(5) gives in hundredths of a second.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    [11, 12].into_iter().filter_map(|field| fields.get(field)?.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn ours(target: &Target) {
    let (legs, samples, hold) = (vec![Leg::Websocket], Some(SAMPLES), Some(Duration::ZERO));
    let options = Options { legs, samples, hold, ..Options::usual(target) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (_end, interrupt) = watch::channel(false);
    let observer = Observer { progress: &|_, _, _| {}, interrupt };
    let rate = runtime.block_on(measure(target, &options, observer)).expect("the suite does its job");
    assert_eq!(rate.legs[0].tally.accepted, SAMPLES);
}

/// The address, and the bytes of a handshake with a token of the first user.
fn handshake(target: &Target, config: &Path) -> (String, String) {
    let url = target.websocket.as_ref().expect("a gateway");
    let address = url.authority().to_owned();
    let text = fs::read_to_string(config).expect("the target's file");
    let setting = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} = ")));
        line.expect("a setting").trim_matches('"').to_owned()
    };
    let auth = setting("auth");
    let host = auth.trim_start_matches("http://");
    let body = r#"{"email":"staging-e2e-user-001@test.local","name":"one"}"#;
    let key = setting("X-E2E-Bypass-Key");
    let login = format!(
        "POST /auth/e2e/test-auth HTTP/1.1\r\nHost: {host}\r\nX-E2E-Bypass-Key: {key}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(host).expect("auth");
    stream.write_all(login.as_bytes()).expect("sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("a response");
    let token = response.split("\"access_token\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
    let request = format!(
        "GET /ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: jwt-auth\r\nAuthorization: Bearer {token}\r\n\
         Accept: */*\r\n\r\n"
    );
    (address, request)
}

/// Connect, send, read the head and the welcome, send a close, read until the server closes.
fn raw(address: &str, request: &str) {
    let mut buffer = [0; 4_096];
    for _ in 0..SAMPLES {
        let mut stream = TcpStream::connect(address).expect("a gateway");
        stream.set_nodelay(true).expect("set");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut length = 0;
        let head = loop {
            length += stream.read(&mut buffer[length..]).expect("a response");
            if let Some(at) = buffer[..length].windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at + 4;
            }
        };
        while length - head < 2 {
            length += stream.read(&mut buffer[length..]).expect("a welcome");
        }
        stream.write_all(&[0x88, 0x82, 1, 2, 3, 4, 0x02, 0xea]).expect("sent");
        while stream.read(&mut buffer).is_ok_and(|read| read > 0) {}
    }
}

/// CPU seconds of Python for as many connections.
fn in_python(script: &Path, client: &str, address: &str, request: &str) -> Option<f64> {
    let token = request.split("Bearer ").nth(1)?.lines().next()?;
    let arguments = [client, address, token, &SAMPLES.to_string()];
    let program = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(program).arg(script).args(arguments).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

const PYTHON: &str = r#"
import asyncio, importlib, resource, sys, warnings
warnings.simplefilter("ignore")
client, address, token, samples = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
connect = importlib.import_module(f"websockets.{client}.client").connect
name = "extra_headers" if client == "legacy" else "additional_headers"
options = {"subprotocols": ["jwt-auth"], name: {"Authorization": f"Bearer {token}"}}
async def one():
    async with connect(f"ws://{address}/ws", **options) as socket:
        await socket.recv()
async def all():
    async def some(count):
        for _ in range(count):
            await one()
    await asyncio.gather(*[some(samples // 8) for _ in range(8)])
before = resource.getrusage(resource.RUSAGE_SELF)
if client == "sync":
    for _ in range(samples):
        with connect(f"ws://{address}/ws", **options) as socket:
            socket.recv()
else:
    asyncio.run(all())
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
"#;
