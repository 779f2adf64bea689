//! Known devices: the device cookie, and the allowance of guesses that it gives.

use std::time::Duration;

use serde_json::json;
use vestibule::{
    login::password::account_keys,
    mail::{self, Template},
    user::{DEVICES_MAX, User},
    web::device_key::DeviceKey,
};

use crate::harness::{
    account::reauthenticate,
    browser::Browser,
    federated::{FederatedFixture, all_users, claims_of, set_verified_email},
    mail::MAIL,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, create_user_with_app, stored_user},
};

const COOKIE: &str = "vestibule-device-3000";

async fn signed_in(service: &Service, name: &str) -> Browser {
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser
}

async fn devices(service: &Service, user: &User) -> usize {
    stored_user(service, user).await.devices.len()
}

#[on_every_store]
async fn completed_login_makes_its_browser_known(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service).with_header("user-agent", "Firefox on Linux");
    assert_eq!(browser.sign_in("linus", "wrong").await.set_cookie(COOKIE), None);
    // An attacker who knows only the password must not become known.
    assert_eq!(browser.sign_in("linus", PASSWORD).await.expect_status(200).set_cookie(COOKIE), None);
    assert_eq!(devices(&service, &linus).await, 0);
    let answer = browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    let cookie = answer.set_cookie(COOKIE).expect("a device cookie");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"] {
        assert!(cookie.contains(attribute), "{attribute}: {cookie}");
    }
    let value = browser.cookie(COOKIE).expect("a device cookie");
    let stored = stored_user(&service, &linus).await.devices;
    let [device] = stored.as_slice() else { panic!("one device: {stored:?}") };
    let key = DeviceKey::from_cookie(&value, &service.app.keys).expect("our signature");
    assert_eq!((device.hash.clone(), device.user_agent.as_deref()), (key.hash(), Some("Firefox on Linux")));
    assert!(!location.all_documents().await.contains(&value), "the store has only the hash");
    // Logout keeps it, and the next login sends it again.
    browser.sign_out().await.expect_status(200);
    assert_eq!(browser.cookie(COOKIE).as_deref(), Some(value.as_str()));
    service.advance_time(Duration::from_mins(11));
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let answer = browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    assert!(answer.set_cookie(COOKIE).is_some_and(|cookie| cookie.contains(&value)), "the same id");
    let again = stored_user(&service, &linus).await.devices;
    assert_eq!((again.len(), again[0].id, again[0].first_seen_at), (1, device.id, device.first_seen_at));
    assert_eq!(again[0].last_seen_at, service.clock.now());
}

#[on_every_store]
async fn every_kind_of_login_makes_its_browser_known_once(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let service = &fixture.service;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let value = browser.cookie(COOKIE).expect("a device cookie after a federated login");
    let [grace] = all_users(service).await.try_into().expect("one user");
    assert_eq!(devices(service, &grace).await, 1);
    let ada = create_user(service, "ada").await;
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_eq!(browser.cookie(COOKIE), Some(value), "one cookie for all users of the browser");
    reauthenticate(&browser, &json!({ "password": PASSWORD })).await.expect_status(200);
    assert_eq!((devices(service, &grace).await, devices(service, &ada).await), (1, 1));
}

// Otherwise a client could invent ids, or keep itself known with the signature of another service.
#[on_every_store]
async fn planted_forged_and_oversized_device_cookies_are_ignored(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let known = signed_in(&service, "ada").await.cookie(COOKIE).expect("a device cookie");
    let other_keys = vestibule::secrets::Keys::parse(&vestibule::secrets::new_key()).unwrap();
    let forged = [
        String::new(),
        "A".repeat(6000),
        format!("{known}A"),
        known.to_lowercase(),
        DeviceKey::random().cookie_value(&other_keys),
    ];
    for (number, forged) in (2..).zip(&forged) {
        let browser = Browser::of(&service);
        browser.put_cookie(COOKIE, forged);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        let new = browser.cookie(COOKIE).expect("a device cookie");
        assert!(new != *forged && new != known, "{forged}");
        assert_eq!(devices(&service, &ada).await, number, "{forged}");
    }
}

// A client with the password can complete logins without limit. Each device has its own allowance of guesses.
#[on_every_store]
async fn twenty_devices_are_the_bound(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    for _ in 0..DEVICES_MAX + 2 {
        service.advance_time(Duration::from_secs(1));
        signed_in(&service, "ada").await;
    }
    assert_eq!(devices(&service, &ada).await, DEVICES_MAX);
}

