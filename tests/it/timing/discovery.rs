//! Discovery of a provider: first request, retries and rate.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::{
    harness::{
        eventually,
        fake_provider::{
            FakeProvider,
            fault::{
                Answer::{Late, Silent, Status},
                Endpoint, Fault,
            },
        },
        federated::{
            AuthorizationRequest, FederatedFixture, assert_refused, assert_signed_in, available_at,
            callback_as, claims_of, is_available, sign_in, start_login,
        },
        stores::StoreLocation,
    },
    login::federated::providers::NOTICED,
};

/// How long a provider counts as available before its first discovery ends.
const FIRST_DISCOVERY: Duration = Duration::from_secs(5);

/// Number of failing logins: fewer than a network may have in ten minutes.
const FAILURES: u64 = 80;

// Rolling restart: a new replica waits for its first discovery before it answers a login.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn login_waits_for_the_first_discovery() {
    let location = StoreLocation::file();
    let fixture = FederatedFixture::start(&location).await;
    let mut fastest = Duration::MAX;
    for _ in 0..20 {
        let (leaving, returning) = (fixture.browser(), fixture.browser());
        let authorization = start_login(&returning, &fixture.fake).await;
        fixture.fake.set_fault(Fault::Answer(Endpoint::Discovery, Late));
        let fresh = fixture.service.start_replica().await;
        let grace = claims_of("grace");
        let (leaving, returning) = (leaving.at_replica(&fresh), returning.at_replica(&fresh));
        let begun = Instant::now();
        let (back, out) = tokio::join!(
            callback_as(&returning, &fixture.fake, &authorization, &grace),
            leaving.get("/api/auth/login/fake")
        );
        fixture.fake.set_fault(Fault::None);
        // A paused machine may take longer.
        let elapsed = begun.elapsed();
        if elapsed < FIRST_DISCOVERY {
            assert_signed_in(&back, "/");
            assert!(AuthorizationRequest::of(&out).authorize.as_str().starts_with(fixture.fake.issuer()));
            return;
        }
        fastest = fastest.min(elapsed);
    }
    assert!(fastest < FIRST_DISCOVERY, "measured {fastest:?} for both answers in the fastest round");
}

// The login page of a new replica shows all providers.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn provider_is_available_during_the_first_discovery() {
    let location = StoreLocation::file();
    let (fake, corp) = (FakeProvider::start("fake").await, FakeProvider::start("corp").await);
    fake.set_fault(Fault::Answer(Endpoint::Discovery, Silent));
    let begun = Instant::now();
    let fixture = FederatedFixture::with_providers(&location, &[], fake, corp).await;
    let at_once = available_at(fixture.service.address, "fake").await;
    assert!(at_once || begun.elapsed() >= FIRST_DISCOVERY);
    let closed = || async { !available_at(fixture.service.address, "fake").await };
    eventually(NOTICED, "a provider that does not answer is unavailable", closed).await;
    assert!(begun.elapsed() >= FIRST_DISCOVERY);
    assert!(is_available(&fixture.service, "corp").await);
}

// Failing logins do not increase the number of requests to the provider.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn failed_exchanges_cause_one_discovery_in_ten_seconds() {
    let location = StoreLocation::file();
    let fixture = FederatedFixture::start(&location).await;
    fixture.fake.set_fault(Fault::Answer(Endpoint::Token, Status(503)));
    let (begun, before) = (Instant::now(), fixture.fake.received_requests(Endpoint::Discovery).len());
    let mut failed = 0_u64;
    while failed < FAILURES {
        let storm =
            (0..4).map(async |_| sign_in(&fixture.browser(), &fixture.fake, &claims_of("grace")).await);
        for answer in join_all(storm).await {
            assert_refused(&answer, "provider_unavailable");
            failed += 1;
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    let looked = (fixture.fake.received_requests(Endpoint::Discovery).len() - before) as u64;
    let seconds = begun.elapsed().as_secs();
    assert!((1..=seconds / 10 + 2).contains(&looked), "{looked} times in {seconds} s, for {failed} sign-ins");
    assert!(seconds >= 10, "longer than one interval: {seconds} s");
    fixture.fake.set_fault(Fault::None);
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
}

// Rolling restart: a logout at a new replica still reaches the provider, also if the first discovery fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn logout_waits_for_the_metadata() {
    let location = StoreLocation::file();
    let fixture = FederatedFixture::start(&location).await;
    for fault in [Late, Status(503)] {
        let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
        fixture.fake.set_fault(Fault::Answer(Endpoint::Discovery, fault));
        let fresh = fixture.service.start_replica().await;
        let browser = browser.at_replica(&fresh);
        let recovery = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            fixture.fake.set_fault(Fault::None);
        };
        let leaves = async {
            let redirect = browser.sign_out().await.expect_status(200).json()["redirect"].clone();
            browser.get(redirect.as_str().expect("a path")).await.expect_status(303)
        };
        let (answer, ()) = tokio::join!(leaves, recovery);
        let redirect = answer.header("location").expect("the browser is sent to the provider");
        assert!(redirect.starts_with(fixture.fake.issuer()), "{redirect}");
        assert!(redirect.contains("id_token_hint="), "{redirect}");
    }
}
