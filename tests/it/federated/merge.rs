//! The merge decision end to end: who is found, who is made, who is asked for a proof, who is refused; and the pending link.
//!
//! `liar` is trusted for nothing; the word of `corp` counts for corp.example.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Barrier;
use vestibule::{
    audit::{self, Event},
    user::{Status, UnlinkedIdentity},
};

use super::*;
use crate::harness::people::{PASSWORD, person, person_with, person_with_app, stored};

/// First sign-ins of one identity at the same instant.
const CROWD: usize = 16;
/// Times that two people confirm one identity at the same instant.
const ROUNDS: usize = 200;

/// `linus`: a password, and an address that we have verified.
async fn linus(house: &House) -> User {
    linus_with(house, |_| {}).await
}

async fn linus_with(house: &House, change: impl FnOnce(&mut User)) -> User {
    person_with(&house.service, "linus", |user| {
        has_address(user, "linus@corp.example");
        change(user);
    })
    .await
}

/// Who is signed in at this browser.
async fn who(browser: &Browser) -> String {
    me(browser).await["id"].as_str().expect("an id").to_owned()
}

async fn link(browser: &Browser) -> Answer {
    browser.post("/api/auth/link", &json!({})).await
}

/// A browser of somebody who came from the liar as linus and was asked for a proof.
async fn asked_for_proof(house: &House) -> Browser {
    let browser = house.browser();
    wants_local_proof(&sign_in(&browser, &house.liar, &claims_of("linus")).await, &house.liar);
    browser
}

#[on_every_store]
async fn a_known_identity_signs_its_person_in(location: StoreLocation) {
    let house = House::open(&location).await;
    let first = house.signed_in(&house.liar, &claims_of("grace")).await;
    house.service.wait(Duration::from_mins(1));
    let again = house.signed_in(&house.liar, &claims_of("grace")).await;
    assert_eq!(who(&first).await, who(&again).await);
    assert_eq!(house.people().await.len(), 1);
    let identity = me(&again).await["identities"][0].clone();
    assert_ne!(identity["linkedAt"], identity["lastLoginAt"], "linked once, used again");
}

// Grafana CVE-2023-3128: an address is no key.
#[on_every_store]
async fn an_identity_is_its_issuer_and_subject_and_never_its_address(location: StoreLocation) {
    let house = House::open(&location).await;
    let grace = house.signed_in(&house.corp, &claims_of("grace")).await;
    let moved = with(claims_of("grace"), json!({ "email": "hopper@corp.example" }));
    assert_eq!(who(&house.signed_in(&house.corp, &moved).await).await, who(&grace).await);
    let upper = with(claims_of("grace"), json!({ "sub": "OF GRACE", "email": null }));
    assert_ne!(who(&house.signed_in(&house.corp, &upper).await).await, who(&grace).await, "case matters");
    let elsewhere = with(claims_of("grace"), json!({ "email": null }));
    let stranger = house.signed_in(&house.liar, &elsewhere).await;
    assert_ne!(who(&stranger).await, who(&grace).await, "the same subject of another issuer is another");
}

#[on_every_store]
async fn a_trusted_word_for_an_address_nobody_has_makes_it_verified(location: StoreLocation) {
    let house = House::open(&location).await;
    let grace = house.signed_in(&house.corp, &claims_of("grace")).await;
    assert_eq!(me(&grace).await["emailVerified"], true);
    let ada = with(claims_of("ada"), json!({ "email": "ada@other.example" }));
    let ada = house.signed_in(&house.corp, &ada).await;
    assert_eq!(me(&ada).await["emailVerified"], false, "trusted for corp.example only");
}

// GitLab CVE-2022-1162: an account made by a provider has no password, not even a secret one.
#[on_every_store]
async fn who_came_through_a_provider_has_no_local_door(location: StoreLocation) {
    let house = House::open(&location).await;
    house.signed_in(&house.corp, &claims_of("grace")).await;
    let browser = house.browser();
    for password in ["", PASSWORD, "null"] {
        let answer = browser.sign_in("grace@corp.example", password).await;
        answer.must_fail(401, "invalid_credentials");
    }
    assert!(house.people().await[0].password.is_none());
}

