//! Integration tests: one binary, so that they are linked once.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in a function beside the one that is marked"
)]

#[macro_use]
extern crate vestibule_test_macros;

#[macro_use]
mod harness;
mod account;
mod admin;
mod architecture;
mod audit;
mod claims_path;
mod documents;
mod glossary;
mod http;
mod link_token;
mod login;
mod logout;
mod mail;
mod process;
mod properties;
mod provisioning;
mod session;
mod store;
mod timing;
mod verify;
mod webhook;
