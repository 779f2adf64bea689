//! Limits of failed logins.

use std::time::Duration;

use futures_util::future::join_all;
use vestibule::{
    audit::{Event, EventKind},
    limiter::{Attempt, Counted, Limited, Networks, Origin},
    login::password::account_keys,
    web::{client::Client, request_id::RequestId},
};

use crate::harness::{
    browser::{Answer, Browser},
    federated::events,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, create_user_with_app},
};

const BEHIND_A_PROXY: (&str, &str) = ("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1");

#[on_every_store]
async fn ten_failures_then_doubling_delay(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    for _ in 0..10 {
        browser.sign_in("ada", "wrong").await.expect_problem(401, "invalid_credentials");
    }
    let answer = browser.sign_in("ada", "wrong").await;
    snapshot!(answer.clone().expect_status(429).problem(), @r#"
    {
      "code": "too_many_attempts",
      "detail": "Wait for the time in Retry-After, then try again.",
      "requestId": "[id]",
      "retryAfter": 30,
      "status": 429,
      "title": "Too many attempts",
      "type": "urn:vestibule:problem:too_many_attempts"
    }
    "#);
    assert_eq!(answer.retry_after(), Some(30));
    service.advance_time(Duration::from_millis(10_500));
    assert_eq!(
        browser.sign_in("ada", PASSWORD).await.expect_status(429).retry_after(),
        Some(20),
        "rounded up"
    );
    service.advance_time(Duration::from_millis(19_500));
    for wait in [60, 120, 240, 480, 960, 1920, 3600, 3600] {
        browser.sign_in("ada", "wrong").await.expect_status(401);
        assert_eq!(browser.sign_in("ada", "wrong").await.expect_status(429).retry_after(), Some(wait));
        service.advance_time(Duration::from_secs(wait));
    }
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
}

#[on_every_store]
async fn correct_password_is_not_checked_during_the_delay(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    for _ in 0..2 {
        for _ in 0..10 {
            browser.sign_in("ada", "wrong").await.expect_status(401);
        }
        assert_eq!(browser.sign_in("ada", PASSWORD).await.expect_status(429).retry_after(), Some(30));
        service.advance_time(Duration::from_secs(30));
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
    }
}

// Guesses through all names count together. A right password is refused while the account must wait.
#[on_every_store]
async fn all_login_names_of_a_user_share_one_limit(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user_with(&service, "ada", |user| {
        user.email = Some("ada@corp.example".parse().unwrap());
        user.email_verified = true;
    })
    .await;
    let browser = Browser::of(&service);
    let spellings = ["ada", "ADA", " ada", "\u{ff21}da", "ada@corp.example", "ADA@corp.EXAMPLE"];
    for name in spellings.iter().cycle().take(10) {
        browser.sign_in(name, "wrong").await.expect_status(401);
    }
    for name in ["ada", "ada@corp.example"] {
        browser.sign_in(name, PASSWORD).await.expect_problem(401, "invalid_credentials");
    }
    service.advance_time(Duration::from_secs(30));
    browser.sign_in("ada@corp.example", PASSWORD).await.expect_status(200);
    for name in ["ada", "ADA", " ada", "\u{ff21}da"].iter().cycle().take(10) {
        browser.sign_in(name, "wrong").await;
    }
    browser.sign_in("aDa", PASSWORD).await.expect_problem(429, "too_many_attempts");
    // The same holds for unknown names.
    for name in ["unknown", "UNKNOWN", " unknown"].iter().cycle().take(10) {
        browser.sign_in(name, "wrong").await.expect_status(401);
    }
    browser.sign_in("unknown ", "wrong").await.expect_status(429);
}

// 429 is decided by the typed name alone. Otherwise guesses at the name would show in the answers for the address.
#[on_every_store]
async fn limited_account_answers_by_another_name_like_an_unknown_name(location: StoreLocation) {
    let service = Service::with_settings(&location, &[BEHIND_A_PROXY]).await;
    create_user_with(&service, "ada", |user| {
        user.email = Some("ada@corp.example".parse().unwrap());
        user.email_verified = true;
    })
    .await;
    let attacker = Browser::of(&service).from("203.0.113.7");
    for _ in 0..10 {
        attacker.sign_in("ada", "wrong").await.expect_status(401);
    }
    attacker.sign_in("ada", "wrong").await.expect_status(429);
    let answers = async |ip: &str, name: &str| {
        let browser = Browser::of(&service).from(ip);
        let mut answers = Vec::new();
        for password in ["wrong", PASSWORD].iter().cycle().take(14) {
            let answer = browser.sign_in(name, password).await;
            answers.push((answer.status, answer.code(), answer.retry_after()));
        }
        answers
    };
    let unknown = answers("203.0.113.8", "unknown@corp.example").await;
    assert_eq!(answers("203.0.113.9", "ada@corp.example").await, unknown);
    assert_eq!((unknown[9].0, unknown[10].0, unknown[10].2), (401, 429, Some(30)));
    // The wait ends: the address signs in, and the name is free as well.
    service.advance_time(Duration::from_secs(30));
    Browser::of(&service).sign_in("ada@corp.example", PASSWORD).await.expect_status(200);
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
}

// The account waits for guesses through both names together. Its password is not checked until the wait ends.
#[on_every_store]
async fn guesses_through_several_names_cannot_pass_the_limit_of_the_account(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user_with(&service, "ada", |user| {
        user.email = Some("ada@corp.example".parse().unwrap());
        user.email_verified = true;
    })
    .await;
    let browser = Browser::of(&service);
    for name in ["ada", "ada@corp.example"].iter().cycle().take(10) {
        browser.sign_in(name, "wrong").await.expect_status(401);
    }
    for name in ["ada", "ada@corp.example"] {
        browser.sign_in(name, PASSWORD).await.expect_problem(401, "invalid_credentials");
    }
    let events = vestibule::audit::about(&service.app.store, ada.id, 100).await.unwrap();
    let with = |reason| events.iter().filter(|event| event.reason.as_deref() == Some(reason)).count();
    assert_eq!((with("wrong_password"), with("account_limited")), (10, 2));
}

// An administrator ends the waits of a user through all names.
#[on_every_store]
async fn cleared_account_can_sign_in_through_every_name(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user_with(&service, "ada", |user| {
        user.email = Some("ada@corp.example".parse().unwrap());
        user.email_verified = true;
    })
    .await;
    let browser = Browser::of(&service);
    for name in ["ada", "ada@corp.example"] {
        for _ in 0..10 {
            browser.sign_in(name, "wrong").await.expect_status(401);
        }
        browser.sign_in(name, PASSWORD).await.expect_problem(429, "too_many_attempts");
    }
    browser.sign_in("unknown", "wrong").await.expect_status(401);
    service.app.limiter.unlock(&account_keys(&ada)).await.unwrap();
    for name in ["ADA", "ada@CORP.example"] {
        browser.sign_in(name, PASSWORD).await.expect_status(200);
    }
}

#[on_every_store]
async fn network_is_limited_to_one_hundred_failures(location: StoreLocation) {
    let service = Service::with_settings(&location, &[BEHIND_A_PROXY]).await;
    create_user(&service, "ada").await;
    let attacker = Browser::of(&service).from("203.0.113.7");
    guess_at_a_hundred_names(&attacker).await;
    let answer = attacker.sign_in("ada", PASSWORD).await.expect_problem(429, "too_many_attempts");
    assert_eq!(answer.retry_after(), Some(600));
    // Other addresses are not limited, whatever the client sent to the proxy.
    Browser::of(&service).from("203.0.113.8").sign_in("ada", PASSWORD).await.expect_status(200);
    Browser::of(&service).from("203.0.113.7, 203.0.113.8").sign_in("ada", PASSWORD).await.expect_status(200);
    Browser::of(&service).from("203.0.113.8, 203.0.113.7").sign_in("ada", PASSWORD).await.expect_status(429);
    Browser::of(&service).from("::ffff:203.0.113.7").sign_in("ada", PASSWORD).await.expect_status(429);
    service.advance_time(Duration::from_mins(9));
    attacker.sign_in("ada", PASSWORD).await.expect_status(429);
    service.advance_time(Duration::from_mins(1));
    attacker.sign_in("ada", PASSWORD).await.expect_status(200);
}

// Spoofed X-Forwarded-For: without trusted proxies the header changes nothing.
#[on_every_store]
async fn forwarded_header_is_ignored_without_trusted_proxies(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    guess_at_a_hundred_names(&Browser::of(&service).from("203.0.113.7")).await;
    for ip in ["203.0.113.8", "127.0.0.1", "2001:db8::1"] {
        let browser = Browser::of(&service).from(ip).with_header("forwarded", &format!("for={ip}"));
        browser.sign_in("ada", PASSWORD).await.expect_problem(429, "too_many_attempts");
    }
}

#[on_every_store]
async fn successful_logins_do_not_count(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    guess_at_names(&browser, 99).await;
    for _ in 0..3 {
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
    }
    browser.sign_in("unknown", "wrong").await.expect_status(401);
    // From a browser that has not signed in: a known device does not wait for its network.
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(429);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
}

#[on_every_store]
async fn counters_survive_a_restart(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    for _ in 0..10 {
        browser.sign_in("ada", "wrong").await.expect_status(401);
    }
    let service = service.restart_with(&[]).await;
    let answer = browser.at_replica(&service).sign_in("ada", PASSWORD).await;
    assert_eq!(answer.expect_status(429).retry_after(), Some(30));
}

#[on_every_store]
async fn full_hashing_queue_counts_nothing(location: StoreLocation) {
    let service =
        Service::with_settings(&location, &[("VESTIBULE_HASH_THREADS", "1"), ("VESTIBULE_HASH_QUEUE", "1")])
            .await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let (hashing, waiting) = (service.app.hasher.reserve().unwrap(), service.app.hasher.reserve().unwrap());
    for _ in 0..12 {
        let answer = browser.sign_in("ada", "wrong").await.expect_problem(503, "busy");
        assert_eq!(answer.retry_after(), Some(1));
    }
    snapshot!(browser.sign_in("ada", PASSWORD).await.problem(), @r#"
    {
      "code": "busy",
      "detail": "Many users are signing in. Try again in a moment.",
      "requestId": "[id]",
      "retryAfter": 1,
      "status": 503,
      "title": "Busy",
      "type": "urn:vestibule:problem:busy"
    }
    "#);
    drop((hashing, waiting));
    for _ in 0..10 {
        browser.sign_in("ada", "wrong").await.expect_status(401);
    }
    browser.sign_in("ada", "wrong").await.expect_status(429);
}

// Parallel guesses cannot pass the limit: the counter is raised before the check, and both replicas share it.
#[on_every_store]
async fn parallel_guesses_at_two_replicas_share_the_limit(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    create_user(&service, "ada").await;
    let answers = join_all((0..60).map(|number| {
        let browser = Browser::of(if number % 2 == 0 { &service } else { &other });
        async move { browser.sign_in("ada", "wrong").await }
    }))
    .await;
    let with = |status| answers.iter().filter(|answer| answer.status == status).count();
    let (checked, waiting, busy) = (with(401), with(429), with(503));
    assert!((1..=10).contains(&checked), "{checked} were checked");
    assert_eq!(checked + waiting + busy, 60, "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
    // Every checked password counts: ten in total.
    let browser = Browser::of(&other);
    for _ in checked..10 {
        browser.sign_in("ada", "wrong").await.expect_status(401);
    }
    browser.sign_in("ada", PASSWORD).await.expect_status(429);
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(429);
}

#[on_every_store]
async fn codes_have_their_own_counter(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let wrong = app.wrong_code(service.clock.now());
    let browser = Browser::of(&service);
    for _ in 0..2 {
        browser.sign_in("linus", PASSWORD).await.expect_status(200);
        for _ in 0..4 {
            browser.verify(&wrong).await.expect_problem(400, "code_invalid");
        }
        browser.verify(&wrong).await.expect_problem(401, "session_ended");
    }
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let right = app.code(service.clock.now());
    assert_eq!(browser.verify(&right).await.expect_problem(429, "too_many_attempts").retry_after(), Some(30));
    service.advance_time(Duration::from_secs(30));
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ipv6_prefix_is_one_network() {
    let location = StoreLocation::file();
    let service = Service::with_settings(&location, &[BEHIND_A_PROXY]).await;
    create_user(&service, "ada").await;
    let browsers: Vec<Browser> =
        (0..100).map(|number| Browser::of(&service).from(&format!("2001:db8:1:2::{number:x}"))).collect();
    for (number, browser) in browsers.iter().enumerate() {
        browser.sign_in(&format!("unknown{number}"), "wrong").await.expect_status(401);
    }
    Browser::of(&service).from("2001:db8:1:2:ffff::1").sign_in("ada", PASSWORD).await.expect_status(429);
    Browser::of(&service).from("2001:db8:1:3::1").sign_in("ada", PASSWORD).await.expect_status(200);
}

// A site of an IPv6 provider can change its /64 with each request.
#[on_every_store]
async fn ipv6_site_has_ten_times_the_limit_of_a_network(location: StoreLocation) {
    let service = Service::start(&location).await;
    let networks = |subscriber: usize| {
        let ip = format!("2001:db8:1:{subscriber:x}::1").parse().expect("an address");
        Client { ip, user_agent: None, device: None, request_id: RequestId::new() }.networks()
    };
    let origin = |subscriber| Origin::Other(networks(subscriber));
    let limiter = &service.app.limiter;
    for some in (0..1000).collect::<Vec<usize>>().chunks(40) {
        let guesses = some.iter().map(|number| async move {
            let account = format!("name:unknown{number}");
            limiter.login_attempt(&account, &account, &origin(number / 50)).await.map(Attempt::failed)
        });
        for guess in join_all(guesses).await {
            guess.expect("below the limit");
        }
    }
    for _ in 0..2 {
        let refused = limiter.login_attempt("name:ada", "name:ada", &origin(99)).await.err();
        assert!(matches!(refused, Some(Limited::Wait(_, Counted::Network))), "{refused:?}");
    }
    let keys = [("2001:db8:2:1::/64".to_owned(), 1), ("2001:db8:2::/48".to_owned(), 10)];
    let other = Networks::new("2001:db8:2::/48".to_owned(), keys);
    limiter
        .login_attempt("name:ada", "name:ada", &Origin::Other(other))
        .await
        .expect("another site")
        .failed();
}

// Clients of many networks could otherwise fill the store with events about names that do not exist.
#[on_every_store]
async fn events_about_unknown_users_are_bounded_in_total(location: StoreLocation) {
    let service = Service::start(&location).await;
    let app = &service.app;
    let record = |number: usize| async move {
        let ip = std::net::Ipv4Addr::from_bits(u32::try_from(number).expect("small") + 0x0a00_0000).into();
        let client = Client { ip, user_agent: None, device: None, request_id: RequestId::new() };
        app.audit(&client).failure(EventKind::PasswordSignIn, "unknown_user").record_limited().await
    };
    let mut stored = 0;
    for some in (0..700).collect::<Vec<usize>>().chunks(50) {
        stored += join_all(some.iter().map(|number| record(*number))).await.into_iter().flatten().count();
    }
    assert_eq!(stored, 600);
    service.advance_time(Duration::from_mins(1));
    assert!(record(0).await.is_some(), "a new minute");
}

// Users type passwords into the field of the user name.
#[on_every_store]
async fn typed_names_are_not_stored_as_text(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada-lovelace").await;
    let browser = Browser::of(&service);
    for name in
        ["correct horse battery", "correct horse battery", "another secret", "ada-lovelace", "ADA-Lovelace"]
    {
        browser.sign_in(name, "wrong").await.expect_status(401);
    }
    browser.sign_in("ada-lovelace", PASSWORD).await.expect_status(200);
    let details: Vec<String> = events(&service).await.iter().rev().filter_map(Event::details_text).collect();
    assert!(details.iter().all(|text| !text.contains("secret") && !text.contains("horse")), "{details:?}");
    let mut hashes = details.iter().filter(|text| text.starts_with("hmac:"));
    let (first, second, third) = (hashes.next().unwrap(), hashes.next().unwrap(), hashes.next().unwrap());
    assert!(hashes.next().is_none());
    let different = [first, second, third].into_iter().collect::<std::collections::HashSet<_>>().len();
    assert_eq!(different, 2, "equal texts have equal hashes: {details:?}");
    let known: Vec<_> =
        details.iter().filter(|text| text.ends_with('…')).map(|text| text.to_lowercase()).collect();
    assert_eq!(known, ["ada…"; 3]);
}

async fn guess_at_a_hundred_names(browser: &Browser) {
    guess_at_names(browser, 100).await;
}

/// Fails with many names, so that the limit per account is not reached.
async fn guess_at_names(browser: &Browser, count: usize) {
    let mut checked = 0;
    browser.get("/login").await.expect_status(200);
    while checked < count {
        let some = checked..count.min(checked + 10);
        let guesses =
            some.map(|number| async move { browser.sign_in(&format!("unknown{number}"), "wrong").await });
        let answers: Vec<Answer> = join_all(guesses).await;
        for answer in answers {
            answer.expect_problem(401, "invalid_credentials");
            checked += 1;
        }
    }
}
