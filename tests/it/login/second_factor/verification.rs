//! Verification of codes: pending sessions, single use.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Barrier;
use vestibule::{login::second_factor::totp, user::Totp};

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

#[on_every_store]
async fn password_alone_opens_only_a_pending_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    let answer = browser.sign_in("linus", PASSWORD).await.expect_status(200);
    snapshot!(answer.json(), @r#"
    {
      "methods": [
        "totp"
      ],
      "needEnrolment": false,
      "needMfa": true,
      "needPasswordChange": false,
      "session": {
        "account": {
          "displayName": "linus of the tests",
          "username": "linus"
        },
        "amr": [
          "pwd"
        ],
        "authenticatedAt": "2036-05-04T10:00:00.000Z",
        "endsAt": "2036-05-04T10:05:00.000Z",
        "expiresAt": "2036-05-04T10:05:00.000Z",
        "method": "password",
        "methods": [
          "totp"
        ],
        "provider": null,
        "serverTime": "2036-05-04T10:00:00.000Z",
        "state": "awaitingSecondFactor"
      }
    }
    "#);
    browser.me().await.expect_problem(401, "second_factor_required");
    browser.keep_alive().await.expect_problem(401, "second_factor_required");
    // An attacker with the password cannot replace the secret.
    browser.start_enrolment().await.expect_problem(401, "second_factor_required");
    assert_eq!(browser.get("/api/auth/session").await.json()["state"], "awaitingSecondFactor");

    let pending = browser.clone();
    let answer = browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    snapshot!(answer.json(), @r#"
    {
      "message": "Signed in",
      "mfaEnabled": true,
      "needPasswordChange": false,
      "session": {
        "account": {
          "displayName": "linus of the tests",
          "username": "linus"
        },
        "amr": [
          "pwd",
          "otp"
        ],
        "authenticatedAt": "2036-05-04T10:00:00.000Z",
        "endsAt": "2036-05-04T22:00:00.000Z",
        "expiresAt": "2036-05-04T10:10:00.000Z",
        "method": "password",
        "methods": [
          "totp"
        ],
        "provider": null,
        "serverTime": "2036-05-04T10:00:00.000Z",
        "state": "signedIn"
      }
    }
    "#);
    assert_eq!(browser.me().await.expect_status(200).json()["mfaEnabled"], true);
    assert_ne!(browser.session(), pending.session(), "a new id at every step up");
    pending.me().await.expect_problem(401, "not_signed_in");
    pending.verify(&app.code_of_step(service.clock.now(), 1)).await.expect_status(401);
}

#[on_every_store]
async fn code_is_accepted_once(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let now = service.clock.now();
    let sign_in = async |code: &str, status: u16| {
        let browser = Browser::of(&service);
        browser.sign_in("linus", PASSWORD).await.expect_status(200);
        browser.verify(code).await.expect_status(status);
    };
    sign_in(&app.code(now), 200).await;
    sign_in(&app.code(now), 400).await;
    sign_in(&app.code_of_step(now, -1), 400).await;
    service.advance_time(Duration::from_secs(30));
    sign_in(&app.code(now), 400).await;
    sign_in(&app.code_of_step(now, 1), 200).await;
    sign_in(&app.code_of_step(now, 1), 400).await;
    // A code of a later step that was used cannot be used again.
    sign_in(&app.code_of_step(now, 2), 200).await;
    service.advance_time(Duration::from_secs(30));
    sign_in(&app.code_of_step(now, 2), 400).await;
}

// The clock of a phone may be a step ahead. That a code "was used before" would be false in the account of the user, and the alert would
// be about no attack.
#[on_every_store]
async fn correct_code_that_was_never_used_is_not_recorded_as_replayed(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (user, app) = create_user_with_app(&service, "linus").await;
    let now = service.clock.now();
    for (steps, status, expected) in
        [(1, 200, &[][..]), (0, 400, &["code_invalid"]), (1, 400, &["code_invalid", "code_replayed"])]
    {
        let browser = Browser::of(&service);
        browser.sign_in("linus", PASSWORD).await.expect_status(200);
        browser.verify(&app.code_of_step(now, steps)).await.expect_status(status);
        let events = vestibule::audit::about(&service.app.store, user.id, 100).await.expect("events");
        let mut reasons: Vec<&str> = events.iter().filter_map(|event| event.reason.as_deref()).collect();
        reasons.sort_unstable();
        assert_eq!(reasons, expected);
    }
}

#[on_every_store]
async fn one_step_of_clock_drift_is_accepted(location: StoreLocation) {
    let service = Service::start(&location).await;
    for (number, (drift, status)) in
        [(-2, 400), (-1, 200), (0, 200), (1, 200), (2, 400)].into_iter().enumerate()
    {
        let (_, app) = create_user_with_app(&service, &format!("linus{number}")).await;
        let browser = Browser::of(&service);
        browser.sign_in(&format!("linus{number}"), PASSWORD).await.expect_status(200);
        browser.verify(&app.code_of_step(service.clock.now(), drift)).await.expect_status(status);
    }
}

#[on_every_store]
async fn spaces_in_codes_are_ignored(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let code = app.code(service.clock.now());
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    for odd in ["", &code[..5], &format!("{code}0"), &format!("-{code}")] {
        browser.verify(odd).await.expect_problem(400, "code_invalid");
    }
    browser.verify(&format!(" {} {} ", &code[..3], &code[3..])).await.expect_status(200);
}

#[on_every_store]
async fn all_code_refusals_are_identical(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let now = service.clock.now();
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(now)).await.expect_status(200);
    for code in [app.wrong_code(now), app.code(now), app.code_of_step(now, 2)] {
        browser.sign_in("linus", PASSWORD).await.expect_status(200);
        snapshot!(browser.verify(&code).await.expect_status(400).problem(), @r#"
            {
              "code": "code_invalid",
              "detail": "Check the code and enter it again. A code works once.",
              "requestId": "[id]",
              "status": 400,
              "title": "Wrong code",
              "type": "urn:vestibule:problem:code_invalid"
            }
            "#);
    }
}

#[on_every_store]
async fn five_wrong_codes_end_the_pending_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let now = service.clock.now();
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    for left in [None, None, Some(2), Some(1)] {
        let problem = browser.verify(&app.wrong_code(now)).await.expect_problem(400, "code_invalid").json();
        assert_eq!(problem.get("attemptsLeft").and_then(serde_json::Value::as_u64), left, "{problem}");
    }
    // The last one does not say "try again": the session has ended.
    for code in [app.wrong_code(now), app.code(now)] {
        let answer = browser.verify(&code).await.expect_problem(401, "session_ended");
        assert_eq!(answer.reason(), "revoked");
    }
    let state = browser.get("/api/auth/session").await.expect_status(200).json()["state"].clone();
    assert_eq!(state, "anonymous", "the session has ended, and its page shows no account");
    let answer = browser.verify(&app.code(now)).await.expect_problem(401, "session_ended");
    assert_eq!(answer.session_cookie(), None);
    let service = service.restart_with(&[]).await;
    let browser = browser.at_replica(&service);
    browser.verify(&app.code(now)).await.expect_problem(401, "session_ended");
    // The user is not locked out: the password opens a new pending session.
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(now)).await.expect_status(200);
}

