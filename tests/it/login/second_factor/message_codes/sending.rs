//! Codes of logins and re-authentications: single use, session, time, limits.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use vestibule::{
    audit::{self, EventKind, Outcome},
    user::User,
};

use super::{Fixture, KEY, LONG_IDLE, NUMBER, code_of, confirm, send, start, wrong};
use crate::harness::{
    account::{TOO_LONG, actors, assert_reauthentication_required, reauthenticate},
    browser::Browser,
    federated::events,
    stores::StoreLocation,
};

const MINUTE: Duration = Duration::from_mins(1);

#[on_every_store]
async fn code_by_sms_completes_a_login(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    let browser = fixture.pending("ada").await;
    let answer = send(&browser, "sms").await.expect_status(200).json();
    let now = fixture.service.clock.now();
    assert_eq!(
        answer,
        json!({ "to": "+49 ••• ••12", "expiresAt": now + MINUTE * 10, "resendAt": now + MINUTE, "delayed": false })
    );
    let message = &fixture.gateway.wait_for_accepted(1).await[0];
    assert!(message.is_signed_with(KEY));
    let body = message.json();
    assert_eq!(body.as_object().expect("an object").len(), 3, "{body}");
    assert_eq!((&body["to"], body["id"].as_str()), (&json!(NUMBER), Some(message.id().as_str())));
    let code = code_of(&body);
    browser.verify(&wrong(&code)).await.expect_problem(400, "code_invalid");
    let session = browser.verify(&format!(" {} {} ", &code[..4], &code[4..])).await.expect_status(200).json();
    assert_eq!(
        (&session["session"]["state"], &session["session"]["amr"]),
        (&json!("signedIn"), &json!(["pwd", "sms"]))
    );
    assert_eq!(actors(&fixture.service, &ada, EventKind::MessageCodeSent).await, [Some(ada.id.to_string())]);
    let stored = events(&fixture.service).await;
    let text = serde_json::to_string(&stored).expect("JSON");
    assert!(!text.contains(&code) && !text.contains(NUMBER), "neither code nor number are in an audit event");
}

// An attacker who knows the password has another session. A code that the user got, or was talked into reading out, does not work there.
#[on_every_store]
async fn code_works_only_in_the_session_that_requested_it(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    fixture.user_with_phone("ada", NUMBER).await;
    let (user, attacker) = (fixture.pending("ada").await, fixture.pending("ada").await);
    let code = fixture.code(&user).await;
    attacker.verify(&code).await.expect_problem(400, "code_invalid");
    fixture.code(&attacker).await;
    attacker.verify(&code).await.expect_problem(400, "code_invalid");
    user.verify(&code).await.expect_status(200);
}

#[on_every_store]
async fn new_code_replaces_the_one_before_after_a_minute(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    fixture.user_with_phone("ada", NUMBER).await;
    let browser = fixture.pending("ada").await;
    let first = fixture.code(&browser).await;
    fixture.service.advance_time(Duration::from_secs(59));
    let refused = send(&browser, "sms").await.expect_problem(429, "too_many_attempts");
    assert_eq!(refused.retry_after(), Some(1));
    fixture.service.advance_time(Duration::from_secs(1));
    let second = fixture.code(&browser).await;
    assert_ne!(first, second);
    browser.verify(&first).await.expect_problem(400, "code_invalid");
    browser.verify(&second).await.expect_status(200);
}

#[on_every_store]
async fn code_is_valid_for_ten_minutes_and_once(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[LONG_IDLE]).await;
    fixture.user_with_phone("ada", NUMBER).await;
    let browser = fixture.signed_in("ada").await;
    fixture.service.advance_time(TOO_LONG);
    let start = browser.start_enrolment().await;
    assert_reauthentication_required(&start, &["smsCode"]);
    let late = fixture.code(&browser).await;
    fixture.service.advance_time(MINUTE * 10);
    reauthenticate(&browser, &json!({ "code": late })).await.expect_problem(400, "code_invalid");
    let code = fixture.code(&browser).await;
    fixture.service.advance_time(Duration::from_millis(599_999));
    reauthenticate(&browser, &json!({ "code": code })).await.expect_status(200);
    browser.start_enrolment().await.expect_status(200);
    reauthenticate(&browser, &json!({ "code": code })).await.expect_problem(400, "code_invalid");
}

// Exactly one request wins, at the code and not at the session that it opens: the others are no success in the audit log.
#[on_every_store]
async fn one_of_two_replicas_accepts_a_code(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[LONG_IDLE]).await;
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    let other = fixture.service.start_replica().await;
    for round in 0..4 {
        let browser = fixture.pending("ada").await;
        let code = fixture.code(&browser).await;
        let browsers =
            [browser.clone(), browser.at_replica(&other), browser.clone(), browser.at_replica(&other)];
        let answers = join_all(browsers.iter().map(|browser| browser.verify(&code))).await;
        let accepted = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(accepted, 1, "{round}: {answers:?}");
        assert_eq!(successes(&fixture, &ada, EventKind::SecondFactor).await, round + 1);
        fixture.service.advance_time(MINUTE * 11);
    }
}

