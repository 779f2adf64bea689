//! Hanging requests and key rotations of a provider fail no login.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{
    browser::Browser,
    eventually,
    fake_provider::{
        fault::{Answer::Silent, Endpoint, Fault},
        keys::{FIRST, SECOND},
    },
    federated::{
        FederatedFixture, assert_refused, assert_signed_in, callback_as, claims_of, sign_in, start_login,
        with_claims,
    },
    stores::StoreLocation,
};

/// Timeout of a request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(8);
/// Less than the timeout, and more than a login needs on a slow machine.
const NOT_DELAYED: Duration = Duration::from_secs(7);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hanging_refresh_does_not_delay_a_login() {
    let location = StoreLocation::file();
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    let before = fixture.fake.received_requests(Endpoint::Discovery).len();
    fixture.fake.shut_down().await;
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    assert_refused(&answer, "provider_unavailable");
    fixture.fake.set_fault(Fault::Answer(Endpoint::Discovery, Silent));
    fixture.fake.restart().await;
    eventually(Duration::from_mins(1), "the refresh hangs", async || {
        fixture.fake.received_requests(Endpoint::Discovery).len() > before
    })
    .await;
    let hangs = Instant::now();
    for login in ["grace", "linus"] {
        let begun = Instant::now();
        fixture.signed_in(&fixture.fake, &claims_of(login)).await;
        assert!(begun.elapsed() < NOT_DELAYED, "{:?}", begun.elapsed());
    }
    let asked = fixture.fake.received_requests(Endpoint::Discovery).len();
    assert!(asked == before + 1 || hangs.elapsed() >= REQUEST_TIMEOUT, "the refresh did not hang");
}

// Two replicas, concurrent logins, and a key that is replaced at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_fails_during_key_rotation() {
    let location = StoreLocation::file();
    let fixture = FederatedFixture::start(&location).await;
    let replica = fixture.start_replica().await;
    let concurrent = (0..12).map(async |number: usize| {
        let claims = with_claims(claims_of(&format!("n{number}")), json!({ "email": null }));
        for _ in 0..4 {
            let browser = Browser::of([&fixture.service, &replica][number % 2]);
            assert_signed_in(&sign_in(&browser, &fixture.fake, &claims).await, "/");
        }
    });
    let (begun, before) = (Instant::now(), fixture.fake.received_requests(Endpoint::Keys).len());
    let rotation = async {
        while fixture.fake.received_requests(Endpoint::Token).len() < 12 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        fixture.fake.publish_keys(&[&SECOND]);
    };
    tokio::join!(join_all(concurrent), rotation);
    let fetched = fixture.fake.received_requests(Endpoint::Keys).len() - before;
    assert!(fetched == 2 || begun.elapsed() >= REQUEST_TIMEOUT, "{fetched} times, not once a replica");
    fixture.assert_no_protocol_errors();
}

// A provider publishes a key before it signs, and keeps the old one: keys are requested once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn announced_rotation_is_fetched_once() {
    let location = StoreLocation::file();
    let fixture = FederatedFixture::start(&location).await;
    let before = fixture.fake.received_requests(Endpoint::Keys).len();
    fixture.fake.publish_keys(&[&FIRST, &SECOND]);
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    fixture.fake.publish_keys(&[&SECOND, &FIRST]);
    fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    fixture.fake.publish_keys(&[&FIRST, &SECOND]);
    fixture.signed_in(&fixture.fake, &claims_of("ada")).await;
    assert_eq!(fixture.fake.received_requests(Endpoint::Keys).len(), before + 1);
}
