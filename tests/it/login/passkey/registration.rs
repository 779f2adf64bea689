//! Registration of a passkey.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::{
    audit::EventKind,
    user::{PASSKEYS_MAX, User},
};

use crate::harness::{
    account::{TOO_LONG, actors, assert_reauthentication_required},
    browser::Browser,
    factors::{factors, recovery_codes},
    passkey::{ORIGIN, Passkey, passkey_id, register, registration_options, sign_in, user_with_passkey},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

const REQUIRED: (&str, &str) = ("VESTIBULE_MFA", "required");
const LONG_IDLE: (&str, &str) = ("VESTIBULE_SESSION_IDLE", "2h");

#[on_every_store]
async fn options_name_the_user_the_policies_and_the_present_passkeys(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (user, browser) = user_with_passkey(&service, "ada", &mut passkey).await;
    let mut options = registration_options(&browser).await["publicKey"].clone();
    assert_eq!(options["challenge"].take().as_str().map(str::len), Some(43), "32 random bytes");
    assert_eq!(options["excludeCredentials"][0]["id"].take(), passkey.id_text());
    assert_eq!(passkey.user_handle.as_deref(), Some(user.id.to_bytes().as_slice()));
    options["user"]["id"].take();
    snapshot!(&options, @r#"
    {
      "attestation": "none",
      "authenticatorSelection": {
        "requireResidentKey": false,
        "residentKey": "preferred",
        "userVerification": "preferred"
      },
      "challenge": null,
      "excludeCredentials": [
        {
          "id": null,
          "type": "public-key"
        }
      ],
      "extensions": {
        "credProps": true
      },
      "pubKeyCredParams": [
        {
          "alg": -7,
          "type": "public-key"
        },
        {
          "alg": -35,
          "type": "public-key"
        },
        {
          "alg": -257,
          "type": "public-key"
        }
      ],
      "rp": {
        "id": "localhost",
        "name": "localhost"
      },
      "timeout": 300000,
      "user": {
        "displayName": "ada of the tests",
        "id": null,
        "name": "ada"
      }
    }
    "#);
}

#[on_every_store]
async fn first_passkey_comes_with_recovery_codes_and_ends_other_sessions(location: StoreLocation) {
    let service = Service::start(&location).await;
    let user = create_user(&service, "ada").await;
    let (browser, other) = (Browser::of(&service), Browser::of(&service));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    let before = browser.clone();
    let mut passkey = Passkey::synced();
    let answer = register(&browser, &mut passkey).await.expect_status(200);
    let codes = recovery_codes(&answer);
    let body = answer.json();
    assert_eq!((codes.len(), &body["needPasswordChange"]), (10, &json!(false)), "{body}");
    assert_eq!(body["session"]["amr"], json!(["pwd", "swk", "user"]));
    assert_ne!(browser.session(), before.session(), "a new session id");
    before.me().await.expect_status(401);
    browser.me().await.expect_status(200);
    assert_eq!(other.me().await.expect_problem(401, "session_ended").reason(), "factor_changed");

    // The second one shows no codes, and those of the first one work.
    let answer = register(&browser, &mut Passkey::security_key()).await.expect_status(200);
    assert_eq!(answer.json().get("recoveryCodes"), None);
    let pending = Browser::of(&service);
    let login = pending.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!((&login["needMfa"], &login["methods"]), (&json!(true), &json!(["passkey", "recoveryCode"])));
    pending.verify(&codes[0]).await.expect_status(200);
    let own = Some(user.id.to_string());
    assert_eq!(actors(&service, &user, EventKind::PasskeyAdded).await, [own.clone(), own]);
}

#[on_every_store]
async fn passkey_beside_an_app_shows_no_recovery_codes(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    let answer = register(&browser, &mut Passkey::synced()).await.expect_status(200).json();
    assert_eq!(answer.get("recoveryCodes"), None, "{answer}");
}

#[on_every_store]
async fn passkey_is_shown_as_its_authenticator_describes_it(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut synced = Passkey::synced();
    synced.aaguid =
        *uuid::Uuid::parse_str("bada5566-a7aa-401f-bd96-45619a55120d").expect("a UUID").as_bytes();
    let (_, browser) = user_with_passkey(&service, "ada", &mut synced).await;
    let mut key = Passkey::without_verification();
    register(&browser, &mut key).await.expect_status(200);
    let mut shown = factors(&browser).await["passkeys"].clone();
    for (passkey, own) in shown.as_array_mut().expect("a list").iter_mut().zip([&synced, &key]) {
        assert_eq!(passkey["id"].take().as_str().map(str::len), Some(36));
        assert_eq!(passkey["credentialId"].take(), own.id_text());
    }
    snapshot!(&shown, @r#"
    [
      {
        "aaguid": "bada5566-a7aa-401f-bd96-45619a55120d",
        "createdAt": "2036-05-04T10:00:00.000Z",
        "credentialId": null,
        "id": null,
        "lastUsedAt": "2036-05-04T10:00:00.000Z",
        "name": "1Password",
        "signsInAlone": true,
        "synced": true,
        "transports": [
          "internal",
          "hybrid"
        ]
      },
      {
        "aaguid": null,
        "createdAt": "2036-05-04T10:00:00.000Z",
        "credentialId": null,
        "id": null,
        "lastUsedAt": "2036-05-04T10:00:00.000Z",
        "name": "Passkey",
        "signsInAlone": false,
        "synced": false,
        "transports": [
          "internal",
          "hybrid"
        ]
      }
    ]
    "#);
}

#[on_every_store]
async fn names_are_checked_and_default_names_differ(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for (name, code) in [("", "required"), (&*"a".repeat(65), "too_long"), ("a\u{202e}b", "invalid")] {
        let options = registration_options(&browser).await;
        let mut body = Passkey::synced().create(&options);
        body["name"] = json!(name);
        let problem =
            browser.post("/api/account/passkeys", &body).await.expect_problem(400, "invalid_request");
        assert_eq!(problem.json()["errors"], json!([{ "field": "name", "code": code }]));
    }
    service.advance_time(Duration::from_mins(9));
    for (given, expected) in
        [(Value::Null, "Passkey"), (json!(" Laptop "), "Laptop"), (Value::Null, "Passkey 2")]
    {
        let options = registration_options(&browser).await;
        let mut body = Passkey::synced().create(&options);
        body["name"] = given;
        let answer = browser.post("/api/account/passkeys", &body).await.expect_status(200).json();
        assert_eq!(answer["passkey"]["name"], expected);
    }
}

#[on_every_store]
async fn twenty_passkeys_are_the_bound(location: StoreLocation) {
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let mut passkey = Passkey::synced();
    let (user, browser) = user_with_passkey(&service, "ada", &mut passkey).await;
    // A registration that started before the last place was taken.
    let options = registration_options(&browser).await;
    let late = browser.clone();
    fill_passkeys(&service, &user, PASSKEYS_MAX).await;
    let answer = late.post("/api/account/passkeys", &Passkey::synced().create(&options)).await;
    answer.expect_problem(409, "too_many_factors");
    let answer = browser.post("/api/account/passkeys/options", &json!({})).await;
    answer.expect_problem(409, "too_many_factors");
    assert_eq!(stored_user(&service, &user).await.passkeys.len(), PASSKEYS_MAX);
    sign_in(&Browser::of(&service), &mut passkey).await.expect_status(200);
}

/// Copies the passkey of a user with other ids until there are `count`.
async fn fill_passkeys(service: &Service, user: &User, count: usize) {
    let fill = |user: &mut User| {
        let passkey = user.passkeys[0].clone();
        let others = (1..count).map(|number| {
            let mut passkey = passkey.clone();
            passkey.id = vestibule::user::FactorId::new(service.clock.now());
            passkey.credential_id = format!("another{number}");
            passkey
        });
        user.passkeys.extend(others);
        Ok::<_, vestibule::store::StoreError>(vestibule::store::Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), fill).await.expect("written");
}

#[on_every_store]
async fn registration_completes_a_login_where_a_factor_is_required(location: StoreLocation) {
    let service = Service::with_settings(&location, &[REQUIRED]).await;
    let user = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let login = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!(login["session"]["state"], "awaitingEnrolment");
    // A passkey that does not verify the user is a second factor.
    let answer = register(&browser, &mut Passkey::without_verification()).await.expect_status(200).json();
    assert_eq!(
        (&answer["session"]["state"], &answer["session"]["amr"]),
        (&json!("signedIn"), &json!(["pwd", "hwk"]))
    );
    assert_eq!(answer["recoveryCodes"].as_array().map(Vec::len), Some(10));
    assert_eq!(stored_user(&service, &user).await.last_login_at, Some(service.clock.now()));
    let id = passkey_id(&browser).await;
    browser
        .delete(&format!("/api/account/factors/{id}"), &json!({}))
        .await
        .expect_problem(409, "factor_required");
}

// A client that knows only the password must not add a factor of its own.
#[on_every_store]
async fn registration_needs_a_session_with_all_factors_and_a_recent_proof(location: StoreLocation) {
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let (_, browser) = user_with_passkey(&service, "ada", &mut Passkey::synced()).await;
    let pending = Browser::of(&service);
    pending.sign_in("ada", PASSWORD).await.expect_status(200);
    for (browser, status, code) in
        [(&Browser::of(&service), 401, "not_signed_in"), (&pending, 401, "second_factor_required")]
    {
        let body = json!({ "ceremony": "x", "credential": Passkey::synced().create(&sample_options())["credential"] });
        browser.post("/api/account/passkeys/options", &json!({})).await.expect_problem(status, code);
        browser.post("/api/account/passkeys", &body).await.expect_problem(status, code);
    }
    let options = registration_options(&browser).await;
    service.advance_time(TOO_LONG);
    let answers = [
        browser.post("/api/account/passkeys/options", &json!({})).await,
        browser.post("/api/account/passkeys", &Passkey::synced().create(&options)).await,
    ];
    for answer in answers {
        assert_reauthentication_required(&answer, &["passkey", "recoveryCode"]);
    }
}

fn sample_options() -> Value {
    json!({ "ceremony": "x", "publicKey": {
        "challenge": "AA", "rp": { "id": "localhost" }, "user": { "id": "AA" }, "origin": ORIGIN,
    }})
}

#[on_every_store]
async fn starts_of_registrations_are_limited(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let mut started = 0;
    while browser.post("/api/account/passkeys/options", &json!({})).await.status == 200 {
        started += 1;
        assert!(started < 50, "no limit");
    }
    let refused = browser.post("/api/account/passkeys/options", &json!({})).await;
    assert!(refused.expect_problem(429, "too_many_attempts").retry_after().is_some());
}

#[on_every_store]
async fn passkey_of_another_user_or_of_the_user_is_not_registered_again(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (ada, browser) = user_with_passkey(&service, "ada", &mut passkey).await;
    let mallory = create_user(&service, "mallory").await;
    let other = Browser::of(&service);
    other.sign_in("mallory", PASSWORD).await.expect_status(200);
    register(&browser, &mut passkey.cloned()).await.expect_problem(409, "passkey_registered");
    register(&other, &mut passkey.cloned()).await.expect_problem(409, "passkey_registered");
    // Nothing has changed: the sessions continue, and the passkey is that of its first user.
    other.me().await.expect_status(200);
    let stored = stored_user(&service, &mallory).await;
    assert!(stored.passkeys.is_empty() && stored.recovery_codes.is_none());
    assert_eq!(stored_user(&service, &ada).await.passkeys.len(), 1);
    let answer = sign_in(&Browser::of(&service), &mut passkey).await;
    answer.expect_status(200);
}
