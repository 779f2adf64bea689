//! Requests about one passkey that are sent at the same time.

use std::time::{Duration, Instant};

use serde_json::json;
use vestibule::audit::{self, EventKind};

use crate::harness::{
    browser::{Answer, Browser},
    factors::remove_app,
    has_time_for_race,
    passkey::{
        Passkey, factor_options, passkey_id, registration_options, sign_in_options, user_with_passkey,
    },
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, stored_user},
};

const LIMIT: Duration = Duration::from_secs(3);
/// Rounds with a registration, which hashes recovery codes.
const REGISTRATIONS: usize = 4;
/// Each round has its own minutes, so that no limit is met.
const PAUSE: Duration = Duration::from_mins(11);

fn statuses(answers: &[Answer; 2]) -> [u16; 2] {
    let mut statuses = [answers[0].status, answers[1].status];
    statuses.sort_unstable();
    statuses
}

async fn send_both(one: (&Browser, &str), two: (&Browser, &str), body: &serde_json::Value) -> [Answer; 2] {
    tokio::join!(one.0.post(one.1, body), two.0.post(two.1, body)).into()
}

// A replay that is as fast as the response: exactly one of two replicas accepts it.
#[on_every_store]
async fn same_response_at_two_replicas_succeeds_once(location: StoreLocation) {
    let service = Service::start(&location).await;
    let replica = service.start_replica().await;
    // Without a counter: only the ceremony refuses the replay.
    let mut passkey = Passkey::synced();
    let (user, _) = user_with_passkey(&service, "ada", &mut passkey).await;
    let began = Instant::now();
    let mut rounds = 0;
    while has_time_for_race(rounds, began, LIMIT) {
        rounds += 1;
        service.advance_time(PAUSE);
        let browser = Browser::of(&service);
        let body = passkey.get(&sign_in_options(&browser).await);
        let path = "/api/auth/passkey/login";
        let answers = send_both((&browser, path), (&browser.at_replica(&replica), path), &body).await;
        assert_eq!(statuses(&answers), [200, 400], "{answers:?}");
        let over = answers.iter().find(|answer| answer.status == 400).expect("one");
        assert_eq!(over.code(), "ceremony_over");

        let browser = Browser::of(&service);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        let body = passkey.get(&factor_options(&browser).await);
        let path = "/api/mfa/passkey/verify";
        let answers = send_both((&browser, path), (&browser.at_replica(&replica), path), &body).await;
        let successes = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(successes, 1, "{answers:?}");
    }
    let events = audit::about(&service.app.store, user.id, 1000).await.expect("the store answers");
    let logins = events.iter().filter(|event| event.kind == EventKind::PasskeySignIn).count();
    assert_eq!(logins, rounds);
}

// Of an authenticator and its copy that answer at the same time, one shows a counter that is not higher.
#[on_every_store]
async fn copy_of_an_authenticator_is_refused_by_its_counter(location: StoreLocation) {
    let service = Service::start(&location).await;
    let replica = service.start_replica().await;
    let mut passkey = Passkey::security_key();
    let (user, _) = user_with_passkey(&service, "ada", &mut passkey).await;
    let began = Instant::now();
    let mut rounds = 0;
    while has_time_for_race(rounds, began, LIMIT) {
        rounds += 1;
        service.advance_time(PAUSE);
        let mut copy = passkey.cloned();
        let (owner, attacker) = (Browser::of(&service), Browser::of(&replica));
        let own = passkey.get(&sign_in_options(&owner).await);
        let other = copy.get(&sign_in_options(&attacker).await);
        let path = "/api/auth/passkey/login";
        let answers = tokio::join!(owner.post(path, &own), attacker.post(path, &other)).into();
        assert_eq!(statuses(&answers), [200, 401], "{answers:?}");
    }
    let events = audit::about(&service.app.store, user.id, 1000).await.expect("the store answers");
    let copies = events.iter().filter(|event| event.reason.as_deref() == Some("counter_not_higher")).count();
    assert_eq!(copies, rounds);
    assert_eq!(stored_user(&service, &user).await.passkeys[0].counter, passkey.counter);
}

#[on_every_store]
async fn credential_registered_by_two_users_at_once_belongs_to_one(location: StoreLocation) {
    let service = Service::start(&location).await;
    let replica = service.start_replica().await;
    for round in 0..REGISTRATIONS {
        let mut users = Vec::new();
        let mut browsers = Vec::new();
        for (place, name) in [(&service, "ada"), (&replica, "mallory")] {
            let name = format!("{name}{round}");
            users.push(create_user(&service, &name).await);
            let browser = Browser::of(place);
            browser.sign_in(&name, PASSWORD).await.expect_status(200);
            browsers.push(browser);
        }
        let mut passkey = Passkey::synced();
        let one = passkey.create(&registration_options(&browsers[0]).await);
        let two = passkey.create(&registration_options(&browsers[1]).await);
        let path = "/api/account/passkeys";
        let answers = tokio::join!(browsers[0].post(path, &one), browsers[1].post(path, &two)).into();
        assert_eq!(statuses(&answers), [200, 409], "{answers:?}");
        let mut owners = 0;
        for user in &users {
            let stored = stored_user(&service, user).await;
            assert_eq!(stored.passkeys.is_empty(), stored.recovery_codes.is_none());
            owners += stored.passkeys.len();
        }
        assert_eq!(owners, 1);
    }
}

// Whichever write is first: no session of the removed passkey is left.
#[on_every_store]
async fn login_during_the_removal_of_its_passkey_leaves_no_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    let replica = service.start_replica().await;
    for round in 0..REGISTRATIONS {
        service.advance_time(PAUSE);
        let mut passkey = Passkey::synced();
        let (user, owner) = user_with_passkey(&service, &format!("ada{round}"), &mut passkey).await;
        let id = passkey_id(&owner).await;
        let other = Browser::of(&replica);
        let body = passkey.get(&sign_in_options(&other).await);
        let (removed, login) =
            tokio::join!(remove_app(&owner, &id), other.post("/api/auth/passkey/login", &body));
        removed.expect_status(200);
        assert!([200, 401].contains(&login.status), "{}", login.text);
        // At the replica of the removal: its cache has the change.
        let me = other.at_replica(&service).me().await;
        assert_eq!(me.status, 401, "{}", me.text);
        assert!(stored_user(&service, &user).await.passkeys.is_empty());
        let again = Browser::of(&service);
        let body = passkey.get(&sign_in_options(&again).await);
        again.post("/api/auth/passkey/login", &body).await.expect_problem(401, "passkey_unknown");
        owner.post("/api/auth/keep-alive", &json!({})).await.expect_status(200);
    }
}
