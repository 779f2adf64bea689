//! `POST /api/account/not-me`, on both stores.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use vestibule::{audit::EventKind, link_token::Purpose, user::User};

use crate::harness::{
    account::actors,
    browser::{Answer, Browser},
    holds_within,
    mail::{MAIL, recipients, token},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user_with, create_user_with_app, stored_user},
};

const PATH: &str = "/api/account/not-me";

async fn ada(service: &Service) -> User {
    create_user_with(service, "ada", |user| {
        user.email = Some("ada@corp.example".parse().expect("an address"));
        user.email_verified = true;
    })
    .await
}

async fn report(browser: &Browser, token: &str) -> Answer {
    browser.post(PATH, &json!({ "token": token })).await
}

async fn assert_ended(browser: &Browser) {
    let is_ended = async || browser.me().await.status == 401;
    holds_within(Duration::from_secs(1), Instant::now(), "the session has ended", is_ended).await;
}

#[on_every_store]
async fn report_by_link_ends_everything_that_an_attacker_can_have(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let other = service.start_replica().await;
    let ada = ada(&service).await;
    let attacker = Browser::of(&service);
    attacker.sign_in("ada", PASSWORD).await.expect_status(200);
    let change = json!({ "email": "mallory@evil.example" });
    attacker.post("/api/account/email", &change).await.expect_status(202);
    service.app.background.idle().await;
    attacker.delete("/api/account", &json!({ "confirmation": "ada" })).await.expect_status(202);
    assert!(stored_user(&service, &ada).await.deletion_at.is_some());
    let link = token(&service, &ada, Purpose::NotMe).await;
    let owner = Browser::of(&other);
    // Mail scanners open every link.
    owner.get("/not-me").await.expect_status(200);
    owner.get(PATH).await.expect_status(405);
    attacker.me().await.expect_status(200);
    assert_eq!(report(&owner, &link).await.expect_status(200).json(), json!({}));
    assert!(owner.session().is_none(), "no session is opened");
    assert_ended(&attacker).await;
    let stored = stored_user(&service, &ada).await;
    assert!(stored.pending_email.is_none() && stored.devices.is_empty() && stored.deletion_at.is_none());
    assert!(stored.password.is_some_and(|password| password.must_change && password.reported));
    assert_eq!(recipients(&service, "attackReported").await, ["ada@corp.example"]);
    report(&owner, &link).await.expect_problem(400, "token_invalid");
    // The refused report names no user: the links of the user are deleted.
    assert_eq!(actors(&service, &ada, EventKind::ReportedNotMe).await, [Some(ada.id.to_string())]);
}

// Account takeover: the attacker who knows the password replaces it first, and locks its user out.
#[on_every_store]
async fn reported_password_opens_nothing_and_is_reset_by_mail(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let ada = ada(&service).await;
    let link = token(&service, &ada, Purpose::NotMe).await;
    let owner = Browser::of(&service);
    report(&owner, &link).await.expect_status(200);
    let attacker = Browser::of(&service);
    attacker.sign_in("ada", PASSWORD).await.expect_problem(401, "invalid_credentials");
    attacker.me().await.expect_problem(401, "not_signed_in");
    let events = vestibule::audit::about(&service.app.store, ada.id, 10).await.expect("the store answers");
    assert!(events.iter().any(|event| event.reason.as_deref() == Some("password_reported")));
    let link = token(&service, &stored_user(&service, &ada).await, Purpose::ResetPassword).await;
    let new = "violet tractor umbrella";
    let body = json!({ "token": link, "newPassword": PASSWORD });
    owner.post("/api/auth/password/reset", &body).await.expect_problem(400, "password_rejected");
    let body = json!({ "token": link, "newPassword": new });
    owner.post("/api/auth/password/reset", &body).await.expect_status(200);
    let login = owner.sign_in("ada", new).await.expect_status(200).json();
    assert_eq!(login["session"]["state"], "signedIn");
}

// Lockout: a user who can receive no link must still be able to sign in.
#[on_every_store]
async fn reported_password_leads_to_its_change_where_no_mail_can_be_sent(location: StoreLocation) {
    let with_mail = Service::with_settings(&location, &MAIL).await;
    create_user_with(&with_mail, "linus", |_| {}).await;
    let without_mail = Service::start(&location).await;
    ada(&without_mail).await;
    for (service, name) in [(&with_mail, "linus"), (&without_mail, "ada")] {
        let browser = Browser::of(service);
        browser.sign_in(name, PASSWORD).await.expect_status(200);
        browser.post(PATH, &json!({})).await.expect_status(200);
        let login = browser.sign_in(name, PASSWORD).await.expect_status(200).json();
        assert_eq!(login["needPasswordChange"], true, "{name}");
    }
}

#[on_every_store]
async fn report_in_a_session_ends_this_session_too(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    ada(&service).await;
    let (browser, attacker) = (Browser::of(&service), Browser::of(&other));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    attacker.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.post(PATH, &json!({})).await.expect_status(200);
    browser.me().await.expect_problem(401, "session_ended");
    assert_ended(&attacker).await;
    Browser::of(&service).post(PATH, &json!({})).await.expect_problem(401, "not_signed_in");
    create_user_with_app(&service, "linus").await;
    let pending = Browser::of(&service);
    pending.sign_in("linus", PASSWORD).await.expect_status(200);
    pending.post(PATH, &json!({})).await.expect_problem(401, "second_factor_required");
    let forged = pending.request(reqwest::Method::POST, PATH).json(&json!({ "token": "x" })).send().await;
    forged.expect_problem(403, "csrf_failed");
}

// A reader of old mails must not sign the user out again and again.
#[on_every_store]
async fn links_of_earlier_notices_are_invalid_after_a_report(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let other = service.start_replica().await;
    let ada = ada(&service).await;
    let mut links = Vec::new();
    for _ in 0..4 {
        links.push(token(&service, &ada, Purpose::NotMe).await);
    }
    report(&Browser::of(&service), &links[0]).await.expect_status(200);
    for link in &links {
        report(&Browser::of(&other), link).await.expect_problem(400, "token_invalid");
    }
    // Links of later notices: three reports, then one each hour.
    for _ in 0..2 {
        let link = token(&service, &ada, Purpose::NotMe).await;
        report(&Browser::of(&service), &link).await.expect_status(200);
    }
    let link = token(&service, &ada, Purpose::NotMe).await;
    report(&Browser::of(&service), &link).await.expect_problem(429, "too_many_attempts");
    service.advance_time(Duration::from_hours(1));
    report(&Browser::of(&service), &link).await.expect_status(200);
    // The user can always report in a session.
    assert_eq!(stored_user(&service, &ada).await.session_epoch, 4);
}

#[on_every_store]
async fn one_of_two_replicas_takes_a_report(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let ada = ada(&service).await;
    let link = token(&service, &ada, Purpose::NotMe).await;
    let attempts = (0..6).map(|number| {
        let browser = Browser::of(if number % 2 == 0 { &service } else { &other });
        let link = link.clone();
        async move { report(&browser, &link).await.status }
    });
    let statuses = join_all(attempts).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(stored_user(&service, &ada).await.session_epoch, 1);
}
