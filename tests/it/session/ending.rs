//! What ends a session, everywhere and for good.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use mongodb::bson::{Binary, Bson, doc, spec::BinarySubtype};
use serde_json::json;
use tokio::sync::Barrier;
use vestibule::{
    audit::{self, EventKind},
    session,
    store::{Change, StoreError},
    user::{EndReason, Status, User},
};

use crate::harness::{
    browser::Browser,
    holds_within,
    process::Installation,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app},
};

/// What may pass until another replica knows, with the patience a loaded machine needs.
const BOUND: Duration = Duration::from_secs(1);
const SLACK: Duration = Duration::from_millis(500);
/// More than two pages of them.
const HUNDREDS: u64 = 451;

async fn change(service: &Service, user: &User, change: impl Fn(&mut User) + Send + Sync) {
    let id = user.id.document_id();
    let changed = service.app.store.update::<User, (), StoreError>(&id, |user| {
        change(user);
        Ok(Change::Write(()))
    });
    changed.await.unwrap().unwrap();
}

#[on_every_store]
async fn signing_out_ends_the_session_and_can_be_repeated(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let out = json!({ "message": "Signed out", "redirect": null });
    assert_eq!(browser.sign_out().await.expect_status(200).json(), out, "also for nobody");
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let copy = browser.clone();
    assert_eq!(browser.sign_out().await.expect_status(200).json(), out);
    assert_eq!(browser.session(), None);
    assert_eq!(copy.me().await.expect_problem(401, "session_ended").reason(), "signed_out");
    assert_eq!(copy.clone().sign_out().await.expect_status(200).json(), out);
    assert_eq!(copy.me().await.expect_problem(401, "session_ended").reason(), "signed_out");
}

#[on_every_store]
async fn a_sign_out_is_told_to_the_trail_once(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let copy = browser.clone();
    browser.sign_out().await.expect_status(200);
    copy.sign_out().await.expect_status(200);
    let events = audit::about(&service.app.store, ada.id, 20).await.unwrap();
    let kinds: Vec<EventKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::SignOut).count(), 1, "{kinds:?}");
    assert_eq!(kinds.len(), 2, "{kinds:?}");
}

// A session is never judged by a memory that is older than itself.
#[on_every_store]
async fn a_sign_in_right_after_a_change_elsewhere_is_not_thrown_out_again(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let ada = create_user(&service, "ada").await;
    let (old, new) = (Browser::of(&service), Browser::of(&service));
    for _ in 0..5 {
        old.sign_in("ada", PASSWORD).await.expect_status(200);
        old.at_replica(&other).me().await.expect_status(200);
        old.me().await.expect_status(200);
        change(&service, &ada, |ada| ada.end_sessions(EndReason::PasswordChanged)).await;
        new.sign_in("ada", PASSWORD).await.expect_status(200);
        new.me().await.expect_status(200);
        new.at_replica(&other).me().await.expect_status(200);
    }
}

#[on_every_store]
async fn a_pending_session_can_be_left(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let copy = browser.clone();
    browser.sign_out().await.expect_status(200);
    copy.verify(&app.code(service.clock.now())).await.expect_problem(401, "session_ended");
}

#[on_every_store]
async fn a_disabled_person_is_out_and_stays_out_when_enabled_again(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    change(&service, &ada, |ada| {
        ada.status = Status::Disabled;
        ada.end_sessions(EndReason::UserDisabled);
    })
    .await;
    let changed = Instant::now();
    holds_within(BOUND + SLACK, changed, "disabled", || async { browser.me().await.status == 401 }).await;
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), "user_disabled");
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_problem(401, "invalid_credentials");
    change(&service, &ada, |ada| ada.status = Status::Active).await;
    let after = Browser::of(&service);
    after.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), "user_disabled");
    after.me().await.expect_status(200);
}

#[on_every_store]
async fn a_person_who_is_gone_has_no_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.app.store.take::<User>(&ada.id.document_id()).await.unwrap().unwrap();
    let taken = Instant::now();
    holds_within(BOUND + SLACK, taken, "gone", || async { browser.me().await.status == 401 }).await;
    browser.me().await.expect_problem(401, "not_signed_in");
}

