//! "Trust this device": a login needs no second factor there for a while, and the trust is no proof.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::audit::EventKind;

use crate::harness::{
    account::{actors, reauthenticate},
    browser::{Answer, Browser},
    factors::{Enrolled, app_id, enrol, enrolled_user, remove_app},
    federated::{FederatedFixture, claims_of, sign_in},
    process::Installation,
    service::Service,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user, create_user_with},
};

const TRUST: (&str, &str) = ("VESTIBULE_TRUST_DEVICE", "30d");
const DAY: Duration = Duration::from_hours(24);

/// Verifies a code and asks for trust.
async fn verify_with_trust(browser: &Browser, code: &str) -> Answer {
    browser.post("/api/mfa/verify", &json!({ "code": code, "trustDevice": true })).await
}

/// Signs in with password and code, and trusts the browser.
async fn trust(service: &Service, browser: &Browser, app: &Authenticator) {
    service.advance_time(Duration::from_secs(30));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    verify_with_trust(browser, &app.code(service.clock.now())).await.expect_status(200);
}

/// Signs in with the password. Returns whether a second factor is needed.
async fn needs_factor(browser: &Browser) -> bool {
    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    let (needs, state) = (answer["needMfa"] == true, answer["session"]["state"].clone());
    assert_eq!(state, if needs { "awaitingSecondFactor" } else { "signedIn" });
    browser.me().await.expect_status(if needs { 401 } else { 200 });
    needs
}

async fn devices(browser: &Browser) -> Value {
    browser.get("/api/account/devices").await.expect_status(200).json()
}

async fn forget(browser: &Browser, id: &Value) -> Answer {
    let path = format!("/api/account/devices/{}", id.as_str().expect("an id"));
    browser.with_token(reqwest::Method::DELETE, &path).await.json(&json!({})).send().await
}

#[on_every_store]
async fn trusted_device_needs_no_code_until_the_trust_expires(location: StoreLocation) {
    let service = Service::with_settings(&location, &[TRUST]).await;
    let Enrolled { user, app, .. } = enrolled_user(&service, "ada").await;
    let browser = Browser::of(&service);
    trust(&service, &browser, &app).await;
    assert!(!needs_factor(&browser).await);
    let me = browser.me().await.json();
    assert_eq!(me["session"]["amr"], json!(["pwd"]), "the trust is no proof");
    // Another browser is not trusted.
    assert!(needs_factor(&Browser::of(&service)).await);
    service.advance_time(DAY * 29);
    assert!(!needs_factor(&browser).await);
    service.advance_time(DAY);
    assert!(needs_factor(&browser).await);
    assert_eq!(actors(&service, &user, EventKind::DeviceTrusted).await, [Some(user.id.to_string())]);
}

#[on_every_store]
async fn device_is_trusted_only_on_request_and_only_with_the_setting(location: StoreLocation) {
    let service = Service::with_settings(&location, &[TRUST]).await;
    let Enrolled { app, .. } = enrolled_user(&service, "ada").await;
    let browser = Browser::of(&service);
    service.advance_time(Duration::from_secs(30));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    verify_with_trust(&browser, &app.wrong_code(service.clock.now())).await.expect_status(400);
    assert!(needs_factor(&browser).await, "a wrong code makes nothing trusted");
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    assert!(needs_factor(&browser).await, "the user did not ask");
    trust(&service, &browser, &app).await;
    assert!(!needs_factor(&browser).await);
    // Without the setting, earlier trust has no effect.
    let service = service.restart_with(&[("VESTIBULE_TRUST_DEVICE", "")]).await;
    let browser = browser.at_replica(&service);
    assert!(needs_factor(&browser).await);
    service.advance_time(Duration::from_secs(30));
    verify_with_trust(&browser, &app.code(service.clock.now())).await.expect_status(200);
    assert!(needs_factor(&browser).await);
    service.advance_time(Duration::from_secs(30));
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    assert_eq!(devices(&browser).await["trustDays"], Value::Null);
}

