//! The integration tests: one binary, so that one link step and one harness serve them all.

#[macro_use]
mod harness;
mod store;
