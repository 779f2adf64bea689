//! `GET /api/account/export`: everything about the user, without secrets.

use serde_json::json;
use vestibule::audit::EventKind;

use crate::harness::{
    account::{LONG_IDLE, TOO_LONG, actors, assert_reauthentication_required, identity_at},
    browser::Browser,
    federated::update_user,
    service::Service,
    stored_factors::{NUMBER, PUBLIC_KEY, message_codes, passkey},
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

const PATH: &str = "/api/account/export";

#[on_every_store]
async fn export_is_a_file_with_all_data_and_no_secret(location: StoreLocation) {
    let service = Service::with_settings(&location, &[LONG_IDLE]).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    create_user(&service, "ada").await;
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    let identity = identity_at("https://idp.example", "idp", "subject-1", &linus);
    update_user(&service, linus.id, |user| user.identities.push(identity.clone())).await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    let answer = browser.get(PATH).await.expect_status(200);
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"account-2036-05-04.json\"")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let exported = answer.json();
    let user = &exported["user"];
    assert_eq!((&user["username"], &user["id"]), (&json!("linus"), &json!(linus.id)));
    assert_eq!(user["identities"][0]["subject"], "subject-1");
    assert_eq!((user["totp"].as_array().unwrap().len(), user["devices"].as_array().unwrap().len()), (1, 1));
    assert_eq!(exported["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(exported["events"].as_array().unwrap().len(), 2, "login and factor");
    let stored = stored_user(&service, &linus).await;
    let cookie = browser.session().unwrap();
    let device = browser.cookie("vestibule-device-3000").unwrap();
    let sealed = serde_json::to_value(&stored.totp[0].secret).unwrap().to_string();
    let secrets = [cookie, device, stored.devices[0].hash.clone(), stored.password.unwrap().hash, sealed];
    for secret in secrets {
        assert!(!answer.text.contains(&secret), "{secret}");
    }
    assert!(!answer.text.contains("\"ada\"") && !answer.text.contains("ada of the tests"));
    assert_eq!(actors(&service, &linus, EventKind::DataExported).await, [Some(linus.id.to_string())]);
    service.advance_time(TOO_LONG);
    assert_reauthentication_required(&browser.get(PATH).await, &["totp"]);
}

// Each export reads all events of the user.
#[on_every_store]
async fn exports_are_limited(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for _ in 0..20 {
        browser.get(PATH).await.expect_status(200);
    }
    let answer = browser.get(PATH).await.expect_problem(429, "too_many_attempts");
    assert!(answer.retry_after().is_some());
}

// A public key is no secret, and the number is the user's own.
#[on_every_store]
async fn export_has_the_passkeys_and_the_number_of_the_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let now = service.clock.now();
    browser.verify(&app.code(now)).await.expect_status(200);
    update_user(&service, linus.id, |user| {
        user.passkeys = vec![passkey("cGhvbmU", now)];
        user.message_codes = message_codes(now);
    })
    .await;
    let user = browser.get(PATH).await.expect_status(200).json()["user"].clone();
    let passkey = &user["passkeys"][0];
    assert_eq!((&passkey["credentialId"], &passkey["publicKey"]), (&json!("cGhvbmU"), &json!(PUBLIC_KEY)));
    assert_eq!(user["messageCodes"]["sms"]["number"], NUMBER);
    assert_eq!(user["messageCodes"]["email"]["confirmedAt"], json!(now));
}
