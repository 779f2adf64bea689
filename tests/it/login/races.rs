//! Logins and enrolments that race with other changes.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use vestibule::{
    store::{Change, StoreError},
    user::{EndReason, Status, User},
};

use crate::harness::{
    browser::{Browser, raw},
    factors::{Enrolled, enrolled_user},
    federated::set_verified_email,
    mail::MAIL,
    service::Service,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

/// Changes a user in another process: the cache of `service` is older for a moment.
async fn update_in_another_process(
    location: &StoreLocation,
    user: &User,
    change: impl Fn(&mut User) + Send + Sync,
) {
    let store = vestibule::store::Store::open(location.url()).await.expect("the store opens a second time");
    store
        .update::<User, (), StoreError>(&user.id.document_id(), |user| {
            change(user);
            Ok(Change::Write(()))
        })
        .await
        .expect("changed");
}

// A login that races a password change leaves no session.
#[on_every_store]
async fn login_during_password_change_leaves_no_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (ada, app) = create_user_with_app(&service, "ada").await;
    for round in 0..6 {
        let attacker = Browser::of(&service);
        attacker.sign_in("ada", PASSWORD).await.expect_status(200);
        // Session and user are in the cache.
        attacker.get("/api/auth/session").await.expect_status(200);
        update_in_another_process(&location, &ada, |user| user.end_sessions(EndReason::PasswordChanged))
            .await;
        let answer = attacker.verify(&app.code(service.clock.now())).await;
        assert_eq!(answer.expect_problem(401, "session_ended").reason(), "password_changed", "round {round}");
        attacker.me().await.expect_status(401);
        assert_eq!(stored_user(&service, &ada).await.totp[0].last_step, 0, "no code was used");
    }
}

#[on_every_store]
async fn enrolment_during_disable_changes_nothing(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let attacker = Browser::of(&service);
    attacker.sign_in("ada", PASSWORD).await.expect_status(200);
    let secret = attacker.start_enrolment().await.expect_status(200).json()["secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    update_in_another_process(&location, &ada, |user| {
        user.status = Status::Disabled;
        user.end_sessions(EndReason::UserDisabled);
    })
    .await;
    let code = Authenticator::of_base32(&secret).code(service.clock.now());
    assert_eq!(attacker.verify(&code).await.expect_problem(401, "session_ended").reason(), "user_disabled");
    assert!(stored_user(&service, &ada).await.totp.is_empty());
}

// A session that has ended elsewhere may still be in the cache. Its requests must change nothing, whatever they are.
#[on_every_store]
async fn session_that_ended_in_another_process_changes_nothing(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let Enrolled { user: ada, app, .. } = enrolled_user(&service, "ada").await;
    let verified = |user: &mut User| set_verified_email(user, "ada@corp.example");
    update_in_another_process(&location, &ada, verified).await;
    for (method, path, body) in [
        (Method::POST, "/api/account/email", json!({ "email": "mallory@evil.example" })),
        (Method::DELETE, "/api/account/email", json!({})),
        (Method::POST, "/api/account/recovery-codes", json!({})),
        (Method::PATCH, "/api/account", json!({ "displayName": "Mallory" })),
        (Method::DELETE, "/api/account", json!({ "confirmation": "ada" })),
        (Method::POST, "/api/account/keep", json!({})),
        (Method::POST, "/api/account/not-me", json!({})),
        (Method::GET, "/api/account/export", json!({})),
        (Method::DELETE, "/api/account/sessions", json!({})),
        (Method::DELETE, "/api/account/sessions/0123456789abcdef", json!({})),
        (Method::DELETE, "/api/account/factors/{factor}", json!({})),
        (Method::PATCH, "/api/account/factors/{factor}", json!({ "name": "Mallory" })),
        (Method::DELETE, "/api/account/devices/{device}", json!({})),
    ] {
        service.advance_time(Duration::from_mins(1));
        let attacker = Browser::of(&service);
        attacker.sign_in("ada", PASSWORD).await.expect_status(200);
        attacker.verify(&app.code(service.clock.now())).await.expect_status(200);
        let stored = stored_user(&service, &ada).await;
        let path = path.replace("{factor}", &stored.totp[0].id.to_string());
        let path = path.replace("{device}", &stored.devices[0].id.to_string());
        let request = attacker.with_token(method, &path).await.json(&body);
        // Session and user are in the cache.
        attacker.me().await.expect_status(200);
        update_in_another_process(&location, &ada, |user| {
            user.pending_email = None;
            user.end_sessions(EndReason::PasswordChanged);
        })
        .await;
        let before = serde_json::to_value(stored_user(&service, &ada).await).expect("JSON");
        let answer = request.send().await;
        assert_eq!(answer.expect_problem(401, "session_ended").reason(), "password_changed", "{path}");
        let after = serde_json::to_value(stored_user(&service, &ada).await).expect("JSON");
        assert_eq!(before, after, "{path}");
    }
}

