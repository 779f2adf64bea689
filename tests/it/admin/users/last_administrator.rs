//! The last administrator cannot be removed, also by requests at the same time.

use std::time::Duration;

use futures_util::future::join;
use reqwest::Method;
use serde_json::json;
use vestibule::{
    account::deletion::task::delete_due,
    audit::{self, EventKind},
    store::{Change, StoreError},
    user::{Status, User},
};

use super::{act, signed_in_with};
use crate::harness::{
    browser::Browser,
    eventually,
    service::Service,
    stores::StoreLocation,
    users::{create_user, create_user_with, stored_user},
};

async fn user_of(service: &Service, name: &str) -> User {
    let found = service.app.users.find(&format!("name:{name}")).await.expect("the store answers");
    found.expect("a user").into_document()
}

fn path(user: &User) -> String {
    format!("/api/admin/users/{}", user.id)
}

#[on_every_store]
async fn last_administrator_keeps_the_role(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = signed_in_with(&service, "frida", &["admin"]).await;
    let frida = user_of(&service, "frida").await;
    // None of them counts: a disabled one, one with a part of the administration, one whose deletion is due.
    create_user_with(&service, "disabled", |user| {
        user.roles = vec!["admin".to_owned()];
        user.status = Status::Disabled;
    })
    .await;
    create_user_with(&service, "part", |user| user.roles = vec!["admin:users".to_owned()]).await;
    create_user_with(&service, "leaving", |user| {
        user.roles = vec!["admin".to_owned()];
        user.deletion_at = Some(user.created_at);
    })
    .await;
    for roles in [json!([]), json!(["admin:users"])] {
        act(&browser, Method::PATCH, &path(&frida), json!({ "roles": roles }))
            .await
            .expect_problem(409, "last_administrator");
    }
    assert_eq!(stored_user(&service, &frida).await.roles, ["admin"]);
    let second = create_user(&service, "second").await;
    act(&browser, Method::PATCH, &path(&second), json!({ "roles": ["admin"] })).await.expect_status(200);
    act(&browser, Method::PATCH, &path(&frida), json!({ "roles": [] })).await.expect_status(200);
    act(&browser, Method::PATCH, &path(&second), json!({ "roles": [] }))
        .await
        .expect_problem(403, "forbidden");
}

async fn found(service: &Service, user: &User) -> Option<User> {
    service.app.users.get_uncached(&user.id.document_id()).await.expect("the store answers")
}

/// Two administrators act at the same time, at two replicas: browser, own user, the other one, and a third user without roles. Whatever is
/// refused, one of them stays; and if both stay, one can go afterwards.
async fn race(location: &StoreLocation, act: impl AsyncFn(&Browser, [&User; 3]) -> u16) {
    let service = Service::start(location).await;
    let replica = service.start_replica().await;
    for round in 0..6 {
        let names = [format!("one{round}"), format!("two{round}"), format!("third{round}")];
        let browsers = [
            signed_in_with(&service, &names[0], &["admin"]).await,
            signed_in_with(&service, &names[1], &["admin"]).await.at_replica(&replica),
        ];
        let third = create_user(&service, &names[2]).await;
        let [one, two] = [user_of(&service, &names[0]).await, user_of(&service, &names[1]).await];
        let of_one = act(&browsers[0], [&one, &two, &third]);
        let of_two = act(&browsers[1], [&two, &one, &third]);
        let statuses = join(of_one, of_two).await;
        let left = async || {
            let mut left = 0;
            for user in [&one, &two] {
                let is_left = |user: User| user.status == Status::Active && user.deletion_at.is_none();
                left += usize::from(found(&service, user).await.is_some_and(is_left));
            }
            left
        };
        assert!(left().await >= 1, "round {round}: {statuses:?}");
        if left().await == 2 {
            // Each of them was refused because of the other one.
            act(&browsers[0], [&one, &two, &third]).await;
            assert_eq!(left().await, 1, "round {round}: {statuses:?}");
        }
        // For the next round.
        for user in [one, two] {
            service.app.store.take::<User>(&user.id.document_id()).await.expect("the store answers");
        }
    }
}

