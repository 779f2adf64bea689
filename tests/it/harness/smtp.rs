//! The SMTP server of the tests: aiosmtpd in a process of its own (tests/smtp/server.py).

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};

use super::{eventually, tls::certificate_files};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
pub(crate) const USER: &str = "vestibule@corp.example";
pub(crate) const PASSWORD: &str = "pass w\u{f6}rd/+%:@";
/// Longest time until a mail is delivered that is due.
const LIMIT: Duration = Duration::from_secs(20);

/// Server that runs until it is dropped.
pub(crate) struct SmtpServer {
    process: Child,
    pub(crate) port: u16,
    lines: Arc<Mutex<Vec<Value>>>,
}

impl SmtpServer {
    /// Starts a server with these options (tests/smtp/server.py).
    pub(crate) fn start(mut options: Value) -> Self {
        let packages = format!("{ROOT}/.tools/smtp");
        assert!(Path::new(&packages).exists(), "install the SMTP server with ./scripts/test rust mail::");
        options["certificate"] = json!(certificate_files());
        let mut command = Command::new("python3");
        command.arg(format!("{ROOT}/tests/smtp/server.py")).arg(options.to_string());
        command
            .env("PYTHONPATH", packages)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = command.spawn().expect("python3 starts");
        let mut out = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        let ready: Value = serde_json::from_str(&line).expect("the port");
        let port = ready["port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a port");
        let lines = Arc::<Mutex<Vec<Value>>>::default();
        let seen = lines.clone();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                seen.lock().expect("no panic").push(serde_json::from_str(&line).expect("one line of JSON"));
            }
        });
        Self { process, port, lines }
    }

    /// Returns the events of this name, in their order: `accepted`, `refused`, `closed`, `password`.
    pub(crate) fn events(&self, name: &str) -> Vec<Value> {
        let lines = self.lines.lock().expect("no panic");
        lines.iter().filter(|line| line["event"] == name).cloned().collect()
    }

    /// Returns the mails once there are as many.
    pub(crate) async fn accepted(&self, count: usize) -> Vec<Value> {
        eventually(LIMIT, "the server accepted the mails", || async {
            self.events("accepted").len() >= count
        })
        .await;
        let mails = self.events("accepted");
        assert_eq!(mails.len(), count, "{mails:#?}");
        mails
    }

    /// Waits for an event.
    pub(crate) async fn wait_for(&self, name: &str) {
        eventually(LIMIT, name, || async { !self.events(name).is_empty() }).await;
    }

    /// Stops the server and returns its port, which another one can use.
    pub(crate) fn stop(self) -> u16 {
        self.port
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
