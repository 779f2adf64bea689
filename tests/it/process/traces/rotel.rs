//! A real collector: rotel, in a process of its own.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use tokio::net::TcpStream;

use super::request_id;
use crate::{
    harness::{browser::Browser, eventually, ports::free_port, process::Installation, users::PASSWORD},
    process::add,
};

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.tools/rotel/rotel/rotel-agent");
const LIMIT: Duration = Duration::from_secs(30);

struct Rotel {
    process: Child,
    address: String,
    log: PathBuf,
    _folder: TempDir,
}

impl Rotel {
    async fn start() -> Self {
        assert!(Path::new(PROGRAM).exists(), "install the collector with ./scripts/test rust traces::");
        let folder = TempDir::new().expect("a folder");
        let log = folder.path().join("log");
        let [address, grpc] = [(); 2].map(|()| format!("127.0.0.1:{}", free_port()));
        let file = File::create(&log).expect("a file");
        let arguments =
            ["--exporter", "blackhole", "--debug-log", "traces", "--debug-log-verbosity", "detailed"];
        let mut command = Command::new(PROGRAM);
        command.arg("start").args(arguments).args(["--otlp-http-endpoint", &address]);
        command.args(["--otlp-grpc-endpoint", &grpc]).current_dir(folder.path());
        command.stdin(Stdio::null()).stderr(file.try_clone().expect("a file")).stdout(file);
        let rotel = Self { process: command.spawn().expect("rotel starts"), address, log, _folder: folder };
        let listens = || async { TcpStream::connect(&rotel.address).await.is_ok() };
        eventually(LIMIT, "rotel listens", listens).await;
        rotel
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).expect("a log")).into_owned()
    }
}

impl Drop for Rotel {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn real_collector_reads_the_spans_of_a_login() {
    let rotel = Rotel::start().await;
    let home = Installation::with_settings(&[("VESTIBULE_TRACES_URL", &format!("http://{}", rotel.address))]);
    add(&home, "ada");
    let serving = home.serve();
    let answer = Browser::at(serving.address).sign_in("ada", PASSWORD).await.expect_status(200);
    let id = request_id(&answer);
    eventually(LIMIT, "the span of the login", || async { rotel.log().contains(&id) }).await;
    let log = rotel.log();
    for part in ["POST /api/auth/login", "service.name", "insert sessions", "hash", "http.route"] {
        assert!(log.contains(part), "{part}: {log}");
    }
    assert!(!serving.log().contains("could not be exported"));
}
