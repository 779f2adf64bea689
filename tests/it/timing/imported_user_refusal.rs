//! The response time of a refused password login does not reveal an imported account.

use std::time::{Duration, Instant};

use vestibule::{login::password::refusal_time::slowest_check, user::User};

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, hash, password, stored_user},
};

/// The slowest hash that is accepted, of each scheme. None matches a password of this test.
const SLOWEST: [(&str, &str); 6] = [
    ("bcrypt", "$2b$14$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b."),
    ("argon2", "$argon2id$v=19$m=262144,t=4,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ("sha1", "$pbkdf2-sha1$i=3000000,l=20$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ("sha256", "$pbkdf2-sha256$i=3000000,l=32$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ("sha512", "$pbkdf2-sha512$i=3000000,l=32$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ("scrypt", "$scrypt$ln=18,r=8,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
];

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

#[on_every_store]
async fn refusal_time_covers_the_slowest_accepted_hash_of_each_scheme(location: StoreLocation) {
    let service = Service::start(&location).await;
    assert!(hash().await.starts_with("$argon2id$"));
    for (name, hash) in SLOWEST {
        create_imported_user(&service, name, hash).await;
    }
    let browser = Browser::of(&service);
    let mut seen = Vec::new();
    // One round with equal times is enough: a hash that takes longer shows in every round.
    for _ in 0..6 {
        let mut steps = Vec::new();
        for name in SLOWEST.iter().map(|(name, _)| *name).chain(["unknown"]) {
            service.advance_time(Duration::from_mins(10));
            let began = Instant::now();
            let answer = browser.sign_in(name, "wrong").await;
            let is_complete = answer.status == 401;
            let time = began.elapsed();
            assert!(!is_complete || time >= slowest_check(), "{name}: {time:?}");
            steps.push((name, is_complete, time.as_millis() / slowest_check().as_millis()));
        }
        if steps.iter().all(|(_, is_complete, step)| *is_complete && *step == 1) {
            return;
        }
        seen.push(steps);
    }
    panic!("steps of {:?}: {seen:#?}", slowest_check());
}
