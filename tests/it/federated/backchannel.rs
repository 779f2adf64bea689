//! The door to which providers bring logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8): one small form, and no
//! other proof than the token in it. Which tokens count is in [`super::logout_tokens`].

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::{
    logout_tokens::{must_be_refused, must_be_taken},
    *,
};
use crate::harness::{
    liar::logout::{FORM, brings},
    people::{PASSWORD, person},
};

/// Refused logout tokens of one client network that are answered.
const REFUSED: usize = 100;

// Unauthenticated, so: one small form, once, and everything else is turned away as what it is.
#[on_every_store]
async fn what_is_no_form_with_one_token_is_turned_away(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    let good = house.liar.logout_token(&json!({ "sub": "of grace" }));
    let stranger = house.browser();
    let path = "/api/auth/backchannel-logout/liar";
    let post =
        async |media: &str, body: String| stranger.ask(Method::POST, path).body(media, body).send().await;
    for form in ["", "logout_token=", "token=x", &format!("logout_token={good}&logout_token={good}"), "%"] {
        must_be_refused(&post(FORM, form.to_owned()).await);
    }
    let query = format!("{path}?logout_token={good}");
    must_be_refused(&stranger.ask(Method::POST, &query).body(FORM, "").send().await);
    let json = json!({ "logout_token": good }).to_string();
    for media in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
        post(media, json.clone()).await.must_fail(415, "unsupported_media_type");
    }
    stranger.ask(Method::POST, path).send().await.must_fail(415, "unsupported_media_type");
    let long = format!("logout_token={good}&x={}", "x".repeat(64 << 10));
    post(FORM, long).await.must_fail(413, "too_large");
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = stranger.ask(method, path).body(FORM, format!("logout_token={good}")).send().await;
        let answer = answer.must_fail(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some("POST"));
    }
    for name in ["okta", "LIAR", "liar%20", "%ff"] {
        let answer = brings(&house.service, name, &good).await.must_fail(404, "not_found");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    browser.me().await.must_be(200);
    let form = format!("x=1&logout_token={good}&y=2");
    must_be_taken(&post("Application/X-WWW-Form-URLEncoded; charset=utf-8", form).await);
    browser.me().await.must_fail(401, "session_ended");
}

// The token is the proof: neither cookies nor an origin are, and no session is touched that it does not name.
#[on_every_store]
async fn cookies_and_origins_have_no_part_in_it(location: StoreLocation) {
    let house = House::open(&location).await;
    let grace = house.signed_in(&house.liar, &claims_of("grace")).await;
    let linus = house.signed_in(&house.liar, &claims_of("linus")).await;
    let before = linus.session();
    let token = house.liar.logout_token(&json!({ "sub": "of grace" }));
    let request = linus.ask(Method::POST, "/api/auth/backchannel-logout/liar");
    let request = request.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
    let answer = request.body(FORM, format!("logout_token={token}")).send().await;
    must_be_taken(&answer);
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(linus.session(), before);
    linus.me().await.must_be(200);
    grace.me().await.must_fail(401, "session_ended");
}

// A stranger who tries out tokens is told to wait; who shares the network with them is not.
#[on_every_store]
async fn whoever_sends_a_hundred_bad_ones_waits_and_nobody_else_does(location: StoreLocation) {
    let house = House::open(&location).await;
    person(&house.service, "ada").await;
    let grace = house.signed_in(&house.liar, &claims_of("grace")).await;
    for _ in 0..REFUSED {
        must_be_refused(&brings(&house.service, "liar", "x").await);
    }
    let limited = brings(&house.service, "liar", "x").await.must_fail(429, "too_many_attempts");
    assert!(limited.retry_after().is_some_and(|seconds| (1..=600).contains(&seconds)), "{limited:?}");
    let ada = house.browser();
    ada.sign_in("ada", PASSWORD).await.must_be(200);
    house.signed_in(&house.liar, &claims_of("linus")).await;
    must_be_taken(&house.liar.logs_out(&house.service, &json!({ "sub": "of grace" })).await);
    grace.me().await.must_fail(401, "session_ended");
    ada.me().await.must_be(200);
    house.service.wait(Duration::from_mins(11));
    must_be_refused(&brings(&house.service, "liar", "x").await);
}

// Nothing can be verified yet: the provider is to try again.
#[on_every_store]
async fn a_provider_nobody_has_met_yet_is_told_to_come_back(location: StoreLocation) {
    let (liar, corp) = (Liar::start("liar").await, Liar::start("corp").await);
    liar.goes_down().await;
    let house = House::early(&location, &[], liar, corp).await;
    house.is_available("corp").await;
    let token =
        house.liar.logout_token(&json!({ "sub": "of grace", "iat": house.service.clock.now().as_secs() }));
    let begun = Instant::now();
    let answer = brings(&house.service, "liar", &token).await.must_fail(503, "provider_unavailable");
    assert!(begun.elapsed() < Duration::from_secs(15));
    assert!(answer.retry_after().is_some_and(|seconds| seconds >= 1));
    house.liar.comes_back().await;
    house.is_available("liar").await;
    must_be_taken(&brings(&house.service, "liar", &token).await);
}
