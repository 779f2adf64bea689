//! `GET /api/auth/verify` and `/.well-known/jwks.json`: the session for servers of the application and for proxies.

mod identity_token;
mod login_redirect;

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use vestibule::{
    audit::{self, EventKind},
    user::User,
};

use crate::harness::{
    browser::{Answer, Browser},
    holds_within,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, create_user_with_app},
};

const PATH: &str = "/api/auth/verify";
const IDENTITY: [&str; 4] =
    ["x-vestibule-user", "x-vestibule-username", "x-vestibule-roles", "x-vestibule-amr"];

async fn signed_in(service: &Service, name: &str) -> Browser {
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser
}

async fn create_editor(service: &Service) -> User {
    create_user_with(service, "ada", |ada| ada.roles = vec!["editor".to_owned(), "reader".to_owned()]).await
}

/// Sends these headers with the cookies, and no CSRF token.
async fn ask(browser: &Browser, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = browser.request(Method::GET, path);
    headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send().await
}

#[on_every_store]
async fn verify_answers_with_the_user_the_session_and_headers(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_editor(&service).await;
    let browser = signed_in(&service, "ada").await;
    let answer = browser.get(PATH).await.expect_status(200);
    let mut me = browser.me().await.json();
    let session = me.as_object_mut().unwrap().remove("session").unwrap();
    // Only the page of the account needs these.
    for member in ["canDelete", "deletionAt", "fieldSources", "pendingEmail"] {
        me.as_object_mut().unwrap().remove(member);
    }
    assert_eq!(answer.json(), json!({ "user": me, "session": session }));
    assert_eq!(
        IDENTITY.map(|name| answer.header(name).unwrap().to_owned()),
        [ada.id.to_string(), "ada".to_owned(), "editor,reader".to_owned(), "pwd".to_owned()]
    );
    assert_eq!(answer.header("x-vestibule-token"), None, "no audience is set");
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[on_every_store]
async fn verify_refuses_a_request_without_a_signed_in_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    create_user_with_app(&service, "linus").await;
    let anonymous = Browser::of(&service);
    let pending = signed_in(&service, "linus").await;
    let browser = signed_in(&service, "ada").await;
    let ended = browser.clone();
    browser.sign_out().await.expect_status(200);
    for (browser, code) in
        [(&anonymous, "not_signed_in"), (&pending, "second_factor_required"), (&ended, "session_ended")]
    {
        let answer = browser.get(PATH).await.expect_problem(401, code);
        assert!(IDENTITY.iter().all(|name| answer.header(name).is_none()), "{:?}", answer.headers);
        assert!(!answer.headers.contains_key("set-cookie"), "{:?}", answer.headers);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let token = ended.with_token(Method::POST, PATH).await.send().await;
    assert_eq!(token.expect_problem(405, "method_not_allowed").header("allow"), Some("GET,HEAD"));
}

// A proxy asks for each file of a page: a page that is open must not keep a session valid, and a cookie would reach another request.
#[on_every_store]
async fn verify_extends_nothing_and_sets_no_cookie(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    browser.delete_cookie("XSRF-TOKEN");
    for _ in 0..9 {
        service.advance_time(Duration::from_mins(1));
        let answer = browser.get(PATH).await.expect_status(200);
        assert_eq!(answer.json()["session"]["expiresAt"], "2036-05-04T10:10:00.000Z");
        assert!(!answer.headers.contains_key("set-cookie"), "{:?}", answer.headers);
    }
    service.advance_time(Duration::from_mins(1));
    assert_eq!(browser.get(PATH).await.expect_problem(401, "session_ended").reason(), "idle");
}

// The client of a proxy can send the headers itself. The answer has all of them, so that a proxy that copies them replaces what its client sent.
#[on_every_store]
async fn identity_headers_of_the_client_are_ignored(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user_with(&service, "ada", |ada| ada.username = None).await;
    let forged = IDENTITY.map(|name| (name, "admin"));
    ask(&Browser::of(&service), PATH, &forged).await.expect_problem(401, "not_signed_in");
    create_user(&service, "linus").await;
    let browser = signed_in(&service, "linus").await;
    let answer = ask(&browser, &format!("{PATH}?role=admin"), &forged).await;
    answer.expect_problem(403, "forbidden");
    let answer = ask(&browser, PATH, &forged).await.expect_status(200);
    assert_eq!(answer.header("x-vestibule-username"), Some("linus"));
    assert_eq!(answer.header("x-vestibule-roles"), Some(""), "an empty header replaces a forged one");
    assert_ne!(answer.header("x-vestibule-user"), Some(&*ada.id.to_string()));
}

#[on_every_store]
async fn names_in_headers_are_percent_encoded(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "Zo\u{eb}").await;
    let browser = signed_in(&service, "zo\u{eb}").await;
    let answer = browser.get(PATH).await.expect_status(200);
    assert_eq!(answer.header("x-vestibule-username"), Some("Zo%C3%AB"));
    assert_eq!(answer.json()["user"]["username"], "Zo\u{eb}");
}

