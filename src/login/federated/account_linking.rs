//! Account linking: which user an identity belongs to, and the write that follows.
//!
//! `decide` is pure: claims, provider settings and candidates in, one decision with its reason out. `apply` writes it with one
//! compare-and-set and starts over if the candidates have changed.

pub mod apply;
pub mod decide;
pub mod decision_trace;
pub mod pending_link;
mod profile;
