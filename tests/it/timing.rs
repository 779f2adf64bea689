//! Tests that measure time or wait for real deadlines.
//!
//! `scripts/test` runs them after all others. Those that measure run one at a time: other tests on the same processors would change what they
//! measure.

mod change_feed;
mod deadlines;
mod discovery;
mod forgotten_password;
mod key_sets;
mod password_refusal;
mod provider_isolation;
mod provider_outage;
mod session_ending;
mod shutdown;
mod sizes;
mod store_outage;
mod upstream_logout;
