//! Chains of audit events: every change in the database is found, and nothing else is reported.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;
use vestibule::{
    audit::{
        EventKind, Recorder, Witness,
        verify::{Problem, Report, Rules, verify},
    },
    clock::Timestamp,
    secrets::{Keys, new_key},
    store::{Change, Store, StoreError},
    user::User,
};

use super::tampered::{self, Stored};
use crate::harness::{
    browser::Browser,
    eventually,
    process::Installation,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const RETENTION: Duration = Duration::from_hours(400 * 24);
const EVENTS: &str = "events";
const HEADS: &str = "event_chains";

async fn check(store: &Store, keys: &Keys, now: Timestamp) -> Report {
    check_against(store, keys, now, &[]).await
}

async fn check_against(store: &Store, keys: &Keys, now: Timestamp, earlier: &[Witness]) -> Report {
    let rules = Rules { keys, now, retention: RETENTION };
    verify(store, rules, earlier).await.expect("the store answers")
}

#[track_caller]
fn expect_clean(report: &Report) {
    assert!(report.is_clean(), "{report:#?}");
}

/// Signs in as `ada`, with a right or a wrong password. Only the browser of the owner sends a user agent. Each login counts as the first one
/// of the account: a later one from a new browser has a second event.
async fn attempt(service: &Service, password: &str) {
    let forget = |user: &mut User| {
        user.last_login_at = None;
        user.devices.clear();
        Ok::<_, StoreError>(Change::Write(()))
    };
    let ada = service.app.store.find::<User>("name:ada").await.expect("the store answers").expect("ada");
    service.app.users.update(&ada.id.document_id(), forget).await.expect("written");
    let browser = Browser::of(service);
    let browser = if password == PASSWORD { browser.with_header("user-agent", "Firefox") } else { browser };
    let _ = browser.sign_in("ada", password).await;
}

/// A store with the events of two services, one after the other, and what is needed to check them.
struct Recorded {
    store: Store,
    keys: Keys,
    now: Timestamp,
    events: Vec<Stored>,
    heads: Vec<Stored>,
}

impl Recorded {
    /// Five events of one process, then four of another, which names the first one.
    async fn on(location: &StoreLocation) -> Self {
        let first = Service::start(location).await;
        create_user(&first, "ada").await;
        for password in [PASSWORD, "wrong", PASSWORD, "wrong", PASSWORD] {
            attempt(&first, password).await;
            first.advance_time(Duration::from_secs(5));
        }
        let keys = first.app.keys.clone();
        // Longer than replicas of an earlier version may run beside this one.
        first.advance_time(Duration::from_mins(15));
        let second = first.restart_with(&[]).await;
        for password in [PASSWORD, "wrong", PASSWORD, PASSWORD] {
            attempt(&second, password).await;
            second.advance_time(Duration::from_secs(5));
        }
        let now = second.clock.now();
        second.stop().await;
        let store = Store::open(location.url()).await.expect("the store opens");
        let (events, heads) = (tampered::read(location, EVENTS).await, tampered::read(location, HEADS).await);
        assert_eq!((events.len(), heads.len()), (9, 2));
        Self { store, keys, now, events, heads }
    }

    /// Checks the store after a change of events and heads.
    async fn after(
        &self,
        location: &StoreLocation,
        change: impl FnOnce(&mut Vec<Stored>, &mut Vec<Stored>),
    ) -> Report {
        let (mut events, mut heads) = (self.events.clone(), self.heads.clone());
        change(&mut events, &mut heads);
        tampered::write(location, EVENTS, &events).await;
        tampered::write(location, HEADS, &heads).await;
        check(&self.store, &self.keys, self.now).await
    }
}

#[on_every_store]
async fn events_of_two_replicas_and_a_command_are_verified(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    let replica = service.start_replica().await;
    create_user(&service, "ada").await;
    let attempts = (0..12).map(|number| {
        let service = if number % 2 == 0 { &service } else { &replica };
        attempt(service, if number % 3 == 0 { "wrong" } else { PASSWORD })
    });
    futures_util::future::join_all(attempts).await;
    let home = Installation::beside(&service);
    home.run(&["users", "end-sessions", "ada"]).expect_exit(0);
    let events = tampered::read(&location, EVENTS).await.len() as u64;
    let report = check(&service.app.store, &service.app.keys, service.clock.now()).await;
    expect_clean(&report);
    assert_eq!((report.verified, report.chains, report.before_chain), (events, 3, 0), "{report:#?}");
    let done = home.run(&["events", "verify"]).expect_exit(0);
    assert!(done.out.starts_with(&format!("verified {events} events of 3 chains\n")), "{done:?}");
    assert!(done.out.ends_with("no event was altered, removed or inserted\n"), "{done:?}");
    service.stop().await;
    replica.stop().await;
    let json = home.run(&["events", "verify", "--json"]).expect_exit(0);
    let json: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!((&json["verified"], &json["findings"]), (&json!(events), &json!([])));
}

#[on_every_store]
async fn every_change_in_the_database_is_found(location: StoreLocation) {
    type Change = Box<dyn FnOnce(&mut Vec<Stored>, &mut Vec<Stored>)>;
    let recorded = Recorded::on(&location).await;
    expect_clean(&recorded.after(&location, |_, _| ()).await);
    let set = |index: usize, member: &'static str, value: Value| -> Change {
        Box::new(move |events, _| events[index].set(member, Some(&value)))
    };
    let other = Uuid::new_v4().to_string();
    let cases: Vec<(&str, Problem, Change)> = vec![
        ("reason", Problem::Altered, set(1, "reason", json!("unknown_user"))),
        ("outcome", Problem::Altered, set(1, "outcome", json!("success"))),
        ("type", Problem::Altered, set(2, "type", json!("signOut"))),
        ("details", Problem::Altered, set(2, "details", json!("\"x\""))),
        ("actor", Problem::Altered, set(4, "actor", json!("cli"))),
        ("request id", Problem::Altered, set(6, "requestId", json!(other))),
        ("user agent", Problem::Altered, set(2, "userAgent", json!("curl"))),
        ("user agent that was not sent", Problem::Altered, set(1, "userAgent", json!("curl"))),
        ("user agent removed", Problem::Altered, Box::new(|events, _| events[2].set("userAgent", None))),
        ("first", Problem::Removed, Box::new(|events, _| drop(events.remove(0)))),
        ("middle", Problem::Removed, Box::new(|events, _| drop(events.remove(2)))),
        ("newest of the first", Problem::Removed, Box::new(|events, _| drop(events.remove(4)))),
        ("newest of the second", Problem::Removed, Box::new(|events, _| drop(events.pop()))),
        (
            "the whole chain, without its head",
            Problem::Removed,
            Box::new(|events, _| drop(events.drain(..5))),
        ),
        ("everything but the heads", Problem::Removed, Box::new(|events, _| events.clear())),
        (
            "chain and head",
            Problem::HeadRemoved,
            Box::new(|events, heads| {
                let first = events[0].place().0;
                events.retain(|event| event.place().0 != first);
                let before = heads.len();
                heads.retain(|head| head.id() != first);
                assert_eq!(heads.len(), before - 1);
            }),
        ),
        (
            "order",
            Problem::Altered,
            Box::new(|events, _| {
                let (one, two) = (events[1].id(), events[2].id());
                events[1].set_id(two);
                events[2].set_id(one);
            }),
        ),
        (
            "duplicate",
            Problem::Altered,
            Box::new(|events, _| {
                let mut copy = events[3].clone();
                copy.set_id(Uuid::new_v4());
                events.push(copy);
            }),
        ),
        (
            "inserted without a chain",
            Problem::Inserted,
            Box::new(|events, _| {
                let mut copy = events[3].clone();
                copy.set_id(Uuid::new_v4());
                copy.set("chain", None);
                let at = events[8].clone();
                let at = match &at {
                    Stored::Row { .. } => at.json()["at"].clone(),
                    Stored::Document(_) => Value::Null,
                };
                if at.is_null() {
                    copy_time(&events[8], &mut copy);
                } else {
                    copy.set("at", Some(&at));
                }
                events.push(copy);
            }),
        ),
        ("without its chain", Problem::Removed, Box::new(|events, _| events[3].set("chain", None))),
        ("head", Problem::HeadRemoved, Box::new(|_, heads| drop(heads.remove(0)))),
        ("heads", Problem::HeadRemoved, Box::new(|_, heads| heads.clear())),
        (
            "number in the head",
            Problem::HeadAltered,
            Box::new(|_, heads| {
                heads[0].set("confirmed", Some(&json!(1)));
            }),
        ),
        ("content of the head", Problem::HeadAltered, Box::new(|_, heads| heads[0].set("confirmed", None))),
        (
            "list of lost events",
            Problem::HeadAltered,
            Box::new(|events, heads| {
                events.remove(2);
                heads[0].set("lost", Some(&json!([{ "from": 1, "to": 9, "previous": null }])));
            }),
        ),
    ];
    for (what, problem, change) in cases {
        let report = recorded.after(&location, change).await;
        let problems: Vec<Problem> = report.findings.iter().map(|finding| finding.problem).collect();
        assert!(problems.contains(&problem), "{what}: {report:#?}");
    }
    expect_clean(&recorded.after(&location, |_, _| ()).await);
}

