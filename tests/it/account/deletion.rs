//! Deletion of an account by its user.

use std::time::Duration;

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use vestibule::{
    account::deletion::task::delete_due,
    audit::{self, EventKind},
    link_token::{Invalid, Purpose},
    mail,
    user::{Status, User},
};

use crate::harness::{
    account::{LONG_IDLE, TOO_LONG, assert_reauthentication_required},
    browser::{Answer, Browser},
    eventually,
    federated::{FederatedFixture, claims_of, set_verified_email, sign_in, update_user, with_claims},
    mail::{MAIL, recipients, token},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, stored_user},
};

const SOON: Duration = Duration::from_secs(5);
const WEEK: Duration = Duration::from_hours(7 * 24);

async fn signed_in(service: &Service, name: &str) -> Browser {
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser
}

async fn delete(browser: &Browser, phrase: &str) -> Answer {
    browser.delete("/api/account", &json!({ "confirmation": phrase })).await
}

async fn kinds(service: &Service, user: &User) -> Vec<EventKind> {
    let events = audit::about(&service.app.store, user.id, 200).await.unwrap();
    events.into_iter().map(|event| event.kind).collect()
}

#[on_every_store]
async fn deletion_needs_the_phrase_and_a_recent_proof(location: StoreLocation) {
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let ada = create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    for phrase in ["", "delete", "linus", &"a".repeat(10_000)] {
        let answer = delete(&browser, phrase).await.expect_problem(400, "invalid_request");
        assert_eq!(answer.json()["errors"], json!([{ "field": "confirmation", "code": "invalid" }]));
    }
    browser.delete("/api/account", &json!({})).await.expect_problem(400, "invalid_request");
    service.advance_time(TOO_LONG);
    assert_reauthentication_required(&delete(&browser, "ada").await, &["password"]);
    assert_eq!(stored_user(&service, &ada).await.deletion_at, None);
    assert_eq!(browser.me().await.json()["deletionAt"], Value::Null);
}

#[on_every_store]
async fn requested_deletion_ends_other_sessions_and_the_user_can_keep_the_account(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let ada = create_user(&service, "ada").await;
    let (here, there) = (signed_in(&service, "ada").await, signed_in(&other, "ada").await);
    assert_eq!(here.me().await.json()["canDelete"], true);
    let answer = delete(&here, " ADA ").await.expect_status(202);
    assert_eq!(answer.json(), json!({ "deletionAt": "2036-05-11T10:00:00.000Z" }));
    eventually(SOON, "the other session ends", async || there.me().await.code() == "session_ended").await;
    assert_eq!(here.me().await.expect_status(200).json()["deletionAt"], "2036-05-11T10:00:00.000Z");
    // Again: the first time stays.
    service.advance_time(Duration::from_mins(5));
    assert_eq!(delete(&here, "ada").await.expect_status(202).json(), answer.json());
    // Sign-in stays possible until then.
    service.advance_time(WEEK.checked_sub(Duration::from_mins(10)).unwrap());
    let back = signed_in(&other, "ada").await;
    assert_eq!(back.me().await.json()["deletionAt"], "2036-05-11T10:00:00.000Z");
    assert_eq!(delete_due(&service.app).await.unwrap(), 0);
    back.post("/api/account/keep", &json!({})).await.expect_status(200);
    back.post("/api/account/keep", &json!({})).await.expect_status(200);
    service.advance_time(WEEK);
    assert_eq!(delete_due(&service.app).await.unwrap(), 0);
    signed_in(&service, "ada").await;
    let seen = kinds(&service, &ada).await;
    for kind in [EventKind::DeletionRequested, EventKind::DeletionCancelled] {
        assert_eq!(seen.iter().filter(|seen| **seen == kind).count(), 1, "{kind:?}");
    }
}

