//! Providers that fail in every way there is, all at once: what it costs the real binary, and everybody else, while it lasts and after.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use futures_util::future::join_all;

use super::{add, signed_in};
use crate::{
    federated::{
        available_at, claims_of, come_back_as, leads_to, location, set_out, sign_in,
        table::{ACCEPTED, INVALID, Outcome, PATIENCE, UNAVAILABLE},
    },
    harness::{
        browser::Browser,
        eventually,
        liar::{
            CLIENT_ID, CLIENT_SECRET, Liar,
            sin::{
                Answer::{Bomb, Hangup, Html, Huge, Redirect, Silent, Slow, Status},
                Endpoint::{Discovery, Keys, Token, Userinfo},
                Sin,
            },
        },
        process::{Home, Serving},
    },
};

/// Back by itself: a refresh that hangs (8 s), and the wait before the next one.
const BACK: Duration = Duration::from_mins(1);
/// What all of it may cost, in KiB.
const GROWTH_MAX: u64 = 64 << 10;
/// How many come to each of the providers at once.
const CROWD: usize = 4;

#[derive(Clone, Copy)]
enum Fault {
    Sin(Sin),
    /// Nobody listens.
    Down,
    /// TCP RST.
    Resets,
}

/// What goes wrong once the provider is known.
const LATER: &[(&str, Fault, Outcome)] = &[
    ("down", Fault::Down, UNAVAILABLE),
    ("resets", Fault::Resets, UNAVAILABLE),
    ("fails", Fault::Sin(Sin::Answer(Token, Status(500))), UNAVAILABLE),
    ("page", Fault::Sin(Sin::Answer(Token, Html)), INVALID),
    ("huge", Fault::Sin(Sin::Answer(Token, Huge)), INVALID),
    ("bomb", Fault::Sin(Sin::Answer(Token, Bomb)), INVALID),
    ("drips", Fault::Sin(Sin::Answer(Token, Slow)), UNAVAILABLE),
    ("silent", Fault::Sin(Sin::Answer(Token, Silent)), UNAVAILABLE),
    ("hangs-up", Fault::Sin(Sin::Answer(Token, Hangup)), UNAVAILABLE),
    ("elsewhere", Fault::Sin(Sin::Answer(Token, Redirect(307))), INVALID),
    ("huge-userinfo", Fault::Sin(Sin::Answer(Userinfo, Huge)), ACCEPTED),
    ("silent-userinfo", Fault::Sin(Sin::Answer(Userinfo, Silent)), ACCEPTED),
];

/// What goes wrong before anything is known of the provider.
const EARLY: &[(&str, Fault)] = &[
    ("early-down", Fault::Down),
    ("early-resets", Fault::Resets),
    ("early-huge", Fault::Sin(Sin::Answer(Discovery, Huge))),
    ("early-bomb", Fault::Sin(Sin::Answer(Discovery, Bomb))),
    ("early-silent", Fault::Sin(Sin::Answer(Discovery, Silent))),
    ("early-drips", Fault::Sin(Sin::Answer(Discovery, Slow))),
    ("early-elsewhere", Fault::Sin(Sin::Answer(Discovery, Redirect(302)))),
    ("early-keys", Fault::Sin(Sin::Answer(Keys, Huge))),
];

async fn strike(provider: &Liar, fault: Fault) {
    match fault {
        Fault::Sin(sin) => provider.sins(sin),
        Fault::Down => provider.goes_down().await,
        Fault::Resets => provider.resets().await,
    }
}

async fn heal(provider: &Liar, fault: Fault) {
    match fault {
        Fault::Sin(_) => provider.sins(Sin::None),
        Fault::Down | Fault::Resets => provider.comes_back().await,
    }
}

fn home_of(providers: &[&Liar]) -> Home {
    let names: Vec<&str> = providers.iter().map(|provider| provider.name).collect();
    let settings = [("VESTIBULE_PROVIDERS", &*names.join(",")), ("VESTIBULE_HASH_THREADS", "1")];
    providers.iter().fold(Home::with(&settings), |home, provider| {
        let of = |what: &str| {
            format!("VESTIBULE_PROVIDER_{}_{what}", provider.name.to_uppercase().replace('-', "_"))
        };
        home.and(&of("ISSUER"), provider.issuer())
            .and(&of("CLIENT_ID"), CLIENT_ID)
            .and(&of("CLIENT_SECRET"), CLIENT_SECRET)
    })
}

