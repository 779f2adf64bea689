//! Speed as ratios. Run by `scripts/bench`; prints medians, ranges and the goals they are held against.
//!
//! Server and load share this process and machine, so requests per second flatter the slower side; CPU per request counts only
//! the threads of the server, and is the steadier figure.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures for people, not for computing on"
)]

use std::{
    fs,
    io::Write as _,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, routing::get};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
};
use vestibule::{
    app::{App, AppState},
    clock::Clock,
    config::{Config, Environment},
    login::password::hasher::Hasher,
    store::Store,
    user::{Password, User, UserId},
};

const CONNECTIONS: usize = 32;
const ROUND: Duration = Duration::from_secs(2);
const PASSWORD: &str = "correct horse battery";
/// Sign-ins at the same time.
const STORM: usize = 8;
/// People who wait for a provider at the same time.
const WAITING: usize = 64;

type Error = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Error> {
    let rounds = std::env::args().skip(1).find_map(|text| text.parse().ok()).unwrap_or(5);
    let server = runtime("server", 2)?;
    let load = runtime("load", 2)?;
    let folder = tempfile::tempdir()?;
    let (app, product) =
        server.block_on(product(folder.path().to_str().ok_or("a folder with an odd name")?))?;
    let me = load.block_on(sign_in(product))?;
    let payload = load.block_on(once(product, &me.get("/api/auth/me")))?;
    let bare = server.block_on(bare(payload))?;
    let mut out = std::io::stdout().lock();

    let (mut hello, mut check, mut alive) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        hello.push(load.block_on(hammer(bare, me.get("/me")))?);
        check.push(load.block_on(hammer(product, me.get("/api/auth/me")))?);
        alive.push(load.block_on(hammer(product, me.post("/api/auth/keep-alive")))?);
    }
    let rate = |figures: &[Figure]| median(figures.iter().map(|figure| figure.rate));
    let cpu = |figures: &[Figure]| median(figures.iter().map(|figure| figure.cpu_us));
    let p99 = |figures: &[Figure]| median(figures.iter().map(|figure| figure.p99_ms));
    for (name, figures) in [("bare axum route", &hello), ("session check", &check), ("keep-alive", &alive)] {
        writeln!(
            out,
            "{name:<28} {:>8.0} req/s  {:>6.2} us CPU  p99 {:.2} ms",
            rate(figures),
            cpu(figures),
            p99(figures)
        )?;
    }
    writeln!(
        out,
        "session check / bare route   {:.2} of req/s (goal 0.6), {:.2} x CPU (goal 2)",
        rate(&check) / rate(&hello),
        cpu(&check) / cpu(&hello)
    )?;
    writeln!(out, "keep-alive / session check   {:.2} of req/s (goal 0.9)", rate(&alive) / rate(&check))?;

    let mut ratios = Vec::new();
    for _ in 0..rounds {
        let hashes = server.block_on(hash_rate(&app.hasher));
        let logins = load.block_on(login_rate(product))?;
        writeln!(out, "{hashes:>6.1} hashes/s, {logins:>6.1} sign-ins/s")?;
        ratios.push(logins / hashes);
    }
    writeln!(out, "sign-ins / bare hashing      {:.2} (goal 0.95)", median(ratios.into_iter()))?;

    let (mut quiet, mut storm) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        quiet.push(load.block_on(probe(product, &me))?);
        let stop = Arc::new(AtomicBool::new(false));
        let storming =
            (0..STORM).map(|_| load.spawn(keep_signing_in(product, stop.clone()))).collect::<Vec<_>>();
        storm.push(load.block_on(probe(product, &me))?);
        stop.store(true, Ordering::Relaxed);
        for one in storming {
            load.block_on(one)??;
        }
    }
    let (quiet, storm) = (median(quiet.into_iter()), median(storm.into_iter()));
    writeln!(
        out,
        "p99 of the session check     {quiet:.2} ms quiet, {storm:.2} ms during {STORM} sign-ins at once: {:.1} x",
        storm / quiet
    )?;

    let (mut quiet, mut waiting) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        quiet.push(load.block_on(login_p99(product))?);
        let stop = Arc::new(AtomicBool::new(false));
        let people: Vec<_> = (0..WAITING).map(|_| load.spawn(keep_waiting(product, stop.clone()))).collect();
        waiting.push(load.block_on(login_p99(product))?);
        stop.store(true, Ordering::Relaxed);
        people.iter().for_each(tokio::task::JoinHandle::abort);
    }
    let (quiet, waiting) = (median(quiet.into_iter()), median(waiting.into_iter()));
    writeln!(
        out,
        "p99 of a local sign-in       {quiet:.2} ms quiet, {waiting:.2} ms while {WAITING} people wait for a provider that does not \
         answer: {:.2} x (goal 1.5)",
        waiting / quiet
    )?;
    Ok(())
}

fn runtime(name: &str, threads: usize) -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(threads).thread_name(name).enable_all().build()
}

