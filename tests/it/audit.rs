//! Audit events.

mod chain;
mod recorder;
mod refusals;
pub(crate) mod tampered;
