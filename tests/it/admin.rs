//! Routes for administrators.

mod events;
mod providers;
mod summary;

use vestibule::store::{Change, StoreError};

use crate::harness::{
    browser::Browser,
    service::Service,
    totp::Authenticator,
    users::{PASSWORD, create_user_with_app},
};

const ROUTES: [&str; 6] = [
    "/api/admin/events",
    "/api/admin/mail",
    "/api/admin/providers",
    "/api/admin/summary",
    "/api/admin/webhooks",
    "/api/admin/webhooks/deliveries",
];

/// Signs in an administrator whose password and second factor are recent.
pub(crate) async fn administrator(service: &Service) -> (Browser, Authenticator) {
    let (user, app) = create_user_with_app(service, "margaret").await;
    let promote = |user: &mut vestibule::user::User| {
        user.roles = vec!["admin".to_owned()];
        Ok::<_, StoreError>(Change::Write(()))
    };
    service.app.store.update(&user.id.document_id(), promote).await.expect("written");
    let browser = Browser::of(service);
    browser.sign_in("margaret", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    (browser, app)
}
