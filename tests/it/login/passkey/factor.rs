//! A passkey as the second factor of a login, and in a re-authentication.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::audit::{self, EventKind};

use crate::harness::{
    account::{TOO_LONG, actors, assert_reauthentication_required},
    browser::Browser,
    factors::enrol,
    federated::{FederatedFixture, claims_of, sign_in as sign_in_at},
    passkey::{Passkey, factor_options, reauthenticate, register, sign_in, user_with_passkey, verify},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, change_user, create_user, stored_user},
};

const LONG_IDLE: (&str, &str) = ("VESTIBULE_SESSION_IDLE", "2h");
const TRUST: (&str, &str) = ("VESTIBULE_TRUST_DEVICE", "30d");

#[on_every_store]
async fn passkey_completes_a_login_with_a_password(location: StoreLocation) {
    let service = Service::start(&location).await;
    for (name, mut passkey, amr) in [
        ("ada", Passkey::synced(), vec!["pwd", "swk", "user"]),
        ("linus", Passkey::without_verification(), vec!["pwd", "hwk"]),
    ] {
        let (user, _) = user_with_passkey(&service, name, &mut passkey).await;
        service.advance_time(Duration::from_secs(5));
        let browser = Browser::of(&service);
        let login = browser.sign_in(name, PASSWORD).await.expect_status(200).json();
        assert_eq!((&login["needMfa"], &login["methods"][0]), (&json!(true), &json!("passkey")));
        let pending = browser.clone();
        let body = verify(&browser, &mut passkey).await.expect_status(200).json();
        assert_eq!(
            (&body["session"]["state"], &body["session"]["method"]),
            (&json!("signedIn"), &json!("password"))
        );
        assert_eq!(body["session"]["amr"], json!(amr));
        assert_ne!(browser.session(), pending.session(), "a new session id");
        pending.me().await.expect_status(401);
        let stored = stored_user(&service, &user).await;
        assert_eq!(stored.last_login_at, Some(service.clock.now()));
        assert_eq!(stored.passkeys[0].last_used_at, Some(service.clock.now()));
        let events = audit::about(&service.app.store, user.id, 100).await.expect("the store answers");
        let event = events.into_iter().find(|event| event.kind == EventKind::SecondFactor).expect("an event");
        assert_eq!(event.amr, amr);
    }
}

#[on_every_store]
async fn options_name_the_passkeys_of_the_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (mut passkey, mut key) = (Passkey::synced(), Passkey::without_verification());
    let (_, browser) = user_with_passkey(&service, "ada", &mut passkey).await;
    let other = Browser::of(&service);
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    let mut options = factor_options(&other).await["publicKey"].clone();
    options["challenge"].take();
    assert_eq!(options["allowCredentials"][0]["id"].take(), passkey.id_text());
    snapshot!(&options, @r#"
    {
      "allowCredentials": [
        {
          "id": null,
          "transports": [
            "internal",
            "hybrid"
          ],
          "type": "public-key"
        }
      ],
      "challenge": null,
      "rpId": "localhost",
      "timeout": 300000,
      "userVerification": "required"
    }
    "#);
    // A key without a PIN is among them: the browser must not require one.
    register(&browser, &mut key).await.expect_status(200);
    let options = factor_options(&browser).await["publicKey"].clone();
    assert_eq!(
        (options["userVerification"].as_str(), options["allowCredentials"].as_array().map(Vec::len)),
        (Some("preferred"), Some(2))
    );
}

#[on_every_store]
async fn user_without_a_passkey_gets_no_options(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.post("/api/mfa/passkey/options", &json!({})).await.expect_problem(401, "not_signed_in");
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let problem = browser.post("/api/mfa/passkey/options", &json!({})).await;
    let problem = problem.expect_problem(401, "passkey_unknown").json();
    assert_eq!(problem["detail"], "The account has no passkey. Use another method.");
}

// The new password needs a recent authentication.
#[on_every_store]
async fn session_that_awaits_a_new_password_reauthenticates_with_a_passkey(location: StoreLocation) {
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let mut passkey = Passkey::synced();
    let (user, browser) = user_with_passkey(&service, "ada", &mut passkey).await;
    service.advance_time(TOO_LONG);
    change_user(&service, &user, |user| assert!(user.set_must_change_password(true))).await;
    verify(&browser, &mut passkey).await.expect_problem(401, "password_change_required");
    reauthenticate(&browser, &mut passkey).await.expect_status(200);
    let new = json!({ "currentPassword": PASSWORD, "newPassword": "violet tractor umbrella" });
    browser.post("/api/account/password", &new).await.expect_status(200);
    browser.me().await.expect_status(200);
}

