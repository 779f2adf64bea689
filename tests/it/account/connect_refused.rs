//! Links that are not made: for another session, for somebody else's identity, against the rules; nobody is changed by them.

use vestibule::user::{EndReason, Status};

use super::*;
use crate::federated::{change, come_back, refused, state, with};

/// `ada`, who has a password, at a browser.
async fn ada(house: &House) -> (User, Browser) {
    let ada = person(&house.service, "ada").await;
    let browser = house.browser();
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    (ada, browser)
}

#[on_every_store]
async fn somebody_elses_identity_is_not_linked(location: StoreLocation) {
    let house = House::open(&location).await;
    house.signed_in(&house.liar, &claims_of("grace")).await;
    let grace = house.people().await.remove(0);
    let (ada, browser) = ada(&house).await;
    let (hers, theirs) = (written(&house.service, &ada).await, written(&house.service, &grace).await);
    let before = me(&browser).await;
    let answer = connect(&browser, &house.liar, &claims_of("grace")).await;
    let event = event_of(&house.service, turned_away(&answer, "link_refused", &house.liar)).await;
    assert_eq!((event.kind, event.reason.as_deref()), (EventKind::IdentityLinked, Some("link_refused")));
    assert_eq!(event.actor, Some(ada.id.to_string()), "it was ada who tried");
    assert_eq!(me(&browser).await, before, "the session goes on as it was");
    assert_eq!(written(&house.service, &ada).await, hers);
    assert_eq!(written(&house.service, &grace).await, theirs);
    // Nor by way of a disabled owner.
    change(&house.service, grace.id, |user| user.status = Status::Disabled).await;
    turned_away(&connect(&browser, &house.liar, &claims_of("grace")).await, "link_refused", &house.liar);
    assert_eq!(written(&house.service, &ada).await, hers);
}

// Mattermost CVE-2025-12421, Keycloak CVE-2023-0264.
#[on_every_store]
async fn what_ada_began_links_nothing_in_another_browser(location: StoreLocation) {
    let house = House::open(&location).await;
    let (ada, browser) = ada(&house).await;
    let mallory = house.signed_in(&house.corp, &claims_of("mallory")).await;
    let nobody = house.browser();
    let before = (me(&browser).await, me(&mallory).await);
    for stranger in [&nobody, &mallory] {
        let journey = off_to_connect(&browser, &house.liar).await;
        refused(&come_back_as(stranger, &house.liar, &journey, &claims_of("x")).await, "login_expired");
    }
    for stranger in [&nobody, &mallory] {
        let journey = off_to_connect(&browser, &house.liar).await;
        stranger.put_cookie("vestibule-login", &browser.cookie("vestibule-login").expect("a cookie"));
        let answer = come_back_as(stranger, &house.liar, &journey, &claims_of("x")).await;
        assert!(turned_away(&answer, "link_refused", &house.liar).is_some(), "a trace");
    }
    // The same person in another session is another session: a thief of the one does not finish in the other.
    let other = house.browser();
    other.sign_in("ada", PASSWORD).await.must_be(200);
    let journey = off_to_connect(&browser, &house.liar).await;
    other.put_cookie("vestibule-login", &browser.cookie("vestibule-login").expect("a cookie"));
    let answer = come_back_as(&other, &house.liar, &journey, &claims_of("x")).await;
    turned_away(&answer, "link_refused", &house.liar);
    // Nor is it another provider's.
    let journey = off_to_connect(&browser, &house.liar).await;
    let code = house.corp.code_for(&journey.asked, &claims_of("x"));
    refused(
        &come_back(&browser, "corp", &[("code", &code), ("state", journey.state())]).await,
        "login_expired",
    );

    assert_eq!((me(&browser).await, me(&mallory).await), before);
    assert_eq!(state(&nobody).await, "anonymous");
    assert!(stored(&house.service, &ada).await.identities.is_empty());
    assert_eq!(house.people().await.len(), 2, "and nobody was made of it");
}

// A shared browser: whoever left a session at the provider there is not linked to the account of the next one.
#[on_every_store]
async fn who_is_only_remembered_at_the_provider_is_not_linked(location: StoreLocation) {
    let house = House::open(&location).await;
    let (ada, browser) = ada(&house).await;
    let old = json!(house.service.clock.now().as_secs() - 3600);
    for auth_time in [old, Value::Null] {
        let mut claims = claims_of("mallory");
        claims["auth_time"] = auth_time;
        let answer = connect(&browser, &house.liar, &claims).await;
        turned_away(&answer, "reauthentication_refused", &house.liar);
        assert!(stored(&house.service, &ada).await.identities.is_empty());
    }
    assert_eq!(house.people().await.len(), 1);
}