#[on_every_store]
async fn nobody_new_comes_in_where_signing_up_is_not_allowed(location: StoreLocation) {
    let house = House::with(&location, &[("CORP_ALLOW_SIGNUP", "false")]).await;
    refused(&sign_in(&house.browser(), &house.corp, &claims_of("grace")).await, "signup_not_allowed");
    assert_eq!(house.people().await.len(), 0);
    let linus = linus(&house).await;
    let browser = house.signed_in(&house.corp, &claims_of("linus")).await;
    assert_eq!(who(&browser).await, linus.id.to_string(), "who is here already may come in");
}

// oauth2-proxy CVE-2026-40574, next-auth CVE-2022-35924: an address is one address at one domain.
#[on_every_store]
async fn only_a_verified_address_of_an_allowed_domain_comes_in(location: StoreLocation) {
    let house = House::with(&location, &[("LIAR_ALLOWED_DOMAINS", "corp.example")]).await;
    let strangers = [
        json!({ "email": "mallory@evil.example" }),
        json!({ "email": "mallory@evil@corp.example" }),
        json!({ "email": "mallory@evil.example,linus@corp.example" }),
        json!({ "email": "mallory@evil.example linus@corp.example" }),
        json!({ "email": "mallory@evil.example\n@corp.example" }),
        json!({ "email": "\"mallory@evil.example\"@corp.example" }),
        json!({ "email": "mallory@sub.corp.example" }),
        json!({ "email": "mallory@notcorp.example" }),
        json!({ "email": "mallory@corp.example.evil.example" }),
        json!({ "email": "mallory@corp.example@" }),
        json!({ "email": "@corp.example" }),
        json!({ "email": ["mallory@corp.example"] }),
        json!({ "email": { "value": "mallory@corp.example" } }),
        json!({ "email": "" }),
        json!({ "email": null }),
        json!({ "email": "mallory@corp.example", "email_verified": false }),
        json!({ "email": "mallory@corp.example", "email_verified": "true" }),
        json!({ "email": "mallory@corp.example", "email_verified": 1 }),
        json!({ "email": "mallory@corp.example", "email_verified": null }),
    ];
    for claims in strangers {
        let answer =
            sign_in(&house.browser(), &house.liar, &with(claims_of("mallory"), claims.clone())).await;
        assert_eq!(answer.session_cookie(), None, "{claims}");
        refused(&answer, "signup_not_allowed");
    }
    assert_eq!(house.people().await.len(), 0);
    house.signed_in(&house.liar, &with(claims_of("grace"), json!({ "email": "Grace@CORP.example" }))).await;
}

#[on_every_store]
async fn a_trusted_word_for_a_verified_address_links_and_signs_in(location: StoreLocation) {
    let house = House::open(&location).await;
    let linus = linus(&house).await;
    let browser = house
        .signed_in(&house.corp, &with(claims_of("linus"), json!({ "email": "Linus@Corp.Example" })))
        .await;
    let me = me(&browser).await;
    assert_eq!(me["id"], linus.id.to_string());
    assert_eq!(me["authProvider"], "local", "there is a password");
    assert_eq!(me["identities"][0]["provider"], "corp");
    assert_eq!(house.people().await.len(), 1);
    let again = house.signed_in(&house.corp, &with(claims_of("linus"), json!({ "email": null }))).await;
    assert_eq!(who(&again).await, linus.id.to_string(), "it is known now, whatever the address");
    house.browser().sign_in("linus", PASSWORD).await.must_be(200);
}

// Decided on the raw verified JSON: only `true` is true.
#[on_every_store]
async fn a_word_that_is_not_true_links_nothing(location: StoreLocation) {
    let house = House::open(&location).await;
    let linus = linus(&house).await;
    for (number, word) in
        [json!(false), json!("true"), json!("TRUE"), json!(1), json!([true]), json!({}), json!(null)]
            .into_iter()
            .enumerate()
    {
        let mallory = json!({ "sub": format!("mallory {number}"), "email_verified": word });
        let browser = house.signed_in(&house.corp, &with(claims_of("linus"), mallory)).await;
        let me = me(&browser).await;
        assert_ne!(me["id"], linus.id.to_string(), "{word}");
        assert_eq!(me["emailVerified"], false, "{word}");
    }
    assert_eq!(
        me(&house.signed_in(&house.corp, &claims_of("linus")).await).await["id"],
        linus.id.to_string()
    );
}

