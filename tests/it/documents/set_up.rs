//! Installations for the blocks that need more than an empty folder: `sh run service`, `package`, `mongodb`, `two-databases`,
//! `mail`.
//!
//! Each has a running service, the users `ada` (an administrator with an authenticator app) and `linus`, a session of both, another
//! administrator `barbara`, a wrong password of `ada`, and a refused login at the provider `corp`. `systemctl`, `sudo` and `install` are stand-ins, because a test cannot
//! install a service or have two users: `systemctl` starts, stops and restarts the real binary in the folder. Names of the documents
//! stand for those of the test: [`FOLDERS`], [`PUBLIC_URL`] and [`TRACE`].

use std::{
    fs::{self, Permissions},
    io::Write as _,
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tempfile::TempDir;
use tokio::task::block_in_place;
use vestibule::{clock::Clock, secrets};

use super::{Block, command, folder};
use crate::harness::{
    browser::Browser,
    eventually,
    fake_provider::{CLIENT_ID, CLIENT_SECRET, FakeProvider},
    federated::{assert_refused, available_at, claims_of, sign_in, trace_id, with_claims},
    ports::free_port,
    smtp::SmtpServer,
    stores::StoreLocation,
    totp::Authenticator,
    users::PASSWORD,
};

/// Folders in the documents, and those below the folder of the test: settings, database, backups, and another medium for keys.
const FOLDERS: [(&str, &str); 4] = [
    ("/etc/vestibule", ""),
    ("/var/lib/vestibule", "/data"),
    ("/var/backups/vestibule", "/backups"),
    ("/mnt/keys", "/medium"),
];
/// Public URL in the documents.
const PUBLIC_URL: &str = "https://id.corp.example";
/// Trace number in the documents.
const TRACE: &str = "01a20508-0f63-708b-b393-7e63c1e1f133";
/// File with the keys, in the folder.
pub(super) const KEYS: &str = "secret-keys";
/// Longest time until a provider is available or a mail has failed.
const LIMIT: Duration = Duration::from_mins(1);
/// Time after which a command that runs until it is stopped is stopped.
const STOP_AFTER: &str = "4";
/// Exit code of `timeout` for a command that it stopped.
const STOPPED: i32 = 124;

const SUDO: &str = r#"#!/bin/bash
[[ ${1:-} != -u ]] || shift 2
exec "$@"
"#;
/// Refuses what would work here and not on a server: a file that root copies for the service without an owner.
const INSTALL: &str = r#"#!/bin/bash
set -euo pipefail
owner='' arguments=()
while [[ $# -gt 0 ]]; do
  case $1 in
    -o) owner=$2 && shift 2 ;;
    -g) shift 2 ;;
    *) arguments+=("$1") && shift ;;
  esac
