//! The response time of a refused password login does not reveal an imported account.

use std::time::{Duration, Instant};

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with},
};

// Checking an older hash format does not take the same time as ours. The response time does not reveal it.
#[on_every_store]
async fn refusal_time_does_not_reveal_an_imported_user(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user_with(&service, "linus", |user| {
        let hash = bcrypt::hash(PASSWORD, 8).expect("hashed");
        user.password.as_mut().expect("a password").hash = hash;
    })
    .await;
    let service = service.restart_with(&[]).await;
    assert!(service.app.legacy_hashes.exist());
    let browser = Browser::of(&service);
    for name in ["ada", "linus", "unknown"] {
        let began = Instant::now();
        browser.sign_in(name, "wrong").await.expect_status(401);
        assert!(began.elapsed() >= Duration::from_millis(750), "{name}: {:?}", began.elapsed());
    }
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let service = service.restart_with(&[]).await;
    assert!(!service.app.legacy_hashes.exist(), "no user has a legacy hash");
}
