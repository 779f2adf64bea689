//! Login with a passkey alone.

use serde_json::{Value, json};
use vestibule::{
    audit::{self, Event, EventKind},
    store::{Change, StoreError},
    user::{Status, User},
};

use crate::harness::{
    account::actors,
    browser::Browser,
    federated::set_verified_email,
    mail::MAIL,
    passkey::{BACKED_UP, Passkey, register, sign_in, sign_in_options, user_with_passkey, verify},
    process::Installation,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, stored_user},
};

async fn update(service: &Service, user: &User, change: impl Fn(&mut User) + Send + Sync) {
    let change = |user: &mut User| {
        change(user);
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), change).await.expect("written");
}

async fn failures(service: &Service, user: &User) -> Vec<String> {
    let events = audit::about(&service.app.store, user.id, 100).await.expect("the store answers");
    let refused = |event: Event| event.reason.filter(|_| event.kind == EventKind::PasskeySignIn);
    events.into_iter().filter_map(refused).collect()
}

#[on_every_store]
async fn passkey_alone_signs_in_and_counts_as_two_factors(location: StoreLocation) {
    let service = Service::with_settings(&location, &[("VESTIBULE_MFA", "required")]).await;
    for (name, mut passkey, key) in
        [("ada", Passkey::synced(), "swk"), ("linus", Passkey::security_key(), "hwk")]
    {
        let (user, _) = user_with_passkey(&service, name, &mut passkey).await;
        service.advance_time(std::time::Duration::from_secs(5));
        let browser = Browser::of(&service);
        let answer = sign_in(&browser, &mut passkey).await.expect_status(200);
        let body = answer.json();
        assert_eq!(body["needEnrolment"], false, "{body}");
        let session = &body["session"];
        assert_eq!(
            (&session["state"], &session["method"], &session["amr"]),
            (&json!("signedIn"), &json!("passkey"), &json!([key, "user"]))
        );
        let me = browser.me().await.expect_status(200).json();
        assert_eq!((&me["session"]["method"], &me["mfaEnabled"]), (&json!("passkey"), &json!(true)));
        let stored = stored_user(&service, &user).await;
        assert_eq!(stored.last_login_at, Some(service.clock.now()));
        assert_eq!(stored.passkeys[0].last_used_at, Some(service.clock.now()));
        assert_eq!(stored.passkeys[0].counter, passkey.counter);
        let events = audit::about(&service.app.store, user.id, 100).await.expect("the store answers");
        let event =
            events.into_iter().find(|event| event.kind == EventKind::PasskeySignIn).expect("an event");
        assert_eq!(
            (event.actor, event.amr),
            (Some(user.id.to_string()), vec![key.to_owned(), "user".to_owned()])
        );
    }
}

#[on_every_store]
async fn options_name_no_passkey_and_require_the_verification_of_the_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    user_with_passkey(&service, "ada", &mut Passkey::synced()).await;
    let mut options = sign_in_options(&Browser::of(&service)).await;
    options["publicKey"]["challenge"].take();
    options["ceremony"].take();
    snapshot!(&options, @r#"
    {
      "ceremony": null,
      "publicKey": {
        "allowCredentials": [],
        "challenge": null,
        "rpId": "localhost",
        "timeout": 300000,
        "userVerification": "required"
      }
    }
    "#);
}

#[on_every_store]
async fn new_login_has_a_new_session_id_and_replaces_the_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (_, browser) = user_with_passkey(&service, "ada", &mut passkey).await;
    let before = browser.clone();
    sign_in(&browser, &mut passkey).await.expect_status(200);
    assert_ne!(browser.session(), before.session());
    before.me().await.expect_status(401);
}

#[on_every_store]
async fn login_is_remembered_on_request(location: StoreLocation) {
    let service = Service::with_settings(&location, &[("VESTIBULE_REMEMBER", "30d")]).await;
    let mut passkey = Passkey::synced();
    user_with_passkey(&service, "ada", &mut passkey).await;
    for remember in [false, true] {
        let browser = Browser::of(&service);
        let mut body = passkey.get(&sign_in_options(&browser).await);
        body["remember"] = json!(remember);
        let cookie = browser.post("/api/auth/passkey/login", &body).await.expect_status(200).session_cookie();
        assert_eq!(cookie.expect("a session").contains("Max-Age=600"), !remember);
    }
}

// The notice about a login in an unknown device does not depend on the kind of login.
#[on_every_store]
async fn login_in_a_new_browser_is_known_afterwards_and_the_user_gets_a_mail(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let mut passkey = Passkey::synced();
    let (user, _) = user_with_passkey(&service, "ada", &mut passkey).await;
    update(&service, &user, |user| set_verified_email(user, "ada@corp.example")).await;
    let browser = Browser::of(&service).with_header("user-agent", "Firefox on Linux");
    sign_in(&browser, &mut passkey).await.expect_status(200);
    assert_eq!(actors(&service, &user, EventKind::NewDevice).await.len(), 1);
    assert_eq!(stored_user(&service, &user).await.devices.len(), 2);
    sign_in(&browser, &mut passkey).await.expect_status(200);
    assert_eq!(actors(&service, &user, EventKind::NewDevice).await.len(), 1, "the device is known");
}

