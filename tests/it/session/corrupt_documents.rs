//! A corrupt document fails its own request only.

use serde_json::{Value, json};

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with},
};

#[on_every_store]
async fn corrupt_user_does_not_affect_other_users(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user(&service, "mallory").await;
    let (ada, mallory) = (Browser::of(&service), Browser::of(&service));
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    mallory.sign_in("mallory", PASSWORD).await.expect_status(200);
    mallory.me().await.expect_status(200);
    location.corrupt("users", "mallory", "roles", &json!(7)).await;
    let service = service.restart_with(&[]).await;
    let (ada, mallory) = (ada.at_replica(&service), mallory.at_replica(&service));
    for _ in 0..3 {
        let answer = mallory.me().await.expect_problem(500, "internal");
        assert_eq!(answer.session_cookie(), None);
        assert!(!answer.text.contains("roles") && !answer.text.contains("invalid type"), "{}", answer.text);
        Browser::of(&service).sign_in("mallory", PASSWORD).await.expect_problem(500, "internal");
        ada.me().await.expect_status(200);
        Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    }
}

#[on_every_store]
async fn corrupt_session_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    location.corrupt("sessions", "password", "state", &json!("root")).await;
    browser.me().await.expect_problem(500, "internal");
    browser.sign_in("ada", PASSWORD).await;
    // A login replaces the broken cookie.
    let fresh = Browser::of(&service);
    fresh.sign_in("ada", PASSWORD).await.expect_status(200);
    fresh.me().await.expect_status(200);
}

#[on_every_store]
async fn members_of_a_newer_version_are_ignored(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user_with(&service, "ada", |ada| ada.locale = Some("en".to_owned())).await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    location.corrupt("sessions", "password", "fromTheFuture", &json!({ "a": [1, null] })).await;
    location.corrupt("users", "ada", "fromTheFuture", &Value::Bool(true)).await;
    let service = service.restart_with(&[]).await;
    let browser = browser.at_replica(&service);
    assert_eq!(browser.me().await.expect_status(200).json()["id"], json!(ada.id));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
}
