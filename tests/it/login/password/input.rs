//! Malformed user names and passwords.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, stored_user},
};

// Operator injection: only strings reach the store.
#[on_every_store]
async fn non_string_members_are_rejected(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    for odd in
        [json!({ "$ne": null }), json!({ "$gt": "" }), json!(["ada"]), json!(1), json!(true), Value::Null]
    {
        for body in
            [json!({ "username": odd, "password": PASSWORD }), json!({ "username": "ada", "password": odd })]
        {
            browser.post("/api/auth/login", &body).await.expect_problem(400, "invalid_request");
        }
        browser.post("/api/mfa/verify", &json!({ "code": odd })).await.expect_problem(401, "not_signed_in");
    }
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for odd in [json!({ "$ne": null }), json!(["000000"]), json!(0), Value::Null] {
        let answer = browser.post("/api/mfa/verify", &json!({ "code": odd })).await;
        answer.expect_problem(400, "invalid_request");
    }
}

#[on_every_store]
async fn missing_members_are_rejected(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    for body in [
        json!({}),
        json!({ "username": "ada" }),
        json!({ "password": "x" }),
        json!({ "Username": "ada", "password": "x" }),
    ] {
        browser.post("/api/auth/login", &body).await.expect_problem(400, "invalid_request");
    }
    let answer = browser.with_token(Method::POST, "/api/auth/login").await.send().await;
    snapshot!(answer.expect_status(400).problem(), @r#"
    {
      "code": "invalid_request",
      "detail": "Send a JSON object with the members of this route.",
      "requestId": "[id]",
      "status": 400,
      "title": "Invalid request",
      "type": "urn:vestibule:problem:invalid_request"
    }
    "#);
}

// Mass assignment: unknown members grant no role.
#[on_every_store]
async fn unknown_members_are_ignored(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let hope = json!({
        "username": "ada", "password": PASSWORD, "roles": ["admin"], "emailVerified": true, "mfaEnabled": true,
        "amr": ["pwd", "otp"], "state": "signedIn", "id": "00000000-0000-0000-0000-000000000000", "sessionEpoch": 7,
    });
    browser.post("/api/auth/login", &hope).await.expect_status(200);
    browser.post("/api/auth/keep-alive", &hope).await.expect_status(200);
    browser.post("/api/mfa/setup", &hope).await.expect_status(200);
    let me = browser.me().await.json();
    assert_eq!(
        (&me["roles"], &me["emailVerified"], &me["mfaEnabled"]),
        (&json!([]), &json!(false), &json!(false))
    );
    assert_eq!((&me["id"], &me["session"]["amr"]), (&json!(ada.id), &json!(["pwd"])));
    let stored = stored_user(&service, &ada).await;
    assert!(
        stored.roles.is_empty()
            && !stored.email_verified
            && stored.totp.is_empty()
            && stored.session_epoch == 0
    );
}

#[on_every_store]
async fn malformed_names_are_unknown_users(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    let long = "a".repeat(60_000);
    for name in [
        "",
        " ",
        "\0",
        "a\r\nb",
        "name:ada",
        "\u{202e}ada",
        "' OR 1=1 --",
        "$where",
        "@",
        "a@b@c",
        "ada@\u{0}",
        &long,
    ] {
        browser.sign_in(name, "x").await.expect_problem(401, "invalid_credentials");
    }
}