fn copy_time(from: &Stored, to: &mut Stored) {
    if let (Stored::Document(from), Stored::Document(to)) = (from, to) {
        to.insert("at", from.get("at").expect("a time").clone());
    }
}

// An older copy of a head is signed, too. It would hide a removal of the newest events.
#[on_every_store]
async fn older_head_is_noticed_by_its_process(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    attempt(&service, "wrong").await;
    service.app.event_chain.check_head().await;
    let older = tampered::read(&location, HEADS).await;
    attempt(&service, "wrong").await;
    service.app.event_chain.check_head().await;
    attempt(&service, PASSWORD).await;
    service.app.event_chain.check_head().await;
    let events = tampered::read(&location, EVENTS).await;

    // The newest events are removed, too: their process compares the head with its own.
    tampered::write(&location, EVENTS, &events[..1]).await;
    tampered::write(&location, HEADS, &older).await;
    service.app.event_chain.check_head().await;
    service.app.event_chain.check_head().await;
    let report = check(&service.app.store, &service.app.keys, service.clock.now()).await;
    let removed = &report.findings[0];
    assert_eq!(
        (removed.problem, removed.from, removed.to),
        (Problem::Removed, Some(2), Some(3)),
        "{report:#?}"
    );
    let newest = vestibule::audit::page(&service.app.store, None, None, 10).await.expect("the store answers");
    assert!(newest.iter().any(|event| event.kind == EventKind::EventsAltered), "{newest:#?}");
}

