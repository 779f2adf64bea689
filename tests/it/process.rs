//! Tests of the real binary.

mod access;
mod adopt;
mod attacks;
mod backup;
mod creation;
mod doctor;
mod edit;
mod events;
mod explain;
mod export;
mod healthcheck;
mod import;
mod import_formats;
mod keys;
mod kill;
mod listener;
mod log;
mod man;
mod merge;
mod metrics;
mod migrate;
mod names;
mod providers;
mod set_up;
mod settings;
mod shared_database;
mod start;
pub(crate) mod stop;
mod traces;
mod upgrade;
mod users;
pub(crate) mod wire;
mod without_passwords;

use std::process::Output;

use crate::harness::{browser::Browser, process::Installation, users::PASSWORD};

/// Creates a user by the command line.
pub(crate) fn add(home: &Installation, name: &str) {
    home.run_with(&["users", "add", name, "--password-stdin"], &format!("{PASSWORD}\n")).expect_exit(0);
}

/// Signs in at a service in another process.
pub(crate) async fn signed_in(address: std::net::SocketAddr, name: &str) -> Browser {
    let browser = Browser::at(address);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser
}

/// Returns the users of `users list --json`.
fn users(home: &Installation) -> Vec<serde_json::Value> {
    serde_json::from_str(&home.run(&["users", "list", "--json"]).expect_exit(0).out).unwrap()
}

/// Returns the output of a process.
fn text(output: &Output) -> (String, String) {
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}