#[on_every_store]
async fn wrong_code_counter_survives_a_restart(location: StoreLocation) {
    let mut service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let now = service.clock.now();
    let mut browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    for number in 1..=5 {
        let status = if number < 5 { 400 } else { 401 };
        browser.verify(&app.wrong_code(now)).await.expect_status(status);
        service = service.restart_with(&[]).await;
        browser = browser.at_replica(&service);
    }
    browser.verify(&app.code(now)).await.expect_problem(401, "session_ended");
}

#[on_every_store]
async fn parallel_wrong_codes_share_the_limit(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let wrong = app.wrong_code(service.clock.now());
    let answers = join_all((0..30).map(|number| {
        let browser = browser.at_replica(if number % 2 == 0 { &service } else { &other });
        let wrong = &wrong;
        async move { browser.verify(wrong).await }
    }))
    .await;
    let checked = answers.iter().filter(|answer| answer.status == 400).count();
    assert!((1..=4).contains(&checked), "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
    assert!(answers.iter().all(|answer| [400, 401, 429, 503].contains(&answer.status)));
}

#[on_every_store]
async fn pending_session_expires_after_five_minutes(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_millis(299_999));
    // Reading the state does not extend it.
    assert_eq!(browser.get("/api/auth/session").await.json()["expiresAt"], "2036-05-04T10:05:00.000Z");
    browser.me().await.expect_problem(401, "second_factor_required");
    service.advance_time(Duration::from_millis(1));
    browser.verify(&app.code(service.clock.now())).await.expect_problem(401, "session_ended");
    assert_eq!(browser.get("/api/auth/session").await.json()["state"], "anonymous");
}

