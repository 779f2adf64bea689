//! Enrolment of an authenticator app: it takes effect at the confirmation, which ends all older sessions.

use std::time::Duration;

use serde_json::Value;
use vestibule::audit::EventKind;

use crate::harness::{
    browser::{Answer, Browser},
    service::Service,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

const REQUIRED: (&str, &str) = ("VESTIBULE_MFA", "required");

fn scanned(setup: &Answer) -> Authenticator {
    Authenticator::of_base32(setup.json()["secret"].as_str().unwrap())
}

#[on_every_store]
async fn enrolled_factor_is_required_at_login(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let setup = browser.start_enrolment().await.expect_status(200);
    let shown = setup.json();
    let secret = shown["secret"].as_str().unwrap();
    assert_eq!(shown.as_object().unwrap().len(), 4, "{shown}");
    assert!(shown["qr"].as_str().unwrap().starts_with("data:image/svg+xml;base64,"));
    assert_eq!(secret.len(), 32);
    let uri = shown["otpauthUri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/Vestibule:ada?") && uri.contains(secret), "{uri}");
    assert_eq!(shown["expiresAt"], "2036-05-04T10:10:00.000Z");

    // Nothing has changed yet.
    assert_eq!(browser.me().await.json()["mfaEnabled"], false);
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    let before = browser.clone();
    let app = scanned(&setup);
    browser.verify(&app.wrong_code(service.clock.now())).await.expect_problem(400, "code_invalid");
    assert!(stored_user(&service, &ada).await.totp.is_empty());

    let answer = browser.verify(&app.code(service.clock.now())).await.expect_status(200).json();
    assert_eq!(
        (&answer["message"], &answer["mfaEnabled"]),
        (&"Authenticator app confirmed".into(), &true.into())
    );
    assert_eq!(answer["session"]["amr"], serde_json::json!(["pwd", "otp"]));
    assert_ne!(browser.session(), before.session(), "a new id at every step up");
    before.me().await.expect_status(401);
    assert_eq!(browser.me().await.expect_status(200).json()["mfaEnabled"], true);

    let browser = Browser::of(&service);
    assert_eq!(browser.sign_in("ada", PASSWORD).await.json()["needMfa"], true);
    let used = app.code(service.clock.now());
    browser.verify(&used).await.expect_problem(400, "code_invalid");
    service.advance_time(Duration::from_secs(30));
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
}

#[on_every_store]
async fn confirmation_ends_the_other_sessions(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let (browser, other) = (Browser::of(&service), Browser::of(&service));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    let app = scanned(&browser.start_enrolment().await);
    other.me().await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    let answer = other.me().await.expect_problem(401, "session_ended");
    assert_eq!(answer.reason(), "factor_changed");
    browser.me().await.expect_status(200);
}

#[on_every_store]
async fn old_app_stays_valid_beside_the_new_one(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, old) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&old.code(service.clock.now())).await.expect_status(200);
    let new = scanned(&browser.start_enrolment().await.expect_status(200));
    let pass = async |app: &Authenticator, status: u16| {
        service.advance_time(Duration::from_secs(30));
        let browser = Browser::of(&service);
        browser.sign_in("linus", PASSWORD).await.expect_status(200);
        browser.verify(&app.code(service.clock.now())).await.expect_status(status);
    };
    pass(&old, 200).await;
    pass(&new, 400).await;
    browser.verify(&old.code(service.clock.now())).await.expect_problem(400, "code_invalid");
    browser.verify(&new.code(service.clock.now())).await.expect_status(200);
    pass(&old, 200).await;
    pass(&new, 200).await;
}

#[on_every_store]
async fn second_enrolment_replaces_the_first(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let first = scanned(&browser.start_enrolment().await.expect_status(200));
    let second = scanned(&browser.start_enrolment().await.expect_status(200));
    browser.verify(&first.code(service.clock.now())).await.expect_problem(400, "code_invalid");
    browser.verify(&second.code(service.clock.now())).await.expect_status(200);
}

