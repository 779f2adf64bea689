//! Audit events.

mod recorder;
