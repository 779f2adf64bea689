//! Migrations during failures of the source or the target. The source must not stay closed.

use std::{
    io::{BufRead as _, BufReader},
    process::Child,
    sync::Arc,
    time::Duration,
};

use rusqlite::Connection;
use serde_json::Value;
use tokio::task;
use vestibule::{
    clock::Clock,
    store::{MigrationState, Store},
};

use super::{
    URL, assert_captures_nothing, import, installation, migrate, migrate_to, names, open_source, sealed,
    source_record,
};
use crate::harness::{
    process::{Done, Installation},
    stores::StoreLocation,
};

/// More documents than a migration copies between two answers of a slow target.
const USERS: usize = 20;

/// Waits for the end of a process without blocking the proxy of this test.
async fn end_of(command: Child) -> Done {
    let output = task::spawn_blocking(|| command.wait_with_output().expect("the process ends")).await;
    let output = output.expect("it is read");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

async fn assert_open(source: &Store) {
    let record = source.migration().await.expect("the store answers").expect("a record");
    assert_eq!((record.state, record.owner.as_str()), (MigrationState::Copying, ""), "the source is open");
}

/// Starts a migration of some users to this URL, and waits until it has sealed the source.
async fn sealed_by_migration(home: &Installation, location: &StoreLocation, url: &str) -> (Child, Store) {
    import(home, USERS, &[]);
    let command = home.command(&["migrate", "--to", url]).spawn().expect("it starts");
    let source = open_source(location).await;
    sealed(&source).await;
    (command, source)
}

#[on_every_store]
async fn lost_target_does_not_keep_the_source_closed(location: StoreLocation) {
    let target = StoreLocation::replica_set();
    let (proxy, url) = target.behind_cut_proxy().await;
    let home = Arc::new(installation(&location));
    let (command, source) = sealed_by_migration(&home, &location, &url).await;
    proxy.freeze();
    let failed = end_of(command).await;
    assert_ne!(failed.code, Some(0), "{failed:?}");
    assert!(failed.err.contains("the source is in use again"), "{failed:?}");
    assert_open(&source).await;
    source.close().await;
    assert_captures_nothing(&location);
    assert_eq!(names(&home).len(), USERS);

    // The target never answers again.
    let given_up = migrate_to(&home, &url, &["--abandon"]).await.expect("the command runs").expect_exit(0);
    assert!(given_up.err.contains("the target was not deleted"), "{given_up:?}");
    assert_eq!(source_record(&location).await, None);
}

#[on_every_store]
async fn pause_that_takes_too_long_opens_the_source(location: StoreLocation) {
    let target = StoreLocation::replica_set();
    let (proxy, url) = target.behind_cut_proxy().await;
    let home = Arc::new(installation(&location));
    let (command, source) = sealed_by_migration(&home, &location, &url).await;
    // No request exceeds its own limit. The counts of all collections together take longer than the pause may.
    proxy.slow_down(Duration::from_millis(900));
    let failed = end_of(command).await.expect_exit(1);
    assert!(failed.err.contains("the last step takes longer than 10 s"), "{failed:?}");
    assert_open(&source).await;
    source.close().await;
    assert_eq!(names(&home).len(), USERS);
    proxy.open();
    migrate_to(&home, &url, &[]).await.expect("the command runs").expect_exit(0);
}

/// Starts a migration whose errors are read line by line.
fn start(
    home: &Installation,
    target: &StoreLocation,
) -> (Child, impl Iterator<Item = String> + Send + 'static) {
    let mut command = home.command(&["migrate", "--to", target.url()]).spawn().expect("it starts");
    let lines = BufReader::new(command.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
    (command, lines)
}

/// Waits until the migration fails to open the source. Returns the rest of its errors.
async fn cannot_open(
    mut lines: impl Iterator<Item = String> + Send + 'static,
) -> impl Iterator<Item = String> + Send {
    let waiting = task::spawn_blocking(move || {
        assert!(lines.any(|line| line.contains("the source does not answer")), "it tries to open the source");
        lines
    });
    waiting.await.expect("the errors are read")
}

#[tokio::test(flavor = "multi_thread")]
async fn source_file_that_another_process_locks_is_opened_later() {
    let (location, target) = (StoreLocation::file(), StoreLocation::file());
    let home = installation(&location);
    import(&home, USERS, &[]);
    let (command, lines) = start(&home, &target);
    let source = open_source(&location).await;
    sealed(&source).await;
    let other = Connection::open(location.name()).expect("the file");
    other.busy_timeout(Duration::from_secs(30)).expect("set");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let lines = cannot_open(lines).await;
    other.execute_batch("COMMIT").expect("unlocked");
    drop(lines.collect::<Vec<_>>());
    end_of(command).await.expect_exit(4);
    assert_open(&source).await;
}

#[on_mongo]
async fn source_server_that_does_not_answer_is_opened_later() {
    let (location, target) = (StoreLocation::replica_set(), StoreLocation::file());
    let (proxy, url) = location.behind_cut_proxy().await;
    let home = installation(&location).and(URL, &url);
    import(&home, USERS, &[]);
    let (command, lines) = start(&home, &target);
    let source = open_source(&location).await;
    sealed(&source).await;
    // Requests reach the server late: a beat, or the end of the migration itself, is done after its time limit.
    proxy.freeze();
    let lines = cannot_open(lines).await;
    proxy.open();
    drop(lines.collect::<Vec<_>>());
    assert_ne!(end_of(command).await.code, Some(0));
    assert_open(&source).await;
}

// A clock that is wrong by years must not delete audit events. What a migration does not copy is lost too.
#[tokio::test]
async fn clock_that_is_ahead_by_years_loses_no_document() {
    const YEAR: i64 = 365 * 86_400_000;
    let (location, target) = (StoreLocation::file(), StoreLocation::file());
    let home = Arc::new(installation(&location));
    import(&home, 3, &[]);
    let now = Clock::system().system_time().as_millis();
    let file = Connection::open(location.name()).expect("the file");
    // The services ran two years ago, by this clock.
    let set = |sql: &str, millis: i64| file.execute(sql, [millis]).expect("written");
    set("INSERT OR REPLACE INTO newest_time (id, millis) VALUES (1, ?1)", now - 2 * YEAR);
    let until = vestibule::clock::Timestamp::from_millis(now - YEAR);
    set("UPDATE events SET purge_at = ?1", until.as_millis());
    let place = "UPDATE events SET body = json_replace(body, '$.chain.place.keptUntil', ?1)
                 WHERE json_type(body, '$.chain.place.keptUntil') = 'text'";
    let events = file.execute(place, [until.to_string()]).expect("written");
    assert!(events > 2, "an event for each user");
    drop(file);

    let done = migrate(&home, &target, &["--json"]).await.expect("the command runs").expect_exit(0);
    let done: Value = serde_json::from_str(&done.out).expect("JSON");
    assert_eq!(done["documents"]["events"], events, "{done}");
    let moved = Connection::open(target.name()).expect("the file");
    let found = moved.query_row("SELECT count(*) FROM events", [], |row| row.get::<_, i64>(0));
    assert_eq!(found.map(usize::try_from), Ok(Ok(events)), "no event is lost");
}
