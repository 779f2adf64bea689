//! `vestibule doctor`: a catalogue of broken set-ups. Each is named by its code, with a fix that names the right setting, and a good set-up is
//! silent.

mod databases;
mod factors;
mod mail;
mod mongod;
mod providers;
mod proxies;
mod settings;
mod traces;
mod warnings;
mod webhooks;

use std::{any::Any, collections::BTreeSet, fs, sync::Arc};

use serde_json::Value;
use tokio::sync::Semaphore;
use vestibule::finding::FindingCode;

use crate::harness::process::{Done, Installation};

/// Commands that run at the same time.
const AT_ONCE: usize = 6;
/// Notes about a service that has not started yet, or has no administrator yet.
const NOT_STARTED: [&str; 3] = ["service_not_running", "database_missing", "no_administrator"];

/// One set-up, and what doctor finds.
struct Row {
    what: &'static str,
    home: Installation,
    arguments: Vec<String>,
    exit: i32,
    /// Each code, with a text of its fix.
    expected: Vec<(&'static str, &'static str)>,
    /// Servers that run until the end.
    running: Vec<Box<dyn Any + Send>>,
}

impl Row {
    /// A set-up without findings.
    fn good(what: &'static str, home: Installation) -> Self {
        Self { what, home, arguments: Vec::new(), exit: 0, expected: Vec::new(), running: Vec::new() }
    }

    fn bad(what: &'static str, home: Installation, exit: i32, code: &'static str, fix: &'static str) -> Self {
        Self { exit, ..Self::good(what, home) }.and(code, fix)
    }

    /// Adds a finding.
    fn and(mut self, code: &'static str, fix: &'static str) -> Self {
        self.expected.push((code, fix));
        self
    }

    fn argument(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    fn keep(mut self, running: impl Any + Send) -> Self {
        self.running.push(Box::new(running));
        self
    }
}

/// A code without a set-up could be one that no set-up has.
#[test]
fn each_code_has_a_broken_set_up() {
    let folder =
        fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/process/doctor")).expect("a folder");
    let rows: String =
        folder.map(|file| fs::read_to_string(file.expect("a file").path()).expect("a text")).collect();
    let codes = FindingCode::ALL.iter().map(|(_, code)| code.as_str());
    let missing: Vec<&str> = codes.filter(|code| !rows.contains(&format!("\"{code}\""))).collect();
    assert!(missing.is_empty(), "add a row with a broken set-up for {missing:?}");
}

/// Runs all rows, and reports each one that differs.
async fn run(rows: Vec<Row>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let tasks: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let places = places.clone();
            tokio::spawn(async move {
                let _place = places.acquire_owned().await.expect("the semaphore is open");
                tokio::task::spawn_blocking(move || problem_of(row)).await.expect("the row does not panic")
            })
        })
        .collect();
    let mut problems = Vec::new();
    for task in tasks {
        problems.extend(task.await.expect("the task does not panic"));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn problem_of(row: Row) -> Option<String> {
    let Row { what, home, arguments, exit, expected, running } = row;
    let all: Vec<&str> =
        ["doctor", "--json"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    let done = home.run(&all);
    drop(running);
    let findings = findings(&done);
    let wanted: BTreeSet<&str> = expected.iter().map(|(code, _)| *code).collect();
    let code_of = |finding: &Value| finding["code"].as_str().unwrap_or_default().to_owned();
    let is_of_interest =
        |code: &String| wanted.contains(code.as_str()) || !NOT_STARTED.contains(&code.as_str());
    let found: BTreeSet<String> = findings.iter().map(code_of).filter(is_of_interest).collect();
    let names_setting = expected.iter().all(|(code, fix)| {
        let of_code = |finding: &&Value| finding["code"] == *code;
        let mut of_code = findings.iter().filter(of_code);
        of_code.any(|finding| {
            let has_text = |name: &str| finding[name].as_str().is_some_and(|text| !text.is_empty());
            let text = finding["fix"].as_str().unwrap_or_default();
            text.contains(fix) && has_text("problem") && has_text("why")
        })
    });
    let is_right = done.code == Some(exit)
        && found.iter().map(String::as_str).eq(wanted.iter().copied())
        && names_setting;
    (!is_right)
        .then(|| format!("{what}: expected {exit} {expected:?}\n{:#}\n{done:#?}", Value::from(findings)))
}

fn findings(done: &Done) -> Vec<Value> {
    let shown: Value = serde_json::from_str(&done.out).unwrap_or_default();
    shown["findings"].as_array().cloned().unwrap_or_default()
}

/// Creates an installation whose service is not running. Nothing listens at its public URL.
fn home(settings: &[(&str, &str)]) -> Installation {
    settings.iter().fold(
        Installation::with_settings(&[("VESTIBULE_PUBLIC_URL", "http://localhost:1")]),
        |home, (name, value)| home.and(name, value),
    )
}

/// Creates an installation with a database and keys.
fn home_with_database(settings: &[(&str, &str)]) -> Installation {
    let home = home(settings);
    super::add(&home, "ada");
    home
}
