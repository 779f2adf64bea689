//! Set-up and removal of a channel.

use serde_json::json;
use vestibule::audit::EventKind;

use super::{ADA, Fixture, NUMBER, confirm, remove, send, start, wrong};
use crate::harness::{
    account::actors,
    browser::Browser,
    factors::{factors, recovery_codes},
    federated::set_verified_email,
    mail::recipients,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, stored_user},
};

#[on_every_store]
async fn number_is_confirmed_with_a_code_and_is_a_second_factor_from_then_on(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let ada = create_user_with(&fixture.service, "ada", |user| set_verified_email(user, ADA)).await;
    let (browser, other) = (Browser::of(&fixture.service), Browser::of(&fixture.service));
    for browser in [&browser, &other] {
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
    }
    let body = json!({ "channel": "sms", "number": " 0049 (151) 1234-5612 " });
    let sent = start(&browser, body).await.expect_status(200).json();
    assert_eq!((&sent["to"], &sent["delayed"]), (&json!("+49 ••• ••12"), &json!(false)));
    let code = fixture.sms_code(1).await;
    assert!(!stored_user(&fixture.service, &ada).await.has_second_factor(), "not before the code came back");
    confirm(&browser, &wrong(&code)).await.expect_problem(400, "code_invalid");
    let before = browser.session();
    let answer = confirm(&browser, &code).await.expect_status(200);
    assert_eq!(recovery_codes(&answer).len(), 10, "the first factor comes with recovery codes");
    assert_eq!(answer.json()["session"]["amr"], json!(["pwd", "sms"]));
    assert_ne!(browser.session(), before);
    assert_eq!(other.me().await.expect_problem(401, "session_ended").reason(), "factor_changed");
    let shown = factors(&browser).await;
    assert_eq!(
        (&shown["smsCodes"]["to"], &shown["smsCodes"]["offered"]),
        (&json!("+49 ••• ••12"), &json!(true))
    );
    assert_eq!((&shown["emailCodes"], &shown["recoveryCodesLeft"]), (&json!(null), &json!(10)));
    assert_eq!(stored_user(&fixture.service, &ada).await.message_codes.sms.expect("a phone").number, NUMBER);
    assert_eq!(recipients(&fixture.service, "messageCodesAdded").await, [ADA]);
    assert_eq!(
        actors(&fixture.service, &ada, EventKind::MessageCodesAdded).await.len(),
        2,
        "one of them failed"
    );
    // Used.
    confirm(&browser, &code).await.expect_problem(409, "no_pending_enrolment");
    let pending = fixture.pending("ada").await;
    let session = pending.get("/api/auth/session").await.json();
    assert_eq!(session["methods"], json!(["smsCode", "recoveryCode"]));
}

#[on_every_store]
async fn code_of_a_set_up_is_no_second_factor_and_the_other_way_round(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    fixture.user_with_phone("ada", NUMBER).await;
    let browser = fixture.signed_in("ada").await;
    // An attacker with an open session must not prove a factor with the attacker's own phone.
    start(&browser, json!({ "channel": "sms", "number": "+447700900123" })).await.expect_status(200);
    let of_set_up = fixture.sms_code(2).await;
    let reauthenticate =
        async |code: &str| browser.post("/api/auth/reauthenticate", &json!({ "code": code })).await;
    reauthenticate(&of_set_up).await.expect_problem(400, "code_invalid");
    fixture.service.advance_time(std::time::Duration::from_mins(1));
    let of_proof = fixture.code(&browser).await;
    confirm(&browser, &of_proof).await.expect_problem(409, "no_pending_enrolment");
    reauthenticate(&of_proof).await.expect_status(200);
    confirm(&browser, &of_set_up).await.expect_problem(409, "no_pending_enrolment");
}

