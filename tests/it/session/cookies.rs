//! Attributes of the session cookie, and when it is set.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use vestibule::clock::Timestamp;

use crate::harness::{
    browser::{Answer, Browser},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with_app},
};

const HTTPS: (&str, &str) = ("VESTIBULE_PUBLIC_URL", "https://id.example.org");

#[on_every_store]
async fn https_cookie_uses_the_host_prefix(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let value = browser.session().unwrap();
    assert_eq!(value.len(), 22);
    assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{value}");
    assert_eq!(
        attributes(&answer.session_cookie().unwrap()),
        ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax"]
    );
    assert_eq!(attributes(&answer.set_cookie("XSRF-TOKEN").unwrap()), ["Path=/", "SameSite=Lax"]);
    let answer = browser.sign_out().await.expect_status(200);
    assert_eq!(
        attributes(&answer.session_cookie().unwrap()),
        ["HttpOnly", "Max-Age=0", "Path=/", "SameSite=Lax"]
    );

    let service = service.restart_with(&[HTTPS]).await;
    let browser = Browser::of(&service);
    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let cookie = answer.set_cookie("__Host-vestibule").unwrap();
    assert_eq!(attributes(&cookie), ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax", "Secure"]);
    assert_eq!(answer.set_cookie("vestibule-3000"), None);
    let xsrf = answer.set_cookie("__Host-XSRF-TOKEN").unwrap();
    assert_eq!(attributes(&xsrf), ["Path=/", "SameSite=Lax", "Secure"]);
    assert_eq!(answer.set_cookie("XSRF-TOKEN"), None);
    assert!(answer.header("strict-transport-security").is_some());
    // Without `Secure` a browser ignores the removal of a `__Host-` cookie.
    let answer = browser.sign_out().await.expect_status(200);
    let removal = answer.set_cookie("__Host-vestibule").unwrap();
    assert!(removal.starts_with("__Host-vestibule=;"), "{removal}");
    assert_eq!(attributes(&removal), ["HttpOnly", "Max-Age=0", "Path=/", "SameSite=Lax", "Secure"]);
}

// Any host of the site can set a plain cookie: it is ignored on https.
#[on_every_store]
async fn plain_cookie_is_ignored_on_https(location: StoreLocation) {
    let service = Service::with_settings(&location, &[HTTPS]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let stolen = Browser::of(&service);
    stolen.put_cookie("vestibule-3000", &browser.session().unwrap());
    stolen.me().await.expect_problem(401, "not_signed_in");
    browser.me().await.expect_status(200);
}

#[on_every_store]
async fn anonymous_visitor_gets_no_session_cookie(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    for path in [
        "/",
        "/login",
        "/api/auth/session",
        "/api/auth/me",
        "/api/auth/csrf-token",
        "/api/auth/providers",
        "/api/nope",
        "/healthz",
    ] {
        assert_eq!(browser.get(path).await.session_cookie(), None, "{path}");
    }
    for answer in
        [browser.sign_out().await, browser.keep_alive().await, browser.sign_in("unknown", "x").await]
    {
        assert_eq!(answer.session_cookie(), None, "{}", answer.text);
    }
    assert!(!location.all_documents().await.contains("lastSeenAt"), "no record is created");
}

// A late response to an old id must not delete the new cookie.
#[on_every_store]
async fn invalid_session_id_sets_no_cookie(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    let pending = browser.clone();
    browser.verify(&app.code(service.clock.now())).await.expect_status(200);
    let old = browser.clone();
    browser.sign_out().await.expect_status(200);
    for stale in [&pending, &old] {
        for answer in [stale.me().await, stale.keep_alive().await, stale.verify("000000").await] {
            assert_eq!(answer.expect_status(401).session_cookie(), None);
        }
        assert_eq!(stale.get("/api/auth/session").await.session_cookie(), None);
    }
}

#[on_every_store]
async fn cookie_is_set_when_the_deadline_changes_and_by_every_keep_alive(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let id = browser.session();
    assert_eq!(browser.me().await.session_cookie(), None);
    service.advance_time(Duration::from_secs(59));
    assert_eq!(browser.me().await.session_cookie(), None);
    service.advance_time(Duration::from_secs(1));
    assert_eq!(
        browser.get("/api/auth/session").await.session_cookie(),
        None,
        "a health check is no activity"
    );
    let cookie = browser.keep_alive().await.session_cookie().unwrap();
    assert!(cookie.contains("Max-Age=600"), "{cookie}");
    assert_eq!(browser.session(), id, "the same id");
    service.advance_time(Duration::from_mins(1));
    assert!(browser.me().await.session_cookie().is_some());
    assert_eq!(browser.me().await.session_cookie(), None);
    assert!(browser.keep_alive().await.session_cookie().is_some());
}

// A server of the application asks with the user's cookie and drops `Set-Cookie`. Without a new cookie, the browser's copy would expire while
// the session is valid.
#[on_every_store]
async fn keep_alive_sends_the_cookie_after_another_request_moved_the_deadline(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let other = service.start_replica().await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for (seconds, asks) in [(300, &service), (0, &other), (1, &other), (59, &other)] {
        service.advance_time(Duration::from_secs(seconds));
        let server = browser.at_replica(asks);
        let moved = server.me().await.expect_status(200).json()["session"]["expiresAt"].clone();
        let answer = browser.keep_alive().await.expect_status(200);
        assert_eq!(answer.json()["expiresAt"], moved, "{seconds}");
        let cookie = answer.session_cookie().expect("keep-alive always sends the cookie");
        let left = answer.json();
        let time = |name: &str| serde_json::from_value::<Timestamp>(left[name].clone()).unwrap();
        let expected = time("expiresAt").since(time("serverTime")).as_millis().div_ceil(1000);
        assert!(attributes(&cookie).contains(&format!("Max-Age={expected}").as_str()), "{cookie} {expected}");
    }
    // At the absolute deadline the idle deadline no longer moves.
    for _ in 0..85 {
        service.advance_time(Duration::from_secs(500));
        browser.keep_alive().await.expect_status(200);
    }
    service.advance_time(Duration::from_mins(5));
    let cookie = browser.keep_alive().await.expect_status(200).session_cookie().expect("a cookie");
    let max_age: u64 = cookie.split("Max-Age=").nth(1).unwrap().split(';').next().unwrap().parse().unwrap();
    assert!((1..100).contains(&max_age), "{cookie}");
}

// What servers of the application use: it moves no deadline and sets no cookie.
#[on_every_store]
async fn session_check_moves_no_deadline(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let opened =
        browser.sign_in("ada", PASSWORD).await.expect_status(200).json()["session"]["expiresAt"].clone();
    for _ in 0..9 {
        service.advance_time(Duration::from_mins(1));
        let answer = browser.get("/api/auth/session").await.expect_status(200);
        assert_eq!((answer.session_cookie(), &answer.json()["expiresAt"]), (None, &opened));
    }
    service.advance_time(Duration::from_mins(1));
    assert_eq!(browser.get("/api/auth/session").await.json()["state"], "anonymous");
}

// Another application of the host can set a cookie of our name for a longer path, over http. Browsers send it first (RFC 6265 §5.4).
#[on_every_store]
async fn session_cookie_of_another_application_does_not_lock_the_user_out(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let old = {
        let browser = Browser::of(&service);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        let cookie = browser.session().unwrap();
        browser.sign_out().await.expect_status(200);
        cookie
    };
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let (ours, token) = (browser.session().unwrap(), browser.csrf_token().unwrap());
    for foreign in [
        "",
        "%E0%A4%A",
        "\"s:abc.def\"",
        "AAAAAAAAAAAAAAAAAAAAAA",
        old.as_str(),
        &"x".repeat(4000),
        &["AAAAAAAAAAAAAAAAAAAAA"; 20].map(|id| format!("{id}A")).join("; vestibule-3000="),
    ] {
        for cookies in [
            format!("vestibule-3000={foreign}; vestibule-3000={ours}"),
            format!("vestibule-3000={ours}; vestibule-3000={foreign}"),
        ] {
            me_with(&service, &cookies).await.expect_status(200);
            keep_alive_with(&service, &cookies, &token).await.expect_status(200);
        }
    }
}

// Session fixation by cookie tossing: the attacker's own valid session, planted for a longer path, must not become the session of the user.
#[on_every_store]
async fn planted_session_of_a_longer_path_is_not_used(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user(&service, "mallory").await;
    let (ada, mallory) = (Browser::of(&service), Browser::of(&service));
    mallory.sign_in("mallory", PASSWORD).await.expect_status(200);
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    let cookies =
        format!("vestibule-3000={}; vestibule-3000={}", mallory.session().unwrap(), ada.session().unwrap());
    let me = me_with(&service, &cookies).await;
    assert_eq!(me.expect_status(200).json()["username"], "ada");
    // The token of the planted session is not accepted for the user's session.
    let refused = keep_alive_with(&service, &cookies, &mallory.csrf_token().unwrap()).await;
    refused.expect_problem(403, "csrf_failed");
}

#[on_every_store]
async fn request_with_ten_thousand_cookies_costs_few_looks(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let ours = browser.session().unwrap();
    // As many as the server reads.
    for number in [100, 1_000, 10_000] {
        for filler in [
            "a=b; ".to_owned(),
            "XSRF-TOKEN=; ".to_owned(),
            "vestibule-3000=AAAAAAAAAAAAAAAAAAAAAA; ".to_owned(),
        ] {
            let cookies = format!("{}vestibule-3000={ours}", filler.repeat(number));
            let begun = Instant::now();
            let answer = me_with(&service, &cookies).await;
            assert!(matches!(answer.status, 200 | 431), "{number} {}", answer.status);
            assert!(answer.status == 200 || cookies.len() > 16_000, "{number}");
            assert!(begun.elapsed() < Duration::from_secs(5), "{number}: {:?}", begun.elapsed());
        }
    }
}

// Cookies ignore ports: each service has cookie names of its own.
#[on_every_store]
async fn two_services_on_one_host_do_not_sign_each_other_out(location: StoreLocation) {
    let other_location = StoreLocation::file();
    let one = Service::with_settings(&location, &[("VESTIBULE_PUBLIC_URL", "http://localhost:4000")]).await;
    let key = vestibule::secrets::new_key();
    let other = Service::with_settings(
        &other_location,
        &[("VESTIBULE_PUBLIC_URL", "http://localhost"), ("VESTIBULE_SECRET_KEYS", &key)],
    )
    .await;
    create_user(&one, "ada").await;
    create_user(&other, "ada").await;
    let first = Browser::of(&one);
    first.sign_in("ada", PASSWORD).await.expect_status(200);
    // One jar for both services, as in a browser.
    let second = first.at_replica(&other);
    second.me().await.expect_problem(401, "not_signed_in");
    second.sign_in("ada", PASSWORD).await.expect_status(200);
    let both = second.at_replica(&one);
    assert!(both.cookie("vestibule-4000").is_some() && both.cookie("vestibule-80").is_some());
    // The CSRF cookie has one name. The one in the jar is the other service's: the refusal brings the right one.
    assert_eq!(both.keep_alive().await.code(), "csrf_failed");
    both.keep_alive().await.expect_status(200);
    both.me().await.expect_status(200);
    both.sign_out().await.expect_status(200);
    both.at_replica(&other).me().await.expect_status(200);
}

// A malformed cookie is refused.
#[on_every_store]
async fn mutated_cookies_are_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let good = browser.session().unwrap();
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // A deterministic generator, so that a failure can be repeated.
    let mut seed = 0x9e37_79b9_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for number in 0..1000 {
        let mut bytes = good.clone().into_bytes();
        match number % 6 {
            0 => bytes[next(22)] = alphabet[next(64)],
            1 => bytes.truncate(next(22)),
            2 => bytes.insert(next(23), alphabet[next(64)]),
            3 => bytes[next(22)] = b"!\"#$%&'()*+/:<=>?@[]^`{|}~"[next(26)],
            4 => bytes.reverse(),
            _ => bytes = (0..next(300)).map(|_| alphabet[next(64)]).collect(),
        }
        let mutated = String::from_utf8(bytes).unwrap();
        if mutated == good {
            continue;
        }
        browser.put_cookie("vestibule-3000", &mutated);
        let answer = browser.me().await.expect_problem(401, "not_signed_in");
        assert_eq!(answer.session_cookie(), None, "{mutated}");
    }
    browser.put_cookie("vestibule-3000", &good);
    browser.me().await.expect_status(200);
}

// Malformed cookies of other applications on this host are ignored.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn malformed_cookies_are_ignored() {
    let location = StoreLocation::file();
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let ours = browser.session().unwrap();
    for odd in [
        "a=b; ",
        "=; ;;; ",
        "novalue; ",
        "vestibule-3000; ",
        "vestibule-3000x=1; xvestibule-3000=2; vestibule-300=3; ",
        "a=\"q;vestibule-3000\"; ",
    ] {
        let another = Browser::of(&service);
        let ask = another.request(reqwest::Method::GET, "/api/auth/me");
        ask.header("cookie", &format!("{odd}vestibule-3000={ours}")).send().await.expect_status(200);
    }
}

/// Asks with this `Cookie` header and nothing else.
async fn me_with(service: &Service, cookies: &str) -> Answer {
    Browser::of(service).request(Method::GET, "/api/auth/me").header("cookie", cookies).send().await
}

async fn keep_alive_with(service: &Service, cookies: &str, token: &str) -> Answer {
    let browser = Browser::of(service);
    let request = browser.request(Method::POST, "/api/auth/keep-alive").header("cookie", cookies);
    request.header("x-xsrf-token", token).json(&json!({})).send().await
}

/// Returns the attributes of a cookie, in order.
fn attributes(cookie: &str) -> Vec<&str> {
    let mut attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    attributes.sort_unstable();
    attributes
}