#[on_every_store]
async fn a_session_that_ended_meanwhile_links_nothing(location: StoreLocation) {
    let house = House::open(&location).await;
    let (ada, browser) = ada(&house).await;
    let journey = off_to_connect(&browser, &house.liar).await;
    browser.sign_out().await.must_be(200);
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("ada")).await;
    turned_away(&answer, "link_refused", &house.liar);
    assert_eq!(state(&browser).await, "anonymous");
    // Nor for the one that is there by then.
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    let journey = off_to_connect(&browser, &house.liar).await;
    prove(&browser, &json!({ "password": PASSWORD })).await.must_be(200);
    let before = me(&browser).await;
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("ada")).await;
    turned_away(&answer, "link_refused", &house.liar);
    assert_eq!(me(&browser).await, before);
    assert!(stored(&house.service, &ada).await.identities.is_empty());
    assert_eq!(house.people().await.len(), 1);
}

// Memory hears of it a moment later than the store knows it.
#[on_every_store]
async fn who_was_shut_out_elsewhere_meanwhile_links_nothing(location: StoreLocation) {
    let house = House::open(&location).await;
    let (ada, browser) = ada(&house).await;
    let elsewhere = house.replica().await;
    let ends: [fn(&mut User); 3] = [
        |user| user.end_sessions(EndReason::PasswordChanged),
        |user| user.end_sessions(EndReason::FactorChanged),
        |user| user.status = Status::Disabled,
    ];
    for end in ends {
        let journey = off_to_connect(&browser, &house.liar).await;
        browser.me().await.must_be(200);
        change(&elsewhere, ada.id, end).await;
        let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("ada")).await;
        turned_away(&answer, "link_refused", &house.liar);
        browser.me().await.must_fail(401, "session_ended");
        assert!(stored(&house.service, &ada).await.identities.is_empty());
        change(&elsewhere, ada.id, |user| user.status = Status::Active).await;
        browser.sign_in("ada", PASSWORD).await.must_be(200);
    }
}

#[on_every_store]
async fn the_providers_rules_hold_for_links_as_well(location: StoreLocation) {
    let house = House::with(&location, &[("LIAR_ALLOWED_DOMAINS", "corp.example")]).await;
    let (ada, browser) = ada(&house).await;
    let before = me(&browser).await;
    for odd in [
        json!({ "email": "ada@elsewhere.example" }),
        json!({ "email": "ada@corp.example@elsewhere.example" }),
        json!({ "email": null }),
        json!({ "email_verified": false }),
        json!({ "email_verified": "true" }),
    ] {
        let answer = connect(&browser, &house.liar, &with(claims_of("ada"), odd.clone())).await;
        let event = event_of(&house.service, turned_away(&answer, "access_denied", &house.liar)).await;
        assert_eq!(event.kind, EventKind::IdentityLinked, "nobody tried to sign in: {odd}");
        assert_eq!(event.actor, Some(ada.id.to_string()), "{odd}");
    }
    assert_eq!(me(&browser).await, before);
    assert!(stored(&house.service, &ada).await.identities.is_empty());
    goes_back(&connect(&browser, &house.liar, &claims_of("ada")).await);
}

#[on_every_store]
async fn a_no_at_the_provider_links_nothing(location: StoreLocation) {
    let house = House::open(&location).await;
    let (ada, browser) = ada(&house).await;
    let before = me(&browser).await;
    for (error, code) in [("access_denied", "access_denied"), ("server_error", "provider_error")] {
        let journey = off_to_connect(&browser, &house.liar).await;
        turned_away(
            &come_back(&browser, "liar", &[("error", error), ("state", journey.state())]).await,
            code,
            &house.liar,
        );
    }
    assert_eq!(me(&browser).await, before);
    assert!(stored(&house.service, &ada).await.identities.is_empty());
}

#[on_every_store]
async fn a_link_begins_for_who_is_in_on_our_own_pages_at_a_provider_there_is(location: StoreLocation) {
    let house = House::open(&location).await;
    let wish = json!({ "returnTo": BACK });
    house.browser().post("/api/account/identities/liar", &wish).await.must_fail(401, "not_signed_in");
    let (_, browser) = ada(&house).await;
    for unknown in ["nobody", "LIAR", "%2e%2e", "liar%2f"] {
        browser.post(&format!("/api/account/identities/{unknown}"), &wish).await.must_fail(404, "not_found");
    }
    let answer = browser.ask(Method::POST, "/api/account/identities/liar").json(&wish).send().await;
    answer.must_fail(403, "csrf_failed");
    let House { liar, corp: _corp, service } = house;
    liar.goes_down().await;
    let service = service.restarted(&[]).await;
    let answer = browser.moved_to(&service).post("/api/account/identities/liar", &wish).await;
    assert!(answer.must_fail(503, "provider_unavailable").retry_after().is_some());
}
