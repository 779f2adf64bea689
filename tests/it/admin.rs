//! Routes for administrators.

mod event_export;
mod event_stream;
mod events;
mod explain;
mod merges;
mod overview;
mod provider_test;
mod provider_test_login;
mod providers;
mod settings;
mod summary;
pub(crate) mod users;

use vestibule::{
    store::{Change, StoreError},
    user::User,
};

use crate::harness::{
    browser::Browser,
    service::Service,
    totp::Authenticator,
    users::{PASSWORD, create_user_with_app},
};

const ROUTES: [&str; 11] = [
    "/api/admin/events",
    "/api/admin/events/export",
    "/api/admin/mail",
    "/api/admin/merges",
    "/api/admin/overview",
    "/api/admin/overview/export?chart=logins",
    "/api/admin/providers",
    "/api/admin/settings",
    "/api/admin/summary",
    "/api/admin/webhooks",
    "/api/admin/webhooks/deliveries",
];

/// Signs in a user with this role, whose second factor is recent.
pub(crate) async fn signed_in_with_role(service: &Service, name: &str, role: &str) -> (Browser, User) {
    let (user, app) = create_user_with_app(service, name).await;
    set_role(service, &user, role).await;
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    (browser, user)
}

/// Gives a user this role only.
pub(crate) async fn set_role(service: &Service, user: &User, role: &str) {
    let change = |user: &mut User| {
        user.roles = vec![role.to_owned()];
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.users.update(&user.id.document_id(), change).await.expect("written");
}

/// Signs in an administrator whose password and second factor are recent.
pub(crate) async fn administrator(service: &Service) -> (Browser, Authenticator) {
    let (user, app) = create_user_with_app(service, "margaret").await;
    set_role(service, &user, "admin").await;
    let browser = Browser::of(service);
    browser.sign_in("margaret", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    (browser, app)
}
