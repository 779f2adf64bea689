//! Attributes of the session cookie, and when it is set.

use std::time::Duration;

use crate::harness::{
    browser::Browser,
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
    assert_eq!(answer.set_cookie("vestibule"), None);
    let xsrf = answer.set_cookie("XSRF-TOKEN").unwrap();
    assert_eq!(attributes(&xsrf), ["Path=/", "SameSite=Lax", "Secure"]);
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
    stolen.put_cookie("vestibule", &browser.session().unwrap());
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
async fn cookie_is_set_only_when_the_deadline_changes(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let id = browser.session();
    assert_eq!(browser.me().await.session_cookie(), None);
    service.advance_time(Duration::from_secs(59));
    assert_eq!(browser.keep_alive().await.session_cookie(), None);
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
        browser.put_cookie("vestibule", &mutated);
        let answer = browser.me().await.expect_problem(401, "not_signed_in");
        assert_eq!(answer.session_cookie(), None, "{mutated}");
    }
    browser.put_cookie("vestibule", &good);
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
        "vestibule; ",
        "vestibulex=1; xvestibule=2; ",
        "a=\"q;vestibule\"; ",
    ] {
        let another = Browser::of(&service);
        let ask = another.request(reqwest::Method::GET, "/api/auth/me");
        ask.header("cookie", &format!("{odd}vestibule={ours}")).send().await.expect_status(200);
    }
}

/// Returns the attributes of a cookie, in order.
fn attributes(cookie: &str) -> Vec<&str> {
    let mut attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    attributes.sort_unstable();
    attributes
}
