//! `vestibule migrate` in both directions, beside a running service.

mod faults;

use std::{
    collections::BTreeSet,
    fs,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::task::JoinHandle;
use vestibule::{
    clock::Clock,
    secrets,
    store::{CollectionPrefix, Migration, MigrationState, Store},
};

use super::{add, signed_in, users};
use crate::harness::{
    browser::Browser,
    eventually,
    process::{Done, Installation},
    stores::StoreLocation,
    totp::Authenticator,
    users::PASSWORD,
};

const URL: &str = "VESTIBULE_DATABASE_URL";
/// Has a margin for a loaded machine.
const TIMEOUT: Duration = Duration::from_secs(30);
const COOKIE: &str = "vestibule-3000";
/// A base32 secret of an authenticator app.
const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// Returns a new place on the other kind of store.
fn other_than(location: &StoreLocation) -> StoreLocation {
    if location.url().starts_with("sqlite:") { StoreLocation::replica_set() } else { StoreLocation::file() }
}

fn installation(location: &StoreLocation) -> Installation {
    Installation::with_settings(&[
        (URL, location.url()),
        ("VESTIBULE_SECRET_KEYS", &secrets::new_key()),
        ("VESTIBULE_HASH_THREADS", "1"),
    ])
}

/// Imports users with a cheap hash. Those of `apps` have an authenticator app.
fn import(home: &Installation, count: usize, apps: &[&str]) {
    let hash = bcrypt::hash(PASSWORD, 4).expect("a hash");
    let row = |name: &str, secret: &str| format!("{name},{name}@corp.example,true,{hash},{secret}\n");
    let header = "username,email,emailVerified,password,totpSecret\n".to_owned();
    let others = (0..count).map(|number| row(&format!("user{number}"), ""));
    let rows = others.chain(apps.iter().map(|name| row(name, SECRET)));
    home.write("users.csv", rows.fold(header, |table, row| table + &row));
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
}

fn migrate(home: &Arc<Installation>, target: &StoreLocation, more: &[&str]) -> JoinHandle<Done> {
    migrate_to(home, target.url(), more)
}

fn migrate_to(home: &Arc<Installation>, url: &str, more: &[&str]) -> JoinHandle<Done> {
    let (home, to) = (home.clone(), url.to_owned());
    let more: Vec<String> = more.iter().map(|&argument| argument.to_owned()).collect();
    tokio::task::spawn_blocking(move || {
        let mut arguments = vec!["migrate", "--to", &to];
        arguments.extend(more.iter().map(String::as_str));
        home.run(&arguments)
    })
}

/// Signs in again and again until the service refuses. Returns the cookies of the sessions that it has confirmed.
fn load(address: SocketAddr) -> (Vec<JoinHandle<()>>, Arc<Mutex<Vec<String>>>) {
    let confirmed = Arc::new(Mutex::new(Vec::new()));
    let worker = |number: usize| {
        let confirmed = confirmed.clone();
        tokio::spawn(async move {
            let name = format!("user{number}");
            loop {
                let browser = Browser::at(address);
                match browser.sign_in(&name, PASSWORD).await.status {
                    200 => confirmed.lock().unwrap().push(browser.session().expect("a cookie")),
                    503 => return,
                    other => panic!("{other}"),
                }
            }
        })
    };
    ((0..3).map(worker).collect(), confirmed)
}

fn at(address: SocketAddr, cookie: &str) -> Browser {
    let browser = Browser::at(address);
    browser.put_cookie(COOKIE, cookie);
    browser
}

fn code() -> String {
    Authenticator::of_base32(SECRET).code(Clock::system().now())
}

fn names(home: &Installation) -> BTreeSet<String> {
    users(home).iter().map(|user| user["username"].as_str().expect("a name").to_owned()).collect()
}

#[on_every_store]
async fn data_moves_while_users_sign_in_and_no_session_ends(location: StoreLocation) {
    let target = other_than(&location);
    let home = Arc::new(installation(&location));
    import(&home, 300, &["linus", "grace"]);
    let before = names(&home);
    let serving = home.serve();
    let ada = signed_in(serving.address, "user0").await;
    // A login that waits for its second factor, and a code that is used.
    let linus = signed_in(serving.address, "linus").await;
    let grace = signed_in(serving.address, "grace").await;
    let used = code();
    grace.verify(&used).await.expect_status(200);
    let ended = signed_in(serving.address, "user1").await;
    let leaving = ended.session().expect("a cookie");
    ended.sign_out().await.expect_status(200);
    let (workers, confirmed) = load(serving.address);
    let has_logins = || async { confirmed.lock().unwrap().len() > 3 };
    eventually(TIMEOUT, "users sign in", has_logins).await;
    let moved = Arc::new(installation_with_keys_of(&home, &target));
    let new_replica =
        tokio::spawn(start_when_complete(at(serving.address, &ada.session().unwrap()), moved.clone()));

    let done = migrate(&home, &target, &["--json"]).await.expect("the command runs").expect_exit(0);
    let done: Value = serde_json::from_str(&done.out).expect("JSON");
    assert_eq!((&done["complete"], &done["documents"]["users"]), (&true.into(), &302.into()), "{done}");
    let pause = done["pauseMs"].as_u64().expect("a pause");
    assert!(pause <= 10_000, "{done}");
    new_replica.await.expect("the new service answers to the session");

    for worker in workers {
        worker.await.expect("the service answers 200 or 503");
    }
    let refused = ada.me().await.expect_problem(503, "store_unavailable");
    assert!(refused.retry_after().is_some());
    ada.get("/readyz").await.expect_status(503);
    assert!(serving.log().contains("a migration has closed the store"), "{}", serving.log());
    serving.signal(Signal::TERM);
    assert!(serving.ends_within(Duration::from_secs(15)).success());
    for arguments in [&["serve"][..], &["users", "list"]] {
        let refused = home.run(arguments).expect_exit(4);
        assert!(refused.err.contains("its data was moved to"), "{refused:?}");
        assert!(refused.err.contains(target.name()), "{refused:?}");
    }

    assert_eq!(names(&moved), before);
    let serving = moved.serve();
    let confirmed = confirmed.lock().unwrap().clone();
    assert!(confirmed.len() > 3, "only {} logins during the migration", confirmed.len());
    for cookie in confirmed.iter().chain([&ada.session().unwrap(), &grace.session().unwrap()]) {
        at(serving.address, cookie).me().await.expect_status(200);
    }
    let answer = at(serving.address, &leaving).me().await.expect_problem(401, "session_ended");
    assert_eq!(answer.reason(), "signed_out");
    let again = signed_in(serving.address, "grace").await;
    again.verify(&used).await.expect_problem(400, "code_invalid");
    let waiting = at(serving.address, &linus.session().unwrap());
    waiting.verify(&code()).await.expect_status(200);
    moved.run(&["events", "verify"]).expect_exit(0);

    let again = migrate(&home, &target, &[]).await.expect("the command runs").expect_exit(0);
    assert!(again.out.contains("services are refused at"), "{again:?}");
    assert_captures_nothing(&location);
    let back = migrate(&home, &target, &["--abandon"]).await.expect("the command runs").expect_exit(1);
    assert!(back.err.contains("may be in use"), "{back:?}");
}

/// Waits for the pause, and starts a new replica again and again until the target is complete.
async fn start_when_complete(old: Browser, moved: Arc<Installation>) {
    let cookie = old.session().expect("a cookie");
    while old.me().await.status == 200 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let closed = Instant::now();
    let serving = tokio::task::spawn_blocking(move || {
        while moved.run(&["users", "show", "user0"]).code != Some(0) {
            assert!(closed.elapsed() < Duration::from_mins(1), "the target is never complete");
            std::thread::sleep(Duration::from_millis(100));
        }
        moved.serve()
    });
    let serving = serving.await.expect("it starts");
    at(serving.address, &cookie).me().await.expect_status(200);
}

/// Returns an installation on another store with the same keys.
fn installation_with_keys_of(home: &Installation, location: &StoreLocation) -> Installation {
    Installation::with_settings(&[(URL, location.url()), ("VESTIBULE_HASH_THREADS", "1")])
        .and("VESTIBULE_SECRET_KEYS", &home.setting("VESTIBULE_SECRET_KEYS"))
}

#[on_every_store]
async fn killed_migration_is_continued(location: StoreLocation) {
    let target = other_than(&location);
    let home = Arc::new(installation(&location));
    import(&home, 1500, &[]);
    let serving = home.serve();
    let ada = signed_in(serving.address, "user0").await;
    let mut kills = 0;
    // `scripts/faults migrate` has more of them.
    for round in 0..2 {
        let mut command = home.command(&["migrate", "--to", target.url()]).spawn().expect("it starts");
        // A later process waits for five seconds before it continues.
        let wait = if round == 0 { 0 } else { 5100 };
        std::thread::sleep(Duration::from_millis(wait + 60 + round * 613 % 2500));
        if command.try_wait().expect("a child").is_none() {
            kills += 1;
            command.kill().expect("a child");
        }
        command.wait().expect("the process ends");
        // No service starts on a part of the data.
        let early = installation_with_keys_of(&home, &target).run(&["users", "list", "--json"]);
        let is_complete = || early.out.matches("\"username\"").count() == 1500;
        assert!(early.code == Some(4) || is_complete(), "{early:?}");
    }
    assert!(kills > 0, "each migration ended before its kill");
    let done = migrate(&home, &target, &[]).await.expect("the command runs").expect_exit(0);
    assert!(done.out.contains(target.name()), "{done:?}");
    let moved = installation_with_keys_of(&home, &target);
    assert_eq!(users(&moved).len(), 1500);
    let new = moved.serve();
    at(new.address, &ada.session().unwrap()).me().await.expect_status(200);
    moved.run(&["events", "verify"]).expect_exit(0);
    eventually(TIMEOUT, "the old service refuses", || async { ada.me().await.status == 503 }).await;
}

fn target_exists(target: &StoreLocation) -> bool {
    !target.url().starts_with("sqlite:") || fs::metadata(target.name()).is_ok()
}

/// Kills a migration as soon as its source is in this state, so that its record is left behind.
async fn interrupt(
    home: &Installation,
    source: &StoreLocation,
    target: &StoreLocation,
    state: MigrationState,
) {
    let mut command = home.command(&["migrate", "--to", target.url()]).spawn().expect("it starts");
    let until = Instant::now() + Duration::from_mins(1);
    let store = open_source(source).await;
    while store.migration().await.expect("the store answers").is_none_or(|found| found.state != state) {
        assert!(Instant::now() < until, "the migration does not start");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    command.kill().expect("a child");
    command.wait().expect("the process ends");
    store.close().await;
}

async fn open_source(source: &StoreLocation) -> Store {
    Store::open_source(source.url(), &CollectionPrefix::default()).await.expect("it opens")
}

/// Changes the state of the source, as an interrupted process leaves it.
async fn set_state(source: &StoreLocation, state: MigrationState) {
    let store = open_source(source).await;
    let record = store.migration().await.expect("the store answers").expect("a record");
    let new = Migration { state, owner: String::new(), ..record.clone() };
    assert!(store.set_migration(Some(&record), Some(&new)).await.expect("written"));
    store.close().await;
}

/// Waits until a migration has sealed the source.
async fn sealed(source: &Store) {
    eventually(Duration::from_mins(2), "the source is sealed", || async {
        let record = source.migration().await.expect("the store answers");
        record.is_some_and(|found| found.state == MigrationState::Sealed)
    })
    .await;
}

/// A trigger that stays in the file would add a row for each write, without an end.
fn assert_captures_nothing(source: &StoreLocation) {
    if source.url().starts_with("sqlite:") {
        let file = rusqlite::Connection::open(source.name()).expect("the file");
        let names = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'captured%'";
        assert_eq!(file.query_row(names, [], |row| row.get(0)), Ok(0), "triggers and table are deleted");
    }
}

async fn source_record(source: &StoreLocation) -> Option<Migration> {
    let store = open_source(source).await;
    let record = store.migration().await.expect("the store answers");
    store.close().await;
    record
}

#[on_every_store]
async fn migration_killed_during_the_pause_is_continued(location: StoreLocation) {
    let target = other_than(&location);
    let home = Arc::new(installation(&location));
    let moved = installation_with_keys_of(&home, &target);
    import(&home, 100, &[]);
    let serving = home.serve();
    let ada = signed_in(serving.address, "user0").await;
    interrupt(&home, &location, &target, MigrationState::Sealed).await;
    let is_closed = || async { ada.me().await.status == 503 };
    eventually(TIMEOUT, "the source is closed", is_closed).await;
    for (home, cause) in [(&*home, "in its last step"), (&moved, "is not complete")] {
        let refused = home.run(&["users", "list"]).expect_exit(4);
        assert!(refused.err.contains(cause), "{refused:?}");
    }
    let done = migrate(&home, &target, &[]).await.expect("the command runs").expect_exit(0);
    assert!(done.out.contains("moved") && done.out.contains("users 100"), "{done:?}");

    // If services could use the source since, it has writes that no target has.
    set_state(&location, MigrationState::Copying).await;
    let refused = migrate(&home, &target, &[]).await.expect("the command runs").expect_exit(1);
    assert!(refused.err.contains("both may have newer data"), "{refused:?}");
    assert_eq!(source_record(&location).await.expect("a record").state, MigrationState::Copying);

    // Killed after the target was complete, and before the source was marked as moved.
    set_state(&location, MigrationState::Sealed).await;
    add(&moved, "grace");
    let done = migrate(&home, &target, &[]).await.expect("the command runs").expect_exit(0);
    assert!(done.out.contains("the data is in"), "{done:?}");
    assert_eq!(source_record(&location).await.expect("a record").state, MigrationState::Moved);
    assert_eq!(names(&moved).len(), 101, "what services wrote since is kept");
    let new = moved.serve();
    at(new.address, &ada.session().unwrap()).me().await.expect_status(200);
}

#[on_every_store]
async fn terminated_migration_opens_the_source_at_once(location: StoreLocation) {
    let target = other_than(&location);
    let home = Arc::new(installation(&location));
    import(&home, 100, &[]);
    let store = open_source(&location).await;
    // The last one is what a closed terminal sends.
    for last in [Signal::TERM, Signal::QUIT, Signal::HUP] {
        let mut command = home.command(&["migrate", "--to", target.url()]).spawn().expect("it starts");
        sealed(&store).await;
        let signal = |signal| {
            let id = i32::try_from(command.id()).ok().and_then(Pid::from_raw).expect("a process id");
            kill_process(id, signal).expect("a child");
        };
        // Ctrl-Z has no effect: a stopped process would keep the source closed.
        signal(Signal::TSTP);
        signal(last);
        assert_eq!(command.wait().expect("the process ends").code(), Some(130), "after {last:?}");
        let record = store.migration().await.unwrap().expect("a record");
        assert_eq!((record.state, record.owner.as_str()), (MigrationState::Copying, ""));
        assert_captures_nothing(&location);
    }
    store.close().await;
    assert_eq!(names(&home).len(), 100);
    let given_up = migrate(&home, &target, &["--abandon"]).await.expect("the command runs").expect_exit(0);
    assert!(!given_up.err.contains("waiting 5 s"), "it waits for no other process: {given_up:?}");
}

#[on_every_store]
async fn document_that_differs_in_the_target_is_copied_again(location: StoreLocation) {
    let target = other_than(&location);
    let home = Arc::new(installation(&location));
    import(&home, 200, &[]);
    interrupt(&home, &location, &target, MigrationState::Sealed).await;
    // The revision stays the same: only the hash shows it.
    target.corrupt("users", "user7@corp.example", "email", &Value::from("eve@corp.example")).await;
    let done = migrate(&home, &target, &["--json"]).await.expect("the command runs").expect_exit(0);
    let done: Value = serde_json::from_str(&done.out).expect("JSON");
    assert!(done["written"].as_u64().is_some_and(|written| (1..200).contains(&written)), "{done}");
    let moved = installation_with_keys_of(&home, &target);
    let shown = moved.run(&["users", "show", "user7"]).expect_exit(0);
    assert!(shown.out.contains("user7@corp.example"), "{shown:?}");
}

#[tokio::test]
async fn missing_index_of_the_target_stops_the_migration() {
    let (location, target) = (StoreLocation::file(), StoreLocation::file());
    let home = Arc::new(installation(&location));
    import(&home, 10, &[]);
    interrupt(&home, &location, &target, MigrationState::Sealed).await;
    let file = rusqlite::Connection::open(target.name()).expect("the file");
    file.execute_batch("DROP INDEX tags_by_id").expect("dropped");
    let refused = migrate(&home, &target, &[]).await.expect("the command runs").expect_exit(1);
    assert!(refused.err.contains("no index tags.tags_by_id"), "{refused:?}");
    assert_eq!(names(&home).len(), 10, "the source is in use again");
}

#[on_every_store]
async fn abandoned_migration_leaves_the_source_in_use(location: StoreLocation) {
    let target = other_than(&location);
    let home = Arc::new(installation(&location));
    import(&home, 1000, &[]);
    let serving = home.serve();
    interrupt(&home, &location, &target, MigrationState::Copying).await;

    // While one runs, a second one is refused; after a kill, only the same target continues.
    let elsewhere = other_than(&location);
    let refused = migrate(&home, &elsewhere, &[]).await.expect("the command runs").expect_exit(1);
    assert!(refused.err.contains("is being moved to") && refused.err.contains(target.name()), "{refused:?}");
    let ada = signed_in(serving.address, "user0").await;

    let done = migrate(&home, &target, &["--abandon"]).await.expect("the command runs").expect_exit(0);
    assert!(done.out.contains("was given up"), "{done:?}");
    ada.me().await.expect_status(200);
    assert_eq!(source_record(&location).await, None);
    assert_captures_nothing(&location);
    if target.url().starts_with("sqlite:") {
        assert!(!target_exists(&target), "the incomplete copy is deleted");
    } else {
        assert!(target.database().await.list_collection_names().await.expect("names").is_empty());
    }
    migrate(&home, &target, &[]).await.expect("the command runs").expect_exit(0);
}

#[on_every_store]
async fn second_migration_at_the_same_time_is_refused(location: StoreLocation) {
    let target = other_than(&location);
    let home = Arc::new(installation(&location));
    import(&home, 1500, &[]);
    let (first, second) = tokio::join!(migrate(&home, &target, &[]), async {
        let has_record = || async { source_record(&location).await.is_some() };
        eventually(Duration::from_mins(1), "the first one starts", has_record).await;
        migrate(&home, &target, &[]).await
    });
    first.expect("the command runs").expect_exit(0);
    let second = second.expect("the command runs");
    // The first one may be complete by the time of the second look.
    let is_refused = second.code == Some(1) && second.err.contains("another `vestibule migrate`");
    assert!(is_refused || second.out.contains("services are refused at"), "{second:?}");
}

#[on_every_store]
async fn dry_run_changes_nothing_and_used_databases_are_refused(location: StoreLocation) {
    let target = other_than(&location);
    let home = Arc::new(installation(&location));
    import(&home, 3, &[]);
    let done = migrate(&home, &target, &["--dry-run"]).await.expect("the command runs").expect_exit(0);
    assert!(done.out.contains("users 3") && done.out.contains("nothing was changed"), "{done:?}");
    assert_eq!(source_record(&location).await, None);

    let used = installation_with_keys_of(&home, &target);
    add(&used, "linus");
    for more in [&["--dry-run"][..], &[]] {
        let refused = migrate(&home, &target, more).await.expect("the command runs").expect_exit(4);
        assert!(refused.err.contains("contains data of Vestibule already"), "{refused:?}");
    }
    assert_eq!(source_record(&location).await, None, "the source stays in use");
    assert_eq!(names(&used), BTreeSet::from(["linus".to_owned()]));
}

#[on_every_store]
async fn unreadable_document_stops_a_migration_before_the_pause(location: StoreLocation) {
    let target = other_than(&location);
    let home = Arc::new(installation(&location));
    import(&home, 3, &[]);
    location.corrupt("users", "user1@corp.example", "status", &Value::from(7)).await;
    let refused = migrate(&home, &target, &[]).await.expect("the command runs").expect_exit(1);
    assert!(refused.err.contains("1 documents cannot be read"), "{refused:?}");
    assert_captures_nothing(&location);
    let listed = home.run(&["users", "list"]).expect_exit(1);
    assert!(listed.out.contains("user2"), "the source is in use: {listed:?}");
    let done =
        migrate(&home, &target, &["--skip-unreadable"]).await.expect("the command runs").expect_exit(0);
    assert!(done.out.contains("left behind"), "{done:?}");
    assert_eq!(names(&installation_with_keys_of(&home, &target)).len(), 2);
}

// Every user of the machine can read the arguments of a process.
#[test]
fn password_of_a_database_is_refused_in_the_arguments() {
    let home = Installation::new();
    add(&home, "ada");
    let url = "mongodb://vestibule:secret@127.0.0.1:1/vestibule";
    let refused = home.run(&["migrate", "--to", url]).expect_exit(2);
    assert!(refused.err.contains("--to-file") && !refused.err.contains("secret"), "{refused:?}");
    home.write("target", url);
    let unreachable = home.run(&["migrate", "--to-file", "target"]).expect_exit(4);
    assert!(!unreachable.err.contains("secret"), "{unreachable:?}");
}

#[test]
fn misspelt_target_creates_no_folder() {
    let home = Installation::new();
    add(&home, "ada");
    let misspelt = home.run(&["migrate", "--to", "sqlite:missing/new.db"]).expect_exit(4);
    assert!(misspelt.err.contains("the folder does not exist"), "{misspelt:?}");
    assert!(!home.path("missing").exists(), "no folder is created");
}

#[test]
fn keys_beside_the_file_are_named_and_not_printed() {
    let home = Installation::new();
    add(&home, "ada");
    let done = home.run(&["migrate", "--to", "sqlite:new.db"]).expect_exit(0);
    let keys = fs::read_to_string(home.path("data/vestibule.db.keys")).expect("the keys");
    let secret = keys.trim().split_once(':').expect("id:base64").1;
    assert!(done.out.contains("install -m 600 -o vestibule -g vestibule data/vestibule.db.keys"), "{done:?}");
    assert!(!done.out.contains(secret) && !done.err.contains(secret));
    // The same database by another name, and a database that is not the one of the settings.
    let done = home.run(&["migrate", "--from", "sqlite:./data/vestibule.db", "--to", "sqlite:new.db"]);
    assert!(
        done.expect_exit(0).out.contains("install -m 600 -o vestibule -g vestibule data/vestibule.db.keys")
    );
    let elsewhere = home.and(URL, "sqlite:other.db").and("VESTIBULE_SECRET_KEYS", &secrets::new_key());
    let done = elsewhere.run(&["migrate", "--from", "sqlite:data/vestibule.db", "--to", "sqlite:new.db"]);
    assert!(
        done.expect_exit(0).out.contains("install -m 600 -o vestibule -g vestibule data/vestibule.db.keys")
    );
}

#[on_mongo]
async fn standalone_server_is_no_source() {
    let location = StoreLocation::standalone();
    let home = Arc::new(installation(&location));
    import(&home, 1, &[]);
    let refused = migrate(&home, &StoreLocation::file(), &[]).await.expect("the command runs").expect_exit(4);
    assert!(refused.err.contains("make it a replica set"), "{refused:?}");
    assert_eq!(names(&home).len(), 1, "the source is in use");
}
