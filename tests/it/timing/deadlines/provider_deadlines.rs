//! Deadlines of requests to a provider, and the rate of key requests.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{
    fake_provider::{
        fault::{
            Answer::{Later, Silent, Slow},
            Endpoint, Fault,
            Signature::Rogue,
        },
        keys::{FIRST, SECOND},
    },
    fault_table::*,
    federated::{
        FederatedFixture, assert_refused, assert_signed_in, callback_as, claims_of, sign_in, start_login,
    },
    stores::StoreLocation,
};

/// Time between forced key requests, by the system clock: a clock that jumps must not protect or flood a provider.
const BETWEEN_FETCHES: Duration = Duration::from_millis(10_500);

// Slow tokens leave less time for userinfo. The login continues without it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn silent_userinfo_after_slow_tokens_is_skipped() {
    let location = StoreLocation::file();
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    fixture.fake.set_fault(Fault::Answer(Endpoint::Token, Later));
    let (begun, claims) = (Instant::now(), claims_of("grace"));
    let (answer, ()) = tokio::join!(callback_as(&browser, &fixture.fake, &authorization, &claims), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        fixture.fake.set_fault(Fault::Answer(Endpoint::Userinfo, Silent));
    });
    assert_signed_in(&answer, "/");
    assert_eq!(fixture.fake.received_requests(Endpoint::Userinfo).len(), 1, "one userinfo request was sent");
    assert!(begun.elapsed() < TIMEOUT, "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn withdrawn_key_is_refused_after_the_next_fetch() {
    let location = StoreLocation::file();
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    fixture.fake.publish_keys(&[&SECOND]);
    fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    tokio::time::sleep(BETWEEN_FETCHES).await;
    let browser = fixture.browser();
    let authorization = start_login(&browser, &fixture.fake).await;
    fixture.fake.publish_keys(&[&FIRST]);
    fixture.fake.set_fault(Fault::Keys(|keys| keys["keys"] = json!([SECOND.jwk()])));
    assert_refused(
        &callback_as(&browser, &fixture.fake, &authorization, &claims_of("ada")).await,
        "provider_response_invalid",
    );
}

// Unknown kids do not become requests to the provider.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn unknown_keys_are_fetched_once_in_ten_seconds() {
    let location = StoreLocation::file();
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let (begun, before) = (Instant::now(), fixture.fake.received_requests(Endpoint::Keys).len());
    fixture
        .fake
        .set_fault(Fault::Signed(Rogue(|header| header["kid"] = json!(uuid::Uuid::new_v4().to_string()))));
    let storm = (0..16).map(async |_| {
        let browser = fixture.browser();
        sign_in(&browser, &fixture.fake, &claims_of("mallory")).await
    });
    for answer in join_all(storm).await {
        assert_refused(&answer, "provider_response_invalid");
    }
    let fetched = fixture.fake.received_requests(Endpoint::Keys).len() - before;
    let periods = usize::try_from(begun.elapsed().as_secs() / 10).unwrap();
    assert!(fetched <= 1 + periods, "{fetched} times in {:?}", begun.elapsed());
    tokio::time::sleep(BETWEEN_FETCHES).await;
    assert_refused(
        &sign_in(&fixture.browser(), &fixture.fake, &claims_of("mallory")).await,
        "provider_response_invalid",
    );
    assert_eq!(
        fixture.fake.received_requests(Endpoint::Keys).len(),
        before + fetched + 1,
        "after the interval the key set is fetched again"
    );
    fixture.fake.set_fault(Fault::None);
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
}

// A hanging login ends. The store makes no difference.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn slow_provider_times_out() {
    let slow = [
        (Endpoint::Token, Slow, UNAVAILABLE),
        (Endpoint::Keys, Slow, UNAVAILABLE),
        (Endpoint::Userinfo, Slow, ACCEPTED),
        (Endpoint::Token, Silent, UNAVAILABLE),
        (Endpoint::Userinfo, Silent, ACCEPTED),
    ];
    let rows = slow.map(async |(endpoint, answer, outcome)| {
        let location = StoreLocation::file();
        let fixture = FederatedFixture::start(&location).await;
        fixture.fake.publish_keys(&[&SECOND, &FIRST]);
        let signed_in =
            run_row(&fixture, 0, Row::at_provider("slow", Fault::Answer(endpoint, answer), outcome)).await;
        signed_in.map_err(|why| format!("{endpoint:?}, {answer:?}: {why}"))
    });
    for signed_in in join_all(rows).await {
        assert_eq!(signed_in, Ok(()));
    }
}
