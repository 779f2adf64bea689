//! Tests that measure time or wait for real deadlines.
//!
//! `scripts/test` runs them after all others, one at a time: other tests on the same processors would change what they measure.

mod change_feed;
mod discovery;
mod event_streams;
mod forgotten_password;
mod imported_user_refusal;
mod key_sets;
mod password_refusal;
mod provider_deadlines;
mod provider_isolation;
mod provider_outage;
mod session_ending;
mod shutdown;
mod slow_requests;
mod store_outage;
mod upstream_logout;