/// The service on an embedded store, with one person.
async fn product(folder: &str) -> Result<(AppState, SocketAddr), Error> {
    let url = format!("sqlite:{folder}/bench.db");
    let issuer = format!("http://{}", slow_provider().await?);
    let settings = Environment::of([
        ("VESTIBULE_DATABASE_URL", url.as_str()),
        ("VESTIBULE_PROVIDERS", "slow"),
        ("VESTIBULE_PROVIDER_SLOW_ISSUER", issuer.as_str()),
        ("VESTIBULE_PROVIDER_SLOW_CLIENT_ID", "bench"),
    ]);
    let (config, _) = Config::read(&settings).map_err(|mistakes| format!("{mistakes:?}"))?;
    let app = App::build(config, Clock::system()).await?;
    let now = app.clock.now();
    let mut ada = User::new(UserId::new(now), now);
    ada.username = Some("ada".parse()?);
    let hash = app.hasher.hash(PASSWORD.to_owned().into()).await.ok_or("not hashed")?;
    ada.password = Some(Password { hash, changed_at: now, must_change: false, imported: None });
    Store::insert(&app.store, ada).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(vestibule::server::serve(app.clone(), listener, std::future::pending()));
    Ok((app, address))
}

/// A provider that tells its metadata and never answers to a code.
async fn slow_provider() -> Result<SocketAddr, Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let at = |path: &str| format!("http://{address}{path}");
    let metadata = serde_json::json!({
        "issuer": at(""), "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
    });
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(async move || axum::Json(metadata)))
        .route("/keys", get(async || axum::Json(serde_json::json!({ "keys": [] }))))
        .route("/token", axum::routing::post(std::future::pending::<()>));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(address)
}

/// Somebody who comes back from the slow provider, waits, and begins again.
async fn keep_waiting(address: SocketAddr, stop: Arc<AtomicBool>) -> Result<(), Error> {
    while !stop.load(Ordering::Relaxed) {
        let mut stream = TcpStream::connect(address).await?;
        let (head, _) =
            exchange(&mut stream, b"GET /api/auth/login/slow HTTP/1.1\r\nhost: localhost\r\n\r\n").await?;
        let browser = cookie(&head, "vestibule-login")?;
        let state = head.split("state=").nth(1).and_then(|rest| rest.split(['&', '\r']).next());
        let state = state.ok_or("no state")?;
        let back = format!(
            "GET /api/auth/callback/slow?code=x&state={state} HTTP/1.1\r\nhost: localhost\r\ncookie: vestibule-login={browser}\r\n\r\n"
        );
        exchange(&mut stream, back.as_bytes()).await?;
    }
    Ok(())
}

/// The 99th percentile of sign-ins one after the other, in milliseconds.
async fn login_p99(address: SocketAddr) -> Result<f64, Error> {
    let mut stream = TcpStream::connect(address).await?;
    let (head, _) =
        exchange(&mut stream, b"GET /api/auth/session HTTP/1.1\r\nhost: localhost\r\n\r\n").await?;
    let request = login(&cookie(&head, "XSRF-TOKEN")?);
    let (start, mut took) = (Instant::now(), Vec::new());
    while start.elapsed() < ROUND * 2 {
        let began = Instant::now();
        let (head, body) = exchange(&mut stream, &request).await?;
        if !head.starts_with("HTTP/1.1 200") {
            return Err(body.into());
        }
        took.push(began.elapsed());
    }
    Ok(percentile(took, 0.99))
}

/// What axum costs by itself: the same payload, nothing asked.
async fn bare(payload: String) -> Result<SocketAddr, Error> {
    let payload: &'static str = payload.leak();
    let answer = move || async move { ([("content-type", "application/json")], payload) };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/me", get(answer))).await });
    Ok(address)
}

/// What a browser holds after a sign-in.
struct Me {
    cookie: String,
    token: String,
}

impl Me {
    fn get(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\n\r\n", self.cookie).into_bytes()
    }

    fn post(&self, path: &str) -> Vec<u8> {
        let Self { cookie, token } = self;
        format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nx-xsrf-token: {token}\r\ncontent-length: 0\r\n\r\n")
            .into_bytes()
    }
}

async fn sign_in(address: SocketAddr) -> Result<Me, Error> {
    let (head, _) = exchange(
        &mut TcpStream::connect(address).await?,
        b"GET /api/auth/session HTTP/1.1\r\nhost: localhost\r\n\r\n",
    )
    .await?;
    let token = cookie(&head, "XSRF-TOKEN")?;
    let (head, body) = exchange(&mut TcpStream::connect(address).await?, &login(&token)).await?;
    let session = cookie(&head, "vestibule").map_err(|_| body)?;
    let token = cookie(&head, "XSRF-TOKEN")?;
    Ok(Me { cookie: format!("vestibule={session}; XSRF-TOKEN={token}"), token })
}

