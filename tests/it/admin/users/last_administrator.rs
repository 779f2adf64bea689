//! The last administrator cannot be removed, also by requests at the same time.

use futures_util::future::join;
use reqwest::Method;
use serde_json::json;
use vestibule::user::{Status, User};

use super::{act, signed_in_with};
use crate::harness::{
    browser::Browser,
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

// A count before the write is not enough: each of two acts would count the administrator whom the other one removes.
#[on_every_store]
async fn two_administrators_who_remove_each_other_at_two_replicas_leave_one(location: StoreLocation) {
    let service = Service::start(&location).await;
    let replica = service.start_replica().await;
    let mut removed = 0;
    for round in 0..8 {
        let names = [format!("one{round}"), format!("two{round}")];
        let one = signed_in_with(&service, &names[0], &["admin"]).await;
        let two = signed_in_with(&service, &names[1], &["admin"]).await.at_replica(&replica);
        let users = [user_of(&service, &names[0]).await, user_of(&service, &names[1]).await];
        let remove = |browser: Browser, user: &User| {
            let (path, is_even) = (path(user), round % 2 == 0);
            async move {
                if is_even {
                    act(&browser, Method::POST, &format!("{path}/disable"), json!({})).await.status
                } else {
                    act(&browser, Method::DELETE, &path, json!({})).await.status
                }
            }
        };
        let statuses = join(remove(one, &users[1]), remove(two, &users[0])).await;
        let mut left = 0;
        for user in &users {
            let found = service.app.store.get::<User>(&user.id.document_id()).await.expect("an answer");
            left += usize::from(found.is_some_and(|user| user.status == Status::Active));
        }
        // Each of them can be refused because of the other one.
        assert!(left >= 1, "round {round}: {statuses:?}");
        removed += usize::from(left == 1);
        // For the next round.
        for user in users {
            service.app.store.take::<User>(&user.id.document_id()).await.expect("the store answers");
        }
    }
    assert!(removed > 0, "no act succeeded");
}
