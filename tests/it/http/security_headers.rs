//! Headers and errors of every response.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::harness::{
    browser::{Answer, Browser},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

/// Asserts the headers that every response under `/api` has.
#[track_caller]
fn assert_headers(answer: &Answer) {
    let media =
        if answer.status == 200 { "application/json; charset=utf-8" } else { "application/problem+json" };
    assert_eq!(answer.header("content-type"), Some(media), "{}", answer.text);
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.text);
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{}", answer.text);
    assert_eq!(answer.header("x-request-id").map(str::len), Some(36), "{}", answer.text);
    assert!(
        answer.header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'none'"))
    );
    if answer.status != 200 {
        let body = answer.problem();
        for member in ["type", "title", "status", "code", "detail"] {
            assert!(!body[member].is_null(), "{member}: {body}");
        }
        assert_eq!(body["status"], answer.status);
        assert_eq!(body["retryAfter"].as_u64(), answer.retry_after(), "{body}");
        assert_eq!([429, 503].contains(&answer.status), answer.retry_after().is_some(), "{body}");
    }
}

#[on_every_store]
async fn api_responses_have_security_headers(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    assert_headers(&browser.sign_in("ada", PASSWORD).await.expect_status(200));
    for path in ["/api/auth/me", "/api/auth/session", "/api/auth/csrf-token", "/api/auth/providers"] {
        assert_headers(&browser.get(path).await.expect_status(200));
    }
    assert_headers(&browser.keep_alive().await.expect_status(200));
    assert_headers(&browser.start_enrolment().await.expect_status(200));

    assert_headers(&browser.get("/api/nope").await.expect_problem(404, "not_found"));
    assert_headers(&browser.get("/api/").await.expect_problem(404, "not_found"));
    assert_headers(&browser.get("/api/auth").await.expect_problem(404, "not_found"));
    assert_headers(&browser.post("/api/nope", &json!({})).await.expect_problem(404, "not_found"));
    assert_headers(&browser.post("/api/mfa/verify", &json!({})).await.expect_problem(400, "invalid_request"));
    assert_headers(&browser.verify("000000").await.expect_problem(400, "code_invalid"));
    assert_headers(
        &browser.request(Method::POST, "/api/auth/logout").send().await.expect_problem(403, "csrf_failed"),
    );
    assert_headers(&Browser::of(&service).me().await.expect_problem(401, "not_signed_in"));
    for _ in 0..10 {
        assert_headers(&browser.sign_in("unknown", "x").await.expect_problem(401, "invalid_credentials"));
    }
    assert_headers(&browser.sign_in("unknown", "x").await.expect_problem(429, "too_many_attempts"));
    let all: Vec<_> = std::iter::from_fn(|| service.app.hasher.reserve()).collect();
    assert_headers(&browser.sign_in("ada", PASSWORD).await.expect_problem(503, "busy"));
    drop(all);
}

#[on_every_store]
async fn wrong_method_returns_405_with_allow(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    for (method, path, allowed) in [
        (Method::GET, "/api/auth/keep-alive", "POST"),
        (Method::GET, "/api/auth/login", "POST"),
        (Method::GET, "/api/auth/logout", "POST"),
        (Method::GET, "/api/mfa/setup", "POST"),
        (Method::PUT, "/api/auth/login", "POST"),
        (Method::POST, "/api/auth/me", "GET,HEAD"),
        (Method::DELETE, "/api/auth/session", "GET,HEAD"),
    ] {
        let answer = browser.with_token(method.clone(), path).await.send().await;
        assert_headers(&answer);
        let answer = answer.expect_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
    let answer =
        browser.request(Method::POST, "/healthz").send().await.expect_problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("GET,HEAD"));
}

#[on_every_store]
async fn non_object_bodies_are_rejected(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    let deep = format!("{}1{}", "[".repeat(30_000), "]".repeat(30_000));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let broken = [
        "{",
        "nonsense",
        "[]",
        "\"text\"",
        "1",
        "null",
        "true",
        "{\"username\":\"a\",}",
        "{'a':1}",
        "\u{0}",
        "{}{}",
        "{\"a\":1e999}",
        "{\"username\":\"\\ud800\",\"password\":\"x\"}",
        &deep,
        &deep_object,
    ];
    for body in broken {
        let answer = browser.with_token(Method::POST, "/api/auth/login").await;
        let answer = answer.body("application/json", body.to_owned()).send().await;
        assert_headers(&answer);
        answer.expect_problem(400, "invalid_request");
    }
    let not_utf8 = browser.with_token(Method::POST, "/api/auth/login").await;
    let not_utf8 = not_utf8.body("application/json", b"{\"username\":\"\xff\",\"password\":\"x\"}".to_vec());
    not_utf8.send().await.expect_problem(400, "invalid_request");
    // A body of a hundred thousand levels exceeds the size limit before the depth limit.
    let deepest = browser.with_token(Method::POST, "/api/auth/login").await;
    let deepest = deepest.body("application/json", "[".repeat(100_000)).send().await;
    assert_headers(&deepest);
    deepest.expect_problem(413, "too_large");
}