#[on_every_store]
async fn password_that_must_be_changed_is_not_asked_for(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (user, _) = user_with_passkey(&service, "ada", &mut passkey).await;
    update(&service, &user, |user| assert!(user.set_must_change_password(true))).await;
    let browser = Browser::of(&service);
    let answer = sign_in(&browser, &mut passkey).await.expect_status(200).json();
    assert_eq!(answer["session"]["state"], "signedIn");
    // The login with the password still leads to the change.
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let answer = verify(&browser, &mut passkey).await.expect_status(200).json();
    assert_eq!(
        (&answer["needPasswordChange"], &answer["session"]["state"]),
        (&json!(true), &json!("awaitingPasswordChange"))
    );
}

#[on_every_store]
async fn user_without_a_password_signs_in(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (user, _) = user_with_passkey(&service, "ada", &mut passkey).await;
    update(&service, &user, |user| user.password = None).await;
    sign_in(&Browser::of(&service), &mut passkey).await.expect_status(200);
}

// Attack: the finder of a security key without a PIN sets one. It then verifies the finder, not the user.
#[on_every_store]
async fn passkey_that_did_not_verify_the_user_at_its_registration_is_no_login(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::without_verification();
    let (user, _) = user_with_passkey(&service, "ada", &mut passkey).await;
    passkey.flags = Passkey::security_key().flags;
    sign_in(&Browser::of(&service), &mut passkey).await.expect_problem(401, "passkey_refused");
    assert_eq!(failures(&service, &user).await, ["user_not_verified"]);
    // As a second factor it works, and it is only one factor.
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let answer = verify(&browser, &mut passkey).await.expect_status(200).json();
    assert_eq!(answer["session"]["amr"], json!(["pwd", "hwk"]));
}

#[on_every_store]
async fn user_who_is_not_active_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (user, _) = user_with_passkey(&service, "ada", &mut passkey).await;
    update(&service, &user, |user| user.status = Status::Disabled).await;
    let before = stored_user(&service, &user).await;
    service.advance_time(std::time::Duration::from_secs(5));
    let answer = sign_in(&Browser::of(&service), &mut passkey).await.expect_problem(401, "passkey_refused");
    // The answer does not differ from that to an altered response.
    assert_eq!(answer.session_cookie(), None);
    assert_eq!(failures(&service, &user).await, ["account_disabled"]);
    let after = stored_user(&service, &user).await;
    assert_eq!((after.last_login_at, &after.passkeys), (before.last_login_at, &before.passkeys));
    update(&service, &user, |user| user.status = Status::Active).await;
    sign_in(&Browser::of(&service), &mut passkey).await.expect_status(200);
}

// A credential that an attacker added before the quarantine must not open the account afterwards.
#[on_every_store]
async fn revoked_or_reset_passkeys_are_unknown(location: StoreLocation) {
    let service = Service::start(&location).await;
    for (name, command) in [("ada", "quarantine"), ("linus", "reset-mfa")] {
        let mut passkey = Passkey::synced();
        let (user, browser) = user_with_passkey(&service, name, &mut passkey).await;
        let revoke = |user: &mut User| match command {
            "quarantine" => user.revoke_all_credentials(service.clock.now()),
            _ => assert!(user.remove_second_factors(service.clock.now())),
        };
        update(&service, &user, revoke).await;
        let stored = stored_user(&service, &user).await;
        assert!(stored.passkeys.is_empty() && !stored.has_second_factor(), "{command}");
        browser.me().await.expect_status(401);
        let answer = sign_in(&Browser::of(&service), &mut passkey).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "passkey_unknown"), "{command}");
    }
}

#[on_every_store]
async fn passkey_of_a_merged_user_signs_in_the_user_that_stays(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (from, _) = user_with_passkey(&service, "ada.old", &mut passkey).await;
    let into = create_user_with(&service, "ada", |_| {}).await;
    let home = Installation::beside(&service);
    home.run(&["users", "merge", "ada.old", "ada", "--with-factors", "--yes"]).expect_exit(0);
    assert_eq!(passkey.user_handle.as_deref(), Some(from.id.to_bytes().as_slice()), "the former id");
    let browser = Browser::of(&service);
    sign_in(&browser, &mut passkey).await.expect_status(200);
    assert_eq!(browser.me().await.json()["id"], into.id.to_string());
    // As a second factor, too.
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    verify(&browser, &mut passkey).await.expect_status(200);
}

#[on_every_store]
async fn unknown_passkey_has_a_code_of_its_own(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    passkey.user_handle = Some(vec![7; 16]);
    snapshot!(sign_in(&Browser::of(&service), &mut passkey).await.expect_status(401).problem(), @r#"
    {
      "code": "passkey_unknown",
      "detail": "The passkey was removed from the account. Delete it from your device, and sign in with another method.",
      "requestId": "[id]",
      "status": 401,
      "title": "Unknown passkey",
      "type": "urn:vestibule:problem:passkey_unknown"
    }
    "#);
}

#[on_every_store]
async fn backup_state_follows_the_authenticator(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (user, browser) = user_with_passkey(&service, "ada", &mut passkey).await;
    assert!(stored_user(&service, &user).await.passkeys[0].backed_up);
    passkey.flags &= !BACKED_UP;
    sign_in(&Browser::of(&service), &mut passkey).await.expect_status(200);
    assert!(!stored_user(&service, &user).await.passkeys[0].backed_up);
    register(&browser, &mut Passkey::synced()).await.expect_status(200);
}

// The ceremony writes nothing to the store: showing the login page must not fill it.
#[on_every_store]
async fn options_write_no_document(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let before = location.all_documents().await;
    for _ in 0..5 {
        let options = sign_in_options(&Browser::of(&service)).await;
        assert_ne!(options["ceremony"], Value::Null);
    }
    assert_eq!(location.all_documents().await, before);
}
