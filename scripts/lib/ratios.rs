//! Measures speed as ratios. Run by `scripts/bench`; prints medians, each with its goal.
//!
//! Service and load share this process and this machine, so requests per second favour the slower side. The CPU time per request
//! counts only the threads of the service and is the more stable figure.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the figures are printed, not used for further computation"
)]

#[path = "ratios/client.rs"]
mod client;
#[path = "ratios/load.rs"]
mod load;
#[path = "ratios/service.rs"]
mod service;

use std::{
    io::Write as _,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};
use vestibule::app::AppState;

use self::{
    client::{Error, SignedIn, fetch},
    load::Figure,
};

/// Clients that log in at the same time.
const LOGINS: usize = 8;
/// Users who wait for a provider at the same time.
const WAITING: usize = 64;

/// The service and the load on it, each with its own threads.
struct Bench {
    server: Runtime,
    load: Runtime,
    rounds: usize,
    app: AppState,
    address: SocketAddr,
}

fn main() -> Result<(), Error> {
    let rounds = std::env::args().skip(1).find_map(|text| text.parse().ok()).unwrap_or(5);
    let server = runtime("server")?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_str().ok_or("the temporary folder is not UTF-8")?;
    let (app, address) = server.block_on(service::vestibule(path))?;
    let bench = Bench { server, load: runtime("load")?, rounds, app, address };
    let session = bench.load.block_on(SignedIn::open(address))?;
    bench.session_check(&session)?;
    bench.logins()?;
    bench.session_check_during_logins(&session)?;
    bench.logins_during_slow_provider()
}

fn runtime(name: &str) -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).thread_name(name).enable_all().build()
}

impl Bench {
    /// The session check and the keep-alive, compared with a bare axum route that returns the same bytes.
    fn session_check(&self, session: &SignedIn) -> Result<(), Error> {
        let payload = self.load.block_on(fetch(self.address, &session.get("/api/auth/me")))?;
        let bare_address = self.server.block_on(service::bare_route(payload))?;
        let (mut bare, mut check, mut keep_alive) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            bare.push(self.load.block_on(load::saturate(bare_address, session.get("/me")))?);
            check.push(self.load.block_on(load::saturate(self.address, session.get("/api/auth/me")))?);
            let request = session.post("/api/auth/keep-alive");
            keep_alive.push(self.load.block_on(load::saturate(self.address, request))?);
        }
        let rate = |figures: &[Figure]| median(figures.iter().map(|figure| figure.rate));
        let cpu = |figures: &[Figure]| median(figures.iter().map(|figure| figure.cpu_us));
        let p99 = |figures: &[Figure]| median(figures.iter().map(|figure| figure.p99_ms));
        for (name, figures) in
            [("bare axum route", &bare), ("session check", &check), ("keep-alive", &keep_alive)]
        {
            print(&format!(
                "{name:<28} {:>8.0} req/s  {:>6.2} us CPU  p99 {:.2} ms",
                rate(figures),
                cpu(figures),
                p99(figures)
            ))?;
        }
        print(&format!(
            "session check / bare route   {:.2} of req/s (goal 0.6), {:.2} x CPU (goal 2)",
            rate(&check) / rate(&bare),
            cpu(&check) / cpu(&bare)
        ))?;
        print(&format!(
            "keep-alive / session check   {:.2} of req/s (goal 0.9)",
            rate(&keep_alive) / rate(&check)
        ))
    }

    /// Logins, compared with bare password hashing.
    fn logins(&self) -> Result<(), Error> {
        let mut ratios = Vec::new();
        for _ in 0..self.rounds {
            let hashes = self.server.block_on(load::hash_rate(&self.app.hasher, LOGINS));
            let logins = self.load.block_on(load::login_rate(self.address, LOGINS))?;
            print(&format!("{hashes:>6.1} hashes/s, {logins:>6.1} logins/s"))?;
            ratios.push(logins / hashes);
        }
        print(&format!("logins / bare hashing        {:.2} (goal 0.95)", median(ratios.into_iter())))
    }

    fn session_check_during_logins(&self, session: &SignedIn) -> Result<(), Error> {
        let (alone, busy) = self.compare(
            || self.load.block_on(load::session_check_p99(self.address, session)),
            |stop| {
                let login = || self.load.spawn(load::repeat_login(self.address, stop.clone()));
                (0..LOGINS).map(|_| login()).collect::<Vec<_>>()
            },
        )?;
        print(&format!(
            "p99 of the session check     {alone:.2} ms alone, {busy:.2} ms during {LOGINS} logins at once: {:.1} x",
            busy / alone
        ))
    }

    fn logins_during_slow_provider(&self) -> Result<(), Error> {
        let (alone, busy) = self.compare(
            || self.load.block_on(load::login_p99(self.address)),
            |stop| {
                let wait = || self.load.spawn(load::repeat_callback(self.address, stop.clone()));
                (0..WAITING).map(|_| wait()).collect::<Vec<_>>()
            },
        )?;
        print(&format!(
            "p99 of a password login      {alone:.2} ms alone, {busy:.2} ms while {WAITING} users wait for a provider that does not \
             answer: {:.2} x (goal 1.5)",
            busy / alone
        ))
    }

    /// Returns the median of a figure without and with other load.
    fn compare<T>(
        &self,
        measure: impl Fn() -> Result<f64, Error>,
        start: impl Fn(&Arc<AtomicBool>) -> Vec<JoinHandle<Result<T, Error>>>,
    ) -> Result<(f64, f64), Error> {
        let (mut alone, mut busy) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            alone.push(measure()?);
            let stop = Arc::new(AtomicBool::new(false));
            let others = start(&stop);
            busy.push(measure()?);
            stop.store(true, Ordering::Relaxed);
            for other in others {
                // A callback may still wait for the slow provider.
                if other.is_finished() {
                    self.load.block_on(other)??;
                } else {
                    other.abort();
                }
            }
        }
        Ok((median(alone.into_iter()), median(busy.into_iter())))
    }
}

fn print(line: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(0.0)
}