// An attacker at the device who knows the password must not be able to remove the factor or to act as an administrator.
#[on_every_store]
async fn trust_does_not_replace_a_recent_proof(location: StoreLocation) {
    let service = Service::with_settings(&location, &[TRUST]).await;
    let Enrolled { browser: first, app, .. } = enrolled_user(&service, "ada").await;
    let id = app_id(&first, "Authenticator app").await;
    let browser = Browser::of(&service);
    trust(&service, &browser, &app).await;
    assert!(!needs_factor(&browser).await);
    for answer in [
        remove_app(&browser, &id).await,
        browser.start_enrolment().await,
        browser.post("/api/account/recovery-codes", &json!({})).await,
    ] {
        answer.expect_problem(403, "reauthentication_required");
    }
    reauthenticate(&browser, &json!({ "password": PASSWORD })).await.expect_status(400);
    service.advance_time(Duration::from_secs(30));
    let code = app.code(service.clock.now());
    reauthenticate(&browser, &json!({ "code": code })).await.expect_status(200);
    browser.start_enrolment().await.expect_status(200);
}

#[on_every_store]
async fn administrator_on_a_trusted_device_still_proves_the_factor(location: StoreLocation) {
    let service = Service::with_settings(&location, &[TRUST]).await;
    create_user_with(&service, "ada", |ada| ada.roles = vec!["admin".to_owned()]).await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let (app, answer) = enrol(&service, &browser, &json!({})).await;
    answer.expect_status(200);
    trust(&service, &browser, &app).await;
    browser.get("/api/admin/events").await.expect_status(200);
    assert!(!needs_factor(&browser).await);
    browser.get("/api/admin/events").await.expect_problem(403, "reauthentication_required");
}

#[on_every_store]
async fn forgotten_device_is_not_trusted_and_its_session_needs_the_factor(location: StoreLocation) {
    let service = Service::with_settings(&location, &[TRUST]).await;
    let Enrolled { user, browser: owner, app, .. } = enrolled_user(&service, "ada").await;
    let browser = Browser::of(&service);
    trust(&service, &browser, &app).await;
    assert!(!needs_factor(&browser).await);

    let shown = devices(&owner).await;
    assert_eq!(shown["trustDays"], 30);
    let list = shown["devices"].as_array().expect("a list");
    let (current, others): (Vec<&Value>, Vec<&Value>) =
        list.iter().partition(|device| device["current"] == true);
    assert_eq!((current.len(), others.len()), (1, 1), "{shown}");
    assert_eq!(current[0]["trustedUntil"], Value::Null);
    assert_eq!(others[0]["trustedUntil"], "2036-06-03T10:00:30.000Z");
    assert_eq!(others[0].as_object().expect("a device").len(), 6, "{shown}");

    assert_eq!(forget(&owner, &others[0]["id"]).await.expect_status(200).json(), json!({}));
    browser.me().await.expect_problem(401, "second_factor_required");
    assert!(needs_factor(&browser).await);
    owner.me().await.expect_status(200);
    for id in [others[0]["id"].clone(), json!("x"), json!("%ff")] {
        forget(&owner, &id).await.expect_problem(404, "not_found");
    }
    assert_eq!(actors(&service, &user, EventKind::DeviceForgotten).await, [Some(user.id.to_string())]);
    // The devices of another user are not reachable.
    create_user(&service, "mallory").await;
    let mallory = Browser::of(&service);
    mallory.sign_in("mallory", PASSWORD).await.expect_status(200);
    forget(&mallory, &current[0]["id"]).await.expect_problem(404, "not_found");
}

