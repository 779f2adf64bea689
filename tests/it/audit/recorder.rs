//! What bounds the audit events that one session can cause.

use std::time::Duration;

use serde_json::json;
use vestibule::{
    audit::{Event, EventKind},
    user::User,
    web::{client::Client, request_id::RequestId},
};

use crate::harness::{
    account::{reauthenticate, unlink_identity},
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user},
};

async fn events_about(service: &Service, user: &User) -> Vec<Event> {
    vestibule::audit::about(&service.app.store, user.id, 1000).await.expect("the store answers")
}

/// Records as many logouts of a user as a script would cause.
async fn record_logouts(service: &Service, user: &User, count: usize) {
    let ip = "203.0.113.7".parse().expect("an address");
    let client = Client { ip, user_agent: None, device: None, request_id: RequestId::new() };
    let audit = service.app.audit(&client).about(user.id);
    for _ in 0..count {
        audit.success(EventKind::SignOut).record().await;
    }
}

// A script with a session, or with the password of a user, could otherwise fill the store with successful logins.
#[on_every_store]
async fn events_that_a_user_repeats_are_bounded_per_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (ada, linus) = (create_user(&service, "ada").await, create_user(&service, "linus").await);
    record_logouts(&service, &ada, 190).await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for _ in 0..6 {
        reauthenticate(&browser, &json!({ "password": "wrong" })).await.expect_problem(400, "password_wrong");
        reauthenticate(&browser, &json!({ "password": PASSWORD })).await.expect_status(200);
    }
    assert_eq!(events_about(&service, &ada).await.len(), 200);
    Browser::of(&service).sign_in("linus", PASSWORD).await.expect_status(200);
    assert_eq!(events_about(&service, &linus).await.len(), 1, "the budget of another user");
    service.advance_time(Duration::from_mins(10));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_eq!(events_about(&service, &ada).await.len(), 201);
}

// An attacker with a stolen session must not be able to use up the budget and then change the account without an event.
#[on_every_store]
async fn changes_of_an_account_are_recorded_over_the_budget(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    record_logouts(&service, &ada, 210).await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let setup = browser.start_enrolment().await.expect_status(200).json();
    let app = Authenticator::of_base32(setup["secret"].as_str().expect("a secret"));
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    let events = events_about(&service, &ada).await;
    assert_eq!(events.len(), 201);
    assert!(events.iter().any(|event| event.kind == EventKind::EnrolmentConfirmed));
}

#[on_every_store]
async fn removals_of_identities_are_limited_per_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user(&service, "linus").await;
    let (browser, other) = (Browser::of(&service), Browser::of(&service));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    other.sign_in("linus", PASSWORD).await.expect_status(200);
    for _ in 0..20 {
        unlink_identity(&browser, "unknown").await.expect_problem(404, "not_found");
    }
    let refused = unlink_identity(&browser, "unknown").await.expect_problem(429, "too_many_attempts");
    assert_eq!(refused.retry_after(), Some(600));
    unlink_identity(&other, "unknown").await.expect_problem(404, "not_found");
}