#[on_every_store]
async fn older_head_is_found_by_later_events(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    attempt(&service, "wrong").await;
    service.app.event_chain.check_head().await;
    let older = tampered::read(&location, HEADS).await;
    for password in ["wrong", PASSWORD] {
        attempt(&service, password).await;
        service.app.event_chain.check_head().await;
    }
    let (keys, now) = (service.app.keys.clone(), service.clock.now() + Duration::from_secs(5));
    service.stop().await;
    tampered::write(&location, HEADS, &older).await;
    let store = Store::open(location.url()).await.expect("the store opens");
    let report = check(&store, &keys, now).await;
    assert_eq!(report.findings[0].problem, Problem::HeadReplaced, "{report:#?}");
}

// The log has the event. A store that fails must not cause an alarm later, and must not break the chain.
#[on_every_store]
async fn failed_write_is_no_finding_and_later_events_are_kept(location: StoreLocation) {
    let service = Service::start(&location).await;
    let audit = Recorder::of_command_line(&service.app.event_chain, &service.clock);
    audit.success(EventKind::UserUpdated).record().await;
    // Larger than a document can be.
    audit.success(EventKind::UserUpdated).details("x".repeat(3 << 20)).record().await;
    audit.success(EventKind::UserUpdated).record().await;
    service.app.event_chain.check_head().await;
    let report = check(&service.app.store, &service.app.keys, service.clock.now()).await;
    expect_clean(&report);
    assert_eq!((report.verified, report.lost), (2, 1));
    // Only the event whose write failed may be missing.
    let events = tampered::read(&location, EVENTS).await;
    tampered::write(&location, EVENTS, &events[1..]).await;
    let report = check(&service.app.store, &service.app.keys, service.clock.now()).await;
    assert_eq!((report.findings[0].from, report.findings[0].to), (Some(1), Some(1)), "{report:#?}");
}

// An attacker who guesses passwords could close the connection before the answer.
#[on_every_store]
async fn event_of_a_cancelled_request_is_stored(location: StoreLocation) {
    let service = Service::start(&location).await;
    let audit = Recorder::of_command_line(&service.app.event_chain, &service.clock);
    audit.success(EventKind::UserUpdated).record().await;
    for _ in 0..5 {
        let record = audit.success(EventKind::UserUpdated).record();
        drop(tokio::time::timeout(Duration::ZERO, record).await);
    }
    let store = service.app.store.clone();
    eventually(Duration::from_secs(5), "six events are stored", || async {
        vestibule::audit::page(&store, None, None, 10).await.expect("the store answers").len() == 6
    })
    .await;
}

