//! Re-authentication with a password, or with a code if the user has an authenticator app.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use vestibule::audit::EventKind;

use crate::harness::{
    account::{
        BACK, LONG_IDLE, TOO_LONG, actors, assert_reauthentication_required, assert_session_unchanged,
        grace_with_old_proof, reauthenticate,
    },
    browser::Browser,
    eventually,
    federated::{FederatedFixture, me, update_user},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app},
};

#[on_every_store]
async fn password_reauthenticates(location: StoreLocation) {
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(TOO_LONG);
    assert_reauthentication_required(&browser.start_enrolment().await, &["password"]);
    let before = me(&browser).await;
    for nothing in [json!({}), json!({ "code": "123456" }), json!({ "password": null })] {
        reauthenticate(&browser, &nothing).await.expect_problem(400, "invalid_request");
    }
    for wrong in ["", "wrong", "Correct horse battery", "correct horse battery "] {
        reauthenticate(&browser, &json!({ "password": wrong })).await.expect_problem(400, "password_wrong");
    }
    assert_session_unchanged(&browser, &before).await;

    let old = browser.clone();
    let answer = reauthenticate(&browser, &json!({ "password": PASSWORD })).await.expect_status(200);
    snapshot!(answer.json(), @r#"
    {
      "session": {
        "account": {
          "displayName": "ada of the tests",
          "username": "ada"
        },
        "amr": [
          "pwd"
        ],
        "authenticatedAt": "2036-05-04T10:11:00.000Z",
        "endsAt": "2036-05-04T22:00:00.000Z",
        "expiresAt": "2036-05-04T12:11:00.000Z",
        "method": "password",
        "methods": [],
        "provider": null,
        "serverTime": "2036-05-04T10:11:00.000Z",
        "state": "signedIn"
      }
    }
    "#);
    assert_ne!(browser.session(), old.session(), "a new id at every proof");
    old.me().await.expect_problem(401, "not_signed_in");
    reauthenticate(&old, &json!({ "password": PASSWORD })).await.expect_status(401);
    assert_eq!(
        me(&browser).await["session"]["endsAt"],
        before["session"]["endsAt"],
        "re-authentication does not move the absolute deadline"
    );
    browser.start_enrolment().await.expect_status(200);
    assert_eq!(actors(&service, &ada, EventKind::Reauthentication).await.len(), 5, "every guess is recorded");
}

#[on_every_store]
async fn user_with_factor_must_reauthenticate_with_a_code(location: StoreLocation) {
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    // The code of the login is used, although its time step is not over.
    let used = app.code(service.clock.now());
    reauthenticate(&browser, &json!({ "code": used })).await.expect_problem(400, "code_invalid");
    service.advance_time(TOO_LONG);
    assert_reauthentication_required(&browser.start_enrolment().await, &["totp"]);
    let before = me(&browser).await;
    reauthenticate(&browser, &json!({ "password": PASSWORD })).await.expect_problem(400, "invalid_request");
    let wrong = app.wrong_code(service.clock.now());
    for given in
        [json!({ "code": wrong }), json!({ "code": wrong, "password": PASSWORD }), json!({ "code": "" })]
    {
        reauthenticate(&browser, &given).await.expect_problem(400, "code_invalid");
    }
    assert_session_unchanged(&browser, &before).await;

    let old = browser.clone();
    let code = app.code(service.clock.now());
    let answer = reauthenticate(&browser, &json!({ "code": code, "password": "wrong" }))
        .await
        .expect_status(200)
        .json();
    assert_eq!(answer["session"]["amr"], json!(["pwd", "otp"]), "no method counts twice");
    assert_eq!(answer["session"]["endsAt"], before["session"]["endsAt"]);
    assert_ne!(browser.session(), old.session());
    old.me().await.expect_status(401);
    browser.start_enrolment().await.expect_status(200);
    reauthenticate(&browser, &json!({ "code": code })).await.expect_problem(400, "code_invalid");
    let other = Browser::of(&service);
    other.sign_in("linus", PASSWORD).await.expect_status(200);
    other.verify(&code).await.expect_problem(400, "code_invalid");
}

// Keycloak CVE-2026-9798: all paths share one limit.
#[on_every_store]
async fn wrong_passwords_share_one_counter(location: StoreLocation) {
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let ada = create_user(&service, "ada").await;
    let (browser, attacker) = (Browser::of(&service), Browser::of(&service));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    // A known device has a counter of its own.
    update_user(&service, ada.id, |user| user.devices.clear()).await;
    let before = me(&browser).await;
    for _ in 0..5 {
        attacker.sign_in("ada", "wrong").await.expect_status(401);
        reauthenticate(&browser, &json!({ "password": "wrong" })).await.expect_problem(400, "password_wrong");
    }
    let right = json!({ "password": PASSWORD });
    let answer = reauthenticate(&browser, &right).await.expect_problem(429, "too_many_attempts");
    assert_eq!(answer.retry_after(), Some(30));
    attacker.sign_in("ada", PASSWORD).await.expect_problem(429, "too_many_attempts");
    assert_eq!(me(&browser).await, before, "failed logins of an attacker end no session");
    service.advance_time(Duration::from_secs(30));
    reauthenticate(&browser, &right).await.expect_status(200);
}

#[on_every_store]
async fn wrong_codes_share_one_counter(location: StoreLocation) {
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    let (browser, attacker) = (Browser::of(&service), Browser::of(&service));
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    // A known device has a counter of its own.
    update_user(&service, linus.id, |user| user.devices.clear()).await;
    attacker.sign_in("linus", PASSWORD).await.expect_status(200);
    let wrong = app.wrong_code(service.clock.now());
    for _ in 0..5 {
        attacker.verify(&wrong).await;
        reauthenticate(&browser, &json!({ "code": wrong })).await.expect_problem(400, "code_invalid");
    }
    service.advance_time(Duration::from_secs(29));
    let right = app.code_of_step(service.clock.now(), 1);
    reauthenticate(&browser, &json!({ "code": right })).await.expect_problem(429, "too_many_attempts");
    attacker.sign_in("linus", PASSWORD).await.expect_status(200);
    attacker.verify(&right).await.expect_problem(429, "too_many_attempts");
    browser.me().await.expect_status(200);
    service.advance_time(Duration::from_secs(1));
    reauthenticate(&browser, &json!({ "code": right })).await.expect_status(200);
}

#[on_every_store]
async fn federated_user_is_sent_to_the_provider_to_reauthenticate(location: StoreLocation) {
    let (fixture, browser) = grace_with_old_proof(&location).await;
    let before = me(&browser).await;
    for given in [json!({}), json!({ "password": PASSWORD }), json!({ "code": "123456" })] {
        assert_reauthentication_required(&reauthenticate(&browser, &given).await, &["provider:fake"]);
    }
    assert_session_unchanged(&browser, &before).await;
    drop(fixture);
}

#[on_every_store]
async fn reauthentication_requires_session_and_csrf_token(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (_, app) = create_user_with_app(&fixture.service, "linus").await;
    let browser = fixture.browser();
    let paths =
        ["/api/auth/reauthenticate", "/api/auth/reauthenticate/fake", "/api/auth/reauthenticate/unknown"];
    let body =
        json!({ "password": PASSWORD, "code": app.code(fixture.service.clock.now()), "returnTo": BACK });
    for path in paths {
        browser.post(path, &body).await.expect_problem(401, "not_signed_in");
    }
    // A pending session cannot re-authenticate.
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    for path in paths {
        browser.post(path, &body).await.expect_problem(401, "second_factor_required");
    }
    browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    for path in paths {
        browser.request(Method::POST, path).json(&body).send().await.expect_problem(403, "csrf_failed");
    }
    browser.me().await.expect_status(200);
}

// The store counts, not the cache of a replica.
#[on_every_store]
async fn old_password_cannot_reauthenticate(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let elsewhere = service.start_replica().await;
    for _ in 0..3 {
        browser.me().await.expect_status(200);
        update_user(&elsewhere, ada.id, |user| {
            user.end_sessions(vestibule::user::EndReason::PasswordChanged);
        })
        .await;
        let answer = reauthenticate(&browser, &json!({ "password": PASSWORD })).await;
        assert!([400, 401].contains(&answer.status), "{}", answer.text);
        assert_eq!(answer.session_cookie(), None);
        // A read may use the cache for a moment. A change may not.
        let ended = || async { browser.me().await.status == 401 };
        eventually(Duration::from_secs(30), "the session has ended", ended).await;
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
    }
}
