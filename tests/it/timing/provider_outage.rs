//! Failing providers, all at once: cost for the binary and for other users, during and after the outage.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use futures_util::future::join_all;

use crate::harness::{
    browser::Browser,
    eventually,
    fake_provider::{
        CLIENT_ID, CLIENT_SECRET, FakeProvider,
        fault::{
            Answer::{Bomb, Hangup, Html, Huge, Redirect, Silent, Slow, Status},
            Endpoint::{Discovery, Keys, Token, Userinfo},
            Fault,
        },
    },
    fault_table::{ACCEPTED, INVALID, Outcome, TIMEOUT, UNAVAILABLE},
    federated::{
        assert_signed_in, available_at, callback_as, claims_of, redirect_target, sign_in, start_login,
    },
    process::{Installation, ServiceProcess},
};
use crate::process::{add, signed_in};

/// Recovery: a hanging refresh (8 s) plus the wait before the next one.
const RECOVERY: Duration = Duration::from_mins(1);
/// Allowed growth of memory, in KiB.
const GROWTH_MAX: u64 = 64 << 10;
/// Concurrent logins per provider.
const CONCURRENT: usize = 4;

#[derive(Clone, Copy)]
enum Outage {
    Fault(Fault),
    /// Connection refused.
    Down,
    /// TCP RST.
    Resets,
}

/// Faults after discovery.
const LATER: &[(&str, Outage, Outcome)] = &[
    ("down", Outage::Down, UNAVAILABLE),
    ("resets", Outage::Resets, UNAVAILABLE),
    ("fails", Outage::Fault(Fault::Answer(Token, Status(500))), UNAVAILABLE),
    ("page", Outage::Fault(Fault::Answer(Token, Html)), INVALID),
    ("huge", Outage::Fault(Fault::Answer(Token, Huge)), INVALID),
    ("bomb", Outage::Fault(Fault::Answer(Token, Bomb)), INVALID),
    ("drips", Outage::Fault(Fault::Answer(Token, Slow)), UNAVAILABLE),
    ("silent", Outage::Fault(Fault::Answer(Token, Silent)), UNAVAILABLE),
    ("hangs-up", Outage::Fault(Fault::Answer(Token, Hangup)), UNAVAILABLE),
    ("elsewhere", Outage::Fault(Fault::Answer(Token, Redirect(307))), INVALID),
    ("huge-userinfo", Outage::Fault(Fault::Answer(Userinfo, Huge)), ACCEPTED),
    ("silent-userinfo", Outage::Fault(Fault::Answer(Userinfo, Silent)), ACCEPTED),
];

/// Faults before discovery.
const EARLY: &[(&str, Outage)] = &[
    ("early-down", Outage::Down),
    ("early-resets", Outage::Resets),
    ("early-huge", Outage::Fault(Fault::Answer(Discovery, Huge))),
    ("early-bomb", Outage::Fault(Fault::Answer(Discovery, Bomb))),
    ("early-silent", Outage::Fault(Fault::Answer(Discovery, Silent))),
    ("early-drips", Outage::Fault(Fault::Answer(Discovery, Slow))),
    ("early-elsewhere", Outage::Fault(Fault::Answer(Discovery, Redirect(302)))),
    ("early-keys", Outage::Fault(Fault::Answer(Keys, Huge))),
];

async fn start_outage(provider: &FakeProvider, fault: Outage) {
    match fault {
        Outage::Fault(fault) => provider.set_fault(fault),
        Outage::Down => provider.shut_down().await,
        Outage::Resets => provider.reset_connections().await,
    }
}

async fn end_outage(provider: &FakeProvider, fault: Outage) {
    match fault {
        Outage::Fault(_) => provider.set_fault(Fault::None),
        Outage::Down | Outage::Resets => provider.restart().await,
    }
}

fn home_of(providers: &[&FakeProvider]) -> Installation {
    let names: Vec<&str> = providers.iter().map(|provider| provider.name).collect();
    let settings = [("VESTIBULE_PROVIDERS", &*names.join(",")), ("VESTIBULE_HASH_THREADS", "1")];
    providers.iter().fold(Installation::with_settings(&settings), |home, provider| {
        let of = |what: &str| {
            format!("VESTIBULE_PROVIDER_{}_{what}", provider.name.to_uppercase().replace('-', "_"))
        };
        home.and(&of("ISSUER"), provider.issuer())
            .and(&of("CLIENT_ID"), CLIENT_ID)
            .and(&of("CLIENT_SECRET"), CLIENT_SECRET)
    })
}

