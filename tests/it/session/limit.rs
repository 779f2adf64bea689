//! The limit of sessions of one user.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use vestibule::{
    session::{Session, tag_of_user},
    store::Page,
    user::{EndReason, User},
};

use crate::harness::{
    browser::Browser,
    federated::update_user,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

const MAX: usize = 100;
const RECORDS: usize = 200;
const PENDING: usize = 20;
/// Fewer than the logins of one account that may be in progress.
const AT_ONCE: usize = 4;

/// Signs in so many times, each in a browser of its own.
async fn sign_in_often(service: &Service, name: &str, count: usize) -> Vec<Browser> {
    let logins = (0..count).map(|_| async {
        let browser = Browser::of(service);
        browser.sign_in(name, PASSWORD).await.expect_status(200);
        browser
    });
    stream::iter(logins.collect::<Vec<_>>()).buffered(AT_ONCE).collect().await
}

/// Returns how many sessions of the user are valid, and how many records there are.
async fn stored_sessions(service: &Service, user: &User) -> (usize, usize) {
    let tag = tag_of_user(user.id);
    let page = Page { tag: Some(&tag), after: None, newest_first: false, limit: 1000 };
    let records = service.app.store.page::<Session>(page).await.expect("the store answers");
    let now = service.clock.now();
    let valid = records.iter().filter(|record| {
        record.ended.is_none() && !record.is_replaced() && now < record.expires_at.min(record.ends_at)
    });
    (valid.count(), records.len())
}

// A client with the password could otherwise fill the store.
#[on_every_store]
async fn session_without_activity_ends_when_its_user_opens_too_many(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    create_user(&service, "linus").await;
    let [linus, idle, active] = [Browser::of(&service), Browser::of(&service), Browser::of(&service)];
    linus.sign_in("linus", PASSWORD).await.expect_status(200);
    active.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_secs(1));
    idle.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_mins(2));
    active.me().await.expect_status(200);
    let others = sign_in_often(&service, "ada", MAX - 2).await;
    idle.get("/api/auth/session").await.expect_status(200);
    assert_eq!(stored_sessions(&service, &ada).await, (MAX, MAX));
    service.advance_time(Duration::from_secs(1));
    let newest = sign_in_often(&service, "ada", 1).await;
    assert_eq!(idle.me().await.expect_problem(401, "session_ended").reason(), "revoked");
    for browser in others.iter().chain(&newest).chain([&active, &linus]) {
        browser.me().await.expect_status(200);
    }
    assert_eq!(stored_sessions(&service, &ada).await, (MAX, MAX + 1));
}

#[on_every_store]
async fn concurrent_logins_stay_within_the_limit(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let ada = create_user(&service, "ada").await;
    tokio::join!(sign_in_often(&service, "ada", 60), sign_in_often(&other, "ada", 60));
    let newest = sign_in_often(&service, "ada", 1).await;
    newest[0].me().await.expect_status(200);
    let (valid, records) = stored_sessions(&service, &ada).await;
    assert!(valid <= MAX && records <= RECORDS, "{valid} valid of {records}");
    assert!(valid > MAX - AT_ONCE * 2, "{valid}: concurrent logins end few sessions too many");
}

// The password alone must not push out sessions with a second factor.
#[on_every_store]
async fn pending_sessions_end_before_signed_in_ones(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (ada, app) = create_user_with_app(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    service.advance_time(Duration::from_secs(1));
    sign_in_often(&service, "ada", MAX + 5).await;
    browser.me().await.expect_status(200);
    assert_eq!(stored_sessions(&service, &ada).await.0, 1 + PENDING);
}

// Sessions that were opened with a stolen password must not keep the owner out after the password and the factors were changed.
#[on_every_store]
async fn user_with_revoked_sessions_can_complete_a_login(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (ada, app) = create_user_with_app(&service, "ada").await;
    let totp = stored_user(&service, &ada).await.totp;
    update_user(&service, ada.id, |user| user.totp.clear()).await;
    sign_in_often(&service, "ada", MAX).await;
    update_user(&service, ada.id, |user| {
        user.totp.clone_from(&totp);
        user.end_sessions(EndReason::PasswordChanged);
    })
    .await;
    let owner = sign_in_often(&service, "ada", 1).await.remove(0);
    sign_in_often(&service, "ada", PENDING - 1).await;
    owner.verify(&app.code(service.clock.now())).await.expect_status(200);
    owner.me().await.expect_status(200);
}