#[on_every_store]
async fn verify_requires_one_of_the_roles(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_editor(&service).await;
    let browser = signed_in(&service, "ada").await;
    for (query, status) in [
        ("role=editor", 200),
        ("role=admin,reader", 200),
        ("role=admin%2C%20reader", 200),
        ("role=admin", 403),
        ("role=Editor", 403),
        ("role=edit", 403),
        ("role=editor%2Creader%2C", 200),
        ("role=", 403),
        ("role=,", 403),
        // A misspelled or repeated parameter must not admit every user.
        ("roles=admin", 400),
        ("Role=admin", 400),
        ("role=editor&role=admin", 400),
        ("login=always", 400),
    ] {
        let answer = browser.get(&format!("{PATH}?{query}")).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.text);
        let code = match status {
            200 => "",
            400 => "invalid_request",
            _ => "forbidden",
        };
        assert_eq!(answer.code(), code, "{query}");
    }
    let events = audit::about(&service.app.store, ada.id, 20).await.unwrap();
    assert!(events.iter().any(|event| event.kind == EventKind::AccessRefused), "refusals are recorded");
    Browser::of(&service).get(&format!("{PATH}?role=admin")).await.expect_problem(401, "not_signed_in");
}

// Another site can make the browser send a request with the cookie: the proxy passes it on only if verify accepts it (CSRF).
#[on_every_store]
async fn unsafe_asked_requests_need_token_and_origin(location: StoreLocation) {
    const APP: &str = "http://localhost:4200";
    let service = Service::with_settings(&location, &[("VESTIBULE_ALLOWED_ORIGINS", APP)]).await;
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    let token = browser.csrf_token().unwrap();
    let foreign = signed_in(&service, "ada").await.csrf_token().unwrap();
    let (own, post) = (("x-xsrf-token", token.as_str()), ("x-forwarded-method", "POST"));
    for (headers, status) in [
        (&[("x-forwarded-method", "GET")][..], 200),
        (&[("x-original-method", "HEAD"), ("origin", "https://evil.example")], 200),
        (&[post], 403),
        (&[("x-original-method", "DELETE")], 403),
        (&[post, own], 200),
        (&[post, own, ("origin", APP), ("sec-fetch-site", "same-site")], 200),
        (&[post, own, ("origin", "http://localhost:3000"), ("sec-fetch-site", "same-origin")], 200),
        (&[post, own, ("origin", "https://evil.example")], 403),
        (&[post, own, ("sec-fetch-site", "cross-site")], 403),
        (&[post, ("x-xsrf-token", &foreign)], 403),
        (&[post, ("x-original-method", "GET")], 403),
        (&[("x-forwarded-method", "GET"), ("x-original-method", "PUT")], 403),
    ] {
        let answer = ask(&browser, PATH, headers).await;
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.text);
        assert!(status == 200 || answer.code() == "csrf_failed", "{}", answer.text);
        assert!(!answer.headers.contains_key("set-cookie"), "{:?}", answer.headers);
    }
    // The token belongs to the session of the cookie, also after its end: the client learns that it must sign in.
    let ended = browser.clone();
    browser.sign_out().await.expect_status(200);
    ask(&ended, PATH, &[post, own]).await.expect_problem(401, "session_ended");
}

// A page of another host of the site could open a WebSocket with the cookie of the user, and read and write in it.
#[on_every_store]
async fn asked_websockets_need_an_allowed_origin(location: StoreLocation) {
    const APP: &str = "http://localhost:4200";
    let service = Service::with_settings(&location, &[("VESTIBULE_ALLOWED_ORIGINS", APP)]).await;
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    let socket = ("sec-websocket-version", "13");
    for (headers, status) in [
        // Not a browser: browsers always send the origin.
        (&[socket][..], 200),
        (&[socket, ("origin", APP)], 200),
        (&[socket, ("origin", "http://localhost:3000")], 200),
        (&[socket, ("origin", "http://localhost:5000")], 403),
        (&[socket, ("origin", "null")], 403),
        (&[("x-forwarded-method", "GET"), socket, ("origin", "https://evil.example")], 403),
    ] {
        let answer = ask(&browser, PATH, headers).await;
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.text);
        assert!(status == 200 || answer.code() == "csrf_failed", "{}", answer.text);
    }
}

#[on_every_store]
async fn verify_knows_the_end_on_another_replica_within_a_second(location: StoreLocation) {
    let service = Service::start(&location).await;
    let other = service.start_replica().await;
    create_user(&service, "ada").await;
    let browser = signed_in(&service, "ada").await;
    let there = browser.at_replica(&other);
    there.get(PATH).await.expect_status(200);
    browser.sign_out().await.expect_status(200);
    let bound = Duration::from_millis(1500);
    holds_within(bound, Instant::now(), "ended", async || there.get(PATH).await.status == 401).await;
}

// A proxy asks before each request to the application.
#[on_every_store]
async fn verify_answers_from_memory(location: StoreLocation) {
    for _ in 0..20 {
        let service = Service::start(&location).await;
        if service.app.store.find::<User>("name:ada").await.unwrap().is_none() {
            create_user(&service, "ada").await;
        }
        let browser = signed_in(&service, "ada").await;
        // The change feed may not have delivered the login yet.
        tokio::time::sleep(Duration::from_millis(500)).await;
        browser.get(PATH).await.expect_status(200);
        let loaded = Instant::now();
        service.app.store.close().await;
        let answer = browser.get(PATH).await;
        if loaded.elapsed() < Duration::from_millis(800) {
            answer.expect_status(200);
            return;
        }
    }
    panic!("the machine is too slow: no answer came while the entry was fresh");
}
