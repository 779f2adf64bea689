//! The real binary with a clean environment and a folder of its own.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use rustix::{
    process::{Pid, Signal, kill_process},
    pty::{OpenptFlags, ioctl_tiocgptpeer, openpt, unlockpt},
};
use tempfile::TempDir;

use super::service::Service;

/// Address of a service on a unix socket.
const ON_SOCKET: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), 0);

/// Folder and settings of one installation.
pub(crate) struct Installation {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

/// Result of a command.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    #[track_caller]
    pub(crate) fn expect_exit(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }
}

impl Installation {
    /// Creates an installation with SQLite and any free port.
    pub(crate) fn new() -> Self {
        Self::with_settings(&[])
    }

    pub(crate) fn with_settings(settings: &[(&str, &str)]) -> Self {
        let home = Self { folder: TempDir::new().expect("a folder"), settings: Vec::new() };
        home.and("VESTIBULE_DATABASE_URL", "sqlite:data/vestibule.db")
            .and("VESTIBULE_LISTEN", "127.0.0.1:0")
            .and_all(settings)
    }

    /// Creates an installation without settings.
    pub(crate) fn without_settings() -> Self {
        Self { folder: TempDir::new().expect("a folder"), settings: Vec::new() }
    }

    /// Creates an installation with the store and settings of a service in this process.
    pub(crate) fn beside(service: &Service) -> Self {
        Self::without_settings().and_all(&service.settings())
    }

    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    fn and_all(self, settings: &[(&str, &str)]) -> Self {
        settings.iter().fold(self, |home, (name, value)| home.and(name, value))
    }

    /// Returns the value of a setting.
    pub(crate) fn setting(&self, name: &str) -> String {
        self.settings.iter().find(|(known, _)| known == name).expect("a setting").1.clone()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("a file");
    }

    /// Builds the command without starting it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        // The tests may run under `nohup`: without this, the process would inherit that SIGHUP is ignored.
        let mut command = Command::new("env");
        command.args(["--default-signal=HUP", env!("CARGO_BIN_EXE_vestibule")]);
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        self.run_with(arguments, "")
    }

    /// Runs a command with this standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Done {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().expect("the binary starts");
        // The command may exit without reading.
        drop(child.stdin.take().expect("a pipe").write_all(input.as_bytes()));
        let output = child.wait_with_output().expect("the process ends");
        Done {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Runs a command whose standard output is a terminal.
    pub(crate) fn run_on_terminal(&self, arguments: &[&str]) -> Done {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let terminal = openpt(flags).expect("a pseudoterminal");
        unlockpt(&terminal).expect("unlocked");
        let of_command = ioctl_tiocgptpeer(&terminal, flags).expect("the side of the command");
        let child = self.command(arguments).stdout(of_command).spawn().expect("the binary starts");
        let (mut terminal, mut out) = (File::from(terminal), Vec::new());
        // The terminal fails when the command has closed it.
        let _ = terminal.read_to_end(&mut out);
        let output = child.wait_with_output().expect("the process ends");
        Done {
            code: output.status.code(),
            out: String::from_utf8(out).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Starts the service and waits until it listens.
    pub(crate) fn serve(&self) -> ServiceProcess {
        self.start(self.command(&["serve"]), self.log_file())
    }

    /// Starts the service with another target of its log, and waits until it listens.
    pub(crate) fn serve_with_log(&self, stderr: Stdio) -> ServiceProcess {
        self.start(self.command(&["serve"]), stderr)
    }

    /// Starts the service as `nohup` does.
    pub(crate) fn serve_ignoring_hangup(&self) -> ServiceProcess {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' HUP; exec \"$0\" serve", env!("CARGO_BIN_EXE_vestibule")]);
        shell.current_dir(self.folder.path()).env_clear();
        shell.envs(self.settings.iter().map(|(name, value)| (name, value)));
        shell.stdin(Stdio::null()).stdout(Stdio::piped());
        self.start(shell, self.log_file())
    }

    fn log_file(&self) -> Stdio {
        File::options().create(true).append(true).open(self.path("log")).expect("a log").into()
    }

    fn start(&self, mut command: Command, stderr: Stdio) -> ServiceProcess {
        let log = self.path("log");
        let begun = Instant::now();
        let mut child = command.stderr(stderr).spawn().expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("UTF-8");
        let listens = line.strip_prefix("listening on ").and_then(|rest| rest.split_once(' '));
        let address = listens.and_then(|(at, _)| match at.strip_prefix("http://") {
            Some(address) => address.parse().ok(),
            None => at.starts_with("unix:").then_some(ON_SOCKET),
        });
        let Some(address) = address else {
            drop(child.wait());
            panic!("the service does not listen: {line:?} {}", fs::read_to_string(&log).unwrap_or_default())
        };
        ServiceProcess { child, address, line, started_in: begun.elapsed(), log }
    }
}

/// A service in its own process.
pub(crate) struct ServiceProcess {
    child: Child,
    pub(crate) address: SocketAddr,
    /// Its first line of output.
    pub(crate) line: String,
    pub(crate) started_in: Duration,
    log: PathBuf,
}

impl ServiceProcess {
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(pid, signal).expect("a child process of this test");
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns its resident memory in KiB.
    pub(crate) fn memory(&self) -> u64 {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the process runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line of /proc");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Waits for its exit and fails after this time.
    pub(crate) fn ends_within(mut self, limit: Duration) -> ExitStatus {
        let until = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child process of this test") {
                return status;
            }
            assert!(Instant::now() < until, "the process does not end within {limit:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a child process of this test");
        self.child.wait().expect("the process ends");
    }

    /// Returns the log. The service writes lines in order and after its answers, so this sends a request and waits for its line.
    pub(crate) fn log(&self) -> String {
        let read = || fs::read_to_string(&self.log).expect("a log");
        let Some(id) = self.request_id() else { return read() };
        let until = Instant::now() + Duration::from_secs(2);
        while !read().contains(&id) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        read()
    }

    /// Sends a request and returns its id. `None` if the service does not answer.
    fn request_id(&self) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").ok()?;
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        lines.find_map(|line| line.strip_prefix("x-request-id: ").map(str::to_owned))
    }
}

impl Drop for ServiceProcess {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