#[on_every_store]
async fn retention_is_no_finding_and_hides_no_removal(location: StoreLocation) {
    let service = Service::with_settings(&location, &[("VESTIBULE_EVENT_RETENTION", "2d")]).await;
    let audit = Recorder::of_command_line(&service.app.event_chain, &service.clock);
    for _ in 0..10 {
        audit.success(EventKind::UserUpdated).record().await;
        service.advance_time(Duration::from_hours(6));
    }
    service.app.event_chain.check_head().await;
    let (keys, now) = (&service.app.keys, service.clock.now());
    let left: Vec<Stored> = tampered::read(&location, EVENTS)
        .await
        .into_iter()
        .filter(|event| !event.is_expired(now.as_millis()))
        .collect();
    assert_eq!(left.len(), 7, "three events are older than two days");
    tampered::write(&location, EVENTS, &left).await;
    let report = check(&service.app.store, keys, now).await;
    expect_clean(&report);
    assert_eq!((report.verified, report.expired), (7, 3));
    // An event that the retention keeps is removed with them.
    tampered::write(&location, EVENTS, &left[1..]).await;
    let report = check(&service.app.store, keys, now).await;
    let found = &report.findings[0];
    assert_eq!((found.problem, found.to), (Problem::Removed, Some(4)), "{report:#?}");
    // A lower retention may have removed it.
    let rules = Rules { keys, now, retention: Duration::from_hours(42) };
    expect_clean(&verify(&service.app.store, rules, &[]).await.expect("the store answers"));
    // The head goes last, also if its process runs on.
    service.advance_time(Duration::from_hours(24 * 30));
    tampered::write(&location, EVENTS, &[]).await;
    expect_clean(&check(&service.app.store, keys, service.clock.now()).await);
    tampered::write(&location, HEADS, &[]).await;
    service.app.event_chain.check_head().await;
    expect_clean(&check(&service.app.store, keys, service.clock.now()).await);
    assert_eq!(tampered::read(&location, EVENTS).await.len(), 0, "no alarm of the process");
}

#[on_every_store]
async fn lower_retention_removes_stored_events(location: StoreLocation) {
    let service = Service::start(&location).await;
    let audit = Recorder::of_command_line(&service.app.event_chain, &service.clock);
    for _ in 0..4 {
        audit.success(EventKind::UserUpdated).record().await;
        service.advance_time(Duration::from_hours(24));
        // As a running service does: a clock that jumps by days is not trusted.
        service.app.store.synchronize(&service.clock).await.expect("the store answers");
    }
    let service = service.restart_with(&[("VESTIBULE_EVENT_RETENTION", "50h")]).await;
    let store = service.app.store.clone();
    eventually(Duration::from_secs(10), "two events are left", || async {
        vestibule::audit::page(&store, None, None, 10).await.expect("the store answers").len() == 2
    })
    .await;
    let rules =
        Rules { keys: &service.app.keys, now: service.clock.now(), retention: Duration::from_hours(50) };
    let report = verify(&store, rules, &[]).await.expect("the store answers");
    expect_clean(&report);
    assert_eq!((report.verified, report.expired), (2, 2));
}

#[on_every_store]
async fn events_of_an_earlier_version_are_counted_apart(location: StoreLocation) {
    let recorded = Recorded::on(&location).await;
    let report = recorded
        .after(&location, |events, heads| {
            for event in &mut *events {
                event.set("chain", None);
            }
            heads.clear();
        })
        .await;
    expect_clean(&report);
    assert_eq!((report.verified, report.before_chain), (0, 9));
    let service = Service::start(&location).await;
    service.advance_time(Duration::from_hours(1));
    let service = service.restart_with(&[]).await;
    attempt(&service, PASSWORD).await;
    service.app.event_chain.check_head().await;
    let report = check(&service.app.store, &recorded.keys, service.clock.now()).await;
    expect_clean(&report);
    assert_eq!((report.verified, report.before_chain), (1, 9));
}

#[on_every_store]
async fn events_that_need_a_missing_key_are_counted_by_key(location: StoreLocation) {
    let recorded = Recorded::on(&location).await;
    let new = new_key();
    let other = Keys::parse(&new).expect("a key");
    let report = check(&recorded.store, &other, recorded.now).await;
    assert!(!report.is_clean() && report.findings.is_empty(), "{report:#?}");
    let old = recorded.keys.ids().next().expect("a key").to_owned();
    assert_eq!(report.keys_missing.into_iter().collect::<Vec<_>>(), [(old.clone(), 9)]);
    let home = Installation::without_settings()
        .and("VESTIBULE_DATABASE_URL", location.url())
        .and("VESTIBULE_SECRET_KEYS", &new);
    let done = home.run(&["events", "verify"]).expect_exit(1);
    assert!(done.out.contains(&format!("9 events with the key {old}")), "{done:?}");
    assert!(done.out.ends_with("some events could not be checked\n"), "{done:?}");
}