#[on_every_store]
async fn deletion_by_two_replicas_removes_everything_and_writes_one_event(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let service = &fixture.service;
    let other = fixture.start_replica().await;
    let ada = create_user_with(service, "ada", |user| {
        user.email = Some("ada@corp.example".parse().unwrap());
        user.email_verified = true;
        user.display_name = None;
    })
    .await;
    let linus = create_user(service, "linus").await;
    let browser = signed_in(service, "ada").await;
    // A pending link, a failed guess and a second session: documents beside the user.
    let claims = json!({ "sub": "new", "email": "ada@corp.example", "email_verified": true });
    sign_in(&Browser::of(service), &fixture.fake, &claims).await;
    Browser::of(service).sign_in("ada", "wrong").await.expect_status(401);
    delete(&browser, "ada").await.expect_status(202);
    service.advance_time(WEEK + Duration::from_secs(1));
    let late = signed_in(service, "ada").await;
    let (here, there) = tokio::join!(delete_due(&service.app), delete_due(&other.app));
    assert_eq!(here.unwrap() + there.unwrap(), 1, "one replica deletes the user");
    late.me().await.expect_status(401);
    let seen = kinds(service, &ada).await;
    assert_eq!(seen.iter().filter(|kind| **kind == EventKind::UserDeleted).count(), 1, "{seen:?}");
    let events = audit::about(&service.app.store, ada.id, 100).await.unwrap();
    let deleted = events.iter().find(|event| event.kind == EventKind::UserDeleted).unwrap();
    assert_eq!(deleted.details, None);
    // Only events are left, and what another user or no known user owns.
    let id = ada.id.to_string();
    let tag = vestibule::session::tag_of_user(ada.id);
    let page = vestibule::store::Page { tag: Some(&tag), after: None, newest_first: false, limit: 10 };
    assert!(service.app.store.page::<vestibule::session::Session>(page).await.unwrap().is_empty());
    let locks = service.app.limiter.unlock(&[id, "name:ada".to_owned()]).await.unwrap();
    assert_eq!(locks, [], "the counters are gone");
    late.sign_in("ada", PASSWORD).await.expect_problem(401, "invalid_credentials");
    signed_in(service, "linus").await;
    assert_eq!(stored_user(service, &linus).await.status, Status::Active);
    // The name and the address are free.
    create_user_with(service, "ada", |user| {
        user.email = Some("ada@corp.example".parse().unwrap());
        user.email_verified = true;
    })
    .await;
    signed_in(&other, "ada").await;
}

// The user keeps the account while a replica begins to delete it: one of them wins, and nothing is half deleted.
// Each request writes the user and an event.
#[on_every_store]
async fn requests_of_a_deletion_are_limited(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    for _ in 0..20 {
        delete(&browser, "ada").await.expect_status(202);
    }
    delete(&browser, "ada").await.expect_problem(429, "too_many_attempts");
    browser.post("/api/account/keep", &json!({})).await.expect_problem(429, "too_many_attempts");
}

// Another user can have the name and the address from now on: no mail, link or failure of the old account may reach that user.
#[on_every_store]
async fn deletion_removes_mails_links_and_failures(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let verified = |user: &mut User| set_verified_email(user, "ada@corp.example");
    let ada = create_user_with(&service, "ada", verified).await;
    delete(&signed_in(&service, "ada").await, "ada").await.expect_status(202);
    assert_eq!(recipients(&service, "accountDeletion").await, ["ada@corp.example"]);
    service.advance_time(WEEK);
    Browser::of(&service).sign_in("ada", "wrong").await.expect_status(401);
    let link: SecretString = token(&service, &ada, Purpose::NotMe).await.into();
    delete_due(&service.app).await.expect("the store answers");
    // Also those that the mail server has not accepted in a week.
    let mails = mail::page(&service.app.store, None, None, 10).await.expect("the store answers").mails;
    assert!(mails.is_empty(), "{mails:?}");
    let found = service.app.link_tokens().find(&link, Purpose::is_report).await.expect("the store answers");
    assert_eq!(found.err(), Some(Invalid::Unknown));
    let keys = [ada.id.to_string(), "name:ada".to_owned(), "name:ada@corp.example".to_owned()];
    assert_eq!(service.app.limiter.unlock(&keys).await.expect("the store answers"), []);
}

