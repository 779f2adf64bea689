//! The response time of a refused password login does not reveal an imported account.

use std::time::{Duration, Instant};

use vestibule::{login::password::refusal_time::slowest_check, user::User};

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, password, stored_user},
};

async fn refusal_time(browser: &Browser, name: &str, typed: &str) -> Duration {
    let began = Instant::now();
    browser.sign_in(name, typed).await.expect_status(401);
    began.elapsed()
}

async fn create_imported_user(service: &Service, name: &str, hash: &str) -> User {
    create_user_with(service, name, |user| user.password = Some(password(service, hash.to_owned()))).await
}

// Checking a hash of another scheme does not take the same time as ours. The import runs while the service runs.
#[on_every_store]
async fn refusal_time_does_not_reveal_an_imported_user_from_the_import_on(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    refusal_time(&browser, "ada", "wrong").await;
    let linus = create_imported_user(&service, "linus", &bcrypt::hash(PASSWORD, 8).expect("hashed")).await;
    for name in ["ada", "linus", "unknown"] {
        let time = refusal_time(&browser, name, "wrong").await;
        assert!(time >= slowest_check(), "{name}: {time:?}");
        // The number of forms of the typed text counts, not the account.
        let time = refusal_time(&browser, name, "wr\u{f6}ng").await;
        assert!(time >= slowest_check() * 2, "{name}: {time:?}");
    }
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    assert!(stored_user(&service, &linus).await.password.expect("a password").hash.starts_with("$argon2id$"));
    let time = refusal_time(&browser, "ada", "wrong").await;
    assert!(time < slowest_check(), "no user has a hash of another scheme: {time:?}");
}