#[on_every_store]
async fn attacker_cannot_lock_the_owner_out_of_a_known_device(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    create_user(&service, "ada").await;
    let owner = signed_in(&service, "ada").await;
    owner.sign_out().await.expect_status(200);
    // The attacker is even in the network of the owner.
    let attacker = Browser::of(&service);
    for number in 0..100 {
        let answer = attacker.sign_in("ada", "wrong").await;
        assert_eq!(answer.status, if number < 10 { 401 } else { 429 }, "{number}");
        assert!(number < 10 || answer.retry_after().is_some(), "every 429 says how long to wait");
    }
    for number in 0..90 {
        attacker.sign_in(&format!("unknown{number}"), "wrong").await.expect_status(401);
    }
    assert_eq!(attacker.sign_in("linus", "wrong").await.expect_status(429).retry_after(), Some(600));
    attacker.sign_in("ada", PASSWORD).await.expect_problem(429, "too_many_attempts");
    owner.at_replica(&other).sign_in("ada", PASSWORD).await.expect_status(200);
    owner.sign_in("ada", PASSWORD).await.expect_status(200);
    // The login of the owner gives the attacker no new guesses.
    attacker.sign_in("ada", PASSWORD).await.expect_status(429);
}

// An attacker who knows the password fails with codes.
// The account counter is reset by a login that used it, and by no other one: a user who signs in daily would give new guesses every day.
#[on_every_store]
async fn login_in_a_known_device_gives_other_clients_no_new_guesses(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user_with(&service, "ada", |user| set_verified_email(user, "ada@corp.example")).await;
    let owner = signed_in(&service, "ada").await;
    let attacker = Browser::of(&service);
    for _ in 0..10 {
        attacker.sign_in("ada", "wrong").await.expect_status(401);
    }
    owner.sign_in("ada", PASSWORD).await.expect_status(200);
    // Another name of the account has no failures of its own, so only the counter of the account refuses the correct password.
    attacker.sign_in("ada@corp.example", PASSWORD).await.expect_problem(401, "invalid_credentials");
}

#[on_every_store]
async fn attacker_with_the_password_cannot_use_up_the_codes_of_a_known_device(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let owner = signed_in(&service, "linus").await;
    owner.verify(&app.code(service.clock.now())).await.expect_status(200);
    let attacker = Browser::of(&service);
    let wrong = app.wrong_code(service.clock.now());
    for _ in 0..2 {
        attacker.sign_in("linus", PASSWORD).await.expect_status(200);
        for _ in 0..5 {
            attacker.verify(&wrong).await;
        }
    }
    attacker.sign_in("linus", PASSWORD).await.expect_status(200);
    attacker.verify(&wrong).await.expect_problem(429, "too_many_attempts");
    service.advance_time(Duration::from_secs(30));
    owner.sign_in("linus", PASSWORD).await.expect_status(200);
    owner.verify(&app.code(service.clock.now())).await.expect_status(200);
}

#[on_every_store]
async fn stolen_device_cookie_is_limited_by_its_own_counter(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let owner = signed_in(&service, "ada").await;
    let stolen = signed_in(&service, "ada").await;
    let value = stolen.cookie(COOKIE).expect("a device cookie");
    let attacker = Browser::of(&service);
    attacker.put_cookie(COOKIE, &value);
    for _ in 0..10 {
        attacker.sign_in("ADA", "wrong").await.expect_problem(401, "invalid_credentials");
    }
    assert_eq!(attacker.sign_in("ada", PASSWORD).await.expect_status(429).retry_after(), Some(30));
    owner.sign_in("ada", PASSWORD).await.expect_status(200);
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
    // The wait doubles, and at the twentieth failure it lasts a day.
    for wait in [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600] {
        service.advance_time(Duration::from_secs(wait));
        attacker.sign_in("ada", "wrong").await.expect_status(401);
    }
    assert_eq!(attacker.sign_in("ada", PASSWORD).await.expect_status(429).retry_after(), Some(86_400));
    // An administrator lifts the waits of devices, too.
    let lifted = service.app.limiter.unlock(&account_keys(&stored_user(&service, &ada).await)).await.unwrap();
    assert_eq!(
        lifted.iter().map(|lifted| (lifted.count, lifted.of_device)).collect::<Vec<_>>(),
        [(20, true)]
    );
    attacker.sign_in("ada", PASSWORD).await.expect_status(200);
}