/// Signs in several users at one failing provider: the failures end in time, and the provider recovers.
async fn check_outage(serving: &ServiceProcess, provider: &FakeProvider, fault: Outage, outcome: Outcome) {
    let concurrent = (0..CONCURRENT).map(async |number| {
        let browser = Browser::at(serving.address);
        let authorization = start_login(&browser, provider).await;
        (browser, authorization, number)
    });
    let concurrent = join_all(concurrent).await;
    start_outage(provider, fault).await;
    join_all(concurrent.iter().map(async |(browser, authorization, number)| {
        let begun = Instant::now();
        let claims = claims_of(&format!("{}{number}", provider.name));
        let answer = callback_as(browser, provider, authorization, &claims).await;
        assert!(begun.elapsed() < TIMEOUT, "{}: {:?}", provider.name, begun.elapsed());
        let (path, query) = redirect_target(&answer);
        let code = query.get("error").map(String::as_str);
        let expected = outcome.map_or_else(|code| ("/login", Some(code)), |()| ("/", None));
        assert_eq!((path.as_str(), code), expected, "{}", provider.name);
        assert_eq!(answer.session_cookie().is_some(), outcome.is_ok(), "{}", provider.name);
    }))
    .await;
    end_outage(provider, fault).await;
    let again = Browser::at(serving.address);
    assert_signed_in(&sign_in(&again, provider, &claims_of(provider.name)).await, "/");
    eventually(RECOVERY, provider.name, || available_at(serving.address, provider.name)).await;
    assert_eq!(provider.unexpected_requests(), 0, "{}", provider.name);
}

/// The same before the first discovery.
async fn check_early(serving: &ServiceProcess, provider: &FakeProvider, fault: Outage) {
    let concurrent = (0..CONCURRENT).map(async |_| {
        let begun = Instant::now();
        let (path, query) = redirect_target(
            &Browser::at(serving.address).get(&format!("/api/auth/login/{}", provider.name)).await,
        );
        assert_eq!((path.as_str(), query["error"].as_str()), ("/login", "provider_unavailable"));
        assert!(begun.elapsed() < TIMEOUT, "{}: {:?}", provider.name, begun.elapsed());
    });
    join_all(concurrent).await;
    end_outage(provider, fault).await;
    eventually(RECOVERY, provider.name, || available_at(serving.address, provider.name)).await;
    let browser = Browser::at(serving.address);
    assert_signed_in(&sign_in(&browser, provider, &claims_of(provider.name)).await, "/");
    assert_eq!(provider.unexpected_requests(), 0, "{}", provider.name);
}

// A failing provider affects no other user, costs little memory, and recovers.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn failing_providers_do_not_affect_other_users() {
    let honest = FakeProvider::start("honest").await;
    let later = join_all(LATER.iter().map(|(name, ..)| FakeProvider::start(name))).await;
    let early = join_all(EARLY.iter().map(async |(name, fault)| {
        let provider = FakeProvider::start(name).await;
        start_outage(&provider, *fault).await;
        provider
    }))
    .await;
    let providers: Vec<&FakeProvider> = [&honest].into_iter().chain(&later).chain(&early).collect();
    let home = home_of(&providers);
    add(&home, "ada");
    let serving = home.serve();
    // Warm up: hash, session and provider answer.
    signed_in(serving.address, "ada").await;
    for provider in [&honest].into_iter().chain(&later) {
        // The provider counts as available before its first discovery. A login then waits for discovery.
        eventually(TIMEOUT, provider.name, async || {
            let path = format!("/api/auth/login/{}", provider.name);
            let answer = Browser::at(serving.address).get(&path).await;
            answer.header("location").is_some_and(|location| location.starts_with(provider.issuer()))
        })
        .await;
    }
    assert_signed_in(&sign_in(&Browser::at(serving.address), &honest, &claims_of("grace")).await, "/");
    let before = serving.memory();

    let over = Cell::new(false);
    let outage = async {
        let later = later
            .iter()
            .zip(LATER)
            .map(|(provider, (_, fault, outcome))| check_outage(&serving, provider, *fault, *outcome));
        let early =
            early.iter().zip(EARLY).map(|(provider, (_, fault))| check_early(&serving, provider, *fault));
        tokio::join!(join_all(later), join_all(early));
        over.set(true);
    };
    let all_tenants_else = async {
        let mut rounds = Vec::new();
        // A loaded machine may need the whole outage for one round.
        while !over.get() || rounds.len() < 3 {
            let begun = Instant::now();
            signed_in(serving.address, "ada").await;
            let browser = Browser::at(serving.address);
            assert_signed_in(&sign_in(&browser, &honest, &claims_of("grace")).await, "/");
            browser.me().await.expect_status(200);
            rounds.push(begun.elapsed());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // A loaded machine pauses sometimes, but it does not slow down most rounds.
        rounds.sort_unstable();
        assert!(rounds[rounds.len() / 2] < Duration::from_secs(5), "other logins: {rounds:?}");
    };
    let scales = async {
        let mut peak = before;
        while !over.get() {
            peak = peak.max(serving.memory());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        peak
    };
    let (peak, (), ()) = tokio::join!(scales, all_tenants_else, outage);
    assert!(peak - before < GROWTH_MAX, "from {before} to {peak} KiB");
    assert!(!serving.log().contains("panicked"), "{}", serving.log());
}
