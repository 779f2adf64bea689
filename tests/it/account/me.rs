//! `GET /api/auth/me`: the account and its session.

use std::time::Duration;

use serde_json::json;

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user_with, create_user_with_app, stored_user},
};

#[on_every_store]
async fn me_returns_the_user_and_the_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user_with(&service, "Ada", |ada| {
        ada.email = Some("ada@corp.example".parse().unwrap());
        ada.email_verified = true;
        ada.roles = vec!["admin".to_owned(), "reader".to_owned()];
        ada.locale = Some("en-GB".to_owned());
    })
    .await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let mut me = browser.me().await.expect_status(200).json();
    assert_eq!(me["id"].take(), json!(ada.id));
    snapshot!(me, @r#"
    {
      "authProvider": "local",
      "canDelete": true,
      "deletionAt": null,
      "displayName": "Ada of the tests",
      "email": "ada@corp.example",
      "emailVerified": true,
      "fieldSources": {
        "displayName": "local",
        "email": "local",
        "locale": "local",
        "picture": null
      },
      "id": null,
      "identities": [],
      "lastLoginAt": "2036-05-04T10:00:00.000Z",
      "locale": "en-GB",
      "mfaEnabled": false,
      "mustChangePassword": false,
      "pendingEmail": null,
      "picture": null,
      "roles": [
        "admin",
        "reader"
      ],
      "session": {
        "account": {
          "displayName": "Ada of the tests",
          "username": "Ada"
        },
        "amr": [
          "pwd"
        ],
        "authenticatedAt": "2036-05-04T10:00:00.000Z",
        "endsAt": "2036-05-04T22:00:00.000Z",
        "expiresAt": "2036-05-04T10:10:00.000Z",
        "method": "password",
        "methods": [],
        "provider": null,
        "serverTime": "2036-05-04T10:00:00.000Z",
        "state": "signedIn"
      },
      "username": "Ada"
    }
    "#);
}

#[on_every_store]
async fn responses_contain_no_secret_hash_or_session_id(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    let mut answers = vec![browser.sign_in("linus", PASSWORD).await.expect_status(200)];
    answers.push(browser.verify(&app.wrong_code(service.clock.now())).await.expect_status(400));
    answers.push(browser.verify(&app.code(service.clock.now())).await.expect_status(200));
    let stored = stored_user(&service, &linus).await;
    let sealed = serde_json::to_value(&stored.totp[0].secret).unwrap();
    let hash = stored.password.unwrap().hash;
    answers.push(browser.me().await.expect_status(200));
    answers.push(browser.get("/api/auth/session").await.expect_status(200));
    answers.push(browser.keep_alive().await.expect_status(200));
    let id = browser.session().unwrap();
    answers.push(browser.sign_out().await.expect_status(200));
    let base32 = data_encoding::BASE32_NOPAD.encode(app.secret());
    for answer in answers {
        for secret in [
            PASSWORD,
            hash.as_str(),
            sealed.as_str().unwrap(),
            base32.as_str(),
            id.as_str(),
            "$argon2",
            "issuer",
            "subject",
            "sessionEpoch",
        ] {
            assert!(!answer.text.contains(secret), "{secret} in {}", answer.text);
        }
    }
}

#[on_every_store]
async fn last_login_is_set_after_the_second_factor(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    assert_eq!(stored_user(&service, &linus).await.last_login_at, None, "a pending session is not a sign-in");
    service.advance_time(Duration::from_mins(1));
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    assert_eq!(browser.me().await.json()["lastLoginAt"], "2036-05-04T10:01:00.000Z");
}
