//! Large files: batches, audit events, and imports that were killed.

use std::{collections::HashMap, time::Duration};

use serde_json::Value;

use crate::harness::{process::Installation, service::Service, stores::StoreLocation, users::PASSWORD};

const TOTALS_AGAIN: &str = " 0 created, 0 updated, 1200 unchanged, 1 refused\n";

/// Writes 1,200 rows with ready hashes, and one in their middle whose address another user has.
fn write_file(home: &Installation) {
    let hash = bcrypt::hash(PASSWORD, 4).expect("a hash");
    let row = |n: usize| match n {
        700 => "mallory,owner@corp.example,true,\n".to_owned(),
        n => format!("user{n},user{n}@corp.example,true,{hash}\n"),
    };
    let rows: String = (0..1201).map(row).collect();
    home.write("users.csv", format!("username,email,emailVerified,password\n{rows}"));
    home.run_with(
        &["users", "add", "owner", "--email", "owner@corp.example", "--email-verified", "--password-stdin"],
        &format!("{PASSWORD}\n"),
    )
    .expect_exit(0);
}

fn import(home: &Installation) -> String {
    home.run(&["users", "import", "users.csv", "--no-passwords"]).expect_exit(1).out
}

/// Checks that each user has exactly one event of its creation, and that the chains are complete.
fn assert_each_user_has_its_event(home: &Installation) {
    let users: Vec<Value> =
        serde_json::from_str(&home.run(&["users", "list", "--json"]).expect_exit(0).out).expect("JSON");
    let out = home.run(&["events", "--json", "--type", "userCreated", "--limit", "5000"]).expect_exit(0).out;
    let mut events: HashMap<String, usize> = HashMap::new();
    for line in out.lines() {
        let event: Value = serde_json::from_str(line).expect("JSON");
        *events.entry(event["userId"].as_str().expect("a user").to_owned()).or_default() += 1;
    }
    for user in &users {
        let id = user["id"].as_str().expect("an id");
        assert_eq!(events.remove(id), Some(1), "{user}");
        assert_eq!(user["hasPassword"], true, "{user}");
    }
    assert!(events.is_empty(), "events without a user: {events:?}");
    home.run(&["events", "verify"]).expect_exit(0);
}

#[on_every_store]
async fn refused_row_does_not_fail_its_batch(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    let home = Installation::beside(&service);
    write_file(&home);
    let out = import(&home);
    assert!(
        out.contains("refused line 702: email \"owner@corp.example\": another user has the same"),
        "{out}"
    );
    assert!(out.ends_with(" 1200 created, 0 updated, 0 unchanged, 1 refused\n"), "{out}");
    assert_each_user_has_its_event(&home);
    let out = import(&home);
    assert!(out.ends_with(TOTALS_AGAIN), "{out}");
}

#[on_every_store]
async fn two_first_imports_at_the_same_time_create_each_user_once(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    let home = Installation::beside(&service);
    let hash = bcrypt::hash(PASSWORD, 4).expect("a hash");
    let row = |n| format!("user{n},user{n}@corp.example,true,{hash}");
    let rows: Vec<String> = (0..1500).map(row).collect();
    home.write("users.csv", format!("username,email,emailVerified,password\n{}\n", rows.join("\n")));
    let start = || home.command(&["users", "import", "users.csv", "--quiet"]).spawn().expect("it starts");
    for mut import in [start(), start()] {
        assert!(import.wait().expect("it ends").success());
    }
    assert_each_user_has_its_event(&home);
    let out = home.run(&["users", "import", "users.csv"]).expect_exit(0).out;
    assert!(out.ends_with(" 0 created, 0 updated, 1500 unchanged, 0 refused\n"), "{out}");
}

#[on_every_store]
async fn killed_import_leaves_complete_users_and_continues(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    let home = Installation::beside(&service);
    write_file(&home);
    for round in 0..5 {
        let mut import =
            home.command(&["users", "import", "users.csv", "--no-passwords"]).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(60 + round * 90));
        import.kill().expect("it is ours");
        import.wait().expect("it ends");
        assert_each_user_has_its_event(&home);
    }
    import(&home);
    let out = import(&home);
    assert!(out.ends_with(TOTALS_AGAIN), "{out}");
    assert_each_user_has_its_event(&home);
}
