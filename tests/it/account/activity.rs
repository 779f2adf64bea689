//! `GET /api/account/events`: own audit events.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::audit::EventKind;

use crate::harness::{
    account::link_identity,
    browser::Browser,
    federated::{FederatedFixture, claims_of, with_claims},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const PATH: &str = "/api/account/events";

async fn items(browser: &Browser) -> Vec<Value> {
    browser.get(PATH).await.expect_status(200).json()["items"].as_array().expect("a list").clone()
}

#[on_every_store]
async fn user_sees_own_events_page_by_page_and_those_of_no_other_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    create_user(&service, "linus").await;
    let (browser, linus) = (Browser::of(&service), Browser::of(&service));
    for _ in 0..5 {
        // Ids order events by the millisecond.
        service.advance_time(Duration::from_secs(1));
        linus.sign_in("linus", PASSWORD).await.expect_status(200);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
    }
    service.advance_time(Duration::from_secs(1));
    browser.sign_in("ada", "wrong").await.expect_status(401);
    browser.sign_in("unknown", "wrong").await.expect_status(401);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = browser.get(&format!("{PATH}?limit=2&cursor={cursor}")).await.expect_status(200).json();
        let items = page["items"].as_array().expect("a list");
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|item| (item["id"].clone(), item["outcome"].clone())));
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(seen.len(), 6);
    assert_eq!((&seen[0].1, &seen[1].1), (&json!("failure"), &json!("success")), "newest first");
    let own = vestibule::audit::about(&service.app.store, ada.id, 100).await.unwrap();
    let own: Vec<_> = own.iter().map(|event| json!(event.id())).collect();
    assert!(seen.iter().all(|(id, _)| own.contains(id)));
    // The id of an event of another user is a place in time, and opens nothing.
    let of_linus = items(&linus).await[0]["id"].as_str().unwrap().to_owned();
    let page = browser.get(&format!("{PATH}?cursor={of_linus}")).await.expect_status(200).json();
    assert!(page["items"].as_array().unwrap().iter().all(|item| own.contains(&item["id"])));
    let mut item = items(&browser).await[0].clone();
    item["id"] = json!("[id]");
    snapshot!(item, @r#"
    {
      "at": "2036-05-04T10:00:06.000Z",
      "details": null,
      "id": "[id]",
      "ip": "127.0.0.1",
      "outcome": "failure",
      "reason": "wrong_password",
      "type": "passwordSignIn",
      "userAgent": null
    }
    "#);
    for (query, count) in [("limit=0", 1), ("limit=1000", 6)] {
        let page = browser.get(&format!("{PATH}?{query}")).await.expect_status(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
    }
    for query in ["limit=x", "limit=-1", "cursor=x", "cursor=%00"] {
        browser.get(&format!("{PATH}?{query}")).await.expect_problem(400, "invalid_request");
    }
}

// The trace of a decision has issuer, subject, claims and the ids of other accounts; an administrator has an own address.
#[on_every_store]
async fn events_contain_no_trace_and_no_address_of_another_client(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let service = &fixture.service;
    let secret = json!({ "email": "grace@secret.example", "email_verified": true, "department": "secret" });
    let browser = fixture.signed_in(&fixture.fake, &with_claims(claims_of("grace"), secret)).await;
    link_identity(&browser, &fixture.corp, &json!({ "sub": "secret subject" })).await;
    let user: vestibule::user::UserId = browser.me().await.json()["id"].as_str().unwrap().parse().unwrap();
    let client = vestibule::web::client::Client {
        ip: "192.0.2.77".parse().unwrap(),
        user_agent: Some("secret agent".into()),
        device: None,
        request_id: vestibule::web::request_id::RequestId::new(),
    };
    let audit = service.app.audit(&client).about(user);
    let administrator = vestibule::user::UserId::new(service.clock.now());
    audit
        .clone()
        .by_user(administrator)
        .success(EventKind::SessionsEnded)
        .details("2 sessions")
        .record()
        .await;
    audit.failure(EventKind::PasswordSignIn, "wrong_password").record().await;
    let items = items(&browser).await;
    let of = |kind: &str| items.iter().find(|item| item["type"] == kind).expect(kind);
    assert_eq!(of("federatedSignIn")["details"], json!({ "provider": "fake" }));
    assert_eq!(of("identityLinked")["details"]["provider"], "corp");
    assert_eq!((&of("sessionsEnded")["ip"], &of("sessionsEnded")["details"]), (&Value::Null, &Value::Null));
    assert_eq!(of("sessionsEnded")["userAgent"], Value::Null);
    assert_eq!(of("passwordSignIn")["ip"], "192.0.2.77", "an attempt of a client without a proof");
    assert_eq!(of("passwordSignIn")["userAgent"], "secret agent");
    let items: Vec<_> = items.iter().filter(|item| item["type"] != "passwordSignIn").collect();
    let text = json!(items).to_string();
    for hidden in ["secret", "grace@", "issuer", "subject", "actor", "requestId", &administrator.to_string()]
    {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
}

// A client chooses the text.
#[on_every_store]
async fn events_name_the_browser_bounded_and_printable(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let long = "x".repeat(4000);
    for (sent, kept) in [
        ("Firefox on Linux", json!("Firefox on Linux")),
        ("a\tb", json!("a b")),
        (&long, json!("x".repeat(256))),
    ] {
        let browser = Browser::of(&service).with_header("user-agent", sent);
        service.advance_time(Duration::from_secs(1));
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        assert_eq!(items(&browser).await[0]["userAgent"], kept);
    }
}