#[on_every_store]
async fn keep_that_races_the_deletion_wins_or_loses_as_a_whole(location: StoreLocation) {
    let service = Service::with_settings(
        &location,
        &[("VESTIBULE_SESSION_IDLE", "24h"), ("VESTIBULE_SESSION_MAX", "30d")],
    )
    .await;
    for number in 0..10 {
        let name = format!("ada{number}");
        let ada = create_user(&service, &name).await;
        let browser = signed_in(&service, &name).await;
        update_user(&service, ada.id, |user| user.deletion_at = Some(service.clock.now())).await;
        let body = json!({});
        let (kept, deleted) =
            tokio::join!(browser.post("/api/account/keep", &body), delete_due(&service.app));
        let found = service.app.users.get_uncached(&ada.id.document_id()).await.unwrap();
        if deleted.unwrap() == 0 {
            assert_eq!(kept.status, 200, "{}", kept.text);
            let user = found.expect("kept");
            assert_eq!((user.deletion_at, user.status), (None, Status::Active));
        } else {
            assert!(found.is_none());
            assert_eq!(kept.status, 401, "{}", kept.text);
        }
    }
}

// After a crash between the steps, the next run continues, whatever the status is.
#[on_every_store]
async fn deletion_continues_after_a_crash_and_after_a_restart(location: StoreLocation) {
    let service = Service::start(&location).await;
    // As the service does every 15 seconds: a week without it would count as a wrong clock.
    service.app.store.synchronize(&service.clock).await.unwrap();
    let ada = create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    delete(&browser, "ada").await.expect_status(202);
    service.advance_time(WEEK);
    update_user(&service, ada.id, |user| assert!(user.begin_deletion(service.clock.now()))).await;
    browser.me().await.expect_status(401);
    // The task of the service runs at the start.
    let service = service.restart_with(&[]).await;
    let is_gone = async || service.app.users.get_uncached(&ada.id.document_id()).await.unwrap().is_none();
    eventually(SOON, "the account is deleted", is_gone).await;
}

#[on_every_store]
async fn administrator_who_disables_the_account_cancels_the_deletion(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    delete(&signed_in(&service, "ada").await, "ada").await.expect_status(202);
    update_user(&service, ada.id, |user| assert!(user.set_status(Status::Disabled, service.clock.now())))
        .await;
    service.advance_time(WEEK * 2);
    assert_eq!(delete_due(&service.app).await.unwrap(), 0);
    assert_eq!(stored_user(&service, &ada).await.status, Status::Disabled);
}

#[on_every_store]
async fn setting_removes_the_deletion(location: StoreLocation) {
    let service = Service::with_settings(&location, &[("VESTIBULE_ACCOUNT_DELETION", "false")]).await;
    let ada = create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    assert_eq!(browser.me().await.json()["canDelete"], false);
    delete(&browser, "ada").await.expect_problem(404, "not_found");
    assert_eq!(stored_user(&service, &ada).await.deletion_at, None);
    let options = browser.with_token(Method::PATCH, "/api/account").await;
    options.json(&json!({ "deletionAt": "2036-01-01T00:00:00.000Z" })).send().await.expect_status(400);
}

#[on_every_store]
async fn federated_user_types_the_address(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let claims =
        with_claims(claims_of("grace"), json!({ "email": "grace@corp.example", "email_verified": true }));
    let browser = fixture.signed_in(&fixture.corp, &claims).await;
    assert_eq!(browser.me().await.json()["username"], Value::Null);
    delete(&browser, "grace").await.expect_problem(400, "invalid_request");
    delete(&browser, "Grace@corp.example").await.expect_status(202);
}
