//! Requests to a provider that a client without an account can cause, and their limits.

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{
    browser::Browser,
    fake_provider::{
        fault::{Answer, Endpoint, Fault},
        keys::{FIRST, SECOND},
        logout::send_logout_token,
    },
    federated::{
        FederatedFixture, assert_refused, assert_signed_in, callback, claims_of, is_available, sign_in,
        start_login,
    },
    stores::StoreLocation,
};

/// Failures per network within ten minutes.
const FAILURES_MAX: usize = 100;
const PROXY: (&str, &str) = ("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1");
const NETWORK: &str = "192.0.2.7";
const OTHER_NETWORK: &str = "192.0.2.8";

/// Starts a login in a new browser and sends a made-up code. Returns the error.
async fn guess(fixture: &FederatedFixture, network: &str) -> String {
    let browser = fixture.browser().from(network);
    let authorization = start_login(&browser, &fixture.fake).await;
    let answer = callback(&browser, "fake", &[("code", "made-up"), ("state", authorization.state())]).await;
    let url =
        url::Url::parse("http://here").expect("a URL").join(answer.header("location").expect("a location"));
    let url = url.expect("a path");
    assert_eq!(url.path(), "/login");
    url.query_pairs().find(|(name, _)| name == "error").expect("an error").1.into_owned()
}

#[on_every_store]
async fn failed_exchanges_of_a_network_are_limited_before_the_request(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[PROXY]).await;
    let asked = || fixture.fake.received_requests(Endpoint::Token).len();
    for _ in 0..FAILURES_MAX {
        assert_eq!(guess(&fixture, NETWORK).await, "provider_error");
    }
    assert_eq!(asked(), FAILURES_MAX);
    let replica = fixture.start_replica().await;
    for _ in 0..5 {
        assert_eq!(guess(&fixture, NETWORK).await, "too_many_attempts");
    }
    let at_replica = Browser::of(&replica).from(NETWORK);
    let answer = sign_in(&at_replica, &fixture.fake, &claims_of("grace")).await;
    assert_refused(&answer, "too_many_attempts");
    assert_eq!(asked(), FAILURES_MAX, "no request is sent");
    let neighbour = fixture.browser().from(OTHER_NETWORK);
    assert_signed_in(&sign_in(&neighbour, &fixture.fake, &claims_of("grace")).await, "/");
    fixture.service.advance_time(std::time::Duration::from_mins(11));
    let later = fixture.browser().from(NETWORK);
    assert_signed_in(&sign_in(&later, &fixture.fake, &claims_of("grace")).await, "/");
}

#[on_every_store]
async fn successful_logins_use_no_budget(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[PROXY]).await;
    for _ in 0..FAILURES_MAX - 1 {
        assert_eq!(guess(&fixture, NETWORK).await, "provider_error");
    }
    for _ in 0..5 {
        let browser = fixture.browser().from(NETWORK);
        assert_signed_in(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await, "/");
    }
}

// A client that closes its connection must not avoid the count.
#[on_every_store]
async fn aborted_exchange_counts_as_a_failure(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[PROXY]).await;
    for _ in 0..FAILURES_MAX - 1 {
        assert_eq!(guess(&fixture, NETWORK).await, "provider_error");
    }
    fixture.fake.set_fault(Fault::Answer(Endpoint::Token, Answer::Held));
    let browser = fixture.browser().from(NETWORK);
    let authorization = start_login(&browser, &fixture.fake).await;
    let asked = fixture.fake.received_requests(Endpoint::Token).len();
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    let back = [("code", code.as_str()), ("state", authorization.state())];
    let aborted = callback(&browser, "fake", &back);
    tokio::select! {
        _ = aborted => panic!("the answer is held"),
        () = crate::harness::eventually(std::time::Duration::from_secs(20), "the token request is sent", async || {
            fixture.fake.received_requests(Endpoint::Token).len() > asked
        }) => {}
    }
    fixture.fake.set_fault(Fault::None);
    fixture.fake.release_answer();
    crate::harness::eventually(std::time::Duration::from_secs(20), "the network is limited", async || {
        guess(&fixture, NETWORK).await == "too_many_attempts"
    })
    .await;
}

// An unauthenticated request must not change what all users see.
#[on_every_store]
async fn failed_exchange_never_makes_the_provider_unavailable(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let looked = || fixture.fake.received_requests(Endpoint::Discovery).len();
    for fault in [
        Answer::Status(500),
        Answer::Status(503),
        Answer::Status(429),
        Answer::Hangup,
        Answer::Html,
        Answer::Refusal,
    ] {
        let before = looked();
        fixture.fake.set_fault(Fault::Answer(Endpoint::Token, fault));
        let guesses = (0..4).map(async |_| {
            let browser = fixture.browser();
            let answer = sign_in(&browser, &fixture.fake, &claims_of("grace")).await;
            assert!(
                is_available(&fixture.service, "fake").await,
                "{fault:?}: {:?}",
                answer.header("location")
            );
        });
        join_all(guesses).await;
        assert!(looked() <= before + 1, "{fault:?} causes one discovery at most");
    }
    fixture.fake.set_fault(Fault::None);
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
}

#[on_every_store]
async fn logout_tokens_with_made_up_keys_do_not_delay_a_login_after_a_rotation(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let fetched = || fixture.fake.received_requests(Endpoint::Keys).len();
    let before = fetched();
    fixture.fake.set_fault(Fault::Header(|header| header["kid"] = json!(uuid::Uuid::new_v4())));
    for _ in 0..5 {
        let token = fixture.fake.logout_token(&json!({ "sub": "of grace" }));
        send_logout_token(&fixture.service, "fake", &token).await.expect_status(400);
    }
    assert!(fetched() <= before + 2, "made-up keys cause one request in ten seconds");
    fixture.fake.set_fault(Fault::None);
    fixture.fake.publish_keys(&[&SECOND, &FIRST]);
    fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
}

#[on_every_store]
async fn invalid_logout_tokens_of_a_network_cause_no_request_after_the_limit(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    for _ in 0..FAILURES_MAX {
        send_logout_token(&fixture.service, "fake", "x").await.expect_status(400);
    }
    let before = fixture.fake.received_requests(Endpoint::Keys).len();
    fixture.fake.set_fault(Fault::Header(|header| header["kid"] = json!(uuid::Uuid::new_v4())));
    let token = fixture.fake.logout_token(&json!({ "sub": "of grace" }));
    send_logout_token(&fixture.service, "fake", &token).await.expect_problem(429, "too_many_attempts");
    assert_eq!(fixture.fake.received_requests(Endpoint::Keys).len(), before, "no request is sent");
    // A client of the same network must not prevent the logouts of the provider.
    fixture.fake.set_fault(Fault::None);
    fixture.fake.send_logout(&fixture.service, &json!({ "sub": "of grace" })).await.expect_status(200);
    browser.me().await.expect_problem(401, "session_ended");
}
