//! The time that a refused password login takes.
//!
//! Checking a hash of another scheme does not take the same time as checking a current one. While any user has such a hash, every refusal
//! takes the same longer time. Otherwise the time would reveal which users were imported (user enumeration by timing, ASVS 6.3.8).

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use crate::{
    config::HashParameters,
    store::Store,
    user::{LEGACY_HASH_TAG, User},
};

/// Shortest refusal while there are hashes of other schemes.
const MIN: Duration = Duration::from_millis(750);
/// A measurement beyond it was disturbed by other load.
const MAX: Duration = Duration::from_secs(4);
/// Cost of bcrypt that is measured, and the largest accepted cost; each step doubles the time.
const MEASURED_COST: u32 = 7;
const LARGEST_COST: u32 = 14;
const MEASUREMENTS: u32 = 3;

/// Waits until a refusal has taken the time of the slowest hash that is accepted, if any user has a hash of another scheme, or may have one
/// with other parameters. `checks` is the number of hashes that were computed.
///
/// The store is asked at each refusal, so that the rule holds from the first imported user on: another process may import users.
pub(super) async fn equalize(store: &Store, parameters: HashParameters, started: Instant, checks: u32) {
    // The tag compares with the default parameters: with others, no tag says which hashes are older.
    let has_own_parameters = parameters != HashParameters::default();
    // A store that fails could hide a user, so it counts as "some".
    let any = store.newest_id::<User>(LEGACY_HASH_TAG, 0).await.map_or(true, |id| id.is_some());
    if has_own_parameters || any {
        let step = slowest_check() * checks;
        // On a loaded machine a check takes longer. The end of the next step reveals less than the end of the check.
        let steps = started.elapsed().as_nanos() / step.as_nanos() + 1;
        let wait = step * u32::try_from(steps).unwrap_or(1);
        tokio::time::sleep_until((started + wait).into()).await;
    }
}

/// Returns the time of the slowest check that [`super::hash`] accepts, with a margin. It is measured once per process.
pub fn slowest_check() -> Duration {
    static SLOWEST: OnceLock<Duration> = OnceLock::new();
    *SLOWEST.get_or_init(|| {
        let measure = || {
            let started = Instant::now();
            // The result does not matter.
            drop(bcrypt::hash_with_salt(b"password", MEASURED_COST, [0; 16]));
            started.elapsed()
        };
        let measured = (0..MEASUREMENTS).map(|_| measure()).max().unwrap_or_default();
        // The limits of the other schemes are chosen so that none takes longer than bcrypt with the largest cost and half of it more.
        let slowest = measured * (1 << (LARGEST_COST - MEASURED_COST)) * 3 / 2;
        slowest.clamp(MIN, MAX)
    })
}
