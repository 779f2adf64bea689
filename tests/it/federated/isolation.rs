//! A provider's troubles are its own: refreshes that hang and keys that change cost no honest sign-in.
//!
//! What outages cost the process is weighed in `process/outage.rs`.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use super::*;
use crate::harness::liar::{
    keys::{FIRST, SECOND},
    sin::{Answer::Silent, Endpoint, Sin},
};

/// What a request that hangs is given.
const HANGS: Duration = Duration::from_secs(8);
/// Less than that, and more than a slow machine needs for a sign-in.
const AT_ONCE: Duration = Duration::from_secs(7);

#[on_every_store]
async fn a_sign_in_waits_for_no_refresh_that_hangs(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.browser();
    let journey = set_out(&browser, &house.liar).await;
    let before = house.liar.asked(Endpoint::Discovery).len();
    house.liar.goes_down().await;
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await;
    refused(&answer, "provider_unavailable");
    house.liar.sins(Sin::Answer(Endpoint::Discovery, Silent));
    house.liar.comes_back().await;
    eventually(Duration::from_mins(1), "the refresh hangs", async || {
        house.liar.asked(Endpoint::Discovery).len() > before
    })
    .await;
    let hangs = Instant::now();
    for login in ["grace", "linus"] {
        let begun = Instant::now();
        house.signed_in(&house.liar, &claims_of(login)).await;
        assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    }
    let asked = house.liar.asked(Endpoint::Discovery).len();
    assert!(asked == before + 1 || hangs.elapsed() >= HANGS, "it hung all the while");
}

// R10: two replicas, a crowd, and a key that is gone from one moment to the next.
#[on_every_store]
async fn no_sign_in_fails_across_a_rotation(location: StoreLocation) {
    let house = House::open(&location).await;
    let replica = house.replica().await;
    let crowd = (0..12).map(async |number: usize| {
        let claims = with(claims_of(&format!("n{number}")), json!({ "email": null }));
        for _ in 0..4 {
            let browser = Browser::of([&house.service, &replica][number % 2]);
            leads_to(&sign_in(&browser, &house.liar, &claims).await, "/");
        }
    });
    let (begun, before) = (Instant::now(), house.liar.asked(Endpoint::Keys).len());
    let rotation = async {
        while house.liar.asked(Endpoint::Token).len() < 12 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        house.liar.publishes(&[&SECOND]);
    };
    tokio::join!(join_all(crowd), rotation);
    let fetched = house.liar.asked(Endpoint::Keys).len() - before;
    assert!(fetched == 2 || begun.elapsed() >= HANGS, "{fetched} times, not once a replica");
    house.nobody_complains();
}

// A key is announced before it signs, and an old one stays for a while: nothing is fetched twice for it.
#[on_every_store]
async fn a_rotation_that_is_announced_is_noticed_once(location: StoreLocation) {
    let house = House::open(&location).await;
    let before = house.liar.asked(Endpoint::Keys).len();
    house.liar.publishes(&[&FIRST, &SECOND]);
    house.signed_in(&house.liar, &claims_of("grace")).await;
    house.liar.publishes(&[&SECOND, &FIRST]);
    house.signed_in(&house.liar, &claims_of("linus")).await;
    house.liar.publishes(&[&FIRST, &SECOND]);
    house.signed_in(&house.liar, &claims_of("ada")).await;
    assert_eq!(house.liar.asked(Endpoint::Keys).len(), before + 1);
}