#[on_every_store]
async fn fifth_wrong_code_ends_the_set_up(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    let browser = Browser::of(&fixture.service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    start(&browser, json!({ "channel": "sms", "number": NUMBER })).await.expect_status(200);
    let code = fixture.sms_code(1).await;
    for left in [None, None, Some(2), Some(1)] {
        let problem = confirm(&browser, &wrong(&code)).await.expect_problem(400, "code_invalid").json();
        assert_eq!(problem["attemptsLeft"].as_u64(), left);
    }
    confirm(&browser, "not a code").await.expect_problem(409, "no_pending_enrolment");
    confirm(&browser, &code).await.expect_problem(409, "no_pending_enrolment");
}

#[on_every_store]
async fn set_up_that_began_with_a_recent_login_can_be_finished_later(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    let browser = Browser::of(&fixture.service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    fixture.service.advance_time(std::time::Duration::from_mins(9));
    start(&browser, json!({ "channel": "sms", "number": NUMBER })).await.expect_status(200);
    let code = fixture.sms_code(1).await;
    fixture.service.advance_time(std::time::Duration::from_mins(5));
    start(&browser, json!({ "channel": "sms", "number": NUMBER }))
        .await
        .expect_problem(403, "reauthentication_required");
    confirm(&browser, &code).await.expect_status(200);
}

#[on_every_store]
async fn set_up_is_refused_without_what_it_needs(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    let browser = Browser::of(&fixture.service);
    let sms = json!({ "channel": "sms", "number": NUMBER });
    start(&browser, sms.clone()).await.expect_problem(401, "not_signed_in");
    send(&browser, "sms").await.expect_problem(401, "not_signed_in");
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for (body, field, code) in [
        (json!({ "channel": "email" }), "channel", "no_verified_address"),
        (json!({ "channel": "sms" }), "number", "required"),
        (json!({ "channel": "sms", "number": "0151 12345612" }), "number", "invalid"),
    ] {
        let problem = start(&browser, body).await.expect_problem(400, "invalid_request").json();
        assert_eq!(problem["errors"], json!([{ "field": field, "code": code }]));
    }
    start(&browser, json!({ "channel": "fax" })).await.expect_problem(400, "invalid_request");
    send(&browser, "sms").await.expect_problem(404, "not_found");
    remove(&browser, "sms").await.expect_problem(404, "not_found");
    remove(&browser, "fax").await.expect_problem(404, "not_found");
    fixture.service.advance_time(std::time::Duration::from_mins(9));
    browser.keep_alive().await.expect_status(200);
    fixture.service.advance_time(std::time::Duration::from_mins(2));
    start(&browser, sms).await.expect_problem(403, "reauthentication_required");
    assert!(fixture.gateway.requests().is_empty());
}

#[on_every_store]
async fn session_that_awaits_the_second_factor_adds_no_number(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    fixture.user_with_phone("ada", NUMBER).await;
    let attacker = fixture.pending("ada").await;
    let body = json!({ "channel": "sms", "number": "+447700900123" });
    start(&attacker, body).await.expect_problem(401, "second_factor_required");
    confirm(&attacker, "12345678").await.expect_problem(401, "second_factor_required");
    remove(&attacker, "sms").await.expect_problem(401, "second_factor_required");
    assert!(fixture.gateway.requests().is_empty());
}

#[on_every_store]
async fn channel_is_removed_and_the_last_factor_stays_where_one_is_required(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[("VESTIBULE_MFA", "required")]).await;
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    let browser = fixture.signed_in("ada").await;
    remove(&browser, "sms").await.expect_problem(409, "factor_required");
    let Fixture { service, gateway } = fixture;
    let service: Service = service.restart_with(&[("VESTIBULE_MFA", "optional")]).await;
    let browser = Browser::at_replica(&browser, &service);
    remove(&browser, "sms").await.expect_status(200);
    browser.me().await.expect_status(200);
    assert!(!stored_user(&service, &ada).await.has_second_factor());
    assert_eq!(actors(&service, &ada, EventKind::MessageCodesRemoved).await.len(), 1);
    remove(&browser, "sms").await.expect_problem(404, "not_found");
    drop(gateway);
}

#[on_every_store]
async fn user_who_must_enrol_can_enrol_a_number(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[("VESTIBULE_MFA", "required")]).await;
    create_user(&fixture.service, "ada").await;
    let browser = Browser::of(&fixture.service);
    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!(answer["needEnrolment"], true);
    start(&browser, json!({ "channel": "sms", "number": NUMBER })).await.expect_status(200);
    let code = fixture.sms_code(1).await;
    let answer = confirm(&browser, &code).await.expect_status(200).json();
    assert_eq!(answer["session"]["state"], "signedIn");
    browser.me().await.expect_status(200);
}
