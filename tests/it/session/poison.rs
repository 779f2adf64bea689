//! Documents that somebody else has written: the one fails, the others do not notice.

use serde_json::{Value, json};

use crate::harness::{
    browser::Browser,
    people::{PASSWORD, person, person_with},
    service::Service,
    stores::StoreLocation,
};

#[on_every_store]
async fn a_person_that_cannot_be_read_fails_alone(location: StoreLocation) {
    let service = Service::start(&location).await;
    person(&service, "ada").await;
    person(&service, "mallory").await;
    let (ada, mallory) = (Browser::of(&service), Browser::of(&service));
    ada.sign_in("ada", PASSWORD).await.must_be(200);
    mallory.sign_in("mallory", PASSWORD).await.must_be(200);
    mallory.me().await.must_be(200);
    location.spoil("users", "mallory", "roles", &json!(7)).await;
    let service = service.restarted(&[]).await;
    let (ada, mallory) = (ada.moved_to(&service), mallory.moved_to(&service));
    for _ in 0..3 {
        let answer = mallory.me().await.must_fail(500, "internal");
        assert_eq!(answer.session_cookie(), None);
        assert!(!answer.text.contains("roles") && !answer.text.contains("invalid type"), "{}", answer.text);
        Browser::of(&service).sign_in("mallory", PASSWORD).await.must_fail(500, "internal");
        ada.me().await.must_be(200);
        Browser::of(&service).sign_in("ada", PASSWORD).await.must_be(200);
    }
}

#[on_every_store]
async fn a_session_that_cannot_be_read_opens_nothing(location: StoreLocation) {
    let service = Service::start(&location).await;
    person(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    location.spoil("sessions", "password", "state", &json!("root")).await;
    browser.me().await.must_fail(500, "internal");
    browser.sign_in("ada", PASSWORD).await;
    // The broken cookie is no prison.
    let fresh = Browser::of(&service);
    fresh.sign_in("ada", PASSWORD).await.must_be(200);
    fresh.me().await.must_be(200);
}

#[on_every_store]
async fn members_of_a_newer_version_are_no_obstacle(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = person_with(&service, "ada", |ada| ada.locale = Some("en".to_owned())).await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    location.spoil("sessions", "password", "fromTheFuture", &json!({ "a": [1, null] })).await;
    location.spoil("users", "ada", "fromTheFuture", &Value::Bool(true)).await;
    let service = service.restarted(&[]).await;
    let browser = browser.moved_to(&service);
    assert_eq!(browser.me().await.must_be(200).json()["id"], json!(ada.id));
    browser.sign_in("ada", PASSWORD).await.must_be(200);
}