done
target=${arguments[-1]}
if [[ $owner != vestibule && $target != */medium/* ]]; then
  echo "install: the service cannot read $target, which root owns" >&2
  exit 1
fi
command -p install "${arguments[@]}"
"#;
const SYSTEMCTL: &str = r#"#!/bin/bash
set -euo pipefail
cd "$(dirname "$0")/.."
runs() { [[ -f pid && -d /proc/$(<pid) ]] && ! grep -q '^State:.*Z' "/proc/$(<pid)/status"; }
stop() {
  kill "$(<pid)"
  # Another process may get the id later, and it must not be stopped in place of the service.
  for _ in {1..300}; do runs || { rm -f pid; return 0; }; sleep 0.1; done
  return 1
}
start() {
  vestibule serve </dev/null >>log 2>&1 &
  echo $! >pid
  for _ in {1..600}; do
    if vestibule healthcheck >/dev/null 2>&1; then return; fi
    runs || break
    sleep 0.1
  done
  cat log >&2
  return 1
}
case "$*" in
  "start vestibule") start ;;
  "stop vestibule") stop ;;
  "restart vestibule") stop && start ;;
  "status vestibule") runs ;;
  *) echo "systemctl $*: the documents use start, stop, restart and status" >&2 && exit 2 ;;
esac
"#;

/// What a block needs, named in its info string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SetUp {
    /// A running service with the embedded store.
    Service,
    /// The same with the keys beside the database, as after the installation of the Debian package.
    Package,
    /// A running service on a replica set.
    Mongodb,
    /// A running service with the embedded store and its own keys file, and the URL of an empty MongoDB database in a file.
    TwoDatabases,
    /// A running service, and a mail server that has refused a mail and accepts the next ones.
    Mail,
}

impl SetUp {
    pub(super) fn named(word: &str) -> Option<Self> {
        match word {
            "service" => Some(Self::Service),
            "package" => Some(Self::Package),
            "mongodb" => Some(Self::Mongodb),
            "two-databases" => Some(Self::TwoDatabases),
            "mail" => Some(Self::Mail),
            _ => None,
        }
    }
}

/// One installation. Dropping it stops the service and deletes the folder.
pub(super) struct Installed {
    set_up: SetUp,
    folder: TempDir,
    port: u16,
    trace: String,
    /// Browsers with a session of `ada` and of `linus`.
    pub(super) signed_in: Vec<Browser>,
    pub(super) app: Authenticator,
    smtp: Option<SmtpServer>,
    /// The replica set, as the only or as the second database.
    location: Option<StoreLocation>,
    provider: FakeProvider,
}

impl Installed {
    pub(super) async fn new(set_up: SetUp) -> Self {
        let mut installed = Self {
            set_up,
            folder: folder(),
            port: free_port(),
            trace: String::new(),
            signed_in: Vec::new(),
            app: Authenticator::new(b"ada of the documents"),
            smtp: (set_up == SetUp::Mail)
                .then(|| SmtpServer::start(json!({ "tls": "none", "data": ["550 5.7.1 no mail today"] }))),
            location: [SetUp::Mongodb, SetUp::TwoDatabases]
                .contains(&set_up)
                .then(StoreLocation::replica_set),
            provider: FakeProvider::start("corp").await,
        };
        installed.write_files();
        installed
            .expect_success("vestibule users import users.csv --no-passwords && systemctl start vestibule");
        installed.use_it().await;
        if installed.smtp.is_some() {
            installed.fail_a_mail().await;
        }
        installed
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    fn write_files(&self) {
        for (name, text) in [("sudo", SUDO), ("install", INSTALL), ("systemctl", SYSTEMCTL)] {
            self.write(&format!("bin/{name}"), text, 0o700);
        }
        for name in ["data", "medium"] {
            fs::create_dir(self.path().join(name)).expect("a folder");
        }
        self.write(KEYS, &format!("{}\n", secrets::new_key().as_str()), 0o600);
        let settings = self.settings().map(|(name, value)| format!("VESTIBULE_{name}='{value}'\n"));
        self.write(".env", &settings.collect::<String>(), 0o600);
        let secret = data_encoding::BASE32_NOPAD.encode(self.app.secret());
        let users = format!(
            "username,email,emailVerified,roles,password,totpSecret\n\
             ada,ada@corp.example,true,admin,{PASSWORD},{secret}\n\
             linus,linus@corp.example,true,,{PASSWORD},\n\
             barbara,barbara@corp.example,true,admin,{PASSWORD},\n"
        );
        self.write("users.csv", &users, 0o600);
        if let (SetUp::TwoDatabases, Some(location)) = (self.set_up, &self.location) {
            self.write("new-database-url", &format!("{}\n", location.url()), 0o600);
        }
    }

    fn write(&self, name: &str, text: &str, mode: u32) {
        let file = self.path().join(name);
        fs::write(&file, text).expect("a file");
        fs::set_permissions(file, Permissions::from_mode(mode)).expect("its mode");
    }

    fn settings(&self) -> impl Iterator<Item = (&'static str, String)> {
        let embedded = "sqlite:data/vestibule.db".to_owned();
        let of_mongodb = self.location.as_ref().map(|location| location.url().to_owned());
        let keys = ("SECRET_KEYS_FILE", self.path().join(KEYS).display().to_string());
        let store = match self.set_up {
            SetUp::Package | SetUp::TwoDatabases => vec![("DATABASE_URL", embedded)],
            SetUp::Mongodb => vec![keys, ("DATABASE_URL", of_mongodb.expect("a replica set"))],
            SetUp::Service | SetUp::Mail => vec![keys, ("DATABASE_URL", embedded)],
        };
        let mail = self.smtp.as_ref().map(|smtp| {
            let url = format!("smtp://localhost:{}", smtp.port);
            [("MAIL_URL", url), ("MAIL_FROM", "no-reply@corp.dev".to_owned())]
        });
        let settings = [
            ("LISTEN", format!("127.0.0.1:{}", self.port)),
            ("PUBLIC_URL", format!("http://localhost:{}", self.port)),
            ("PROVIDERS", "corp".to_owned()),
            ("PROVIDER_CORP_ISSUER", self.provider.issuer().to_owned()),
            ("PROVIDER_CORP_CLIENT_ID", CLIENT_ID.to_owned()),
            ("PROVIDER_CORP_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("PROVIDER_CORP_ALLOWED_DOMAINS", "corp.example".to_owned()),
        ];
        settings.into_iter().chain(store).chain(mail.into_iter().flatten())
    }

    /// Makes sessions and audit events.
    async fn use_it(&mut self) {
        let address = self.address();
        let ada = Browser::at(address);
        ada.sign_in("ada", "a wrong password").await.expect_status(401);
        ada.sign_in("ada", PASSWORD).await.expect_status(200);
        ada.verify(&self.app.code(Clock::system().now())).await.expect_status(200);
        let linus = Browser::at(address);
        linus.sign_in("linus", PASSWORD).await.expect_status(200);
        self.signed_in = vec![ada, linus];
        eventually(LIMIT, "the provider is available", || available_at(address, "corp")).await;
        let claims = with_claims(claims_of("grace"), json!({ "email": "grace@other.example" }));
        let answer = sign_in(&Browser::at(address), &self.provider, &claims).await;
        assert_refused(&answer, "signup_not_allowed");
        self.trace = trace_id(&answer);
    }

    async fn fail_a_mail(&self) {
        self.expect_success("vestibule users reset-password linus");
        let failed = || async {
            let output = self.run("vestibule mail list --state failed", false);
            String::from_utf8_lossy(&output.stdout).contains("no mail today")
        };
        eventually(LIMIT, "the mail has failed", failed).await;
    }

    /// Runs the commands of a document in the folder.
    fn run(&self, text: &str, until_stopped: bool) -> Output {
        let here = self.path().display();
        let text = FOLDERS
            .into_iter()
            .fold(text.to_owned(), |text, (documented, own)| {
                text.replace(documented, &format!("{here}{own}"))
            })
            .replace(PUBLIC_URL, &format!("http://localhost:{}", self.port))
            .replace(TRACE, &self.trace);
        let bash = ["bash", "-euo", "pipefail", "-c", text.as_str()];
        let stopped = ["--signal=INT", "--kill-after=10", STOP_AFTER];
        let mut command = if until_stopped {
            command(self.path(), "timeout", &[&stopped[..], &bash].concat())
        } else {
            command(self.path(), bash[0], &bash[1..])
        };
        block_in_place(|| command.stdin(Stdio::null()).output().expect("bash"))
    }

    /// Runs a block and returns its output, or why it is wrong.
    pub(super) fn try_run(&self, block: &Block) -> Result<String, String> {
        let until_stopped = block.has("until-stopped");
        let done = self.run(&block.text, until_stopped);
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        let is_right =
            if until_stopped { done.status.code() == Some(STOPPED) } else { done.status.success() };
        is_right
            .then(|| out.to_string())
            .ok_or_else(|| format!("{}: {}\n{out}{err}", block.place(), done.status))
    }

    /// Runs commands and returns their output.
    #[track_caller]
    pub(super) fn expect_success(&self, text: &str) -> String {
        let done = self.run(text, false);
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "{text}: {}\n{out}{err}", done.status);
        out.into_owned()
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        let pid = fs::read_to_string(self.path().join("pid")).ok();
        let pid = pid.and_then(|pid| pid.trim().parse().ok()).and_then(Pid::from_raw);
        // The service has no parent in this test, so it is stopped by its id.
        if let Some(Err(error)) = pid.map(|pid| kill_process(pid, Signal::KILL)) {
            drop(writeln!(std::io::stderr(), "the service had ended: {error}"));
        }
    }
}
