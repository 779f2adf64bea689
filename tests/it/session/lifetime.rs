//! Session deadlines: activity extends the idle one, not the absolute one.

use std::time::Duration;

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app},
};

const HOUR: Duration = Duration::from_hours(1);

#[on_every_store]
async fn idle_session_expires(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_millis(599_999));
    assert_eq!(browser.get("/api/auth/session").await.json()["state"], "signedIn");
    service.advance_time(Duration::from_millis(1));
    let answer = browser.me().await.expect_problem(401, "session_ended");
    assert_eq!(answer.reason(), "idle");
    assert_eq!(browser.get("/api/auth/session").await.json()["state"], "anonymous");
    browser.keep_alive().await.expect_problem(401, "session_ended");
}

#[on_every_store]
async fn session_status_does_not_extend(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for _ in 0..9 {
        service.advance_time(Duration::from_mins(1));
        for path in ["/api/auth/session", "/api/auth/csrf-token", "/api/auth/providers", "/", "/api/nope"] {
            browser.get(path).await;
        }
        assert_eq!(browser.get("/api/auth/session").await.json()["expiresAt"], "2036-05-04T10:10:00.000Z");
    }
    service.advance_time(Duration::from_mins(1));
    browser.me().await.expect_problem(401, "session_ended");
}

#[on_every_store]
async fn activity_extends_after_a_tenth_of_the_idle_time(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_millis(59_999));
    assert_eq!(browser.me().await.json()["session"]["expiresAt"], "2036-05-04T10:10:00.000Z");
    assert_eq!(browser.keep_alive().await.json()["expiresAt"], "2036-05-04T10:10:00.000Z");
    service.advance_time(Duration::from_millis(1));
    assert_eq!(browser.keep_alive().await.json()["expiresAt"], "2036-05-04T10:11:00.000Z");
    service.advance_time(Duration::from_mins(1));
    assert_eq!(browser.me().await.json()["session"]["expiresAt"], "2036-05-04T10:12:00.000Z");
    // The view equals the stored session.
    let stored = service.session(&browser.session().unwrap()).await.unwrap();
    assert_eq!(stored.expires_at.to_string(), "2036-05-04T10:12:00.000Z");
}

#[on_every_store]
async fn activity_writes_are_throttled(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let revision = async || service.session(&browser.session().unwrap()).await.unwrap().revision;
    assert_eq!(revision().await, 1);
    for second in 1..=130 {
        service.advance_time(Duration::from_secs(1));
        if second % 10 == 0 {
            browser.me().await.expect_status(200);
            browser.keep_alive().await.expect_status(200);
            browser.get("/api/auth/session").await.expect_status(200);
        }
    }
    assert_eq!(revision().await, 3, "at most one write per minute");
}

#[on_every_store]
async fn active_session_ends_at_the_absolute_limit(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for _ in 0..12 * 60 / 8 - 1 {
        service.advance_time(Duration::from_mins(8));
        let answer = browser.keep_alive().await.expect_status(200).json();
        assert!(answer["expiresAt"].as_str() <= answer["endsAt"].as_str(), "{answer}");
        assert_eq!(answer["endsAt"], "2036-05-04T22:00:00.000Z");
    }
    let answer = browser.get("/api/auth/session").await.json();
    assert_eq!(answer["expiresAt"], answer["endsAt"], "the idle deadline is never after the absolute one");
    service.advance_time(Duration::from_millis(8 * 60_000 - 1));
    let cookie = browser.me().await.expect_status(200).session_cookie().unwrap();
    assert!(cookie.ends_with("Max-Age=1"), "seconds to the deadline that comes first: {cookie}");
    service.advance_time(Duration::from_millis(1));
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), "max_age");
}

#[on_every_store]
async fn second_factor_keeps_the_absolute_deadline(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    service.advance_time(Duration::from_mins(5));
    let setup = browser.start_enrolment().await.expect_status(200).json();
    let new = crate::harness::totp::Authenticator::of_base32(setup["secret"].as_str().unwrap());
    let session = browser.verify(&new.code(service.clock.now())).await.expect_status(200).json();
    assert_eq!(session["session"]["endsAt"], "2036-05-04T22:00:00.000Z");
    assert_eq!(session["session"]["expiresAt"], "2036-05-04T10:15:00.000Z");
}

#[on_every_store]
async fn end_reason_is_kept_for_an_hour(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let (out, idle) = (Browser::of(&service), Browser::of(&service));
    for browser in [&out, &idle] {
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
    }
    let signed_out = out.clone();
    out.sign_out().await.expect_status(200);
    service.advance_time(HOUR.saturating_sub(Duration::from_millis(1)));
    assert_eq!(signed_out.me().await.expect_problem(401, "session_ended").reason(), "signed_out");
    service.advance_time(Duration::from_millis(1));
    signed_out.me().await.expect_problem(401, "not_signed_in");
    service.advance_time(Duration::from_mins(10).saturating_sub(Duration::from_millis(1)));
    assert_eq!(idle.me().await.expect_problem(401, "session_ended").reason(), "idle");
    service.advance_time(Duration::from_millis(1));
    idle.me().await.expect_problem(401, "not_signed_in");
}

#[on_every_store]
async fn both_deadlines_are_configurable(location: StoreLocation) {
    let settings = [("VESTIBULE_SESSION_IDLE", "30s"), ("VESTIBULE_SESSION_MAX", "1m")];
    let service = Service::with_settings(&location, &settings).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let session = browser.sign_in("ada", PASSWORD).await.expect_status(200).json()["session"].take();
    assert_eq!(session["expiresAt"], "2036-05-04T10:00:30.000Z");
    assert_eq!(session["endsAt"], "2036-05-04T10:01:00.000Z");
    service.advance_time(Duration::from_secs(3));
    assert_eq!(browser.keep_alive().await.json()["expiresAt"], "2036-05-04T10:00:33.000Z");
    service.advance_time(Duration::from_secs(29));
    assert_eq!(browser.keep_alive().await.json()["expiresAt"], "2036-05-04T10:01:00.000Z");
}

#[on_every_store]
async fn sessions_survive_a_restart(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let service = service.restart_with(&[]).await;
    let browser = browser.at_replica(&service);
    browser.me().await.expect_status(200);
    browser.keep_alive().await.expect_status(200);
}
