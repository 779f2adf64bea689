//! Back-channel logout route (OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8): one small form. The token is the
//! only proof; see [`super::logout_tokens`].

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::logout_tokens::{must_be_refused, must_be_taken};
use crate::harness::{
    fake_provider::{
        FakeProvider,
        logout::{FORM, send_logout_token},
    },
    federated::{FederatedFixture, claims_of},
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

/// Refused logout tokens per client network before the limit.
const REFUSED: usize = 100;

// Unauthenticated route: one small form is accepted.
#[on_every_store]
async fn only_a_form_with_one_logout_token_is_accepted(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let good = fixture.fake.logout_token(&json!({ "sub": "of grace" }));
    let attacker = fixture.browser();
    let path = "/api/auth/backchannel-logout/fake";
    let post =
        async |media: &str, body: String| attacker.request(Method::POST, path).body(media, body).send().await;
    for form in ["", "logout_token=", "token=x", &format!("logout_token={good}&logout_token={good}"), "%"] {
        must_be_refused(&post(FORM, form.to_owned()).await);
    }
    let query = format!("{path}?logout_token={good}");
    must_be_refused(&attacker.request(Method::POST, &query).body(FORM, "").send().await);
    let json = json!({ "logout_token": good }).to_string();
    for media in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
        post(media, json.clone()).await.expect_problem(415, "unsupported_media_type");
    }
    attacker.request(Method::POST, path).send().await.expect_problem(415, "unsupported_media_type");
    let long = format!("logout_token={good}&x={}", "x".repeat(64 << 10));
    post(FORM, long).await.expect_problem(413, "too_large");
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = attacker.request(method, path).body(FORM, format!("logout_token={good}")).send().await;
        let answer = answer.expect_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some("POST"));
    }
    for name in ["okta", "FAKE", "fake%20", "%ff"] {
        let answer = send_logout_token(&fixture.service, name, &good).await.expect_problem(404, "not_found");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    browser.me().await.expect_status(200);
    let form = format!("x=1&logout_token={good}&y=2");
    must_be_taken(&post("Application/X-WWW-Form-URLEncoded; charset=utf-8", form).await);
    browser.me().await.expect_problem(401, "session_ended");
}

// The token is the proof: cookies and origin do not count, and only named sessions end.
#[on_every_store]
async fn cookies_and_origin_are_ignored(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let grace = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let linus = fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    let before = linus.session();
    let token = fixture.fake.logout_token(&json!({ "sub": "of grace" }));
    let request = linus.request(Method::POST, "/api/auth/backchannel-logout/fake");
    let request = request.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
    let answer = request.body(FORM, format!("logout_token={token}")).send().await;
    must_be_taken(&answer);
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(linus.session(), before);
    linus.me().await.expect_status(200);
    grace.me().await.expect_problem(401, "session_ended");
}

// The limit applies to a client that guesses tokens, not to other clients of its network.
#[on_every_store]
async fn bad_logout_tokens_are_limited_per_network(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    create_user(&fixture.service, "ada").await;
    let grace = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    for _ in 0..REFUSED {
        must_be_refused(&send_logout_token(&fixture.service, "fake", "x").await);
    }
    let limited =
        send_logout_token(&fixture.service, "fake", "x").await.expect_problem(429, "too_many_attempts");
    assert!(limited.retry_after().is_some_and(|seconds| (1..=600).contains(&seconds)), "{limited:?}");
    let ada = fixture.browser();
    ada.sign_in("ada", PASSWORD).await.expect_status(200);
    fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    must_be_taken(&fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await);
    grace.me().await.expect_problem(401, "session_ended");
    ada.me().await.expect_status(200);
    fixture.service.advance_time(Duration::from_mins(11));
    must_be_refused(&send_logout_token(&fixture.service, "fake", "x").await);
}

// Nothing can be verified yet: the provider must retry.
#[on_every_store]
async fn logout_before_discovery_returns_retry_after(location: StoreLocation) {
    let (fake, corp) = (FakeProvider::start("fake").await, FakeProvider::start("corp").await);
    fake.shut_down().await;
    let fixture = FederatedFixture::with_providers(&location, &[], fake, corp).await;
    fixture.wait_until_available("corp").await;
    let token = fixture
        .fake
        .logout_token(&json!({ "sub": "of grace", "iat": fixture.service.clock.now().as_secs() }));
    let begun = Instant::now();
    let answer =
        send_logout_token(&fixture.service, "fake", &token).await.expect_problem(503, "provider_unavailable");
    assert!(begun.elapsed() < Duration::from_secs(15));
    assert!(answer.retry_after().is_some_and(|seconds| seconds >= 1));
    fixture.fake.restart().await;
    fixture.wait_until_available("fake").await;
    must_be_taken(&send_logout_token(&fixture.service, "fake", &token).await);
}
