//! Fixtures of the integration tests.

pub(crate) mod account;
#[macro_use]
pub(crate) mod browser;
pub(crate) mod collector;
pub(crate) mod cut_proxy;
pub(crate) mod events;
pub(crate) mod factors;
pub(crate) mod fake_provider;
pub(crate) mod fault_table;
pub(crate) mod federated;
pub(crate) mod mail;
pub(crate) mod passkey;
pub(crate) mod ports;
pub(crate) mod process;
pub(crate) mod provider;
pub(crate) mod receiver;
pub(crate) mod service;
pub(crate) mod smtp;
pub(crate) mod stored_factors;
pub(crate) mod stores;
pub(crate) mod tls;
pub(crate) mod totp;
pub(crate) mod users;

use std::{
    fs,
    future::Future,
    path::Path,
    time::{Duration, Instant},
};

/// Returns the source of the router: `src/router.rs` and its modules.
pub(crate) fn router_source() -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let modules = fs::read_dir(source.join("router")).expect("the modules of the router");
    let mut files: Vec<_> = modules.map(|entry| entry.expect("an entry").path()).collect();
    files.push(source.join("router.rs"));
    files.iter().map(|file| fs::read_to_string(file).expect("the file is UTF-8")).collect()
}

/// Returns whether a race is repeated once more: up to 200 times, and from the tenth one on only within `limit` since `began`.
pub(crate) fn has_time_for_race(round: usize, began: Instant, limit: Duration) -> bool {
    round < 10 || (round < 200 && began.elapsed() < limit)
}

/// Repeats a check until it is true. Fails after `limit`.
pub(crate) async fn eventually<F: Future<Output = bool>>(
    limit: Duration,
    what: &str,
    mut ask: impl FnMut() -> F,
) {
    let attempt = async {
        while !ask().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(limit, attempt).await.is_ok(), "not within {limit:?}: {what}");
}

/// Repeats a check until it is true, and returns when it was last false. Fails if a check that started `bound` after
/// `since` or later is false. The start of the check counts, because an answer may be slow on a loaded machine.
pub(crate) async fn holds_within<F: Future<Output = bool>>(
    bound: Duration,
    since: Instant,
    what: &str,
    mut ask: impl FnMut() -> F,
) -> Duration {
    let mut late = Duration::ZERO;
    loop {
        let asked = since.elapsed();
        if ask().await {
            return late;
        }
        assert!(asked < bound, "still false in a check that started {asked:?} later: {what}");
        late = asked;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
