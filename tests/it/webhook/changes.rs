//! Which messages the changes of a user lead to: made by administrators, by the user and by logins.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::{SECRET, deliveries, pairs, settings, started};
use crate::{
    admin::{administrator, users::act},
    harness::{
        account::link_identity,
        browser::Browser,
        federated::{FederatedFixture, claims_of},
        passkey::{Passkey, register, sign_in},
        receiver::{Received, Receiver},
        service::Service,
        stores::StoreLocation,
        users::{PASSWORD, create_user},
    },
};

/// Waits for this number of messages; returns the type and the user of each, sorted: messages about different users have no order.
async fn messages(receiver: &Receiver, count: usize) -> BTreeMap<(String, String), usize> {
    let mut found = BTreeMap::new();
    for message in receiver.wait_for_accepted(count).await.iter().map(Received::json) {
        let of = |member: &str| message[member].as_str().unwrap_or_default().to_owned();
        *found.entry((of("type"), of("userId"))).or_default() += 1;
    }
    found
}

/// The messages that are expected so far.
#[derive(Default)]
struct Expected(BTreeMap<(String, String), usize>);

impl Expected {
    /// Adds messages about a user, and checks that these have arrived and no others.
    async fn then(&mut self, receiver: &Receiver, more: &[(&str, &str)]) {
        for (kind, user) in more {
            *self.0.entry(((*kind).to_owned(), (*user).to_owned())).or_default() += 1;
        }
        assert_eq!(messages(receiver, self.0.values().sum()).await, self.0, "after {more:?}");
    }
}

async fn created(admin: &Browser, name: &str) -> String {
    let body = json!({ "username": name, "access": "none" });
    let answer = act(admin, Method::POST, "/api/admin/users", body).await.json();
    answer["user"]["id"].as_str().or(answer["id"].as_str()).expect("an id").to_owned()
}

async fn post(admin: &Browser, path: &str, body: Value) -> Value {
    act(admin, Method::POST, path, body).await.expect_status(200).json()
}

#[on_every_store]
async fn acts_of_an_administrator_lead_to_a_message_each(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let webhook = settings("crm", &receiver.url(), SECRET);
    let service = Service::with_settings(&location, &pairs(&webhook)).await;
    started(&service, 1).await;
    let (admin, _) = administrator(&service).await;
    let mut expected = Expected::default();

    let (ada, grace) = (created(&admin, "ada").await, created(&admin, "grace").await);
    expected.then(&receiver, &[("user.created", &ada), ("user.created", &grace)]).await;
    let of_ada = format!("/api/admin/users/{ada}");
    act(&admin, Method::PATCH, &of_ada, json!({ "displayName": "Ada" })).await.expect_status(200);
    expected.then(&receiver, &[("user.updated", &ada)]).await;
    post(&admin, &format!("{of_ada}/disable"), json!({})).await;
    expected.then(&receiver, &[("user.disabled", &ada)]).await;
    post(&admin, &format!("{of_ada}/enable"), json!({})).await;
    expected.then(&receiver, &[("user.enabled", &ada)]).await;

    let merge = post(&admin, &format!("/api/admin/users/{grace}/merge"), json!({ "into": ada })).await;
    expected.then(&receiver, &[("user.merged", &ada), ("user.merged", &grace)]).await;
    let id = merge["merge"].as_str().expect("an id");
    post(&admin, &format!("/api/admin/merges/{id}/undo"), json!({})).await;
    // Both users are other users than before.
    expected.then(&receiver, &[("user.updated", &ada), ("user.updated", &grace)]).await;

    // Access is no change that another system has.
    post(&admin, &format!("{of_ada}/end-sessions"), json!({})).await;
    post(&admin, &format!("{of_ada}/reset-mfa"), json!({})).await;
    act(&admin, Method::DELETE, &of_ada, json!({})).await.expect_status(200);
    // The deletion takes the access first.
    expected.then(&receiver, &[("user.disabled", &ada), ("user.deleted", &ada)]).await;
}

#[on_every_store]
async fn identities_of_a_user_lead_to_messages(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let webhook = settings("crm", &receiver.url(), SECRET);
    let fixture = FederatedFixture::with_settings(&location, &pairs(&webhook)).await;
    let service = &fixture.service;
    started(service, 1).await;
    let (admin, _) = administrator(service).await;
    let mut expected = Expected::default();

    let grace = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let id = grace.me().await.json()["id"].as_str().expect("an id").to_owned();
    expected.then(&receiver, &[("user.created", &id)]).await;
    link_identity(&grace, &fixture.fake, &claims_of("hopper")).await;
    // The other account has another name.
    expected.then(&receiver, &[("user.linked", &id), ("user.updated", &id)]).await;

    let path = format!("/api/admin/users/{id}");
    let shown = admin.get(&path).await.expect_status(200).json();
    let identity = shown["identities"][0]["id"].as_str().expect("an id");
    act(&admin, Method::DELETE, &format!("{path}/identities/{identity}"), json!({})).await.expect_status(200);
    expected.then(&receiver, &[("user.unlinked", &id)]).await;
    let body = json!({ "provider": "fake", "subject": "another one" });
    post(&admin, &format!("{path}/identities/relink"), body).await;
    expected.then(&receiver, &[("user.updated", &id)]).await;
    let order = json!({ "old": fixture.fake.issuer(), "new": "https://new.example" });
    post(&admin, "/api/admin/providers/move-issuer", order).await;
    expected.then(&receiver, &[("user.updated", &id)]).await;
}

// A credential is nothing that another system has to know; an unknown device is, with any method of login.
#[on_every_store]
async fn passkey_is_no_message_and_its_login_from_a_new_device_is_one(location: StoreLocation) {
    let receiver = Receiver::start().await;
    let webhook = settings("crm", &receiver.url(), SECRET);
    let service = Service::with_settings(&location, &pairs(&webhook)).await;
    started(&service, 1).await;
    let mut passkey = Passkey::synced();
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    register(&browser, &mut passkey).await.expect_status(200);
    service.advance_time(std::time::Duration::from_secs(5));
    sign_in(&browser, &mut passkey).await.expect_status(200);
    sign_in(&Browser::of(&service), &mut passkey).await.expect_status(200);
    Expected::default().then(&receiver, &[("user.new_device", &ada.id.to_string())]).await;
    let all = deliveries(&service).await;
    assert_eq!(all.len(), 1, "{all:#?}");
}
