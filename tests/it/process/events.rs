//! `vestibule events`: filters, output, and events of other processes.

use std::{
    io::{BufRead as _, BufReader},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use vestibule::audit::{EventKind, Recorder};

use crate::harness::{
    browser::Browser,
    process::Installation,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

fn lines(home: &Installation, arguments: &[&str]) -> Vec<Value> {
    let arguments = [&["events", "--json"], arguments].concat();
    let out = home.run(&arguments).expect_exit(0).out;
    out.lines().map(|line| serde_json::from_str(line).expect("one document in each line")).collect()
}

async fn attempt(service: &Service, password: &str) {
    let _ = Browser::of(service).sign_in("ada", password).await;
}

#[on_every_store]
async fn events_are_filtered(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    let ada = create_user(&service, "ada").await;
    for password in [PASSWORD, "wrong", PASSWORD] {
        attempt(&service, password).await;
    }
    let home = Installation::beside(&service);
    home.run(&["users", "disable", "ada"]).expect_exit(0);
    let all = lines(&home, &[]);
    let types: Vec<&str> = all.iter().map(|event| event["type"].as_str().expect("a type")).collect();
    assert_eq!(
        types,
        ["passwordSignIn", "passwordSignIn", "passwordSignIn", "newDevice", "userDisabled"],
        "the newest last"
    );
    for (arguments, count) in [
        (&["--user", "ada"][..], 5),
        (&["--user", &ada.id.to_string()], 5),
        (&["--type", "passwordSignIn"], 3),
        (&["--type", "passwordSignIn", "--type", "userDisabled"], 4),
        (&["--type", "passwordSignIn", "--outcome", "failure"], 1),
        (&["--outcome", "success", "--limit", "2"], 2),
        (&["--since", "1h"], 5),
        (&["--since", "1h", "--until", "2020-01-01"], 0),
        (&["--until", "30m"], 0),
        (&["--limit", "0"], 0),
        (&["--trace", all[1]["id"].as_str().expect("an id")], 1),
    ] {
        assert_eq!(lines(&home, arguments).len(), count, "{arguments:?}");
    }
    assert_eq!(lines(&home, &["--limit", "1"])[0]["type"], "userDisabled");
    let text = home.run(&["events", "--type", "userDisabled"]).expect_exit(0).out;
    assert!(text.contains(" userDisabled success ") && text.contains(" by=cli "), "{text}");
    for (arguments, code, part) in [
        (&["--type", "signin"][..], 2, "passwordSignIn"),
        (&["--since", "yesterday"], 2, "2026-11-22"),
        (&["--user", "unknown"], 1, "no user has the name"),
        (&["--trace", "x"], 1, "no event"),
    ] {
        let done = home.run(&[&["events"], arguments].concat()).expect_exit(code);
        assert!(done.err.contains(part), "{done:?}");
    }
}

// A typed name, a header or a claim must not control the terminal of an administrator.
#[on_every_store]
async fn text_of_clients_is_quoted(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    let audit = Recorder::of_command_line(&service.app.event_chain, &service.clock).by_provider("x\u{1b}[2J");
    let hostile = "\u{1b}[31m\r\n2026-01-01 forged success\u{9b}2J\u{202e}";
    audit.failure(EventKind::FederatedSignIn, "a\u{7}b\nc").details(hostile).record().await;
    let home = Installation::beside(&service);
    for arguments in [&["events"][..], &["events", "--json"]] {
        let out = home.run(arguments).expect_exit(0).out;
        assert_eq!(out.lines().count(), 1, "{out:?}");
        assert!(out.trim_end().chars().all(|c| !c.is_control() && c != '\u{202e}'), "{out:?}");
    }
}

#[on_every_store]
async fn followed_events_of_another_process_appear_within_two_seconds(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    create_user(&service, "ada").await;
    attempt(&service, PASSWORD).await;
    let home = Installation::beside(&service);
    let mut following = home
        .command(&["events", "--follow", "--json", "--type", "passwordSignIn"])
        .spawn()
        .expect("it starts");
    let mut out = BufReader::new(following.stdout.take().expect("a pipe"));
    let mut next = |what: &str| {
        let mut line = String::new();
        assert_ne!(out.read_line(&mut line).expect("UTF-8"), 0, "{what}");
        serde_json::from_str::<Value>(&line).expect("JSON")
    };
    assert_eq!(next("the stored event")["outcome"], "success");
    for _ in 0..3 {
        attempt(&service, "wrong").await;
        // The event is stored before the answer.
        let began = Instant::now();
        assert_eq!(next("the new event")["reason"], "wrong_password");
        assert!(began.elapsed() < Duration::from_secs(2), "after {:?}", began.elapsed());
    }
    let pid = i32::try_from(following.id()).ok().and_then(Pid::from_raw).expect("a process id");
    kill_process(pid, Signal::INT).expect("a child process of this test");
    assert_eq!(following.wait().expect("it ends").code(), Some(130));
}

#[on_every_store]
async fn closed_pipe_ends_following_without_an_error(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    create_user(&service, "ada").await;
    attempt(&service, PASSWORD).await;
    let home = Installation::beside(&service);
    let mut following = home.command(&["events", "--follow"]).spawn().expect("it starts");
    let mut out = BufReader::new(following.stdout.take().expect("a pipe"));
    out.read_line(&mut String::new()).expect("the stored event");
    drop(out);
    attempt(&service, "wrong").await;
    let done = following.wait_with_output().expect("it ends");
    assert_eq!((done.status.code(), String::from_utf8_lossy(&done.stderr).as_ref()), (Some(0), ""));
}
