//! Load on a server, and the figures that are read from it.

use std::{
    fs,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{net::TcpStream, task::JoinSet};
use vestibule::login::password::hasher::Hasher;

use super::client::{Error, PASSWORD, SignedIn, cookie, csrf_token, exchange, login_request};

const CONNECTIONS: usize = 32;
const ROUND: Duration = Duration::from_secs(2);
/// Time between two requests of [`session_check_p99`]: 200 requests per second.
const INTERVAL: Duration = Duration::from_millis(5);

pub(crate) struct Figure {
    pub(crate) rate: f64,
    pub(crate) cpu_us: f64,
    pub(crate) p99_ms: f64,
}

/// Sends as many requests as possible on many connections during one round.
pub(crate) async fn saturate(address: SocketAddr, request: Vec<u8>) -> Result<Figure, Error> {
    let done = Arc::new(AtomicU64::new(0));
    let (cpu, start) = (server_cpu(), Instant::now());
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (request, done) = (request.clone(), done.clone());
        connections.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let mut times = Vec::new();
            while start.elapsed() < ROUND {
                let sent_at = Instant::now();
                let (head, body) = exchange(&mut stream, &request).await?;
                if !head.starts_with("HTTP/1.1 200") {
                    return Err(Error::from(body));
                }
                times.push(sent_at.elapsed());
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(connection) = connections.join_next().await {
        times.extend(connection??);
    }
    let count = done.load(Ordering::Relaxed) as f64;
    let cpu_us = server_cpu().saturating_sub(cpu).as_secs_f64() * 1e6 / count;
    Ok(Figure { rate: count / start.elapsed().as_secs_f64(), cpu_us, p99_ms: p99_ms(times) })
}

/// Returns the hashes per second without other work.
pub(crate) async fn hash_rate(hasher: &Hasher, at_once: usize) -> f64 {
    let start = Instant::now();
    let mut count = 0;
    while start.elapsed() < ROUND {
        let batch = (0..at_once).map(|_| hasher.hash(PASSWORD.to_owned().into()));
        count += futures_util::future::join_all(batch).await.len();
    }
    count as f64 / start.elapsed().as_secs_f64()
}

/// Returns the logins per second.
pub(crate) async fn login_rate(address: SocketAddr, at_once: usize) -> Result<f64, Error> {
    let stop = Arc::new(AtomicBool::new(false));
    let start = Instant::now();
    let clients: Vec<_> = (0..at_once).map(|_| tokio::spawn(repeat_login(address, stop.clone()))).collect();
    tokio::time::sleep(ROUND).await;
    stop.store(true, Ordering::Relaxed);
    let mut count = 0;
    for client in clients {
        count += client.await??;
    }
    Ok(count as f64 / start.elapsed().as_secs_f64())
}

/// Logs in again and again; returns the number of logins.
pub(crate) async fn repeat_login(address: SocketAddr, stop: Arc<AtomicBool>) -> Result<usize, Error> {
    let mut stream = TcpStream::connect(address).await?;
    let request = login_request(&csrf_token(&mut stream).await?);
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

/// Returns from the slow provider with a code again and again, and waits for the service.
pub(crate) async fn repeat_callback(address: SocketAddr, stop: Arc<AtomicBool>) -> Result<(), Error> {
    while !stop.load(Ordering::Relaxed) {
        let mut stream = TcpStream::connect(address).await?;
        let request = b"GET /api/auth/login/slow HTTP/1.1\r\nhost: localhost\r\n\r\n";
        let (head, _) = exchange(&mut stream, request).await?;
        let browser = cookie(&head, "vestibule-login-3000")?;
        let state = head.split("state=").nth(1).and_then(|rest| rest.split(['&', '\r']).next());
        let state = state.ok_or("no state in the authorization request")?;
        let callback = format!(
            "GET /api/auth/callback/slow?code=x&state={state} HTTP/1.1\r\nhost: localhost\r\ncookie: vestibule-login-3000={browser}\r\n\r\n"
        );
        exchange(&mut stream, callback.as_bytes()).await?;
    }
    Ok(())
}

/// Returns the 99th percentile of logins one after the other, in milliseconds.
pub(crate) async fn login_p99(address: SocketAddr) -> Result<f64, Error> {
    let mut stream = TcpStream::connect(address).await?;
    let request = login_request(&csrf_token(&mut stream).await?);
    let (start, mut times) = (Instant::now(), Vec::new());
    while start.elapsed() < ROUND * 2 {
        let sent_at = Instant::now();
        let (head, body) = exchange(&mut stream, &request).await?;
        if !head.starts_with("HTTP/1.1 200") {
            return Err(body.into());
        }
        times.push(sent_at.elapsed());
    }
    Ok(p99_ms(times))
}

/// Returns the 99th percentile at a fixed rate, in milliseconds. Each time counts from when the request was due, so a delayed request
/// is not hidden.
pub(crate) async fn session_check_p99(address: SocketAddr, session: &SignedIn) -> Result<f64, Error> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (request, start) = (session.get("/api/auth/me"), Instant::now());
    let mut times = Vec::new();
    for number in 0.. {
        let due = start + INTERVAL * number;
        if due - start > ROUND {
            break;
        }
        tokio::time::sleep_until(due.into()).await;
        exchange(&mut stream, &request).await?;
        times.push(due.elapsed());
    }
    Ok(p99_ms(times))
}

/// Returns the CPU time of the server's threads so far (proc(5): fields 14 and 15 of stat, in ticks of 10 ms).
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

fn p99_ms(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let at = ((times.len() as f64 * 0.99) as usize).min(times.len().saturating_sub(1));
    times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