// An unverified claim never reveals that an account exists.
#[on_every_store]
async fn an_unverified_claim_looks_the_same_whether_the_account_exists_or_not(location: StoreLocation) {
    let house = House::open(&location).await;
    linus(&house).await;
    for provider in [&house.liar, &house.corp] {
        let claim = |login: &str| with(claims_of(login), json!({ "sub": login, "email_verified": false }));
        let there = sign_in(&house.browser(), provider, &claim("linus")).await;
        let nobody = sign_in(&house.browser(), provider, &claim("nobody")).await;
        leads_to(&there, "/");
        leads_to(&nobody, "/");
        let cookies = |answer: &Answer| answer.headers.get_all("set-cookie").iter().count();
        assert_eq!(cookies(&there), cookies(&nobody));
        assert_eq!(there.set_cookie("vestibule-link"), None);
    }
}

#[on_every_store]
async fn an_odd_address_is_no_address(location: StoreLocation) {
    let house = House::open(&location).await;
    linus(&house).await;
    let addresses = [
        json!(["linus@corp.example"]),
        json!({ "value": "linus@corp.example" }),
        json!({ "$eq": "linus@corp.example" }),
        json!([["linus@corp.example"]]),
        json!(true),
        json!("linus@evil@corp.example"),
        json!("linus@corp.example@"),
        json!("linus@corp.example,mallory@evil.example"),
        json!("linus@corp.example;mallory@evil.example"),
        json!("linus@corp.example mallory@evil.example"),
        json!("Linus <linus@corp.example>"),
        json!("<linus@corp.example>"),
        json!("\"linus\"@corp.example"),
        json!("linus(x)@corp.example"),
        json!("linus@corp.example."),
        json!("linus@[127.0.0.1]"),
        json!("mailto:linus@corp.example"),
        json!("linus@corp.example\r\nBcc: mallory@evil.example"),
        json!("mallory@evil.example,linus@corp.example"),
        json!("linus@corp.example\u{0}"),
        json!("linus"),
        json!(7),
        json!("l".repeat(400) + "@corp.example"),
    ];
    for (number, address) in addresses.into_iter().enumerate() {
        let claims = with(claims_of("x"), json!({ "sub": format!("x{number}"), "email": address }));
        let browser = house.signed_in(&house.corp, &claims).await;
        let me = me(&browser).await;
        assert_eq!((&me["email"], &me["emailVerified"]), (&json!(null), &json!(false)), "{address}");
    }
}

#[on_every_store]
async fn an_administrator_is_never_linked_by_trust(location: StoreLocation) {
    let house = House::open(&location).await;
    let linus = linus_with(&house, |user| user.roles = vec!["admin".to_owned()]).await;
    let browser = house.browser();
    wants_local_proof(&sign_in(&browser, &house.corp, &claims_of("linus")).await, &house.corp);
    assert_eq!(state(&browser).await, "anonymous");
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    link(&browser).await.must_be(200);
    let again = house.signed_in(&house.corp, &claims_of("linus")).await;
    assert_eq!(who(&again).await, linus.id.to_string(), "a link they made themselves is as good as any");
}

#[on_every_store]
async fn a_verified_word_of_a_stranger_asks_for_a_local_proof_and_then_for_a_yes(location: StoreLocation) {
    let house = House::open(&location).await;
    let linus = linus(&house).await;
    let browser = house.browser();
    let back = sign_in(&browser, &house.liar, &claims_of("linus")).await;
    wants_local_proof(&back, &house.liar);
    assert_eq!(state(&browser).await, "anonymous");
    let seen = browser.get("/api/auth/link").await.must_be(200).json();
    assert_eq!(seen["provider"], "liar");
    assert_eq!(seen["label"], "liar");
    assert_eq!(seen["email"], "linus@corp.example");
    assert!(seen["expiresAt"].is_string());
    let event = event_of(&house.service, &back).await;
    assert_eq!(event.reason.as_deref(), Some("local_proof_required"));
    assert_eq!(seen["trace"], event.id().to_string(), "what somebody without a proof tells an administrator");
    assert_eq!(seen.as_object().expect("an object").len(), 5, "neither issuer nor subject: {seen}");
    link(&browser).await.must_fail(401, "not_signed_in");

    browser.sign_in("linus", PASSWORD).await.must_be(200);
    assert_eq!(me(&browser).await["identities"], json!([]), "signing in alone never links");
    let answer = link(&browser).await.must_be(200);
    assert_eq!(answer.json()["identity"]["provider"], "liar");
    assert_eq!(answer.json()["identity"]["email"], "linus@corp.example");
    assert_eq!(browser.cookie("vestibule-link"), None, "the cookie is removed");
    assert_eq!(me(&browser).await["identities"].as_array().expect("a list").len(), 1);
    browser.get("/api/auth/link").await.must_fail(404, "no_pending_link");
    link(&browser).await.must_fail(404, "no_pending_link");

    let straight = house.signed_in(&house.liar, &claims_of("linus")).await;
    assert_eq!(who(&straight).await, linus.id.to_string());
    assert_eq!(house.people().await.len(), 1);
}

