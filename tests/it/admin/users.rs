//! `/api/admin/users`.

mod acts;
mod last_administrator;
mod list;
mod permissions;

use reqwest::Method;
use serde_json::{Value, json};
use vestibule::store::{Change, StoreError};

use crate::harness::{
    browser::{Answer, Browser},
    service::Service,
    users::{PASSWORD, create_user_with_app},
};

/// Signs in a user with these roles whose password and second factor are recent.
pub(super) async fn signed_in_with(service: &Service, name: &str, roles: &[&str]) -> Browser {
    let (user, app) = create_user_with_app(service, name).await;
    let promote = |user: &mut vestibule::user::User| {
        user.roles = roles.iter().map(ToString::to_string).collect();
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.store.update(&user.id.document_id(), promote).await.expect("written");
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    browser
}

/// Sends a request with a reason in its body.
pub(crate) async fn act(browser: &Browser, method: Method, path: &str, body: Value) -> Answer {
    let mut body = body;
    body["reason"] = json!("ticket 17");
    browser.with_token(method, path).await.json(&body).send().await
}