async fn successes(fixture: &Fixture, user: &User, kind: EventKind) -> usize {
    let events = audit::about(&fixture.service.app.store, user.id, 1000).await.expect("the store answers");
    events.iter().filter(|event| event.kind == kind && event.outcome == Outcome::Success).count()
}

#[on_every_store]
async fn one_of_two_replicas_accepts_a_code_for_a_reauthentication(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[("VESTIBULE_SESSION_IDLE", "12h")]).await;
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    let other = fixture.service.start_replica().await;
    let mut browser = fixture.signed_in("ada").await;
    for round in 0..4 {
        fixture.service.advance_time(MINUTE * 11);
        let body = json!({ "code": fixture.code(&browser).await });
        let browsers =
            [browser.clone(), browser.at_replica(&other), browser.clone(), browser.at_replica(&other)];
        let answers = join_all(browsers.iter().map(|browser| reauthenticate(browser, &body))).await;
        let accepted: Vec<_> = (0..4).filter(|at| answers[*at].status == 200).collect();
        assert_eq!(accepted.len(), 1, "{round}: {answers:?}");
        assert_eq!(successes(&fixture, &ada, EventKind::Reauthentication).await, round + 1);
        browser = browsers[accepted[0]].clone();
    }
}

// The set-up of a number uses its code up, too, and it ends the session that the other requests have.
#[on_every_store]
async fn one_of_two_replicas_accepts_a_code_of_a_set_up(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    let other = fixture.service.start_replica().await;
    let mut browser = fixture.signed_in("ada").await;
    for round in 1..=3 {
        let before = fixture.gateway.accepted().len();
        let body = json!({ "channel": "sms", "number": format!("+4915112345{round}00") });
        start(&browser, body).await.expect_status(200);
        let code = fixture.sms_code(before + 1).await;
        let browsers = [browser.clone(), browser.at_replica(&other), browser.clone()];
        let answers = join_all(browsers.iter().map(|browser| confirm(browser, &code))).await;
        let accepted: Vec<_> = (0..3).filter(|at| answers[*at].status == 200).collect();
        assert_eq!(accepted.len(), 1, "{round}: {answers:?}");
        assert_eq!(successes(&fixture, &ada, EventKind::MessageCodesAdded).await, round);
        browser = browsers[accepted[0]].clone();
    }
}

#[on_every_store]
async fn fifth_wrong_code_ends_the_session(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    fixture.user_with_phone("ada", NUMBER).await;
    let browser = fixture.pending("ada").await;
    let code = fixture.code(&browser).await;
    for _ in 0..4 {
        browser.verify(&wrong(&code)).await.expect_problem(400, "code_invalid");
    }
    browser.verify(&wrong(&code)).await.expect_problem(401, "session_ended");
    browser.verify(&code).await.expect_status(401);
}

#[on_every_store]
async fn messages_of_an_account_and_to_a_number_are_limited(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[LONG_IDLE]).await;
    fixture.user_with_phone("ada", NUMBER).await;
    fixture.user_with_phone("linus", NUMBER).await;
    // Each login has a session of its own: the account is counted.
    for _ in 0..5 {
        fixture.code(&fixture.pending("ada").await).await;
    }
    let browser = fixture.pending("ada").await;
    let refused = send(&browser, "sms").await.expect_problem(429, "too_many_attempts");
    assert!(refused.retry_after() <= Some(600), "{refused:?}");
    // Another account of an attacker, with the number of the victim.
    send(&fixture.pending("linus").await, "sms").await.expect_problem(429, "too_many_attempts");
    for _ in 0..3 {
        fixture.service.advance_time(MINUTE * 10);
        for _ in 0..5 {
            fixture.code(&fixture.pending("ada").await).await;
        }
    }
    fixture.service.advance_time(MINUTE * 10);
    let refused = send(&fixture.pending("ada").await, "sms").await.expect_problem(429, "too_many_attempts");
    assert!(refused.retry_after() > Some(600), "20 a day: {refused:?}");
    assert_eq!(fixture.gateway.accepted().len(), 20);
}

#[on_every_store]
async fn total_of_a_day_counts_all_replicas(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[("VESTIBULE_SMS_DAILY_MAX", "2")]).await;
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    fixture.user_with_phone("linus", "+447700900123").await;
    let other = fixture.service.start_replica().await;
    fixture.code(&fixture.pending("ada").await).await;
    fixture.code(&fixture.pending("linus").await.at_replica(&other)).await;
    for service in [&fixture.service, &other] {
        let browser: Browser = fixture.pending("ada").await.at_replica(service);
        send(&browser, "sms").await.expect_problem(503, "message_not_sent");
    }
    assert_eq!(fixture.gateway.requests().len(), 2);
    let reasons: Vec<_> =
        events(&fixture.service).await.into_iter().filter_map(|event| event.reason).collect();
    assert_eq!(reasons, ["daily_total_reached", "daily_total_reached"]);
    fixture.service.advance_time(Duration::from_hours(24));
    fixture.code(&fixture.pending("ada").await).await;
    assert_eq!(actors(&fixture.service, &ada, EventKind::MessageCodeSent).await.len(), 4);
}