// A copy of the whole database is consistent. Only a report that was kept elsewhere can show that newer events existed.
#[on_every_store]
async fn older_copy_of_the_database_is_found_with_an_earlier_report(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    attempt(&service, PASSWORD).await;
    service.app.event_chain.check_head().await;
    let (events, heads) = (tampered::read(&location, EVENTS).await, tampered::read(&location, HEADS).await);
    attempt(&service, "wrong").await;
    let (keys, now) = (service.app.keys.clone(), service.clock.now());
    service.stop().await;
    let store = Store::open(location.url()).await.expect("the store opens");
    let earlier = check(&store, &keys, now).await;
    expect_clean(&check_against(&store, &keys, now, &earlier.heads).await);
    tampered::write(&location, EVENTS, &events).await;
    tampered::write(&location, HEADS, &heads).await;
    expect_clean(&check(&store, &keys, now).await);
    let report = check_against(&store, &keys, now, &earlier.heads).await;
    assert_eq!(report.findings[0].problem, Problem::HeadReplaced, "{report:#?}");
    tampered::write(&location, EVENTS, &[]).await;
    tampered::write(&location, HEADS, &[]).await;
    let report = check_against(&store, &keys, now, &earlier.heads).await;
    assert_eq!(report.findings[0].problem, Problem::HeadRemoved, "{report:#?}");
}

#[on_every_store]
async fn killed_process_causes_no_finding(location: StoreLocation) {
    let home = Installation::without_settings()
        .and("VESTIBULE_DATABASE_URL", location.url())
        .and("VESTIBULE_SECRET_KEYS", &new_key())
        .and("VESTIBULE_HASH_THREADS", "1")
        .and("VESTIBULE_LISTEN", "127.0.0.1:0");
    home.run_with(&["users", "add", "ada", "--password-stdin"], &format!("{PASSWORD}\n")).expect_exit(0);
    for round in 0..6 {
        let (serving, other) = (home.serve(), home.serve());
        let writers: Vec<_> = [serving.address, other.address, serving.address]
            .into_iter()
            .map(|address| {
                tokio::spawn(async move {
                    // Ends by panic when the service is gone.
                    for number in 0.. {
                        let password = if number % 2 == 0 { "wrong" } else { PASSWORD };
                        let _ = Browser::at(address).sign_in("ada", password).await;
                    }
                })
            })
            .collect();
        let wanted = tampered::read(&location, EVENTS).await.len() + 3 + round;
        eventually(Duration::from_mins(1), "events are written", || async {
            tampered::read(&location, EVENTS).await.len() >= wanted
        })
        .await;
        serving.kill();
        other.kill();
        for writer in writers {
            writer.abort();
            drop(writer.await);
        }
        home.run(&["events", "verify"]).expect_exit(0);
    }
    let report: Value =
        serde_json::from_str(&home.run(&["events", "verify", "--json"]).expect_exit(0).out).expect("JSON");
    assert!(report["verified"].as_u64() > Some(12), "{report}");
}

// Events are kept for years. A version that computes another MAC for them would report all of them as altered.
#[tokio::test]
async fn stored_chain_of_this_version_stays_valid() {
    let fixture: Value = serde_json::from_str(include_str!("../../fixtures/event-chain.json")).expect("JSON");
    let location = StoreLocation::file();
    let store = Store::open(location.url()).await.expect("the store opens");
    for (collection, member) in [(EVENTS, "events"), (HEADS, "heads")] {
        let rows = fixture[member].as_array().expect("a list").iter().map(|body| {
            let id: Uuid = body["_id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
            Stored::Row { id: id.as_bytes().to_vec(), revision: 1, purge_at: None, body: body.to_string() }
        });
        tampered::write(&location, collection, &rows.collect::<Vec<_>>()).await;
    }
    let keys = Keys::parse(fixture["key"].as_str().expect("a key")).expect("a key");
    let report = check(&store, &keys, Timestamp::from_millis(2_093_508_060_000)).await;
    expect_clean(&report);
    assert_eq!((report.verified, report.chains), (3, 1));
}