/// What a crowd at one provider sees: failures that end in time, and the provider back afterwards without anybody's help.
async fn endure(serving: &Serving, provider: &Liar, fault: Fault, outcome: Outcome) {
    let crowd = (0..CROWD).map(async |number| {
        let browser = Browser::at(serving.address);
        let journey = set_out(&browser, provider).await;
        (browser, journey, number)
    });
    let crowd = join_all(crowd).await;
    strike(provider, fault).await;
    join_all(crowd.iter().map(async |(browser, journey, number)| {
        let begun = Instant::now();
        let claims = claims_of(&format!("{}{number}", provider.name));
        let answer = come_back_as(browser, provider, journey, &claims).await;
        assert!(begun.elapsed() < PATIENCE, "{}: {:?}", provider.name, begun.elapsed());
        let (path, query) = location(&answer);
        let code = query.get("error").map(String::as_str);
        let expected = outcome.map_or_else(|code| ("/login", Some(code)), |()| ("/", None));
        assert_eq!((path.as_str(), code), expected, "{}", provider.name);
        assert_eq!(answer.session_cookie().is_some(), outcome.is_ok(), "{}", provider.name);
    }))
    .await;
    heal(provider, fault).await;
    let again = Browser::at(serving.address);
    leads_to(&sign_in(&again, provider, &claims_of(provider.name)).await, "/");
    eventually(BACK, provider.name, || available_at(serving.address, provider.name)).await;
    assert_eq!(provider.strayed(), 0, "{}", provider.name);
}

/// The same for a provider that nobody has met yet.
async fn endure_early(serving: &Serving, provider: &Liar, fault: Fault) {
    let crowd = (0..CROWD).map(async |_| {
        let begun = Instant::now();
        let (path, query) =
            location(&Browser::at(serving.address).get(&format!("/api/auth/login/{}", provider.name)).await);
        assert_eq!((path.as_str(), query["error"].as_str()), ("/login", "provider_unavailable"));
        assert!(begun.elapsed() < PATIENCE, "{}: {:?}", provider.name, begun.elapsed());
    });
    join_all(crowd).await;
    heal(provider, fault).await;
    eventually(BACK, provider.name, || available_at(serving.address, provider.name)).await;
    let browser = Browser::at(serving.address);
    leads_to(&sign_in(&browser, provider, &claims_of(provider.name)).await, "/");
    assert_eq!(provider.strayed(), 0, "{}", provider.name);
}

// R9: a provider that is down, slow or lying touches nobody else, costs little memory, and is back by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn providers_that_fail_in_every_way_touch_nobody_else() {
    let honest = Liar::start("honest").await;
    let later = join_all(LATER.iter().map(|(name, ..)| Liar::start(name))).await;
    let early = join_all(EARLY.iter().map(async |(name, fault)| {
        let provider = Liar::start(name).await;
        strike(&provider, *fault).await;
        provider
    }))
    .await;
    let providers: Vec<&Liar> = [&honest].into_iter().chain(&later).chain(&early).collect();
    let home = home_of(&providers);
    add(&home, "ada");
    let serving = home.serve();
    // Everything is warm before anything is weighed: a hash, a session, a provider's answer.
    signed_in(serving.address, "ada").await;
    for provider in [&honest].into_iter().chain(&later) {
        // It counts as available before it is known, for a moment; who is sent there is sent to what has answered.
        eventually(PATIENCE, provider.name, async || {
            let path = format!("/api/auth/login/{}", provider.name);
            let answer = Browser::at(serving.address).get(&path).await;
            answer.header("location").is_some_and(|location| location.starts_with(provider.issuer()))
        })
        .await;
    }
    leads_to(&sign_in(&Browser::at(serving.address), &honest, &claims_of("grace")).await, "/");
    let before = serving.memory();

    let over = Cell::new(false);
    let outage = async {
        let later = later
            .iter()
            .zip(LATER)
            .map(|(provider, (_, fault, outcome))| endure(&serving, provider, *fault, *outcome));
        let early =
            early.iter().zip(EARLY).map(|(provider, (_, fault))| endure_early(&serving, provider, *fault));
        tokio::join!(join_all(later), join_all(early));
        over.set(true);
    };
    let everybody_else = async {
        let mut rounds = Vec::new();
        while !over.get() {
            let begun = Instant::now();
            signed_in(serving.address, "ada").await;
            let browser = Browser::at(serving.address);
            leads_to(&sign_in(&browser, &honest, &claims_of("grace")).await, "/");
            browser.me().await.must_be(200);
            rounds.push(begun.elapsed());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(rounds.len() > 3, "{} rounds", rounds.len());
        // A loaded machine stands still now and then, but does not make most of the rounds slow.
        rounds.sort_unstable();
        assert!(rounds[rounds.len() / 2] < Duration::from_secs(5), "the other doors: {rounds:?}");
    };
    let scales = async {
        let mut peak = before;
        while !over.get() {
            peak = peak.max(serving.memory());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        peak
    };
    let (peak, (), ()) = tokio::join!(scales, everybody_else, outage);
    assert!(peak - before < GROWTH_MAX, "from {before} to {peak} KiB");
    assert!(!serving.log().contains("panicked"), "{}", serving.log());
}