// A session that was ended cannot come back, whatever races.
#[on_every_store]
async fn an_end_that_races_touches_wins(location: StoreLocation) {
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
        holds_within(BOUND + SLACK, over, "ended there", || async { there.me().await.status == 401 }).await;
        browser.me().await.expect_problem(401, "session_ended");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn unknown_ids_do_not_push_live_sessions_out_of_memory() {
    let location = StoreLocation::replica_set();
    create_user(&Service::start(&location).await, "ada").await;
    for _ in 0..60 {
        let service = Service::with_settings(&location, &[("VESTIBULE_SESSION_CACHE", "10")]).await;
        let browser = Browser::of(&service);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        let strangers: Vec<Browser> = (0..30).map(|_| Browser::of(&service)).collect();
        for (number, stranger) in strangers.iter().enumerate() {
            stranger.put_cookie("vestibule", &format!("{number:A>21}A"));
        }
        // The news of the sign-in comes back over the change stream, and is over then.
        tokio::time::sleep(Duration::from_millis(150)).await;
        let mut news = service.app.store.watch().subscribe();
        let loaded = Instant::now();
        browser.me().await.expect_status(200);
        for refused in join_all(strangers.iter().map(Browser::me)).await {
            refused.expect_problem(401, "not_signed_in");
        }
        // What is asked now is answered from memory, or not at all.
        service.app.store.close().await;
        let answer = browser.me().await;
        // Memory is good for a second, and for as long as there is no news.
        let may_be_forgotten = loaded.elapsed() > Duration::from_millis(800) || news.try_recv().is_ok();
        if answer.status == 200 || !may_be_forgotten {
            answer.expect_status(200);
            return;
        }
    }
    panic!("this machine is too slow to tell");
}

// Memory does not say alive what the store has just said is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_refused_because_of_an_end_elsewhere_has_no_session_here_either() {
    // No change stream tells this replica.
    let location = StoreLocation::standalone();
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    create_user(&service, "ada").await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let (ada, linus) = (Browser::of(&service), Browser::of(&service));
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    linus.sign_in("linus", PASSWORD).await.expect_status(200);
    for browser in [&ada, &linus] {
        browser.get("/api/auth/session").await.expect_status(200);
        browser.at_replica(&other).sign_out().await.expect_status(200);
    }
    linus.verify(&app.code(service.clock.now())).await.expect_problem(401, "session_ended");
    assert_eq!(linus.get("/api/auth/session").await.json()["state"], "anonymous");
    let again = json!({ "password": PASSWORD });
    ada.post("/api/auth/reauthenticate", &again).await.expect_problem(401, "session_ended");
    assert_eq!(ada.get("/api/auth/session").await.json()["state"], "anonymous");
}

// Who has hundreds of sessions does not outlast the request that ends them, on a database that is far away.
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
    let copies = (1..HUNDREDS).map(|number| {
        let mut copy = first.as_document().expect("a document").clone();
        let id = Binary { subtype: BinarySubtype::Generic, bytes: number.to_be_bytes().repeat(4) };
        copy.insert("_id", id);
        Bson::Document(copy)
    });
    sessions.insert_many(copies).await.unwrap();
    wire.slow_down();
    let begun = Instant::now();
    service.app.store.ping().await.unwrap();
    let way = begun.elapsed();
    let begun = Instant::now();
    let tag = session::tag_of_user(ada.id);
    let ended = session::end_all(&service.app, &tag, EndReason::Revoked, |_| true).await.unwrap();
    // One after the other, each would take two ways to the database at least.
    let took = begun.elapsed();
    assert!(took < way * u32::try_from(HUNDREDS).unwrap(), "{took:?}, when one way takes {way:?}");
    assert_eq!(ended.len() as u64, HUNDREDS);
    assert_eq!(sessions.count_documents(doc! { "ended": null }).await.unwrap(), 0);
    let again = session::end_all(&service.app, &tag, EndReason::Revoked, |_| true).await.unwrap();
    assert!(again.is_empty(), "they are told once");
}

/// How long after the acknowledgement of a sign-out another replica answers 200, at worst of some rounds.
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
        let late = holds_within(Duration::from_secs(5), acknowledged, "it ends there", ended).await;
        there.me().await.expect_problem(401, "session_ended");
        worst = worst.max(late);
    }
    worst
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_out_is_known_at_the_other_replica_well_within_a_second() {
    let worst = worst_delay(&StoreLocation::replica_set(), 8).await;
    assert!(worst < BOUND, "{worst:?} with a change stream");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_a_change_stream_a_sign_out_is_known_within_a_second() {
    let worst = worst_delay(&StoreLocation::standalone(), 3).await;
    assert!(worst < BOUND + SLACK, "{worst:?} on a standalone server");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_out_is_known_to_another_process_on_the_same_file() {
    let worst = worst_delay(&StoreLocation::file(), 3).await;
    assert!(worst < BOUND + SLACK, "{worst:?} with an embedded store");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_the_command_line_changes_takes_effect_within_a_second() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.me().await.expect_status(200);
    let home = Installation::with_settings(&[("VESTIBULE_DATABASE_URL", location.url())]);
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
    let comes_in = async || after.sign_in("ada", PASSWORD).await.status == 200;
    holds_within(BOUND + SLACK, enabled, "enabled", comes_in).await;
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), "user_disabled");
}