#[on_every_store]
async fn second_factor_is_only_for_a_session_that_awaits_it(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (_, browser) = user_with_passkey(&service, "ada", &mut passkey).await;
    snapshot!(verify(&browser, &mut passkey).await.expect_status(409).problem(), @r#"
    {
      "code": "already_signed_in",
      "detail": "The login is complete. To authenticate again, use POST /api/auth/reauthenticate.",
      "requestId": "[id]",
      "status": 409,
      "title": "Already signed in",
      "type": "urn:vestibule:problem:already_signed_in"
    }
    "#);
    // As the answer says.
    reauthenticate(&browser, &mut passkey).await.expect_status(200);
    // And a pending session cannot re-authenticate.
    let pending = Browser::of(&service);
    pending.sign_in("ada", PASSWORD).await.expect_status(200);
    reauthenticate(&pending, &mut passkey).await.expect_problem(401, "second_factor_required");
}

#[on_every_store]
async fn federated_login_is_completed_with_a_passkey(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("VESTIBULE_MFA", "required")]).await;
    let browser = fixture.browser();
    sign_in_at(&browser, &fixture.fake, &claims_of("grace")).await;
    let mut passkey = Passkey::synced();
    let answer = register(&browser, &mut passkey).await.expect_status(200).json();
    assert_eq!(
        (&answer["session"]["state"], &answer["session"]["amr"]),
        (&json!("signedIn"), &json!(["swk", "user"]))
    );
    let browser = fixture.browser();
    sign_in_at(&browser, &fixture.fake, &claims_of("grace")).await;
    browser.me().await.expect_problem(401, "second_factor_required");
    let answer = verify(&browser, &mut passkey).await.expect_status(200).json();
    assert_eq!(answer["session"]["method"], "federated");
    // Without the provider, too.
    sign_in(&fixture.browser(), &mut passkey).await.expect_status(200);
}

#[on_every_store]
async fn device_is_trusted_on_request(location: StoreLocation) {
    let service = Service::with_settings(&location, &[TRUST]).await;
    let mut passkey = Passkey::synced();
    user_with_passkey(&service, "ada", &mut passkey).await;
    for trusts in [false, true] {
        let browser = Browser::of(&service);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        let mut body = passkey.get(&factor_options(&browser).await);
        body["trustDevice"] = json!(trusts);
        browser.post("/api/mfa/passkey/verify", &body).await.expect_status(200);
        let login = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
        assert_eq!(login["needMfa"], !trusts);
    }
}

#[on_every_store]
async fn passkey_makes_an_old_proof_recent(location: StoreLocation) {
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let mut passkey = Passkey::synced();
    let (user, browser) = user_with_passkey(&service, "ada", &mut passkey).await;
    let (app, answer) = enrol(&service, &browser, &json!({})).await;
    answer.expect_status(200);
    service.advance_time(TOO_LONG);
    let answer = browser.start_enrolment().await;
    assert_reauthentication_required(&answer, &["passkey", "totp", "recoveryCode"]);
    // The password does not replace the factor.
    let password = json!({ "password": PASSWORD });
    browser.post("/api/auth/reauthenticate", &password).await.expect_problem(400, "invalid_request");
    let before = browser.clone();
    let answer = reauthenticate(&browser, &mut passkey).await.expect_status(200).json();
    assert_eq!(answer["session"]["method"], "password");
    assert_ne!(browser.session(), before.session());
    browser.start_enrolment().await.expect_status(200);
    assert_eq!(actors(&service, &user, EventKind::Reauthentication).await.len(), 1);
    // The other factor still works.
    let code = json!({ "code": app.code(service.clock.now()) });
    browser.post("/api/auth/reauthenticate", &code).await.expect_status(200);
}

#[on_every_store]
async fn session_of_a_passkey_reauthenticates_with_it(location: StoreLocation) {
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let mut passkey = Passkey::security_key();
    user_with_passkey(&service, "ada", &mut passkey).await;
    let browser = Browser::of(&service);
    sign_in(&browser, &mut passkey).await.expect_status(200);
    service.advance_time(TOO_LONG);
    browser.start_enrolment().await.expect_problem(403, "reauthentication_required");
    let body = reauthenticate(&browser, &mut passkey).await.expect_status(200).json();
    assert_eq!(
        (&body["session"]["method"], &body["session"]["amr"]),
        (&json!("passkey"), &json!(["hwk", "user"]))
    );
    browser.start_enrolment().await.expect_status(200);
}

// A response with members of the wrong types is no reason for an internal error.
#[on_every_store]
async fn reauthentication_with_a_malformed_response_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, browser) = user_with_passkey(&service, "ada", &mut Passkey::synced()).await;
    for passkey in
        [json!({ "ceremony": "x", "credential": 1 }), json!({ "ceremony": "x", "credential": Value::Null })]
    {
        let answer = browser.post("/api/auth/reauthenticate", &json!({ "passkey": passkey })).await;
        answer.expect_problem(400, "passkey_invalid");
    }
}