#[on_every_store]
async fn signed_in_session_cannot_verify_again(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    let step = stored_user(&service, &linus).await.totp[0].last_step;
    let answer = browser.verify(&app.code_of_step(service.clock.now(), 1)).await;
    answer.expect_problem(409, "no_pending_enrolment");
    assert_eq!(stored_user(&service, &linus).await.totp[0].last_step, step, "the code is not used");
}

// A stolen database yields no codes.
#[on_every_store]
async fn secret_is_sealed_for_one_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let pending =
        browser.start_enrolment().await.expect_status(200).json()["secret"].as_str().unwrap().to_owned();
    let raw = location.all_documents().await;
    assert!(raw.contains("linus"), "the documents are there");
    let base32 = data_encoding::BASE32_NOPAD.encode(app.secret());
    let base64 = data_encoding::BASE64.encode(app.secret());
    let plain = String::from_utf8(app.secret().to_vec()).unwrap();
    for secret in [&base32, &base64, &plain, &pending] {
        assert!(!raw.contains(secret.as_str()), "{secret} is readable");
    }
    assert!(!raw.contains(&browser.session().unwrap()), "a leaked database gives no cookie");
    // The sealed secret does not work in the document of another user.
    let sealed = stored_user(&service, &linus).await.totp.remove(0);
    service
        .app
        .store
        .update::<vestibule::user::User, (), vestibule::store::StoreError>(&ada.id.document_id(), |ada| {
            ada.totp = vec![Totp { last_step: 0, ..sealed.clone() }];
            Ok(vestibule::store::Change::Write(()))
        })
        .await
        .unwrap();
    assert!(service.app.keys.open(&ada.id, totp::ACTIVE, &sealed.secret).is_err());
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_problem(500, "internal");
    assert_eq!(browser.get("/api/auth/session").await.json()["state"], "awaitingSecondFactor");
}

#[on_every_store]
async fn code_without_session_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.verify(&app.code(service.clock.now())).await.expect_problem(401, "not_signed_in");
    browser.start_enrolment().await.expect_problem(401, "not_signed_in");
    let body = json!({ "code": app.code(service.clock.now()) });
    let answer = browser.request(reqwest::Method::POST, "/api/mfa/verify").json(&body).send().await;
    answer.expect_problem(403, "csrf_failed");
}

// The same code at two replicas at the same time succeeds once.
#[on_every_store]
async fn concurrent_use_of_one_code_opens_one_session(location: StoreLocation) {
    const ROUNDS: usize = 40;
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    for round in 0..ROUNDS {
        service.advance_time(Duration::from_secs(30));
        let code = app.code(service.clock.now());
        let browsers = [Browser::of(&service), Browser::of(&other)];
        for browser in &browsers {
            browser.sign_in("linus", PASSWORD).await.expect_status(200);
        }
        let barrier = Barrier::new(2);
        let verify = async |browser: &Browser| {
            barrier.wait().await;
            browser.verify(&code).await
        };
        let (one, two) = tokio::join!(verify(&browsers[0]), verify(&browsers[1]));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "round {round}: {} {}", one.text, two.text);
    }
    assert!(stored_user(&service, &linus).await.totp.len() == 1);
}
