//! How fast the end of a session reaches other replicas and processes.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use mongodb::bson::{Binary, Bson, doc, spec::BinarySubtype};
use tokio::sync::Barrier;
use vestibule::{session, user::EndReason};

use crate::{
    harness::{
        browser::Browser,
        eventually, holds_within,
        process::Installation,
        service::Service,
        stores::StoreLocation,
        users::{PASSWORD, create_user},
    },
    session::ending::{BOUND, SLACK},
};

/// More than two pages.
const SESSIONS: u64 = 451;

/// How long a cache entry is certainly fresh if there is no change; the cache itself allows 0.9 s.
const FRESH_FOR: Duration = Duration::from_millis(800);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn unknown_ids_do_not_evict_sessions() {
    let location = StoreLocation::replica_set();
    create_user(&Service::start(&location).await, "ada").await;
    let mut fastest = Duration::MAX;
    for _ in 0..60 {
        let service = Service::with_settings(&location, &[("VESTIBULE_SESSION_CACHE", "10")]).await;
        let browser = Browser::of(&service);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        let signed_in = Instant::now();
        let attackers: Vec<Browser> = (0..30).map(|_| Browser::of(&service)).collect();
        for (number, attacker) in attackers.iter().enumerate() {
            attacker.put_cookie("vestibule-3000", &format!("{number:A>21}A"));
        }
        let watch = service.app.store.watch();
        eventually(Duration::from_secs(10), "the change feed has delivered the login", || async {
            watch.synced_until().is_some_and(|synced| synced > signed_in)
        })
        .await;
        let mut changes = watch.subscribe();
        let loaded = Instant::now();
        browser.me().await.expect_status(200);
        for refused in join_all(attackers.iter().map(Browser::me)).await {
            refused.expect_problem(401, "not_signed_in");
        }
        // From here on only the cache can answer.
        service.app.store.close().await;
        let answer = browser.me().await;
        let elapsed = loaded.elapsed();
        let has_changed = changes.try_recv().is_ok();
        if answer.status == 200 || (elapsed <= FRESH_FOR && !has_changed) {
            answer.expect_status(200);
            return;
        }
        if !has_changed {
            fastest = fastest.min(elapsed);
        }
    }
    assert!(
        fastest <= FRESH_FOR,
        "measured {fastest:?} from load to read in the fastest round without a change"
    );
}

// Ending hundreds of sessions is fast enough on a distant database.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hundreds_of_sessions_end_in_time() {
    let location = StoreLocation::replica_set();
    let (wire, url) = location.behind_cut_proxy().await;
    let service = Service::on_store(&url, &[]).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let sessions = location.database().await.collection::<Bson>("sessions");
    let first = sessions.find_one(doc! {}).await.unwrap().expect("a session");
    let copies = (1..SESSIONS).map(|number| {
        let mut copy = first.as_document().expect("a document").clone();
        let id = Binary { subtype: BinarySubtype::Generic, bytes: number.to_be_bytes().repeat(4) };
        copy.insert("_id", id);
        Bson::Document(copy)
    });
    sessions.insert_many(copies).await.unwrap();
    wire.slow_down(Duration::from_millis(25));
    let begun = Instant::now();
    service.app.store.ping().await.unwrap();
    let way = begun.elapsed();
    let begun = Instant::now();
    let tag = session::tag_of_user(ada.id);
    let ended = session::end_all(&service.app, &tag, EndReason::Revoked, |_| true).await.unwrap();
    // Sequential deletes would take at least two round trips each.
    let took = begun.elapsed();
    assert!(took < way * u32::try_from(SESSIONS).unwrap(), "{took:?}, when one way takes {way:?}");
    assert_eq!(ended.len() as u64, SESSIONS);
    assert_eq!(sessions.count_documents(doc! { "ended": null }).await.unwrap(), 0);
    let again = session::end_all(&service.app, &tag, EndReason::Revoked, |_| true).await.unwrap();
    assert!(again.is_empty(), "each is returned once");
}

/// Returns the longest time after a logout in which another replica still answered 200.
async fn worst_delay(location: &StoreLocation, rounds: usize) -> Duration {
    let service = Service::start(location).await;
    let other = service.start_replica().await;
    create_user(&service, "ada").await;
    let mut worst = Duration::ZERO;
    for _ in 0..rounds {
        let browser = Browser::of(&service);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        let there = browser.at_replica(&other);
        there.me().await.expect_status(200);
        browser.clone().sign_out().await.expect_status(200);
        let acknowledged = Instant::now();
        browser.me().await.expect_problem(401, "session_ended");
        let ended = async || there.me().await.status == 401;
        let late = holds_within(
            Duration::from_secs(5),
            acknowledged,
            "the session ends on the other replica",
            ended,
        )
        .await;
        there.me().await.expect_problem(401, "session_ended");
        worst = worst.max(late);
    }
    worst
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn logout_reaches_the_other_replica_within_a_second() {
    let worst = worst_delay(&StoreLocation::replica_set(), 8).await;
    assert!(worst < BOUND, "{worst:?} with a change stream");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn logout_without_change_stream_is_known_within_a_second() {
    let worst = worst_delay(&StoreLocation::standalone(), 3).await;
    assert!(worst < BOUND + SLACK, "{worst:?} on a standalone server");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn logout_reaches_another_process_on_the_same_file() {
    let worst = worst_delay(&StoreLocation::file(), 3).await;
    assert!(worst < BOUND + SLACK, "{worst:?} with an embedded store");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn command_line_changes_take_effect_within_a_second() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.me().await.expect_status(200);
    let home = Installation::beside(&service);
    let command = |verb: &'static str| {
        let done = home.run(&["users", verb, "ada"]).expect_exit(0);
        assert_eq!(done.out, format!("{verb}d ada\n"));
    };
    tokio::task::block_in_place(|| command("disable"));
    let disabled = Instant::now();
    holds_within(BOUND + SLACK, disabled, "disabled", || async { browser.me().await.status == 401 }).await;
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), "user_disabled");
    tokio::task::block_in_place(|| command("enable"));
    let (after, enabled) = (Browser::of(&service), Instant::now());
    let can_sign_in = async || after.sign_in("ada", PASSWORD).await.status == 200;
    holds_within(BOUND + SLACK, enabled, "enabled", can_sign_in).await;
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), "user_disabled");
}

// An ended session stays ended in every race.
#[on_every_store]
async fn end_during_activity_wins(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    create_user(&service, "ada").await;
    for round in 0..20 {
        let browser = Browser::of(&service);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        browser.at_replica(&other).me().await.expect_status(200);
        service.advance_time(Duration::from_mins(1));
        let start = Barrier::new(5);
        let keep = async |service: &Service| {
            let browser = browser.at_replica(service);
            start.wait().await;
            for _ in 0..3 {
                browser.keep_alive().await;
            }
        };
        let end = async {
            start.wait().await;
            tokio::time::sleep(Duration::from_micros(round * 150)).await;
            browser.clone().sign_out().await.expect_status(200);
        };
        tokio::join!(keep(&service), keep(&other), keep(&service), keep(&other), end);
        let over = Instant::now();
        let stored = service.session(&browser.session().unwrap()).await.unwrap();
        assert!(stored.ended.is_some(), "round {round}");
        browser.me().await.expect_problem(401, "session_ended");
        let there = browser.at_replica(&other);
        holds_within(BOUND + SLACK, over, "the session ends on the other replica", || async {
            there.me().await.status == 401
        })
        .await;
        browser.me().await.expect_problem(401, "session_ended");
    }
}
