//! `GET /api/admin/settings`: as `vestibule check --json`.

use serde_json::{Value, json};

use super::administrator;
use crate::harness::{
    fake_provider::CLIENT_SECRET, federated::FederatedFixture, process::Installation, stores::StoreLocation,
};

#[on_every_store]
async fn settings_are_those_of_the_check_without_secrets(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = administrator(&fixture.service).await.0;
    let answer = browser.get("/api/admin/settings").await.expect_status(200);
    let home = Installation::beside(&fixture.service);
    assert!(!answer.text.contains(CLIENT_SECRET), "{}", answer.text);
    let keys = home.setting("VESTIBULE_SECRET_KEYS");
    assert!(!answer.text.contains(&keys), "the key ring is a secret");
    let checked = home.run(&["check", "--json"]).expect_exit(0);
    let checked: Value = serde_json::from_str(&checked.out).expect("JSON");
    let items = answer.json()["items"].clone();
    assert_eq!(items, checked["settings"]);
    let of = |name: &str| items.as_array().unwrap().iter().find(|item| item["name"] == name).cloned();
    assert_eq!(
        of("VESTIBULE_SECRET_KEYS").expect("listed"),
        json!({ "name": "VESTIBULE_SECRET_KEYS", "value": "(set)", "isSecret": true, "origin": "environment" })
    );
}