#[on_every_store]
async fn a_pending_link_that_was_used_cannot_be_replayed(location: StoreLocation) {
    let house = House::open(&location).await;
    linus(&house).await;
    let browser = asked_for_proof(&house).await;
    let kept = browser.cookie("vestibule-link").expect("a cookie");
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    link(&browser).await.must_be(200);
    browser.put_cookie("vestibule-link", &kept);
    link(&browser).await.must_fail(404, "no_pending_link");
}

#[on_every_store]
async fn the_cookie_of_a_pending_link_is_for_this_browser_and_ten_minutes(location: StoreLocation) {
    let house = House::open(&location).await;
    linus(&house).await;
    let browser = house.browser();
    let answer = sign_in(&browser, &house.liar, &claims_of("linus")).await;
    let cookie = answer.set_cookie("vestibule-link").expect("a cookie");
    let mut attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax"]);
    let value = browser.cookie("vestibule-link").expect("its value");
    assert!(!location.everything().await.contains(&value), "a thief of the database cannot confirm it");
    let thief = house.browser();
    thief.put_cookie("vestibule", &value);
    thief.me().await.must_fail(401, "not_signed_in");
}

#[on_every_store]
async fn somebody_else_cannot_confirm_a_pending_link(location: StoreLocation) {
    let house = House::open(&location).await;
    let linus = linus(&house).await;
    let ada = person(&house.service, "ada").await;
    let browser = asked_for_proof(&house).await;
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    link(&browser).await.must_fail(409, "link_account_mismatch");
    for user in [&linus, &ada] {
        assert!(
            !format!("{:?}", stored(&house.service, user).await).contains("of linus"),
            "nothing is linked"
        );
    }
}

#[on_every_store]
async fn a_pending_link_is_unknown_to_other_browsers(location: StoreLocation) {
    let house = House::open(&location).await;
    linus(&house).await;
    asked_for_proof(&house).await;
    let other = house.browser();
    other.sign_in("linus", PASSWORD).await.must_be(200);
    other.get("/api/auth/link").await.must_fail(404, "no_pending_link");
    link(&other).await.must_fail(404, "no_pending_link");
    other.put_cookie("vestibule-link", "AAAAAAAAAAAAAAAAAAAAAA");
    link(&other).await.must_fail(404, "no_pending_link");
    assert_eq!(me(&other).await["identities"], json!([]));
}

#[on_every_store]
async fn a_pending_link_lives_ten_minutes(location: StoreLocation) {
    let house = House::open(&location).await;
    linus(&house).await;
    let browser = asked_for_proof(&house).await;
    house.service.wait(Duration::from_secs(599));
    browser.get("/api/auth/link").await.must_be(200);
    house.service.wait(Duration::from_secs(2));
    browser.get("/api/auth/link").await.must_fail(404, "no_pending_link");
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    link(&browser).await.must_fail(404, "no_pending_link");
}

#[on_every_store]
async fn a_pending_link_can_be_cancelled(location: StoreLocation) {
    let house = House::open(&location).await;
    linus(&house).await;
    let browser = asked_for_proof(&house).await;
    let kept = browser.cookie("vestibule-link").expect("a cookie");
    let request = browser.with_token(reqwest::Method::DELETE, "/api/auth/link").await;
    assert_eq!(request.send().await.must_be(200).json(), json!({}));
    browser.put_cookie("vestibule-link", &kept);
    browser.get("/api/auth/link").await.must_fail(404, "no_pending_link");
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    link(&browser).await.must_fail(404, "no_pending_link");
}

