//! `GET /api/admin/providers`: how each provider is, and why one cannot be used.

use std::time::Duration;

use serde_json::{Value, json};

use super::administrator;
use crate::{
    federated::House,
    harness::{
        browser::Browser,
        eventually,
        liar::{
            CLIENT_SECRET, Liar,
            sin::{Answer::Html, Endpoint, Sin},
        },
        stores::StoreLocation,
    },
};

async fn shown(browser: &Browser, name: &str) -> Value {
    let answer = browser.get("/api/admin/providers").await.must_be(200);
    assert!(
        !answer.text.contains(CLIENT_SECRET) && !answer.text.to_lowercase().contains("secret"),
        "{}",
        answer.text
    );
    let items = answer.json()["items"].as_array().expect("a list").clone();
    items.into_iter().find(|item| item["name"] == name).expect("it is listed")
}

#[on_every_store]
async fn a_provider_is_shown_as_it_is_set_and_as_it_answers(location: StoreLocation) {
    let settings = [("LIAR_LABEL", "The Liar"), ("LIAR_KIND", "okta")];
    let (liar, corp) = (Liar::start("liar").await, Liar::start("corp").await);
    corp.goes_down().await;
    let house = House::early(&location, &settings, liar, corp).await;
    house.is_available("liar").await;
    let browser = administrator(&house.service).await.0;
    let expected = json!({
        "name": "liar",
        "label": "The Liar",
        "kind": "okta",
        "issuer": house.liar.issuer(),
        "redirectUri": "http://localhost:3000/api/auth/callback/liar",
        "available": true,
        "problem": null,
    });
    assert_eq!(shown(&browser, "liar").await, expected);
    // Whoever fails is asked again after 1, 2, 4, 8, 16 seconds.
    let limit = Duration::from_mins(1);
    eventually(limit, "it was asked", || async {
        shown(&browser, "corp").await["problem"] != "not asked yet"
    })
    .await;
    let down = shown(&browser, "corp").await;
    assert_eq!(
        (&down["available"], &down["problem"]),
        (&json!(false), &json!("unavailable: no answer: not connected"))
    );

    house
        .corp
        .sins(Sin::Discovery(|document| document["issuer"] = json!("http://another.example\r\nforged")));
    house.corp.comes_back().await;
    let wrong = "invalid response: the metadata are another issuer's";
    eventually(limit, "it is said what is wrong", || async {
        shown(&browser, "corp").await["problem"] == wrong
    })
    .await;
    house.corp.sins(Sin::Answer(Endpoint::Keys, Html));
    let wrong = "invalid response: not a JSON object";
    eventually(limit, "it is said what is wrong now", || async {
        shown(&browser, "corp").await["problem"] == wrong
    })
    .await;
    house.corp.sins(Sin::None);
    eventually(limit, "it is well", || async { shown(&browser, "corp").await["problem"] == json!(null) })
        .await;
    assert_eq!(shown(&browser, "corp").await["available"], true);
}