fn login(token: &str) -> Vec<u8> {
    let body = format!("{{\"username\":\"ada\",\"password\":\"{PASSWORD}\"}}");
    format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: localhost\r\ncookie: XSRF-TOKEN={token}\r\nx-xsrf-token: {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn cookie(head: &str, name: &str) -> Result<String, Error> {
    let start = format!("set-cookie: {name}=");
    let line = head.lines().find_map(|line| line.strip_prefix(&start)).ok_or(format!("no cookie {name}"))?;
    Ok(line.split(';').next().unwrap_or_default().to_owned())
}

async fn once(address: SocketAddr, request: &[u8]) -> Result<String, Error> {
    Ok(exchange(&mut TcpStream::connect(address).await?, request).await?.1)
}

/// One request and its answer on a kept connection.
async fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<(String, String), Error> {
    stream.write_all(request).await?;
    let (mut bytes, mut chunk) = (Vec::with_capacity(2048), [0; 4096]);
    loop {
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Err("the connection was closed".into());
        }
        bytes.extend_from_slice(&chunk[..read]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .and_then(|n| n.parse().ok());
            let length: usize = length.unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return Ok((head, String::from_utf8_lossy(&bytes[end + 4..]).into_owned()));
            }
        }
    }
}

struct Figure {
    rate: f64,
    cpu_us: f64,
    p99_ms: f64,
}

/// As many requests as go through on so many connections in one round.
async fn hammer(address: SocketAddr, request: Vec<u8>) -> Result<Figure, Error> {
    let done = Arc::new(AtomicU64::new(0));
    let (cpu, start) = (server_cpu(), Instant::now());
    let mut connections = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (request, done) = (request.clone(), done.clone());
        connections.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let mut took = Vec::new();
            while start.elapsed() < ROUND {
                let began = Instant::now();
                let (head, body) = exchange(&mut stream, &request).await?;
                if !head.starts_with("HTTP/1.1 200") {
                    return Err(Error::from(body));
                }
                took.push(began.elapsed());
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok(took)
        });
    }
    let mut took = Vec::new();
    while let Some(one) = connections.join_next().await {
        took.extend(one??);
    }
    let count = done.load(Ordering::Relaxed) as f64;
    let cpu_us = server_cpu().saturating_sub(cpu).as_secs_f64() * 1e6 / count;
    Ok(Figure { rate: count / start.elapsed().as_secs_f64(), cpu_us, p99_ms: percentile(took, 0.99) })
}

/// What the hashing threads do when nothing else happens.
async fn hash_rate(hasher: &Hasher) -> f64 {
    let start = Instant::now();
    let mut count = 0;
    while start.elapsed() < ROUND {
        let batch = (0..STORM).map(|_| hasher.hash(PASSWORD.to_owned().into()));
        count += futures_util::future::join_all(batch).await.len();
    }
    count as f64 / start.elapsed().as_secs_f64()
}

async fn login_rate(address: SocketAddr) -> Result<f64, Error> {
    let stop = Arc::new(AtomicBool::new(false));
    let start = Instant::now();
    let storming: Vec<_> = (0..STORM).map(|_| tokio::spawn(keep_signing_in(address, stop.clone()))).collect();
    tokio::time::sleep(ROUND).await;
    stop.store(true, Ordering::Relaxed);
    let mut count = 0;
    for one in storming {
        count += one.await??;
    }
    Ok(count as f64 / start.elapsed().as_secs_f64())
}

async fn keep_signing_in(address: SocketAddr, stop: Arc<AtomicBool>) -> Result<usize, Error> {
    let mut stream = TcpStream::connect(address).await?;
    let (head, _) =
        exchange(&mut stream, b"GET /api/auth/session HTTP/1.1\r\nhost: localhost\r\n\r\n").await?;
    let request = login(&cookie(&head, "XSRF-TOKEN")?);
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        let (head, body) = exchange(&mut stream, &request).await?;
        if head.starts_with("HTTP/1.1 200") {
            count += 1;
        } else if !head.starts_with("HTTP/1.1 503") {
            return Err(body.into());
        }
    }
    Ok(count)
}

/// The 99th percentile, in milliseconds, at 200 requests a second, each counted from when it was due.
async fn probe(address: SocketAddr, me: &Me) -> Result<f64, Error> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (request, start) = (me.get("/api/auth/me"), Instant::now());
    let mut took = Vec::new();
    for number in 0.. {
        let due = start + Duration::from_millis(5) * number;
        if due - start > ROUND {
            break;
        }
        tokio::time::sleep_until(due.into()).await;
        exchange(&mut stream, &request).await?;
        took.push(due.elapsed());
    }
    Ok(percentile(took, 0.99))
}

/// CPU time of the server's threads so far (proc(5): fields 14 and 15 of stat, in ticks of 10 ms).
fn server_cpu() -> Duration {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let stats = tasks.filter_map(|task| fs::read_to_string(task.path().join("stat")).ok());
    let ticks: u64 = stats
        .filter(|stat| stat.contains("(server)"))
        .filter_map(|stat| stat.rsplit_once(") ").map(|(_, rest)| rest.to_owned()))
        .map(|rest| {
            rest.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>()
        })
        .sum();
    Duration::from_millis(ticks * 10)
}

fn percentile(mut took: Vec<Duration>, share: f64) -> f64 {
    took.sort_unstable();
    let at = ((took.len() as f64 * share) as usize).min(took.len().saturating_sub(1));
    took.get(at).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(0.0)
}
