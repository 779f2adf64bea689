//! Key sets that are expensive to try do not delay other requests.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{
    browser::Browser,
    fake_provider::{FakeProvider, fault::Fault},
    federated::{FederatedFixture, assert_refused, callback_as, claims_of, start_login},
    stores::StoreLocation,
};

/// 650 RSA keys of 8,192 bits: a little less than the size limit of a response. Each one takes 0.4 ms to try.
static LARGE_KEYS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let key = |number: u16| {
        let mut modulus = [0xa5; 1024];
        modulus[1..3].copy_from_slice(&number.to_be_bytes());
        json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB" })
    };
    (0..650).map(key).collect()
});
/// Longest `/healthz` during the logins. Before the limit on candidates it took 1.4 s.
const HEALTHZ_MAX: Duration = Duration::from_millis(700);
const ROUNDS: usize = 5;

// No key of the set has a `kid`, so each one may have signed a token. Trying all would take five seconds of CPU time for 20 logins.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn key_sets_with_many_large_keys_do_not_delay_other_requests() {
    let location = StoreLocation::file();
    let fake = FakeProvider::start("fake").await;
    fake.set_fault(Fault::Keys(|set| set["keys"] = json!(*LARGE_KEYS)));
    let fixture =
        FederatedFixture::with_providers(&location, &[], fake, FakeProvider::start("corp").await).await;
    fixture.wait_until_available("fake").await;
    let mut fastest = Duration::MAX;
    for _ in 0..ROUNDS {
        let mut logins = Vec::new();
        for _ in 0..20 {
            let browser = fixture.browser();
            let authorization = start_login(&browser, &fixture.fake).await;
            logins.push((browser, authorization));
        }
        let callbacks = logins.iter().map(async |(browser, authorization)| {
            callback_as(browser, &fixture.fake, authorization, &claims_of("grace")).await
        });
        let healthz = async {
            let mut slowest = Duration::ZERO;
            for _ in 0..20 {
                let begun = Instant::now();
                Browser::of(&fixture.service).get("/healthz").await.expect_status(200);
                slowest = slowest.max(begun.elapsed());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            slowest
        };
        let (answers, slowest) = tokio::join!(join_all(callbacks), healthz);
        for answer in answers {
            assert_refused(&answer, "provider_response_invalid");
        }
        fastest = fastest.min(slowest);
        if fastest < HEALTHZ_MAX {
            return;
        }
    }
    assert!(fastest < HEALTHZ_MAX, "measured {fastest:?} for /healthz in the best of {ROUNDS} rounds");
}