#[on_every_store]
async fn linking_takes_a_request_of_our_own_pages(location: StoreLocation) {
    let house = House::open(&location).await;
    linus(&house).await;
    let browser = asked_for_proof(&house).await;
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    for method in [reqwest::Method::POST, reqwest::Method::DELETE] {
        browser.ask(method, "/api/auth/link").json(&json!({})).send().await.must_fail(403, "csrf_failed");
    }
    link(&browser).await.must_be(200);
}

// Casdoor CVE-2026-9091: linking is no way around the second factor.
#[on_every_store]
async fn a_link_takes_the_whole_proof_of_the_account(location: StoreLocation) {
    let house = House::open(&location).await;
    let (user, app) = person_with_app(&house.service, "linus").await;
    change(&house.service, user.id, |user| has_address(user, "linus@corp.example")).await;
    let browser = asked_for_proof(&house).await;
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    link(&browser).await.must_fail(401, "second_factor_required");
    browser.verify(&app.code(house.service.clock.now())).await.must_be(200);
    link(&browser).await.must_be(200);
}

#[on_every_store]
async fn a_link_takes_a_fresh_proof(location: StoreLocation) {
    let settings = [("VESTIBULE_SESSION_IDLE", "1h")];
    let house = House::with(&location, &settings).await;
    linus(&house).await;
    let browser = house.browser();
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    house.service.wait(Duration::from_mins(11));
    let journey = set_out(&browser, &house.liar).await;
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("linus")).await;
    wants_local_proof(&answer, &house.liar);
    link(&browser).await.must_fail(403, "reauthentication_required");
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    link(&browser).await.must_be(200);
}

#[on_every_store]
async fn an_identity_that_became_somebody_elses_meanwhile_is_in_use(location: StoreLocation) {
    let house = House::open(&location).await;
    let linus = linus(&house).await;
    let browser = asked_for_proof(&house).await;
    // The address goes from linus, so that the same identity makes an account of its own elsewhere.
    change(&house.service, linus.id, |user| {
        user.email = None;
        user.email_verified = false;
    })
    .await;
    house.signed_in(&house.liar, &claims_of("linus")).await;
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    link(&browser).await.must_fail(409, "identity_in_use");
    assert_eq!(me(&browser).await["identities"], json!([]));
}

// A provider that is not believed any more: what it said before it was switched off is not linked after.
#[on_every_store]
async fn a_link_that_waits_is_worth_nothing_once_the_door_is_closed(location: StoreLocation) {
    let house = House::open(&location).await;
    let linus = linus(&house).await;
    let browser = asked_for_proof(&house).await;
    let House { liar, corp: _corp, service } = house;
    let service = service.restarted(&[("VESTIBULE_PROVIDER_LIAR_ENABLED", "false")]).await;
    let browser = browser.moved_to(&service);
    browser.get("/api/auth/link").await.must_fail(404, "no_pending_link");
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    link(&browser).await.must_fail(404, "no_pending_link");
    assert!(crate::harness::people::stored(&service, &linus).await.identities.is_empty());
    drop(liar);
}

// The store is the judge of who has an identity: two who confirm it at the same instant, each at a replica of their own.
#[on_every_store]
async fn one_identity_that_two_people_confirm_at_once_is_linked_to_one_of_them(location: StoreLocation) {
    let house = House::open(&location).await;
    let replica = house.replica().await;
    let mut people = Vec::new();
    for (name, service) in [("linus", &house.service), ("ada", &replica)] {
        let user = person_with(&house.service, name, |user| {
            has_address(user, &format!("{name}@corp.example"));
        })
        .await;
        let browser = Browser::of(service);
        browser.sign_in(name, PASSWORD).await.must_be(200);
        people.push((name, browser, user));
    }
    let barrier = Barrier::new(2);
    let mut won = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        // The same identity shows the address of the one, then that of the other: each browser has a link that waits.
        let subject = format!("of both {round}");
        join_all(people.iter().map(|(name, browser, _)| {
            let claims = with(claims_of(name), json!({ "sub": subject }));
            let house = &house;
            async move { wants_local_proof(&sign_in(browser, &house.liar, &claims).await, &house.liar) }
        }))
        .await;
        let answers = join_all(people.iter().map(|(_, browser, _)| async {
            let request = browser.with_token(reqwest::Method::POST, "/api/auth/link").await.json(&json!({}));
            barrier.wait().await;
            request.send().await
        }))
        .await;
        let winner = usize::from(answers[0].status != 200);
        answers[winner].clone().must_be(200);
        answers[1 - winner].clone().must_fail(409, "identity_in_use");
        won[winner].push(subject);
        let lost = &people[1 - winner].1;
        lost.get("/api/auth/link").await.must_fail(404, "no_pending_link"); // It could only fail again.
    }
    for ((name, _, user), won) in people.iter().zip(&won) {
        let user = stored(&house.service, user).await;
        let has: Vec<&str> = user.identities.iter().map(|identity| identity.key.subject.as_str()).collect();
        assert_eq!(has, *won, "{name} has what was won, once each, and nothing that was lost");
    }
    assert_eq!(won[0].len() + won[1].len(), ROUNDS);
}

