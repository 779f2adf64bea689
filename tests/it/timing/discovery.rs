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

/// Smallest number of failing logins.
const MIN_FAILURES: u64 = 40;

// Rolling restart: a new replica waits for its first discovery before it answers a login.
#[on_every_store]
async fn login_waits_for_the_first_discovery(location: StoreLocation) {
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
#[on_every_store]
async fn provider_is_available_during_the_first_discovery(location: StoreLocation) {
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
#[on_every_store]
async fn failed_exchanges_retry_discovery_once_a_second(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.fake.set_fault(Fault::Answer(Endpoint::Token, Status(503)));
    let (begun, before) = (Instant::now(), fixture.fake.received_requests(Endpoint::Discovery).len());
    let mut failed = 0_u64;
    while begun.elapsed() < Duration::from_secs(3) || failed < MIN_FAILURES {
        let storm =
            (0..4).map(async |_| sign_in(&fixture.browser(), &fixture.fake, &claims_of("grace")).await);
        for answer in join_all(storm).await {
            assert_refused(&answer, "provider_unavailable");
            failed += 1;
        }
    }
    let looked = (fixture.fake.received_requests(Endpoint::Discovery).len() - before) as u64;
    let seconds = begun.elapsed().as_secs();
    assert!((1..=seconds + 2).contains(&looked), "{looked} times in {seconds} s, for {failed} sign-ins");
    fixture.fake.set_fault(Fault::None);
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
}
