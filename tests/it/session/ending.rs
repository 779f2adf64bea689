//! Ending sessions on all replicas.

use std::time::{Duration, Instant};

use serde_json::json;
use vestibule::{
    audit::{self, EventKind},
    store::{Change, StoreError},
    user::{EndReason, Status, User},
};

use crate::harness::{
    browser::Browser,
    holds_within,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app},
};

/// Time until another replica knows of the end, with tolerance for a loaded machine.
pub(crate) const BOUND: Duration = Duration::from_secs(1);
pub(crate) const SLACK: Duration = Duration::from_millis(500);
async fn change(service: &Service, user: &User, change: impl Fn(&mut User) + Send + Sync) {
    let id = user.id.document_id();
    let changed = service.app.store.update::<User, (), StoreError>(&id, |user| {
        change(user);
        Ok(Change::Write(()))
    });
    changed.await.unwrap().unwrap();
}

#[on_every_store]
async fn logout_is_idempotent(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let out = json!({ "message": "Signed out", "redirect": null });
    assert_eq!(browser.sign_out().await.expect_status(200).json(), out, "also without a session");
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let copy = browser.clone();
    assert_eq!(browser.sign_out().await.expect_status(200).json(), out);
    assert_eq!(browser.session(), None);
    assert_eq!(copy.me().await.expect_problem(401, "session_ended").reason(), "signed_out");
    assert_eq!(copy.clone().sign_out().await.expect_status(200).json(), out);
    assert_eq!(copy.me().await.expect_problem(401, "session_ended").reason(), "signed_out");
}

#[on_every_store]
async fn logout_writes_one_audit_event(location: StoreLocation) {
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

// A session is never checked against a cache entry that is older than the session.
#[on_every_store]
async fn login_after_a_change_on_another_replica_is_kept(location: StoreLocation) {
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
async fn pending_session_can_log_out(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let copy = browser.clone();
    browser.sign_out().await.expect_status(200);
    copy.verify(&app.code(service.clock.now())).await.expect_problem(401, "session_ended");
}

#[on_every_store]
async fn disabling_ends_sessions_for_good(location: StoreLocation) {
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
    holds_within(BOUND + SLACK, changed, "the disabled user has no session", || async {
        browser.me().await.status == 401
    })
    .await;
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), "user_disabled");
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_problem(401, "invalid_credentials");
    change(&service, &ada, |ada| ada.status = Status::Active).await;
    let after = Browser::of(&service);
    after.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), "user_disabled");
    after.me().await.expect_status(200);
}

#[on_every_store]
async fn deleted_user_has_no_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.app.store.take::<User>(&ada.id.document_id()).await.unwrap().unwrap();
    let taken = Instant::now();
    holds_within(BOUND + SLACK, taken, "the deleted user has no session", || async {
        browser.me().await.status == 401
    })
    .await;
    browser.me().await.expect_problem(401, "not_signed_in");
}

// The cache must not contradict a later read of the store.
#[on_mongo]
async fn session_ended_on_another_replica_is_removed_from_the_cache() {
    // A standalone server has no change stream.
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
