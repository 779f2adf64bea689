//! Deadlines when the system clock is set. [`Clock::step`](vestibule::clock::Clock::step) sets it; the monotonic clock stays.

use std::time::Duration;

use vestibule::{clock::Clock, store::Store};

use crate::harness::{
    browser::Browser,
    service::Service,
    stores::{StoreLocation, TestStore},
    users::{PASSWORD, create_user, create_user_with_app},
};

const ELEVEN_MINUTES: i64 = 11 * 60_000;

async fn assert_idle(browser: &Browser) {
    assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), "idle");
}

// No request comes between the expiry and the change of the clock. The service reads its clock every second.
#[on_every_store]
async fn clock_set_back_revives_no_session_that_expired_unseen(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.clock.step(ELEVEN_MINUTES);
    let _ = service.clock.now();
    service.clock.step(-ELEVEN_MINUTES);
    assert_idle(&browser).await;
    // A new session has its full lifetime.
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_mins(9));
    browser.me().await.expect_status(200);
    service.advance_time(Duration::from_mins(11));
    assert_idle(&browser).await;
}

#[on_every_store]
async fn clock_set_back_revives_no_session_after_a_restart(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let start = service.clock.system_time();
    service.advance_time(Duration::from_mins(11));
    service.stop().await;
    let service = Service::on_store(location.url(), &[]).await;
    assert_eq!(service.clock.system_time(), start, "the clock is set back by eleven minutes");
    assert_idle(&browser.at_replica(&service)).await;
}

#[on_every_store]
async fn replica_with_a_slow_clock_revives_no_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let slow = Service::on_store(location.url(), &[]).await;
    service.advance_time(Duration::from_mins(11));
    for replica in [&service, &slow] {
        replica.app.store.synchronize(&replica.clock).await.expect("the store answers");
    }
    assert_idle(&browser.at_replica(&slow)).await;
}

// The clock is 500 days ahead for a minute: users of that minute sign in again, the others do not.
#[on_every_store]
async fn clock_that_was_far_ahead_has_no_effect_afterwards(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let (before, during) = (Browser::of(&service), Browser::of(&service));
    before.sign_in("ada", PASSWORD).await.expect_status(200);
    service.clock.step(500 * 86_400_000);
    during.sign_in("ada", PASSWORD).await.expect_status(200);
    during.me().await.expect_status(200);
    service.app.store.synchronize(&service.clock).await.expect("the store answers");
    service.advance_time(Duration::from_mins(1));
    service.clock.step(-500 * 86_400_000);
    before.me().await.expect_status(200);
    // Its deadlines are 500 days away.
    during.me().await.expect_problem(401, "session_ended");
    let restarted = service.start_replica().await;
    before.at_replica(&restarted).me().await.expect_status(200);
}

#[on_every_store]
async fn used_code_stays_used_when_the_clock_is_set_back(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "ada").await;
    let sign_in = async || {
        let browser = Browser::of(&service);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        browser
    };
    let code = app.code(service.clock.system_time());
    sign_in().await.verify(&code).await.expect_status(200);
    for back in [0, 30_000, 3_600_000] {
        service.clock.step(back);
        let _ = service.clock.now();
        service.clock.step(-back);
        sign_in().await.verify(&code).await.expect_problem(400, "code_invalid");
    }
    // Codes follow the system clock, as the authenticator app does, and not the newest time.
    service.advance_time(Duration::from_mins(1));
    let next = app.code(service.clock.system_time());
    sign_in().await.verify(&next).await.expect_status(200);
}

#[on_every_store]
async fn newest_time_of_all_processes_is_kept(store: TestStore) {
    let open_again: Store = store.open_again().await;
    let start = Clock::system().now();
    let (fast, slow) = (Clock::manual(start + Duration::from_hours(1)), Clock::manual(start));
    store.synchronize(&fast).await.unwrap();
    open_again.synchronize(&slow).await.unwrap();
    assert_eq!(slow.now(), start + Duration::from_hours(1));
    assert_eq!(slow.system_time(), start);
    // A time that no clock confirms is not kept.
    let wrong = Clock::manual(start + Duration::from_hours(24 * 500));
    store.synchronize(&wrong).await.unwrap();
    let next = Clock::manual(start);
    store.synchronize(&next).await.unwrap();
    assert_eq!(next.now(), start + Duration::from_hours(1));
}