#[on_every_store]
async fn enrolment_expires_after_ten_minutes(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.verify("000000").await.expect_problem(409, "no_pending_enrolment");
    let app = scanned(&browser.start_enrolment().await.expect_status(200));
    service.advance_time(Duration::from_mins(9));
    browser.keep_alive().await.expect_status(200);
    service.advance_time(Duration::from_mins(1));
    let answer = browser.verify(&app.code(service.clock.now())).await;
    snapshot!(answer.expect_status(409).problem(), @r#"
    {
      "code": "no_pending_enrolment",
      "detail": "Start the set-up again.",
      "requestId": "[id]",
      "status": 409,
      "title": "No pending enrolment",
      "type": "urn:vestibule:problem:no_pending_enrolment"
    }
    "#);
}

#[on_every_store]
async fn enrolment_requires_a_recent_proof(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let (ada, linus) = (Browser::of(&service), Browser::of(&service));
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    linus.sign_in("linus", PASSWORD).await.expect_status(200);
    linus.verify(&app.code(service.clock.now())).await.expect_status(200);
    service.advance_time(Duration::from_millis(9 * 60_000 + 59_999));
    ada.start_enrolment().await.expect_status(200);
    linus.start_enrolment().await.expect_status(200);
    service.advance_time(Duration::from_millis(1));
    snapshot!(ada.start_enrolment().await.expect_status(403).problem(), @r#"
    {
      "code": "reauthentication_required",
      "detail": "Re-authenticate, then repeat this request within ten minutes.",
      "maxAge": 600,
      "methods": [
        "password"
      ],
      "requestId": "[id]",
      "status": 403,
      "title": "Recent authentication required",
      "type": "urn:vestibule:problem:reauthentication_required"
    }
    "#);
    let answer = linus.start_enrolment().await.expect_problem(403, "reauthentication_required").json();
    assert_eq!(answer["methods"], serde_json::json!(["totp"]));
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    ada.start_enrolment().await.expect_status(200);
}

#[on_every_store]
async fn required_mfa_refuses_users_without_factor(location: StoreLocation) {
    let service = Service::with_settings(&location, &[REQUIRED]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!((&answer["needMfa"], &answer["needEnrolment"]), (&Value::Bool(false), &Value::Bool(true)));
    assert_eq!(answer["methods"], serde_json::json!([]));
    assert_eq!(answer["session"]["state"], "awaitingEnrolment");
    assert_eq!(answer["session"]["expiresAt"], "2036-05-04T10:10:00.000Z");
    browser.me().await.expect_problem(401, "enrolment_required");
    browser.keep_alive().await.expect_problem(401, "enrolment_required");
    browser.verify("000000").await.expect_problem(409, "no_pending_enrolment");

    let app = scanned(&browser.start_enrolment().await.expect_status(200));
    let pending = browser.clone();
    let answer = browser.verify(&app.code(service.clock.now())).await.expect_status(200).json();
    assert_eq!(answer["session"]["state"], "signedIn");
    browser.me().await.expect_status(200);
    pending.me().await.expect_status(401);
    let browser = Browser::of(&service);
    assert_eq!(browser.sign_in("ada", PASSWORD).await.json()["needMfa"], true);
}

#[on_every_store]
async fn required_enrolment_session_expires_after_ten_minutes(location: StoreLocation) {
    let service = Service::with_settings(&location, &[REQUIRED]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_millis(599_999));
    let app = scanned(&browser.start_enrolment().await.expect_status(200));
    service.advance_time(Duration::from_millis(1));
    browser.verify(&app.code(service.clock.now())).await.expect_problem(401, "session_ended");
}

// A session without second factor must not outlive the new policy.
#[on_every_store]
async fn new_mfa_policy_applies_to_old_sessions(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_mins(5));
    browser.me().await.expect_status(200);
    let service = service.restart_with(&[REQUIRED]).await;
    let browser = browser.at_replica(&service);
    browser.me().await.expect_problem(401, "enrolment_required");
    browser.start_enrolment().await.expect_status(200);
    assert_eq!(browser.get("/api/auth/session").await.json()["state"], "awaitingEnrolment");
}

// An attacker with an old session must not choose the factor.
#[on_every_store]
async fn old_session_needs_a_recent_proof_to_enrol(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_mins(9));
    browser.me().await.expect_status(200);
    service.advance_time(Duration::from_mins(1));
    let service = service.restart_with(&[REQUIRED]).await;
    let browser = browser.at_replica(&service);
    browser.me().await.expect_problem(401, "enrolment_required");
    browser.start_enrolment().await.expect_problem(403, "reauthentication_required");
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.start_enrolment().await.expect_status(200);
}

// Each start writes the user and an audit event.
#[on_every_store]
async fn starts_of_enrolments_are_limited_per_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    create_user(&service, "linus").await;
    let [one, other, linus] = [Browser::of(&service), Browser::of(&service), Browser::of(&service)];
    one.sign_in("ada", PASSWORD).await.expect_status(200);
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    linus.sign_in("linus", PASSWORD).await.expect_status(200);
    let starts =
        (0..30).map(|number| if number % 2 == 0 { one.start_enrolment() } else { other.start_enrolment() });
    let answers = futures_util::future::join_all(starts).await;
    let started = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(started, 20, "of parallel requests of two sessions");
    let refused = one.start_enrolment().await.expect_problem(429, "too_many_attempts");
    assert_eq!(refused.retry_after(), Some(600));
    linus.start_enrolment().await.expect_status(200);
    let events = vestibule::audit::about(&service.app.store, ada.id, 100).await.unwrap();
    let count = events.iter().filter(|event| event.kind == EventKind::EnrolmentStarted).count();
    assert_eq!(count, 20, "a refused start writes no event");
    service.advance_time(Duration::from_mins(10));
    one.sign_in("ada", PASSWORD).await.expect_status(200);
    let setup = one.start_enrolment().await.expect_status(200);
    one.verify(&scanned(&setup).code(service.clock.now())).await.expect_status(200);
}
