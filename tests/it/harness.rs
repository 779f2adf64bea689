//! What the tests stand on.

#[macro_use]
pub(crate) mod browser;
pub(crate) mod cut_proxy;
pub(crate) mod liar;
pub(crate) mod people;
pub(crate) mod process;
pub(crate) mod provider;
#[macro_use]
pub(crate) mod service;
#[macro_use]
pub(crate) mod stores;
pub(crate) mod totp;

use std::{future::Future, time::Duration};

/// Asks again and again until the answer is yes; fails after `limit`.
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
