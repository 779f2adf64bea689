//! Time limits for operations of the driver.

use std::{future::IntoFuture, io, time::Duration};

use super::failure::Failure;

/// The limit for one operation, including the driver's own retry.
pub(super) const DEADLINE: Duration = Duration::from_secs(5);

/// Runs an operation with a time limit. Without it, the driver waits for a frozen connection forever.
pub(super) async fn within<T>(
    limit: Duration,
    operation: impl IntoFuture<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let timed_out = |_| io::Error::new(io::ErrorKind::TimedOut, "the database did not answer in time");
    tokio::time::timeout(limit, operation).await.map_err(timed_out)?
}
