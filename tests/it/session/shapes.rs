//! Exact members of every response. A member without value is `null`.

use serde_json::{Value, json};

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app},
};

#[on_every_store]
async fn anonymous_view_has_only_the_time(location: StoreLocation) {
    let service = Service::start(&location).await;
    let answer = Browser::of(&service).get("/api/auth/session").await.expect_status(200);
    snapshot!(answer.json(), @r#"
    {
      "account": null,
      "amr": null,
      "authenticatedAt": null,
      "endsAt": null,
      "expiresAt": null,
      "method": null,
      "methods": null,
      "provider": null,
      "serverTime": "2036-05-04T10:00:00.000Z",
      "state": "anonymous"
    }
    "#);
}

#[on_every_store]
async fn signed_in_views_are_equal(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let opened = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    let shown = browser.get("/api/auth/session").await.expect_status(200).json();
    snapshot!(&shown, @r#"
    {
      "account": {
        "displayName": "ada of the tests",
        "username": "ada"
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
    }
    "#);
    assert_eq!(opened["session"], shown);
    assert_eq!(browser.me().await.expect_status(200).json()["session"], shown);
    snapshot!(browser.keep_alive().await.expect_status(200).json(), @r#"
    {
      "endsAt": "2036-05-04T22:00:00.000Z",
      "expiresAt": "2036-05-04T10:10:00.000Z",
      "serverTime": "2036-05-04T10:00:00.000Z"
    }
    "#);
    snapshot!(browser.sign_out().await.expect_status(200).json(), @r#"
    {
      "message": "Signed out",
      "redirect": null
    }
    "#);
}

#[on_every_store]
async fn pending_view_has_state_and_deadline(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    snapshot!(browser.get("/api/auth/session").await.expect_status(200).json(), @r#"
    {
      "account": {
        "displayName": "linus of the tests",
        "username": "linus"
      },
      "amr": [
        "pwd"
      ],
      "authenticatedAt": "2036-05-04T10:00:00.000Z",
      "endsAt": "2036-05-04T10:05:00.000Z",
      "expiresAt": "2036-05-04T10:05:00.000Z",
      "method": "password",
      "methods": [
        "totp"
      ],
      "provider": null,
      "serverTime": "2036-05-04T10:00:00.000Z",
      "state": "awaitingSecondFactor"
    }
    "#);
}

#[on_every_store]
async fn provider_list_and_csrf_token_views(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    assert_eq!(browser.get("/api/auth/providers").await.expect_status(200).json()["providers"], json!([]));
    let token = browser.get("/api/auth/csrf-token").await.expect_status(200).json();
    assert_eq!(token, json!({ "csrfToken": browser.cookie("XSRF-TOKEN").unwrap() }));
    // A valid token is kept.
    let again = browser.get("/api/auth/csrf-token").await;
    assert_eq!((again.json(), again.set_cookie("XSRF-TOKEN")), (token, None));
}

#[on_every_store]
async fn health_and_readiness_views(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    assert_eq!(browser.get("/healthz").await.expect_status(200).json(), json!({ "status": "ok" }));
    let ready = browser.get("/readyz").await.expect_status(200).json();
    assert_eq!(ready, json!({ "status": "ready", "checks": { "store": "ok" } }));
    assert_eq!(browser.session(), None);
}

#[on_every_store]
async fn every_401_has_a_code(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    snapshot!(browser.me().await.expect_status(401).problem(), @r#"
    {
      "code": "not_signed_in",
      "detail": "Sign in first.",
      "requestId": "[id]",
      "status": 401,
      "title": "Not signed in",
      "type": "urn:vestibule:problem:not_signed_in"
    }
    "#);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let old = browser.clone();
    browser.sign_out().await.expect_status(200);
    snapshot!(old.me().await.expect_status(401).problem(), @r#"
    {
      "code": "session_ended",
      "detail": "Sign in again.",
      "reason": "signed_out",
      "requestId": "[id]",
      "status": 401,
      "title": "Session ended",
      "type": "urn:vestibule:problem:session_ended"
    }
    "#);
    for guarded in [old.keep_alive().await, old.start_enrolment().await, old.verify("000000").await] {
        assert_eq!(guarded.expect_problem(401, "session_ended").reason(), "signed_out");
    }
    let state: Value = old.get("/api/auth/session").await.expect_status(200).json();
    assert_eq!(state["state"], "anonymous");
}
