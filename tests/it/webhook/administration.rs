//! `/api/admin/webhooks`

use serde_json::{Value, json};
use vestibule::{
    audit::{self, EventKind},
    store::{Change, StoreError},
    webhook::DeliveryState,
};

use super::{SECRET, record, service_with, wait_until};
use crate::{
    admin::administrator,
    harness::{
        receiver::{Behaviour, Receiver},
        service::Service,
        stores::StoreLocation,
    },
};

async fn event_of(service: &Service, kind: &str) -> audit::Event {
    let events = audit::page(&service.app.store, None, None, 100).await.expect("events");
    events.into_iter().find(|event| event.has_type(kind)).expect("the event")
}

#[on_every_store]
async fn administrator_sees_and_replays_failed_messages(location: StoreLocation) {
    let receiver = Receiver::behaving(Behaviour::Refuse(410)).await;
    let service = service_with(&location, &receiver).await;
    let browser = administrator(&service).await.0;
    let user = record(&service, EventKind::UserCreated).await;
    let is_failed = |delivery: &vestibule::webhook::DeliveryView| delivery.state == DeliveryState::Failed;
    wait_until(&service, "failed", |all| all.len() == 1 && all.iter().all(is_failed)).await;
    let item = browser.get("/api/admin/webhooks").await.expect_status(200).json()["items"][0].clone();
    assert_eq!((&item["name"], &item["pending"], &item["failed"]), (&json!("crm"), &json!(0), &json!(1)));
    assert_eq!(item["url"], format!("http://{}/hook", receiver.address), "without its query");
    assert_eq!(item["events"].as_array().expect("types").len(), 9);
    assert!(item["lastError"].as_str().expect("an error").contains("410"), "{item}");
    let path = "/api/admin/webhooks/deliveries";
    let answer = browser.get(&format!("{path}?webhook=crm&state=failed")).await.expect_status(200).json();
    let delivery = &answer["items"][0];
    assert_eq!((&delivery["type"], &delivery["userId"]), (&json!("user.created"), &json!(user.to_string())));
    assert_eq!((&delivery["attempts"], &delivery["lastStatus"]), (&json!(1), &json!(410)));
    assert_eq!((&delivery["nextAttemptAt"], &delivery["deliveredAt"]), (&Value::Null, &Value::Null));
    assert_eq!(answer["nextCursor"], Value::Null);
    for query in ["state=pending", "state=delivered", "webhook=other"] {
        let none = browser.get(&format!("{path}?{query}")).await.expect_status(200).json();
        assert_eq!(none["items"], json!([]), "{query}");
    }
    browser.get(&format!("{path}?state=gone")).await.expect_problem(400, "invalid_request");
    browser.get(&format!("{path}?cursor=x")).await.expect_problem(400, "invalid_request");

    let replay = format!("{path}/{}/replay", delivery["id"].as_str().expect("an id"));
    let missing = browser.post(&replay, &json!({})).await.expect_problem(400, "invalid_request").json();
    assert_eq!(missing["errors"], json!([{ "field": "reason", "code": "missing" }]));
    receiver.behave(Behaviour::Accept);
    let reason = json!({ "reason": "receiver repaired, ticket 17" });
    let replayed = browser.post(&replay, &reason).await.expect_status(200).json();
    assert_eq!(
        (&replayed["delivery"]["state"], &replayed["delivery"]["attempts"]),
        (&json!("pending"), &json!(0))
    );
    assert_eq!(receiver.wait_for_accepted(1).await[0].id(), delivery["id"].as_str().expect("an id"));
    let event = event_of(&service, "webhookReplayed").await;
    assert_eq!(event.stated_reason.as_deref(), Some("receiver repaired, ticket 17"));
    for unknown in ["0192f0c1-2345-7abc-8def-0123456789ab", "x"] {
        browser.post(&format!("{path}/{unknown}/replay"), &reason).await.expect_problem(404, "not_found");
    }
}

#[on_every_store]
async fn administrator_tests_a_webhook(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let service = service_with(&location, &receiver).await;
    let browser = administrator(&service).await.0;
    let (path, reason) = ("/api/admin/webhooks/crm/test", json!({ "reason": "new receiver" }));
    browser.post(path, &json!({ "reason": "a\nb" })).await.expect_problem(400, "invalid_request");
    let tested = browser.post(path, &reason).await.expect_status(200).json();
    assert_eq!((&tested["status"], &tested["error"]), (&json!(204), &Value::Null));
    let message = receiver.wait_for_accepted(1).await.remove(0);
    assert!(message.is_signed_with(SECRET));
    assert_eq!((&message.json()["type"], &message.json()["user"]), (&json!("webhook.test"), &Value::Null));
    assert_eq!(event_of(&service, "webhookTested").await.stated_reason.as_deref(), Some("new receiver"));
    receiver.behave(Behaviour::Refuse(401));
    let tested = browser.post(path, &reason).await.expect_status(200).json();
    assert_eq!((&tested["status"], &tested["error"]), (&json!(401), &json!("status 401")));
    browser.post("/api/admin/webhooks/other/test", &reason).await.expect_problem(404, "not_found");
}

// A message carries data of a user out of the service.
#[on_every_store]
async fn replay_and_test_need_full_permission(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let service = service_with(&location, &receiver).await;
    let browser = administrator(&service).await.0;
    let id = browser.me().await.json()["id"].as_str().expect("an id").parse::<vestibule::user::UserId>();
    let id = id.expect("an id").document_id();
    let reason = json!({ "reason": "a test" });
    for role in ["admin:read", "admin:users", "admin:security"] {
        let change = |user: &mut vestibule::user::User| {
            user.roles = vec![role.to_owned()];
            Ok::<_, StoreError>(Change::Write(()))
        };
        service.app.users.update(&id, change).await.expect("written");
        browser.get("/api/admin/webhooks").await.expect_status(200);
        browser.get("/api/admin/webhooks/deliveries").await.expect_status(200);
        let unknown = "/api/admin/webhooks/deliveries/0192f0c1-2345-7abc-8def-0123456789ab/replay";
        for path in ["/api/admin/webhooks/crm/test", unknown] {
            browser.post(path, &reason).await.expect_problem(403, "forbidden");
        }
    }
    assert!(receiver.requests().is_empty());
}

// Attack: an administrator who lost the role on another replica a moment ago sends data of users out, while this replica has the role in its
// cache.
#[on_every_store]
async fn role_that_was_removed_on_another_replica_permits_no_act(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let service = service_with(&location, &receiver).await;
    let (browser, _) = administrator(&service).await;
    let unknown = "/api/admin/webhooks/deliveries/0192f0c1-2345-7abc-8def-0123456789ab/replay";
    let id = browser.me().await.json()["id"].as_str().expect("an id").parse::<vestibule::user::UserId>();
    let id = id.expect("an id").document_id();
    for path in ["/api/admin/webhooks/crm/test", unknown, "/api/admin/providers/okta/test"] {
        let set = |role: &'static str| {
            move |user: &mut vestibule::user::User| {
                user.roles = vec![role.to_owned()];
                Ok::<_, StoreError>(Change::Write(()))
            }
        };
        // The cache of this replica learns of the first change, and not of the second one.
        service.app.users.update(&id, set("admin")).await.expect("written");
        browser.me().await.expect_status(200);
        service.app.store.update(&id, set("admin:read")).await.expect("written");
        browser.post(path, &json!({ "reason": "a test" })).await.expect_problem(403, "forbidden");
    }
    assert!(receiver.requests().is_empty());
}
