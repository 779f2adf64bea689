//! Who may rely on codes by message, and what they open.

use std::time::Duration;

use serde_json::json;
use vestibule::user::User;

use super::{ADA, Fixture, KEY, NUMBER, code_of, confirm, send, start, user_with_mail};
use crate::harness::{
    account::reauthenticate,
    browser::Browser,
    factors::recovery_codes,
    federated::{FederatedFixture, assert_link_pending, claims_of, set_verified_email, sign_in, update_user},
    process::Installation,
    receiver::Receiver,
    service::Service,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user, create_user_with, stored_user},
};

const OFF: (&str, &str) = ("VESTIBULE_MESSAGE_CODES", "");
const ADMIN_ROUTES: [&str; 3] = ["/api/admin/users", "/api/admin/events", "/api/admin/settings"];

// An attacker who gets the phone number must not become an administrator (NIST SP 800-63B-4 §3.1.3.3).
#[on_every_store]
async fn administrator_with_codes_by_message_alone_must_enrol_another_factor(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let admin = fixture.user_with_phone("margaret", NUMBER).await;
    update_user(&fixture.service, admin.id, |user| user.roles = vec!["admin".to_owned()]).await;
    let browser = fixture.pending("margaret").await;
    let code = fixture.code(&browser).await;
    let answer = browser.verify(&code).await.expect_status(200).json();
    assert_eq!(answer["session"]["state"], "awaitingEnrolment");
    for path in ADMIN_ROUTES {
        browser.get(path).await.expect_problem(401, "enrolment_required");
    }
    browser.me().await.expect_problem(401, "enrolment_required");
    let setup = browser.start_enrolment().await.expect_status(200).json();
    let app = Authenticator::of_base32(setup["secret"].as_str().expect("a secret"));
    browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    for path in ADMIN_ROUTES {
        browser.get(path).await.expect_status(200);
    }
}

#[on_every_store]
async fn administrator_sets_up_codes_by_message_only_beside_another_factor(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let admin = create_user(&fixture.service, "margaret").await;
    let make_administrator = |user: &mut User| user.roles = vec!["admin".to_owned()];
    let browser = Browser::of(&fixture.service);
    browser.sign_in("margaret", PASSWORD).await.expect_status(200);
    let body = json!({ "channel": "sms", "number": NUMBER });
    start(&browser, body.clone()).await.expect_status(200);
    let code = fixture.sms_code(1).await;
    // Between the two steps.
    update_user(&fixture.service, admin.id, make_administrator).await;
    confirm(&browser, &code).await.expect_problem(409, "factor_required");
    assert!(!stored_user(&fixture.service, &admin).await.has_second_factor());
    fixture.service.advance_time(Duration::from_mins(2));
    start(&browser, body.clone()).await.expect_problem(409, "factor_required");
    assert_eq!(fixture.gateway.accepted().len(), 1, "no message is sent for nothing");
    let setup = browser.start_enrolment().await.expect_status(200).json();
    let app = Authenticator::of_base32(setup["secret"].as_str().expect("a secret"));
    browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    start(&browser, body).await.expect_status(200);
    let code = fixture.sms_code(2).await;
    let answer = confirm(&browser, &code).await.expect_status(200).json();
    assert_eq!(answer["session"]["state"], "signedIn");
}