// A stolen session cannot guess codes while its owner enrols.
#[on_every_store]
async fn another_session_cannot_confirm_an_enrolment(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let (owner, attacker) = (Browser::of(&service), Browser::of(&service));
    owner.sign_in("ada", PASSWORD).await.expect_status(200);
    attacker.sign_in("ada", PASSWORD).await.expect_status(200);
    let secret = owner.start_enrolment().await.expect_status(200).json()["secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    let code = Authenticator::of_base32(&secret).code(service.clock.now());
    attacker.verify(&code).await.expect_problem(409, "no_pending_enrolment");
    owner.verify(&code).await.expect_status(200);
}

#[on_every_store]
async fn five_wrong_codes_cancel_the_enrolment(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let secret = browser.start_enrolment().await.expect_status(200).json()["secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    let app = Authenticator::of_base32(&secret);
    for left in [None, None, Some(2), Some(1)] {
        let wrong = browser.verify(&app.wrong_code(service.clock.now())).await;
        let problem = wrong.expect_problem(400, "code_invalid").json();
        assert_eq!(problem.get("attemptsLeft").and_then(serde_json::Value::as_u64), left, "{problem}");
    }
    for code in [app.wrong_code(service.clock.now()), app.code(service.clock.now())] {
        browser.verify(&code).await.expect_problem(409, "no_pending_enrolment");
    }
    browser.me().await.expect_status(200);
}

// A network over its limit writes nothing, for existing and unknown accounts.
#[on_every_store]
async fn refused_network_writes_no_document(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    for number in 0..100 {
        browser.sign_in(&format!("unknown{number}"), "wrong").await.expect_status(401);
    }
    for number in 0..20 {
        browser.sign_in(&format!("attacker{number}"), "wrong").await.expect_status(429);
    }
    let everything = location.all_documents().await;
    assert!(everything.contains("name:unknown99"), "checked passwords are counted");
    assert!(!everything.contains("attacker"), "refused attempts are not counted");
}

// A clock that is set back does not bring a session back.
#[on_every_store]
async fn clock_set_back_revives_no_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let early = Service::on_store(location.url(), &[]).await;
    service.advance_time(Duration::from_mins(11));
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), "idle");
    assert!(early.clock.now() < service.clock.now(), "the clock is set back by eleven minutes");
    assert_eq!(browser.at_replica(&early).me().await.expect_problem(401, "session_ended").reason(), "idle");
}

// Cookies of other applications that are not ASCII are ignored.
#[on_every_store]
async fn foreign_cookie_does_not_hide_the_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let session = browser.session().expect("a session");
    let head = b"GET /api/auth/me HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: name=Zo\xc3\xab; odd=\xff; vestibule-3000=";
    let request = [head.as_slice(), session.as_bytes(), b"\r\n\r\n"].concat();
    let answer = raw(service.address, &request, Duration::from_secs(10)).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