// Keycloak CVE-2026-9087: the proof is bound to the identity it was asked for.
#[on_every_store]
async fn a_proof_for_one_identity_links_no_other(location: StoreLocation) {
    let house = House::open(&location).await;
    linus(&house).await;
    let browser = asked_for_proof(&house).await;
    let wish = json!({ "subject": "of mallory", "sub": "of mallory", "provider": "corp", "issuer": house.corp.issuer() });
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    browser.post("/api/auth/link", &wish).await.must_be(200);
    let mallory = with(claims_of("mallory"), json!({ "email": null }));
    assert_ne!(who(&house.signed_in(&house.liar, &mallory).await).await, who(&browser).await);
    assert_eq!(who(&house.signed_in(&house.liar, &claims_of("linus")).await).await, who(&browser).await);
}

// Account takeover before the fact: whoever signs up first with an address must not keep what its owner brings.
#[on_every_store]
async fn an_owner_takes_an_address_back_from_a_self_made_account_and_gets_a_new_one(location: StoreLocation) {
    let house = House::open(&location).await;
    let squatter = with(claims_of("linus"), json!({ "sub": "mallory", "email_verified": false }));
    let mallory = house.signed_in(&house.liar, &squatter).await;
    let theirs = who(&mallory).await;
    let linus = house.signed_in(&house.corp, &claims_of("linus")).await;
    let ours = me(&linus).await;
    assert_ne!(ours["id"], theirs);
    assert_eq!((&ours["email"], &ours["emailVerified"]), (&json!("linus@corp.example"), &json!(true)));
    assert_eq!(ours["roles"], json!([]));
    assert_eq!(ours["identities"].as_array().expect("a list").len(), 1, "no link of the squatter's");
    mallory.me().await.must_be(401);
    let again = sign_in(&house.browser(), &house.liar, &squatter).await;
    assert_eq!(again.session_cookie(), None, "the links of a quarantined account have no power");
    assert_eq!(house.people().await.len(), 2, "what was there is kept for review");
}

// A `true` of a provider nobody trusts takes nothing from an account, and tells nothing of it.
#[on_every_store]
async fn an_untrusted_word_takes_nothing_from_a_self_made_account(location: StoreLocation) {
    let house = House::open(&location).await;
    let first = with(claims_of("linus"), json!({ "sub": "first", "email_verified": false }));
    let first = house.signed_in(&house.corp, &first).await;
    let second = house.signed_in(&house.liar, &claims_of("linus")).await;
    assert_ne!(who(&second).await, who(&first).await);
    assert_eq!(state(&first).await, "signedIn");
}

#[on_every_store]
async fn a_disabled_person_comes_in_through_no_provider(location: StoreLocation) {
    let house = House::open(&location).await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    let id = house.people().await[0].id;
    change(&house.service, id, |user| user.status = Status::Disabled).await;
    refused(&sign_in(&house.browser(), &house.liar, &claims_of("grace")).await, "account_disabled");
    drop(browser);
    let linus = linus_with(&house, |user| user.status = Status::Disabled).await;
    refused(&sign_in(&house.browser(), &house.corp, &claims_of("linus")).await, "account_disabled");
    let linus = stored(&house.service, &linus).await;
    assert!(!format!("{linus:?}").contains("of linus"), "nothing is linked to who may not come in");
}