#[on_every_store]
async fn channel_that_is_turned_off_locks_out_only_users_without_recovery_codes(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let ada = create_user(&fixture.service, "ada").await;
    let browser = Browser::of(&fixture.service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    start(&browser, json!({ "channel": "sms", "number": NUMBER })).await.expect_status(200);
    let code = fixture.sms_code(1).await;
    let codes = recovery_codes(&confirm(&browser, &code).await.expect_status(200));
    let Fixture { service, gateway } = fixture;
    let service: Service = service.restart_with(&[OFF]).await;
    let browser = browser.at_replica(&service);
    // A session that is open does not fall back to the password.
    reauthenticate(&browser, &json!({ "password": PASSWORD })).await.expect_problem(400, "invalid_request");
    let pending = Browser::of(&service);
    let answer = pending.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!((&answer["needMfa"], &answer["methods"]), (&json!(true), &json!(["recoveryCode"])));
    assert_eq!(answer["session"]["methods"], json!(["recoveryCode"]));
    send(&pending, "sms").await.expect_problem(404, "not_found");
    pending.verify(&codes[0]).await.expect_status(200);
    let shown = pending.get("/api/account/factors").await.expect_status(200).json();
    assert_eq!(shown["smsCodes"]["offered"], false);
    update_user(&service, ada.id, |user| {
        let mut codes = user.recovery_codes.clone().expect("codes");
        codes.hashes.clear();
        user.set_recovery_codes(codes);
    })
    .await;
    let pending = Browser::of(&service);
    let answer = pending.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!((&answer["needMfa"], &answer["methods"]), (&json!(true), &json!([])));
    pending.me().await.expect_problem(401, "second_factor_required");
    assert!(
        stored_user(&service, &ada).await.lacks_offered_factor(&service.app.config.message_codes.channels)
    );
    drop(gateway);
}

#[on_every_store]
async fn code_that_was_sent_before_the_channel_was_turned_off_opens_nothing(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    fixture.user_with_phone("ada", NUMBER).await;
    let browser = fixture.pending("ada").await;
    let code = fixture.code(&browser).await;
    let Fixture { service, gateway } = fixture;
    let service: Service = service.restart_with(&[OFF]).await;
    browser.at_replica(&service).verify(&code).await.expect_problem(400, "code_invalid");
    drop(gateway);
}

#[on_every_store]
async fn change_of_the_address_removes_codes_by_mail(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let ada = user_with_mail(&fixture.service).await;
    let pending = fixture.pending("ada").await;
    send(&pending, "email").await.expect_status(200);
    update_user(&fixture.service, ada.id, |user| {
        user.change_address(|user| set_verified_email(user, "new@corp.example"));
    })
    .await;
    assert!(!stored_user(&fixture.service, &ada).await.has_second_factor());
    send(&pending, "email").await.expect_status(404);
    // Back to the old address: it is a factor only after it was confirmed again.
    update_user(&fixture.service, ada.id, |user| {
        user.change_address(|user| set_verified_email(user, ADA));
    })
    .await;
    assert!(!stored_user(&fixture.service, &ada).await.has_second_factor());
}

#[on_every_store]
async fn trusted_device_works_after_a_code_by_message(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[("VESTIBULE_TRUST_DEVICE", "30d")]).await;
    fixture.user_with_phone("ada", NUMBER).await;
    let browser = fixture.pending("ada").await;
    let code = fixture.code(&browser).await;
    let body = json!({ "code": code, "trustDevice": true });
    browser.post("/api/mfa/verify", &body).await.expect_status(200);
    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!((&answer["needMfa"], &answer["session"]["state"]), (&json!(false), &json!("signedIn")));
    fixture.pending("ada").await;
}

#[on_every_store]
async fn code_by_message_completes_the_proof_of_a_pending_link(location: StoreLocation) {
    let gateway = Receiver::start().await;
    let url = gateway.url();
    let settings =
        [("VESTIBULE_MESSAGE_CODES", "sms"), ("VESTIBULE_SMS_URL", &*url), ("VESTIBULE_SMS_KEY", KEY)];
    let federated = FederatedFixture::with_settings(&location, &settings).await;
    let now = federated.service.clock.now();
    create_user_with(&federated.service, "linus", |user| {
        set_verified_email(user, "linus@corp.example");
        let number = NUMBER.to_owned();
        user.add_phone(vestibule::user::PhoneChannel { number, confirmed_at: now, last_used_at: None }, now);
    })
    .await;
    let browser = federated.browser();
    assert_link_pending(&sign_in(&browser, &federated.fake, &claims_of("linus")).await, &federated.fake);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let link = async || browser.post("/api/auth/link", &json!({})).await;
    link().await.expect_problem(401, "second_factor_required");
    send(&browser, "sms").await.expect_status(200);
    let code = code_of(&gateway.wait_for_accepted(1).await[0].json());
    browser.verify(&code).await.expect_status(200);
    link().await.expect_status(200);
}

#[on_every_store]
async fn pages_know_the_offered_channels(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let shown = Browser::of(&fixture.service).get("/api/auth/providers").await.expect_status(200).json();
    assert_eq!(shown["messageCodes"], json!(["email", "sms"]));
    let Fixture { service, gateway } = fixture;
    let service = service.restart_with(&[OFF]).await;
    let shown = Browser::of(&service).get("/api/auth/providers").await.expect_status(200).json();
    assert_eq!(shown["messageCodes"], json!([]));
    drop(gateway);
}

#[on_every_store]
async fn operator_sees_users_whom_a_channel_that_is_turned_off_locks_out(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    fixture.user_with_phone("ada", NUMBER).await;
    let home = Installation::beside(&fixture.service);
    let shown = || home.run(&["users", "show", "ada"]).expect_exit(0).out;
    assert!(!shown().contains("reset-mfa"));
    let home = home.and("VESTIBULE_MESSAGE_CODES", "email");
    let shown = home.run(&["users", "show", "ada"]).expect_exit(0).out;
    assert!(
        shown.split_whitespace().collect::<Vec<_>>().join(" ").contains("users reset-mfa ada"),
        "{shown}"
    );
    let findings = home.run(&["doctor", "--json"]).out;
    assert!(findings.contains("factor_not_offered") && findings.contains("for example ada"), "{findings}");
}

#[on_every_store]
async fn operator_sees_a_gateway_that_cannot_be_reached(location: StoreLocation) {
    let fixture = Fixture::start(&location).await;
    let home = Installation::beside(&fixture.service);
    assert!(!home.run(&["doctor", "--json"]).out.contains("sms_unreachable"));
    let home = home.and("VESTIBULE_SMS_URL", "http://127.0.0.1:9/");
    assert!(home.run(&["doctor", "--json"]).out.contains("sms_unreachable"));
}
