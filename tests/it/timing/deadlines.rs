//! Tests that wait for real deadlines and use almost no CPU time. `scripts/test` runs them at the same time.

mod event_streams;
mod imported_user_refusal;
mod provider_deadlines;
mod slow_requests;