#[on_every_store]
async fn several_accounts_with_the_address_are_a_question_for_people(location: StoreLocation) {
    let house = House::open(&location).await;
    for name in ["linus", "torvalds"] {
        person_with(&house.service, name, |user| {
            user.email = Some("linus@corp.example".parse().expect("an address"));
        })
        .await;
    }
    for provider in [&house.liar, &house.corp] {
        refused(&sign_in(&house.browser(), provider, &claims_of("linus")).await, "link_ambiguous");
    }
    assert_eq!(house.people().await.len(), 2);
}

// Linking never lowers the level.
#[on_every_store]
async fn a_second_factor_of_ours_is_asked_for_whichever_door(location: StoreLocation) {
    let house = House::open(&location).await;
    let (user, app) = person_with_app(&house.service, "linus").await;
    change(&house.service, user.id, |user| has_address(user, "linus@corp.example")).await;
    for _ in 0..2 {
        let browser = house.browser();
        let journey = set_out_for(&browser, &house.corp, "?returnTo=/dashboard").await;
        let answer = come_back_as(&browser, &house.corp, &journey, &claims_of("linus")).await;
        let (path, query) = super::location(&answer);
        assert_eq!((path.as_str(), query["returnTo"].as_str()), ("/second-factor", "/dashboard"));
        assert_eq!(state(&browser).await, "awaitingSecondFactor");
        browser.me().await.must_fail(401, "second_factor_required");
        house.service.wait(Duration::from_mins(1));
        let verified = browser.verify(&app.code(house.service.clock.now())).await.must_be(200).json();
        assert_eq!(verified["session"]["state"], "signedIn");
        assert_eq!(verified["session"]["method"], "federated");
        assert_eq!(verified["session"]["provider"], "corp");
        let amr = verified["session"]["amr"].as_array().expect("a list");
        assert!(amr.contains(&json!("otp")) && !amr.contains(&json!("pwd")), "{amr:?}");
        assert_eq!(who(&browser).await, user.id.to_string());
    }
}

#[on_every_store]
async fn where_a_second_factor_is_required_it_is_set_up_first_whichever_door(location: StoreLocation) {
    let house = House::with(&location, &[("VESTIBULE_MFA", "required")]).await;
    let browser = house.browser();
    let journey = set_out_for(&browser, &house.liar, "?returnTo=/dashboard").await;
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await;
    let (path, query) = super::location(&answer);
    assert_eq!((path.as_str(), query["returnTo"].as_str()), ("/mfa-setup", "/dashboard"));
    assert_eq!(state(&browser).await, "awaitingEnrolment");
    browser.me().await.must_fail(401, "enrolment_required");
    browser.set_up().await.must_be(200);
}

#[on_every_store]
async fn a_second_factor_at_the_provider_counts_only_where_it_is_trusted(location: StoreLocation) {
    let settings = [("CORP_TRUST_MFA", "mfa,urn:okta:loa:2fa:any"), ("VESTIBULE_MFA", "required")];
    let house = House::with(&location, &settings).await;
    let strong = [json!({ "amr": ["pwd", "mfa"] }), json!({ "acr": "urn:okta:loa:2fa:any" })];
    let weak = [
        json!({ "amr": ["pwd"] }),
        json!({ "amr": "mfa" }),
        json!({ "amr": ["MFA"] }),
        json!({ "amr": [["mfa"]] }),
        json!({ "amr": ["pwd,mfa"] }),
        json!({ "acr": ["urn:okta:loa:2fa:any"] }),
        json!({ "acr": "urn:okta:loa:1fa:any" }),
        json!({}),
    ];
    for claims in strong {
        let browser = house.signed_in(&house.corp, &with(claims_of("grace"), claims)).await;
        assert_eq!(state(&browser).await, "signedIn");
    }
    for claims in weak {
        let browser = house.browser();
        sign_in(&browser, &house.corp, &with(claims_of("grace"), claims.clone())).await;
        assert_eq!(state(&browser).await, "awaitingEnrolment", "{claims}");
    }
    let browser = house.browser();
    sign_in(&browser, &house.liar, &with(claims_of("ada"), json!({ "amr": ["mfa"] }))).await;
    assert_eq!(state(&browser).await, "awaitingEnrolment", "nobody trusts this one");
}