// Otherwise an attacker would sign in to an own account first.
#[on_every_store]
async fn device_of_another_account_gives_no_allowance(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user(&service, "mallory").await;
    let attacker = signed_in(&service, "mallory").await;
    for _ in 0..10 {
        attacker.sign_in("ada", "wrong").await.expect_status(401);
    }
    attacker.sign_in("ada", PASSWORD).await.expect_status(429);
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(429);
}

#[on_every_store]
async fn reauthentication_and_login_in_a_known_device_share_one_counter(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    for _ in 0..5 {
        reauthenticate(&browser, &json!({ "password": "wrong" })).await.expect_problem(400, "password_wrong");
        browser.clone().sign_in("ada", "wrong").await.expect_status(401);
    }
    let answer = reauthenticate(&browser, &json!({ "password": PASSWORD })).await;
    assert_eq!(answer.expect_problem(429, "too_many_attempts").retry_after(), Some(30));
    browser.sign_in("ada", PASSWORD).await.expect_problem(429, "too_many_attempts");
}

// The counter is raised before the check, on both replicas.
#[on_every_store]
async fn parallel_guesses_in_a_known_device_share_its_limit(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    let guesses = (0..40).map(|number| {
        let browser = browser.at_replica(if number % 2 == 0 { &service } else { &other });
        async move { browser.sign_in("ada", "wrong").await.status }
    });
    let statuses = futures_util::future::join_all(guesses).await;
    let checked = statuses.iter().filter(|status| **status == 401).count();
    assert!((1..=10).contains(&checked), "{statuses:?}");
}

// Mail bombing: an attacker with the password must not hide the notices of changes among a thousand notices of logins.
#[on_every_store]
async fn logins_in_unknown_devices_cause_ten_notices_and_then_one_each_hour(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    create_user_with(&service, "ada", |user| set_verified_email(user, "ada@corp.example")).await;
    let notices = async || {
        let page = mail::page(&service.app.store, None, None, 100).await.expect("the store answers");
        page.mails.iter().filter(|mail| mail.template == Template::UnknownDevice).count()
    };
    signed_in(&service, "ada").await;
    assert_eq!(notices().await, 0, "the first login of the account");
    for number in 1..=14 {
        signed_in(&service, "ada").await;
        assert_eq!(notices().await, number.min(10));
    }
    service.advance_time(Duration::from_secs(30));
    for _ in 0..2 {
        signed_in(&service, "ada").await;
        assert_eq!(notices().await, 11);
    }
}

#[on_every_store]
async fn mails_to_an_address_and_tokens_of_a_network_are_limited(location: StoreLocation) {
    use vestibule::limiter::{Attempt, Guess, Limited, Networks};
    let service = Service::start(&location).await;
    let limiter = &service.app.limiter;
    let networks = |number: u32| Networks::new("192.0.2.0/24".to_owned(), [(format!("192.0.2.{number}"), 1)]);
    for _ in 0..3 {
        limiter.count_mail("name:ada@corp.example").await.expect("free");
    }
    let limited = limiter.count_mail("name:ada@corp.example").await.err();
    assert!(
        matches!(limited, Some(Limited::Wait(left, _)) if left == Duration::from_hours(1)),
        "{limited:?}"
    );
    limiter.count_mail("name:linus@corp.example").await.expect("another address");
    limiter.unlock(&["name:ada@corp.example".to_owned()]).await.expect("the store answers");
    limiter.count_mail("name:ada@corp.example").await.expect("a mail was used");
    for _ in 0..100 {
        limiter.count_mail_request(&networks(9)).await.expect("free");
    }
    let limited = limiter.count_mail_request(&networks(9)).await.err();
    assert!(matches!(limited, Some(Limited::Wait(..))), "{limited:?}");
    for _ in 0..100 {
        limiter.token_attempt(Guess::Link, &networks(20)).await.map(Attempt::failed).expect("free");
    }
    let limited = limiter.token_attempt(Guess::Reset, &networks(20)).await.err();
    assert!(matches!(limited, Some(Limited::Wait(..))), "one limit of a network for all kinds");
    limiter.token_attempt(Guess::Reset, &networks(21)).await.expect("another network").succeeded().await;
}
