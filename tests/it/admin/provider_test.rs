//! `POST /api/admin/providers/{name}/test`: the checks of `vestibule doctor` with their results.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::audit::{EventKind, Outcome};

use super::{administrator, signed_in_with_role};
use crate::harness::{
    browser::Browser,
    eventually,
    fake_provider::fault::{Answer, Endpoint, Fault},
    federated::{FederatedFixture, available_at, event_details, events},
    stores::StoreLocation,
};

const ROUTE: &str = "/api/admin/providers/fake/test";

async fn checks(browser: &Browser) -> Vec<Value> {
    let answer = browser.post(ROUTE, &json!({})).await.expect_status(200).json();
    answer["checks"].as_array().expect("a list").clone()
}

fn outcomes(checks: &[Value]) -> Vec<(&str, &str)> {
    checks.iter().map(|check| (check["name"].as_str().unwrap(), check["outcome"].as_str().unwrap())).collect()
}

#[on_every_store]
async fn provider_that_works_passes_every_check(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = administrator(&fixture.service).await.0;
    let checks = checks(&browser).await;
    let expected = ["discovery", "clock", "issuer", "algorithms", "keys", "token_endpoint", "redirect_uri"];
    assert_eq!(outcomes(&checks), expected.map(|name| (name, "ok")), "{checks:?}");
    for check in &checks {
        assert!(check["text"].as_str().is_some_and(|text| !text.is_empty()), "{check}");
        assert!(check["millis"].is_u64(), "{check}");
    }
    let events = events(&fixture.service).await;
    let event = events.iter().find(|event| event.kind == EventKind::ProviderTested).expect("it is recorded");
    assert_eq!(event.outcome, Outcome::Success);
    assert_eq!(event_details(event), json!({ "provider": "fake", "failed": [] }));
    browser.post("/api/admin/providers/unknown/test", &json!({})).await.expect_problem(404, "not_found");
}

#[on_every_store]
async fn fault_is_shown_with_the_next_step_and_does_not_change_the_provider(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = administrator(&fixture.service).await.0;
    let faults: [(Fault, &str, &str); 4] = [
        (
            Fault::Discovery(|document| document["issuer"] = json!("https://another.example")),
            "issuer",
            "_ISSUER",
        ),
        (Fault::Keys(|keys| keys["keys"] = json!([])), "keys", "RS256"),
        (Fault::Answer(Endpoint::Discovery, Answer::Html), "discovery", "_ISSUER"),
        (Fault::Answer(Endpoint::Token, Answer::Error("invalid_client")), "token_endpoint", "_CLIENT_SECRET"),
    ];
    for (fault, name, step) in faults {
        fixture.fake.set_fault(fault);
        let checks = checks(&browser).await;
        let failed: Vec<&Value> = checks.iter().filter(|check| check["outcome"] == "failed").collect();
        let [failed] = &failed[..] else { panic!("{name}: {checks:?}") };
        assert_eq!(failed["name"], name, "{failed}");
        assert!(failed["nextStep"].as_str().is_some_and(|text| text.contains(step)), "{failed}");
        assert!(
            available_at(fixture.service.address, "fake").await,
            "a test does not remove the login button"
        );
    }
    let events = events(&fixture.service).await;
    let reasons: Vec<_> = events.iter().filter(|event| event.kind == EventKind::ProviderTested).collect();
    assert_eq!(reasons.len(), 4);
    assert!(reasons.iter().all(|event| event.reason.as_deref() == Some("check_failed")));
}

// Each test sends requests to the provider, which limits its clients: an administrator's script must not use up the limit of all users.
#[on_every_store]
async fn tests_are_limited_and_need_the_full_permission(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (reader, _) = signed_in_with_role(&fixture.service, "ada", "admin:security").await;
    reader.post(ROUTE, &json!({})).await.expect_problem(403, "forbidden");
    let browser = administrator(&fixture.service).await.0;
    fixture.fake.set_fault(Fault::Answer(Endpoint::Discovery, Answer::Held));
    let before = fixture.fake.received_requests(Endpoint::Discovery).len();
    let first = tokio::spawn({
        let browser = browser.clone();
        async move { browser.post(ROUTE, &json!({})).await }
    });
    eventually(Duration::from_secs(10), "the first test runs", || async {
        fixture.fake.received_requests(Endpoint::Discovery).len() > before
    })
    .await;
    browser.post(ROUTE, &json!({})).await.expect_problem(503, "busy");
    fixture.fake.release_answer();
    first.await.expect("no panic").expect_status(200);
    fixture.fake.set_fault(Fault::Answer(Endpoint::Discovery, Answer::Status(500)));
    let mut statuses = Vec::new();
    for _ in 0..20 {
        statuses.push(browser.post(ROUTE, &json!({})).await.status);
    }
    assert_eq!(statuses.pop(), Some(429), "{statuses:?}");
    assert_eq!(statuses, [200; 19]);
}