// R18: sixteen first sign-ins of one identity on two replicas make one person.
#[on_every_store]
async fn many_first_sign_ins_at_once_make_one_person(location: StoreLocation) {
    let house = House::open(&location).await;
    let replica = house.replica().await;
    let barrier = Arc::new(Barrier::new(CROWD));
    let crowd = (0..CROWD).map(|number| {
        let browser = Browser::of([&house.service, &replica][number % 2]);
        let (house, barrier) = (&house, barrier.clone());
        async move {
            let journey = set_out(&browser, &house.corp).await;
            barrier.wait().await;
            let answer = come_back_as(&browser, &house.corp, &journey, &claims_of("grace")).await;
            leads_to(&answer, "/");
            who(&browser).await
        }
    });
    let people = join_all(crowd).await;
    assert!(people.iter().all(|person| *person == people[0]), "{people:?}");
    assert_eq!(house.people().await.len(), 1);
    let browser = house.signed_in(&house.corp, &claims_of("grace")).await;
    assert_eq!(me(&browser).await["identities"].as_array().expect("a list").len(), 1);
}

// R19: one address has one owner.
#[on_every_store]
async fn two_identities_with_one_address_at_once_leave_it_with_one_owner(location: StoreLocation) {
    let house = House::open(&location).await;
    let barrier = Arc::new(Barrier::new(2));
    let both = ["one", "other"].map(|sub| {
        let (browser, barrier, house) = (house.browser(), barrier.clone(), &house);
        async move {
            let journey = set_out(&browser, &house.corp).await;
            barrier.wait().await;
            let claims = with(claims_of("grace"), json!({ "sub": sub }));
            come_back_as(&browser, &house.corp, &journey, &claims).await.must_be(303)
        }
    });
    join_all(both).await;
    let people = house.people().await;
    let owners = people.iter().filter(|user| user.email_verified && user.email.is_some()).count();
    assert_eq!(owners, 1, "{people:#?}");
}

#[on_every_store]
async fn an_identity_that_was_unlinked_on_purpose_is_never_linked_silently(location: StoreLocation) {
    let house = House::open(&location).await;
    let linus = linus(&house).await;
    house.signed_in(&house.corp, &claims_of("linus")).await;
    let now = house.service.clock.now();
    change(&house.service, linus.id, |user| {
        let identity = user.identities.pop().expect("it is linked");
        user.unlinked_identities.push(UnlinkedIdentity { key: identity.key, unlinked_at: now });
    })
    .await;
    refused(&sign_in(&house.browser(), &house.corp, &claims_of("linus")).await, "identity_unlinked");
    assert_eq!(house.people().await.len(), 1, "nor is it made an account of its own");
}

// What `vestibule users show` tells somebody's refusals from (`process/users`).
#[on_every_store]
async fn a_refusal_is_told_with_the_person_it_is_about(location: StoreLocation) {
    let house = House::open(&location).await;
    house.signed_in(&house.liar, &claims_of("grace")).await;
    let grace = house.people().await[0].id;
    change(&house.service, grace, |user| user.status = Status::Disabled).await;
    refused(&sign_in(&house.browser(), &house.liar, &claims_of("grace")).await, "account_disabled");
    let events = audit::about(&house.service.app.store, grace, 20).await.expect("the store answers");
    let reasons: Vec<&str> = events.iter().filter_map(|event| event.reason.as_deref()).collect();
    assert!(reasons.contains(&"account_disabled"), "{reasons:?}");
}

// Whoever looks for the reason finds it under the trace that the page shows.
#[on_every_store]
async fn a_refusal_is_written_down_with_its_reason_and_the_page_shows_where(location: StoreLocation) {
    let house = House::with(&location, &[("CORP_ALLOW_SIGNUP", "false")]).await;
    let answer = sign_in(&house.browser(), &house.corp, &claims_of("grace")).await;
    refused(&answer, "signup_not_allowed");
    let trace = super::location(&answer).1["trace"].clone();
    let page = Page { tag: None, after: None, newest_first: true, limit: 10 };
    let events: Vec<Event> = house.service.app.store.page(page).await.expect("the store answers");
    let written =
        events.iter().find(|event| event.id().to_string() == trace).expect("the event of this trace");
    assert_eq!(written.reason.as_deref(), Some("signup_not_allowed"));
    let details = written.details.as_deref().expect("what the decision rested on");
    for fact in ["corp", "of grace", "grace@corp.example"] {
        assert!(details.contains(fact), "{fact} is not in {details}");
    }
}