#[on_every_store]
async fn change_of_factors_or_password_ends_the_trust(location: StoreLocation) {
    let service = Service::with_settings(&location, &[TRUST]).await;
    let Enrolled { browser: owner, app, .. } = enrolled_user(&service, "ada").await;
    let browser = Browser::of(&service);
    trust(&service, &browser, &app).await;
    // The device of the change itself is no exception.
    let (tablet, answer) = enrol(&service, &owner, &json!({ "name": "Tablet" })).await;
    answer.expect_status(200);
    assert!(needs_factor(&browser).await, "an app was added");

    trust(&service, &browser, &app).await;
    assert!(!needs_factor(&browser).await);
    let id = app_id(&owner, "Authenticator app").await;
    remove_app(&owner, &id).await.expect_status(200);
    assert!(needs_factor(&browser).await, "an app was removed");

    trust(&service, &browser, &tablet).await;
    assert!(!needs_factor(&browser).await);
    let home = Installation::beside(&service);
    home.write("users.csv", format!("username,password\nada,another {PASSWORD}\n"));
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
    let answer = browser.sign_in("ada", &format!("another {PASSWORD}")).await.expect_status(200).json();
    assert_eq!(answer["needMfa"], true, "the password was changed");
}

// The user who must change the password may have lost the device.
#[on_every_store]
async fn trust_has_no_effect_while_the_password_must_be_changed(location: StoreLocation) {
    let service = Service::with_settings(&location, &[TRUST]).await;
    let Enrolled { user, app, .. } = enrolled_user(&service, "ada").await;
    let browser = Browser::of(&service);
    trust(&service, &browser, &app).await;
    assert!(!needs_factor(&browser).await);
    let demand = |user: &mut vestibule::user::User| {
        assert!(user.set_must_change_password(true));
        Ok::<_, vestibule::store::StoreError>(vestibule::store::Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), demand).await.expect("the store answers");
    assert!(needs_factor(&browser).await);
    // A login that is not complete makes no device trusted, and no event says so.
    let before = actors(&service, &user, EventKind::DeviceTrusted).await.len();
    service.advance_time(Duration::from_secs(30));
    let other = Browser::of(&service);
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    let answer = verify_with_trust(&other, &app.code(service.clock.now())).await.expect_status(200);
    assert_eq!(answer.json()["needPasswordChange"], true);
    assert_eq!(actors(&service, &user, EventKind::DeviceTrusted).await.len(), before);
}

// Another user of the browser may know its device cookie: trust gives the browser a new one (fixation).
#[on_every_store]
async fn trust_is_bound_to_a_new_device_cookie(location: StoreLocation) {
    let service = Service::with_settings(&location, &[TRUST]).await;
    let Enrolled { app, .. } = enrolled_user(&service, "ada").await;
    create_user(&service, "mallory").await;
    let mallory = Browser::of(&service);
    mallory.sign_in("mallory", PASSWORD).await.expect_status(200);
    let planted = mallory.cookie("vestibule-device-3000").expect("a device cookie");
    let browser = Browser::of(&service);
    browser.put_cookie("vestibule-device-3000", &planted);
    trust(&service, &browser, &app).await;
    assert_ne!(browser.cookie("vestibule-device-3000").as_ref(), Some(&planted));
    assert!(needs_factor(&mallory).await, "the planted cookie is not trusted");
}

#[on_every_store]
async fn trusted_device_signs_in_through_a_provider_without_a_code(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[TRUST]).await;
    let service = &fixture.service;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let (app, answer) = enrol(service, &browser, &json!({})).await;
    answer.expect_status(200);
    let browser = fixture.browser();
    sign_in(&browser, &fixture.fake, &claims_of("grace")).await;
    browser.me().await.expect_problem(401, "second_factor_required");
    service.advance_time(Duration::from_secs(30));
    verify_with_trust(&browser, &app.code(service.clock.now())).await.expect_status(200);
    sign_in(&browser, &fixture.fake, &claims_of("grace")).await;
    assert_eq!(browser.me().await.expect_status(200).json()["session"]["amr"], json!([]));
}