// A count before the write is not enough: each of two acts would count the administrator whom the other one removes.
#[on_every_store]
async fn two_administrators_who_disable_each_other_at_two_replicas_leave_one(location: StoreLocation) {
    race(&location, async |browser, [_, other, _]| {
        act(browser, Method::POST, &format!("{}/disable", path(other)), json!({})).await.status
    })
    .await;
}

#[on_every_store]
async fn two_administrators_who_delete_each_other_at_two_replicas_leave_one(location: StoreLocation) {
    race(&location, async |browser, [_, other, _]| {
        act(browser, Method::DELETE, &path(other), json!({})).await.status
    })
    .await;
}

#[on_every_store]
async fn two_administrators_who_merge_each_other_away_at_two_replicas_leave_one(location: StoreLocation) {
    race(&location, async |browser, [_, other, third]| {
        let body = json!({ "into": third.id, "withFactors": true });
        act(browser, Method::POST, &format!("{}/merge", path(other)), body).await.status
    })
    .await;
}

#[on_every_store]
async fn two_administrators_who_delete_their_own_accounts_at_two_replicas_leave_one(location: StoreLocation) {
    race(&location, async |browser, [own, _, _]| {
        let name = own.username.as_ref().expect("a user name");
        browser.delete("/api/account", &json!({ "confirmation": name })).await.status
    })
    .await;
}

#[on_every_store]
async fn last_administrator_cannot_ask_for_the_deletion_of_the_account(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = signed_in_with(&service, "frida", &["admin"]).await;
    let frida = user_of(&service, "frida").await;
    let request = json!({ "confirmation": "frida" });
    let refused = browser.delete("/api/account", &request).await.expect_problem(409, "last_administrator");
    assert_eq!(refused.json()["detail"], "Make another user an administrator first.");
    assert_eq!(stored_user(&service, &frida).await.deletion_at, None);
    let second = signed_in_with(&service, "second", &["admin"]).await;
    browser.delete("/api/account", &request).await.expect_status(202);
    // From the request on, the user does not count.
    let own = json!({ "confirmation": "second" });
    second.delete("/api/account", &own).await.expect_problem(409, "last_administrator");
    // Repeated, it only answers the time.
    browser.delete("/api/account", &request).await.expect_status(202);
}

// The others may have lost the role at their provider, or by a command with --force.
#[on_every_store]
async fn administrator_who_became_the_last_one_keeps_the_account(location: StoreLocation) {
    let service = Service::start(&location).await;
    let replica = service.start_replica().await;
    let due = |user: &mut User| {
        user.roles = vec!["admin".to_owned()];
        user.deletion_at = Some(user.created_at);
    };
    let [ada, grace] =
        [create_user_with(&service, "ada", due).await, create_user_with(&service, "grace", due).await];
    let (here, there) = join(delete_due(&service.app), delete_due(&replica.app)).await;
    assert!(here.expect("the store answers") + there.expect("the store answers") <= 1);
    let mut left = Vec::new();
    for user in [&ada, &grace] {
        left.extend(found(&service, user).await);
    }
    assert!(!left.is_empty());
    for user in &left {
        assert_eq!((user.status, user.deletion_at), (Status::Active, None));
        // The task of a service may have done it, and records the event afterwards.
        eventually(Duration::from_secs(15), "the event of the cancelled deletion", || async {
            let events = audit::about(&service.app.store, user.id, 10).await.expect("the store answers");
            let kept = events.iter().find(|event| event.kind == EventKind::DeletionCancelled);
            kept.is_some_and(|event| {
                (event.details_text().as_deref(), &event.actor) == (Some("last_administrator"), &None)
            })
        })
        .await;
    }
    // With another administrator, the account is deleted as requested.
    create_user_with(&service, "second", |user| user.roles = vec!["admin".to_owned()]).await;
    for user in &left {
        let ask = |user: &mut User| {
            due(user);
            Ok::<_, StoreError>(Change::Write(()))
        };
        service.app.users.update(&user.id.document_id(), ask).await.expect("written");
    }
    delete_due(&service.app).await.expect("the store answers");
    for user in &left {
        assert!(found(&service, user).await.is_none());
    }
}
