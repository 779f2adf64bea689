//! `GET /api/admin/providers`: settings and health of each provider.

use std::time::Duration;

use serde_json::{Value, json};

use super::administrator;
use crate::harness::{
    browser::Browser,
    eventually,
    fake_provider::{
        CLIENT_SECRET, FakeProvider,
        fault::{Answer::Html, Endpoint, Fault},
    },
    federated::FederatedFixture,
    stores::StoreLocation,
};

async fn shown(browser: &Browser, name: &str) -> Value {
    let answer = browser.get("/api/admin/providers").await.expect_status(200);
    assert!(!answer.text.contains(CLIENT_SECRET), "{}", answer.text);
    let items = answer.json()["items"].as_array().expect("a list").clone();
    items.into_iter().find(|item| item["name"] == name).expect("it is listed")
}

#[on_every_store]
async fn providers_show_settings_and_health(location: StoreLocation) {
    let settings = [("FAKE_LABEL", "The FakeProvider"), ("FAKE_KIND", "okta")];
    let (fake, corp) = (FakeProvider::start("fake").await, FakeProvider::start("corp").await);
    corp.shut_down().await;
    let fixture = FederatedFixture::with_providers(&location, &settings, fake, corp).await;
    fixture.wait_until_available("fake").await;
    let browser = administrator(&fixture.service).await.0;
    let expected = json!({
        "name": "fake",
        "label": "The FakeProvider",
        "kind": "okta",
        "issuer": fixture.fake.issuer(),
        "redirectUri": "http://localhost:3000/api/auth/callback/fake",
        "available": true,
        "problem": null,
    });
    let mut fake = shown(&browser, "fake").await;
    let settings = fake.as_object_mut().expect("an object").remove("settings").expect("settings");
    assert_eq!(fake, expected);
    let of = |name: &str| {
        let name = format!("VESTIBULE_PROVIDER_FAKE_{name}");
        settings.as_array().expect("a list").iter().find(|setting| setting["name"] == name).expect("listed")
    };
    assert_eq!((&of("KIND")["value"], &of("KIND")["origin"]), (&json!("okta"), &json!("environment")));
    assert_eq!(
        (&of("CLIENT_SECRET")["value"], &of("CLIENT_SECRET")["isSecret"]),
        (&json!("(set)"), &json!(true))
    );
    assert_eq!(of("ALLOW_SIGNUP")["origin"], "default");
    let is_of_fake =
        |setting: &Value| setting["name"].as_str().unwrap().starts_with("VESTIBULE_PROVIDER_FAKE_");
    assert!(
        settings.as_array().unwrap().iter().all(is_of_fake),
        "no setting of another provider: {settings}"
    );
    // Discovery is retried after 1, 2, 4, 8 and 16 seconds.
    let limit = Duration::from_mins(1);
    eventually(limit, "a discovery request was sent", || async {
        shown(&browser, "corp").await["problem"] != "no request was sent yet"
    })
    .await;
    let down = shown(&browser, "corp").await;
    assert_eq!(down["available"], false);
    let problem = down["problem"].as_str().unwrap();
    assert!(problem.contains(fixture.corp.issuer()) && problem.contains("connection refused"), "{problem}");

    fixture.corp.set_fault(Fault::Discovery(|document| {
        document["issuer"] = json!("http://another.example\r\nforged");
    }));
    fixture.corp.restart().await;
    let has_problem = async |text: &str| {
        let problem = shown(&browser, "corp").await["problem"].clone();
        // The values of the provider are quoted: a line break cannot forge a line of the log.
        problem.as_str().is_some_and(|problem| problem.contains(text) && !problem.contains('\n'))
    };
    let wrong = "the metadata names another issuer: \"http://another.example\\r\\nforged\"";
    eventually(limit, "the problem is shown", || has_problem(wrong)).await;
    fixture.corp.set_fault(Fault::Answer(Endpoint::Keys, Html));
    eventually(limit, "the new problem is shown", || has_problem("an HTML or XML page")).await;
    fixture.corp.set_fault(Fault::None);
    eventually(limit, "the problem is gone", || async {
        shown(&browser, "corp").await["problem"] == json!(null)
    })
    .await;
    assert_eq!(shown(&browser, "corp").await["available"], true);
}