#[on_every_store]
async fn empty_body_equals_empty_object(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    browser.with_token(Method::POST, "/api/auth/logout").await.send().await.expect_status(200);
    let empty = browser.with_token(Method::POST, "/api/auth/logout").await;
    empty.body("text/plain", "").send().await.expect_status(200);
}

#[on_every_store]
async fn non_json_media_type_returns_415(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let body = json!({ "username": "ada", "password": PASSWORD }).to_string();
    for media in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/jsonx",
        "json",
        "",
    ] {
        let ask = browser.with_token(Method::POST, "/api/auth/login").await;
        let answer = ask.body(media, body.clone()).send().await;
        assert_headers(&answer);
        answer.expect_problem(415, "unsupported_media_type");
    }
    for media in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        let ask = browser.with_token(Method::POST, "/api/auth/login").await;
        ask.body(media, body.clone()).send().await.expect_status(200);
    }
}

#[on_every_store]
async fn bodies_over_64_kib_return_413(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let padded = |length: usize| {
        let body = json!({ "username": "ada", "password": PASSWORD, "padding": "" }).to_string();
        let padding = "x".repeat(length - body.len());
        body.replace("\"padding\":\"\"", &format!("\"padding\":\"{padding}\""))
    };
    let send = async |body: reqwest::Body| {
        let ask = browser.with_token(Method::POST, "/api/auth/login").await;
        ask.body("application/json", body).send().await
    };
    let chunked = |text: String| {
        let parts: Vec<Result<Vec<u8>, std::io::Error>> =
            text.as_bytes().chunks(10_000).map(|part| Ok(part.to_vec())).collect();
        reqwest::Body::wrap(http_body_util::StreamBody::new(futures_util::stream::iter(
            parts
                .into_iter()
                .map(|part| part.map(|part| hyper::body::Frame::data(hyper::body::Bytes::from(part)))),
        )))
    };
    for (length, status) in [(65_536, 200), (65_537, 413)] {
        assert_headers(&send(padded(length).into()).await.expect_status(status));
        assert_headers(&send(chunked(padded(length))).await.expect_status(status));
    }
}

#[on_every_store]
async fn request_id_is_generated_by_the_service(location: StoreLocation) {
    let service = Service::start(&location).await;
    let browser = Browser::of(&service);
    let ask = browser.request(Method::GET, "/api/auth/session").header("x-request-id", "theirs");
    let first = ask.send().await;
    assert_eq!(first.header("x-request-id").map(str::len), Some(36));
    assert_ne!(first.header("x-request-id"), browser.get("/api/auth/session").await.header("x-request-id"));
}

// A request that times out gets our problem document and our headers.
#[on_mongo]
async fn slow_request_times_out() {
    let location = StoreLocation::replica_set();
    let (wire, url) = location.behind_cut_proxy().await;
    let service = Service::with_request_deadline(&url, Duration::from_millis(300)).await;
    let browser = Browser::of(&service);
    browser.put_cookie("vestibule-3000", "AAAAAAAAAAAAAAAAAAAAAA");
    wire.freeze();
    let answer = browser.me().await.expect_problem(504, "timeout");
    wire.open();
    assert_headers(&answer);
}

// HSTS for a whole domain would force https on services of other teams.
#[on_every_store]
async fn hsts_covers_the_host_of_the_public_url_alone(location: StoreLocation) {
    let mut service = Service::start(&location).await;
    for (url, setting, expected) in [
        ("http://localhost:3000", "", None),
        ("https://localhost", "", None),
        ("https://id.example.org", "", Some("max-age=63072000")),
        ("https://10.0.0.1", "max-age=600", None),
        ("https://id.example.org", "off", None),
        ("https://id.example.org", "max-age=600;includeSubDomains", Some("max-age=600; includeSubDomains")),
    ] {
        service = service.restart_with(&[("VESTIBULE_PUBLIC_URL", url), ("VESTIBULE_HSTS", setting)]).await;
        let browser = Browser::of(&service);
        for path in ["/login", "/api/auth/session", "/none.js", "/healthz"] {
            let answer = browser.get(path).await;
            assert_eq!(answer.header("strict-transport-security"), expected, "{url} {setting:?} {path}");
        }
    }
}
