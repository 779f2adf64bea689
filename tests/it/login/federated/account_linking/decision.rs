//! Linking decision end to end: known, new, pending and refused identities, and the pending link.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::Barrier;
use vestibule::{
    audit::{self, Event},
    store::{Page, Stored},
    user::{Status, UnlinkedIdentity, User},
};

use crate::harness::{
    browser::{Answer, Browser},
    federated::{
        FederatedFixture, assert_link_pending, assert_refused, assert_signed_in, callback_as, claims_of,
        event_of, me, redirect_target, session_state, set_verified_email, sign_in, start_login,
        start_login_with_query, update_user, with_claims,
    },
    has_time_for_race,
    passkey::{self, Passkey},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, create_user_with_app, stored_user},
};

/// First logins of one identity at the same time.
const CONCURRENT: usize = 16;

/// `linus`: a password and a verified address.
async fn linus(fixture: &FederatedFixture) -> User {
    linus_with(fixture, |_| {}).await
}

async fn linus_with(fixture: &FederatedFixture, change: impl FnOnce(&mut User)) -> User {
    create_user_with(&fixture.service, "linus", |user| {
        set_verified_email(user, "linus@corp.example");
        change(user);
    })
    .await
}

/// Returns the id of the signed-in user.
async fn user_id(browser: &Browser) -> String {
    me(browser).await["id"].as_str().expect("an id").to_owned()
}

async fn link(browser: &Browser) -> Answer {
    browser.post("/api/auth/link", &json!({})).await
}

/// Returns a browser with a pending link of linus at the fake provider.
async fn browser_with_pending_link(fixture: &FederatedFixture) -> Browser {
    let browser = fixture.browser();
    assert_link_pending(&sign_in(&browser, &fixture.fake, &claims_of("linus")).await, &fixture.fake);
    browser
}

#[on_every_store]
async fn known_identity_signs_in(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let first = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    fixture.service.advance_time(Duration::from_mins(1));
    let again = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    assert_eq!(user_id(&first).await, user_id(&again).await);
    assert_eq!(fixture.users().await.len(), 1);
    let identity = me(&again).await["identities"][0].clone();
    assert_ne!(identity["linkedAt"], identity["lastLoginAt"], "the second login uses the linked identity");
}

// Grafana CVE-2023-3128: an email is no key.
#[on_every_store]
async fn identity_is_issuer_and_subject_not_email(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let grace = fixture.signed_in(&fixture.corp, &claims_of("grace")).await;
    let moved = with_claims(claims_of("grace"), json!({ "email": "hopper@corp.example" }));
    assert_eq!(user_id(&fixture.signed_in(&fixture.corp, &moved).await).await, user_id(&grace).await);
    let upper = with_claims(claims_of("grace"), json!({ "sub": "OF GRACE", "email": null }));
    assert_ne!(
        user_id(&fixture.signed_in(&fixture.corp, &upper).await).await,
        user_id(&grace).await,
        "case matters"
    );
    let elsewhere = with_claims(claims_of("grace"), json!({ "email": null }));
    let attacker = fixture.signed_in(&fixture.fake, &elsewhere).await;
    assert_ne!(
        user_id(&attacker).await,
        user_id(&grace).await,
        "the same subject of another issuer is another identity"
    );
}

#[on_every_store]
async fn trusted_provider_verifies_the_email_of_a_new_user(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let grace = fixture.signed_in(&fixture.corp, &claims_of("grace")).await;
    assert_eq!(me(&grace).await["emailVerified"], true);
    let ada = with_claims(claims_of("ada"), json!({ "email": "ada@other.example" }));
    let ada = fixture.signed_in(&fixture.corp, &ada).await;
    assert_eq!(me(&ada).await["emailVerified"], false, "trusted for corp.example only");
}

// GitLab CVE-2022-1162: an account created by a provider has no password, not even a random one.
#[on_every_store]
async fn federated_user_cannot_sign_in_with_password(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.corp, &claims_of("grace")).await;
    let browser = fixture.browser();
    for password in ["", PASSWORD, "null"] {
        let answer = browser.sign_in("grace@corp.example", password).await;
        answer.expect_problem(401, "invalid_credentials");
    }
    assert!(fixture.users().await[0].password.is_none());
}

#[on_every_store]
async fn unknown_identity_is_refused_without_signup(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("CORP_ALLOW_SIGNUP", "false")]).await;
    assert_refused(
        &sign_in(&fixture.browser(), &fixture.corp, &claims_of("grace")).await,
        "signup_not_allowed",
    );
    assert_eq!(fixture.users().await.len(), 0);
    let linus = linus(&fixture).await;
    let browser = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    assert_eq!(user_id(&browser).await, linus.id.to_string(), "a known user may sign in");
}

// oauth2-proxy CVE-2026-40574, next-auth CVE-2022-35924: an email is exactly one address at one domain.
#[on_every_store]
async fn signup_requires_a_verified_email_of_an_allowed_domain(location: StoreLocation) {
    let fixture =
        FederatedFixture::with_settings(&location, &[("FAKE_ALLOWED_DOMAINS", "corp.example")]).await;
    let attackers = [
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
    for claims in attackers {
        let answer =
            sign_in(&fixture.browser(), &fixture.fake, &with_claims(claims_of("mallory"), claims.clone()))
                .await;
        assert_eq!(answer.session_cookie(), None, "{claims}");
        assert_refused(&answer, "signup_not_allowed");
    }
    assert_eq!(fixture.users().await.len(), 0);
    fixture
        .signed_in(&fixture.fake, &with_claims(claims_of("grace"), json!({ "email": "Grace@CORP.example" })))
        .await;
}

#[on_every_store]
async fn trusted_verified_email_links_and_signs_in(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus = linus(&fixture).await;
    let browser = fixture
        .signed_in(&fixture.corp, &with_claims(claims_of("linus"), json!({ "email": "Linus@Corp.Example" })))
        .await;
    let me = me(&browser).await;
    assert_eq!(me["id"], linus.id.to_string());
    assert_eq!(me["authProvider"], "local", "there is a password");
    assert_eq!(me["identities"][0]["provider"], "corp");
    assert_eq!(fixture.users().await.len(), 1);
    let again =
        fixture.signed_in(&fixture.corp, &with_claims(claims_of("linus"), json!({ "email": null }))).await;
    assert_eq!(user_id(&again).await, linus.id.to_string(), "the identity is known now, with any address");
    fixture.browser().sign_in("linus", PASSWORD).await.expect_status(200);
}

// Only JSON `true` counts, read from the raw claims.
#[on_every_store]
async fn email_verified_false_links_nothing(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus = linus(&fixture).await;
    for (number, word) in
        [json!(false), json!("true"), json!("TRUE"), json!(1), json!([true]), json!({}), json!(null)]
            .into_iter()
            .enumerate()
    {
        let mallory = json!({ "sub": format!("mallory {number}"), "email_verified": word });
        let browser = fixture.signed_in(&fixture.corp, &with_claims(claims_of("linus"), mallory)).await;
        let me = me(&browser).await;
        assert_ne!(me["id"], linus.id.to_string(), "{word}");
        assert_eq!(me["emailVerified"], false, "{word}");
    }
    assert_eq!(
        me(&fixture.signed_in(&fixture.corp, &claims_of("linus")).await).await["id"],
        linus.id.to_string()
    );
}

// An unverified claim does not reveal that an account exists.
#[on_every_store]
async fn unverified_claim_does_not_reveal_the_account(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    linus(&fixture).await;
    for provider in [&fixture.fake, &fixture.corp] {
        let claim =
            |login: &str| with_claims(claims_of(login), json!({ "sub": login, "email_verified": false }));
        let there = sign_in(&fixture.browser(), provider, &claim("linus")).await;
        let unknown = sign_in(&fixture.browser(), provider, &claim("unknown")).await;
        assert_signed_in(&there, "/");
        assert_signed_in(&unknown, "/");
        let cookies = |answer: &Answer| answer.headers.get_all("set-cookie").iter().count();
        assert_eq!(cookies(&there), cookies(&unknown));
        assert_eq!(there.set_cookie("vestibule-link-3000"), None);
    }
}

#[on_every_store]
async fn malformed_email_is_ignored(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    linus(&fixture).await;
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
        let claims = with_claims(claims_of("x"), json!({ "sub": format!("x{number}"), "email": address }));
        let browser = fixture.signed_in(&fixture.corp, &claims).await;
        let me = me(&browser).await;
        assert_eq!((&me["email"], &me["emailVerified"]), (&json!(null), &json!(false)), "{address}");
    }
}

#[on_every_store]
async fn administrator_is_never_linked_by_email(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus = linus_with(&fixture, |user| user.roles = vec!["admin".to_owned()]).await;
    let browser = fixture.browser();
    assert_link_pending(&sign_in(&browser, &fixture.corp, &claims_of("linus")).await, &fixture.corp);
    assert_eq!(session_state(&browser).await, "anonymous");
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    link(&browser).await.expect_status(200);
    let again = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    assert_eq!(
        user_id(&again).await,
        linus.id.to_string(),
        "an administrator can sign in with an identity that they linked"
    );
}

#[on_every_store]
async fn untrusted_verified_email_requires_login_and_confirmation(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus = linus(&fixture).await;
    let browser = fixture.browser();
    let back = sign_in(&browser, &fixture.fake, &claims_of("linus")).await;
    assert_link_pending(&back, &fixture.fake);
    assert_eq!(session_state(&browser).await, "anonymous");
    let seen = browser.get("/api/auth/link").await.expect_status(200).json();
    assert_eq!(seen["provider"], "fake");
    assert_eq!(seen["label"], "fake");
    assert_eq!(seen["email"], "linus@corp.example");
    assert!(seen["expiresAt"].is_string());
    let event = event_of(&fixture.service, &back).await;
    assert_eq!(event.reason.as_deref(), Some("local_proof_required"));
    assert_eq!(seen["trace"], event.id().to_string(), "the trace id for the administrator");
    assert_eq!(seen.as_object().expect("an object").len(), 5, "no issuer and no subject: {seen}");
    link(&browser).await.expect_problem(401, "not_signed_in");

    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    assert_eq!(me(&browser).await["identities"], json!([]), "signing in alone never links");
    let answer = link(&browser).await.expect_status(200);
    assert_eq!(answer.json()["identity"]["provider"], "fake");
    assert_eq!(answer.json()["identity"]["email"], "linus@corp.example");
    assert_eq!(browser.cookie("vestibule-link-3000"), None, "the cookie is removed");
    assert_eq!(me(&browser).await["identities"].as_array().expect("a list").len(), 1);
    browser.get("/api/auth/link").await.expect_problem(404, "no_pending_link");
    link(&browser).await.expect_problem(404, "no_pending_link");

    let straight = fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    assert_eq!(user_id(&straight).await, linus.id.to_string());
    assert_eq!(fixture.users().await.len(), 1);
}

// The proof of the account is a login with all its factors, of which a passkey can be one or all.
#[on_every_store]
async fn passkey_proves_the_account_of_a_pending_link(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus = linus(&fixture).await;
    let mut passkey = Passkey::synced();
    let owner = fixture.browser();
    owner.sign_in("linus", PASSWORD).await.expect_status(200);
    passkey::register(&owner, &mut passkey).await.expect_status(200);
    // Beside a password, which alone links nothing.
    let browser = browser_with_pending_link(&fixture).await;
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    link(&browser).await.expect_problem(401, "second_factor_required");
    passkey::verify(&browser, &mut passkey).await.expect_status(200);
    link(&browser).await.expect_status(200);
    assert_eq!(stored_user(&fixture.service, &linus).await.identities.len(), 1);
    // Alone.
    update_user(&fixture.service, linus.id, |user| user.identities.clear()).await;
    let browser = browser_with_pending_link(&fixture).await;
    passkey::sign_in(&browser, &mut passkey).await.expect_status(200);
    link(&browser).await.expect_status(200);
    assert_eq!(stored_user(&fixture.service, &linus).await.identities.len(), 1);
}

#[on_every_store]
async fn pending_link_cannot_be_replayed(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    linus(&fixture).await;
    let browser = browser_with_pending_link(&fixture).await;
    let kept = browser.cookie("vestibule-link-3000").expect("a cookie");
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    link(&browser).await.expect_status(200);
    browser.put_cookie("vestibule-link-3000", &kept);
    link(&browser).await.expect_problem(404, "no_pending_link");
}

#[on_every_store]
async fn pending_link_cookie_has_strict_attributes(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    linus(&fixture).await;
    let browser = fixture.browser();
    let answer = sign_in(&browser, &fixture.fake, &claims_of("linus")).await;
    let cookie = answer.set_cookie("vestibule-link-3000").expect("a cookie");
    let mut attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax"]);
    let value = browser.cookie("vestibule-link-3000").expect("its value");
    assert!(!location.all_documents().await.contains(&value), "a stolen database cannot confirm it");
    let attacker = fixture.browser();
    attacker.put_cookie("vestibule-3000", &value);
    attacker.me().await.expect_problem(401, "not_signed_in");
}

#[on_every_store]
async fn another_user_cannot_confirm_a_pending_link(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus = linus(&fixture).await;
    let ada = create_user(&fixture.service, "ada").await;
    let browser = browser_with_pending_link(&fixture).await;
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    link(&browser).await.expect_problem(409, "link_account_mismatch");
    for user in [&linus, &ada] {
        assert!(
            !format!("{:?}", stored_user(&fixture.service, user).await).contains("of linus"),
            "nothing is linked"
        );
    }
}

#[on_every_store]
async fn pending_link_is_bound_to_the_browser(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    linus(&fixture).await;
    browser_with_pending_link(&fixture).await;
    let other = fixture.browser();
    other.sign_in("linus", PASSWORD).await.expect_status(200);
    other.get("/api/auth/link").await.expect_problem(404, "no_pending_link");
    link(&other).await.expect_problem(404, "no_pending_link");
    other.put_cookie("vestibule-link-3000", "AAAAAAAAAAAAAAAAAAAAAA");
    link(&other).await.expect_problem(404, "no_pending_link");
    assert_eq!(me(&other).await["identities"], json!([]));
}

#[on_every_store]
async fn pending_link_expires_after_ten_minutes(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    linus(&fixture).await;
    let browser = browser_with_pending_link(&fixture).await;
    fixture.service.advance_time(Duration::from_secs(599));
    browser.get("/api/auth/link").await.expect_status(200);
    fixture.service.advance_time(Duration::from_secs(2));
    browser.get("/api/auth/link").await.expect_problem(404, "no_pending_link");
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    link(&browser).await.expect_problem(404, "no_pending_link");
}

#[on_every_store]
async fn pending_link_can_be_cancelled(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    linus(&fixture).await;
    let browser = browser_with_pending_link(&fixture).await;
    let kept = browser.cookie("vestibule-link-3000").expect("a cookie");
    let request = browser.with_token(reqwest::Method::DELETE, "/api/auth/link").await;
    assert_eq!(request.send().await.expect_status(200).json(), json!({}));
    browser.put_cookie("vestibule-link-3000", &kept);
    browser.get("/api/auth/link").await.expect_problem(404, "no_pending_link");
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    link(&browser).await.expect_problem(404, "no_pending_link");
}

#[on_every_store]
async fn confirming_a_link_requires_a_csrf_token(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    linus(&fixture).await;
    let browser = browser_with_pending_link(&fixture).await;
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    for method in [reqwest::Method::POST, reqwest::Method::DELETE] {
        browser
            .request(method, "/api/auth/link")
            .json(&json!({}))
            .send()
            .await
            .expect_problem(403, "csrf_failed");
    }
    link(&browser).await.expect_status(200);
}

// Casdoor CVE-2026-9091: linking does not bypass the second factor.
#[on_every_store]
async fn confirming_a_link_requires_the_second_factor(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (user, app) = create_user_with_app(&fixture.service, "linus").await;
    update_user(&fixture.service, user.id, |user| set_verified_email(user, "linus@corp.example")).await;
    let browser = browser_with_pending_link(&fixture).await;
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    link(&browser).await.expect_problem(401, "second_factor_required");
    browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    link(&browser).await.expect_status(200);
}

#[on_every_store]
async fn confirming_a_link_requires_a_recent_proof(location: StoreLocation) {
    let settings = [("VESTIBULE_SESSION_IDLE", "1h")];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
    linus(&fixture).await;
    let browser = fixture.browser();
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    fixture.service.advance_time(Duration::from_mins(11));
    let authorization = start_login(&browser, &fixture.fake).await;
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("linus")).await;
    assert_link_pending(&answer, &fixture.fake);
    link(&browser).await.expect_problem(403, "reauthentication_required");
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    link(&browser).await.expect_status(200);
}

#[on_every_store]
async fn confirming_a_link_fails_if_the_identity_is_in_use(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus = linus(&fixture).await;
    let browser = browser_with_pending_link(&fixture).await;
    // Remove the address of linus, so that the same identity gets its own account at the other provider.
    update_user(&fixture.service, linus.id, |user| {
        user.email = None;
        user.email_verified = false;
    })
    .await;
    fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    link(&browser).await.expect_problem(409, "identity_in_use");
    assert_eq!(me(&browser).await["identities"], json!([]));
}

// A pending link of a provider that was disabled later is not confirmed.
#[on_every_store]
async fn pending_link_is_invalid_after_the_provider_is_disabled(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus = linus(&fixture).await;
    let browser = browser_with_pending_link(&fixture).await;
    let FederatedFixture { fake, corp: _corp, service } = fixture;
    let service = service.restart_with(&[("VESTIBULE_PROVIDER_FAKE_ENABLED", "false")]).await;
    let browser = browser.at_replica(&service);
    browser.get("/api/auth/link").await.expect_problem(404, "no_pending_link");
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    link(&browser).await.expect_problem(404, "no_pending_link");
    assert!(crate::harness::users::stored_user(&service, &linus).await.identities.is_empty());
    drop(fake);
}

// The store decides who owns an identity: two users confirm it at the same time at two replicas.
#[on_every_store]
async fn concurrent_confirmations_link_one_user(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let replica = fixture.start_replica().await;
    let mut users = Vec::new();
    for (name, service) in [("linus", &fixture.service), ("ada", &replica)] {
        let user = create_user_with(&fixture.service, name, |user| {
            set_verified_email(user, &format!("{name}@corp.example"));
        })
        .await;
        let browser = Browser::of(service);
        browser.sign_in(name, PASSWORD).await.expect_status(200);
        users.push((name, browser, user));
    }
    let barrier = Barrier::new(2);
    let mut won = [Vec::new(), Vec::new()];
    let (began, mut round) = (Instant::now(), 0);
    while has_time_for_race(round, began, Duration::from_secs(10)) {
        // The same identity shows the email of one user, then of the other: each browser has a pending link.
        let subject = format!("of both {round}");
        join_all(users.iter().map(|(name, browser, _)| {
            let claims = with_claims(claims_of(name), json!({ "sub": subject }));
            let fixture = &fixture;
            async move { assert_link_pending(&sign_in(browser, &fixture.fake, &claims).await, &fixture.fake) }
        }))
        .await;
        let answers = join_all(users.iter().map(|(_, browser, _)| async {
            let request = browser.with_token(reqwest::Method::POST, "/api/auth/link").await.json(&json!({}));
            barrier.wait().await;
            request.send().await
        }))
        .await;
        let winner = usize::from(answers[0].status != 200);
        answers[winner].clone().expect_status(200);
        answers[1 - winner].clone().expect_problem(409, "identity_in_use");
        won[winner].push(subject);
        let lost = &users[1 - winner].1;
        lost.get("/api/auth/link").await.expect_problem(404, "no_pending_link"); // It could only fail again.
        round += 1;
    }
    for ((name, _, user), won) in users.iter().zip(&won) {
        let user = stored_user(&fixture.service, user).await;
        let has: Vec<&str> = user.identities.iter().map(|identity| identity.key.subject.as_str()).collect();
        assert_eq!(has, *won, "{name} has what was won, once each, and nothing that was lost");
    }
    assert_eq!(won[0].len() + won[1].len(), round);
}

// Keycloak CVE-2026-9087: the proof is bound to the identity that the page showed.
#[on_every_store]
async fn confirmation_links_only_the_shown_identity(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    linus(&fixture).await;
    let browser = browser_with_pending_link(&fixture).await;
    let body = json!({ "subject": "of mallory", "sub": "of mallory", "provider": "corp", "issuer": fixture.corp.issuer() });
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.post("/api/auth/link", &body).await.expect_status(200);
    let mallory = with_claims(claims_of("mallory"), json!({ "email": null }));
    assert_ne!(user_id(&fixture.signed_in(&fixture.fake, &mallory).await).await, user_id(&browser).await);
    assert_eq!(
        user_id(&fixture.signed_in(&fixture.fake, &claims_of("linus")).await).await,
        user_id(&browser).await
    );
}

// Account pre-hijacking: an attacker who registers an email first keeps nothing of what its owner adds.
#[on_every_store]
async fn verified_owner_reclaims_the_email_of_a_self_registered_account(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let attacker = with_claims(claims_of("linus"), json!({ "sub": "mallory", "email_verified": false }));
    let mallory = fixture.signed_in(&fixture.fake, &attacker).await;
    let theirs = user_id(&mallory).await;
    let linus = fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    let ours = me(&linus).await;
    assert_ne!(ours["id"], theirs);
    assert_eq!((&ours["email"], &ours["emailVerified"]), (&json!("linus@corp.example"), &json!(true)));
    assert_eq!(ours["roles"], json!([]));
    assert_eq!(ours["identities"].as_array().expect("a list").len(), 1, "no identity of the attacker");
    mallory.me().await.expect_status(401);
    let again = sign_in(&fixture.browser(), &fixture.fake, &attacker).await;
    assert_eq!(again.session_cookie(), None, "a quarantined account has no linked identity");
    assert_eq!(fixture.users().await.len(), 2, "the old account is kept for review");
}

// `email_verified` of an untrusted provider changes no account and reveals none.
#[on_every_store]
async fn untrusted_provider_cannot_reclaim_an_email(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let first = with_claims(claims_of("linus"), json!({ "sub": "first", "email_verified": false }));
    let first = fixture.signed_in(&fixture.corp, &first).await;
    let second = fixture.signed_in(&fixture.fake, &claims_of("linus")).await;
    assert_ne!(user_id(&second).await, user_id(&first).await);
    assert_eq!(session_state(&first).await, "signedIn");
}

#[on_every_store]
async fn disabled_user_cannot_sign_in_with_a_provider(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let id = fixture.users().await[0].id;
    update_user(&fixture.service, id, |user| user.status = Status::Disabled).await;
    assert_refused(
        &sign_in(&fixture.browser(), &fixture.fake, &claims_of("grace")).await,
        "account_disabled",
    );
    drop(browser);
    let linus = linus_with(&fixture, |user| user.status = Status::Disabled).await;
    assert_refused(
        &sign_in(&fixture.browser(), &fixture.corp, &claims_of("linus")).await,
        "account_disabled",
    );
    let linus = stored_user(&fixture.service, &linus).await;
    assert!(!format!("{linus:?}").contains("of linus"), "nothing is linked to a disabled user");
}

#[on_every_store]
async fn ambiguous_email_requires_an_administrator(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    for name in ["linus", "torvalds"] {
        create_user_with(&fixture.service, name, |user| {
            user.email = Some("linus@corp.example".parse().expect("an address"));
        })
        .await;
    }
    for provider in [&fixture.fake, &fixture.corp] {
        assert_refused(&sign_in(&fixture.browser(), provider, &claims_of("linus")).await, "link_ambiguous");
    }
    assert_eq!(fixture.users().await.len(), 2);
}

// Linking never lowers the level.
#[on_every_store]
async fn local_second_factor_is_required_after_federated_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (user, app) = create_user_with_app(&fixture.service, "linus").await;
    update_user(&fixture.service, user.id, |user| set_verified_email(user, "linus@corp.example")).await;
    for _ in 0..2 {
        let browser = fixture.browser();
        let authorization = start_login_with_query(&browser, &fixture.corp, "?returnTo=/dashboard").await;
        let answer = callback_as(&browser, &fixture.corp, &authorization, &claims_of("linus")).await;
        let (path, query) = redirect_target(&answer);
        assert_eq!((path.as_str(), query["returnTo"].as_str()), ("/second-factor", "/dashboard"));
        assert_eq!(session_state(&browser).await, "awaitingSecondFactor");
        browser.me().await.expect_problem(401, "second_factor_required");
        fixture.service.advance_time(Duration::from_mins(1));
        let verified = browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200).json();
        assert_eq!(verified["session"]["state"], "signedIn");
        assert_eq!(verified["session"]["method"], "federated");
        assert_eq!(verified["session"]["provider"], "corp");
        let amr = verified["session"]["amr"].as_array().expect("a list");
        assert!(amr.contains(&json!("otp")) && !amr.contains(&json!("pwd")), "{amr:?}");
        assert_eq!(user_id(&browser).await, user.id.to_string());
    }
}

#[on_every_store]
async fn required_mfa_forces_enrolment_after_federated_login(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("VESTIBULE_MFA", "required")]).await;
    let browser = fixture.browser();
    let authorization = start_login_with_query(&browser, &fixture.fake, "?returnTo=/dashboard").await;
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    let (path, query) = redirect_target(&answer);
    assert_eq!((path.as_str(), query["returnTo"].as_str()), ("/mfa-setup", "/dashboard"));
    assert_eq!(session_state(&browser).await, "awaitingEnrolment");
    browser.me().await.expect_problem(401, "enrolment_required");
    browser.start_enrolment().await.expect_status(200);
}

#[on_every_store]
async fn provider_mfa_counts_only_if_trusted(location: StoreLocation) {
    let settings = [("CORP_TRUST_MFA", "mfa,urn:okta:loa:2fa:any"), ("VESTIBULE_MFA", "required")];
    let fixture = FederatedFixture::with_settings(&location, &settings).await;
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
        let browser = fixture.signed_in(&fixture.corp, &with_claims(claims_of("grace"), claims)).await;
        assert_eq!(session_state(&browser).await, "signedIn");
    }
    for claims in weak {
        let browser = fixture.browser();
        sign_in(&browser, &fixture.corp, &with_claims(claims_of("grace"), claims.clone())).await;
        assert_eq!(session_state(&browser).await, "awaitingEnrolment", "{claims}");
    }
    let browser = fixture.browser();
    sign_in(&browser, &fixture.fake, &with_claims(claims_of("ada"), json!({ "amr": ["mfa"] }))).await;
    assert_eq!(session_state(&browser).await, "awaitingEnrolment", "an untrusted provider");
}

// Sixteen first logins of one identity on two replicas create one user.
#[on_every_store]
async fn concurrent_first_logins_create_one_user(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let replica = fixture.start_replica().await;
    let barrier = Arc::new(Barrier::new(CONCURRENT));
    let concurrent = (0..CONCURRENT).map(|number| {
        let browser = Browser::of([&fixture.service, &replica][number % 2]);
        let (fixture, barrier) = (&fixture, barrier.clone());
        async move {
            let authorization = start_login(&browser, &fixture.corp).await;
            barrier.wait().await;
            let answer = callback_as(&browser, &fixture.corp, &authorization, &claims_of("grace")).await;
            assert_signed_in(&answer, "/");
            user_id(&browser).await
        }
    });
    let users = join_all(concurrent).await;
    assert!(users.iter().all(|user| *user == users[0]), "{users:?}");
    assert_eq!(fixture.users().await.len(), 1);
    let browser = fixture.signed_in(&fixture.corp, &claims_of("grace")).await;
    assert_eq!(me(&browser).await["identities"].as_array().expect("a list").len(), 1);
}

// An email has one owner.
#[on_every_store]
async fn concurrent_logins_with_one_email_leave_one_owner(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let barrier = Arc::new(Barrier::new(2));
    let both = ["one", "other"].map(|sub| {
        let (browser, barrier, fixture) = (fixture.browser(), barrier.clone(), &fixture);
        async move {
            let authorization = start_login(&browser, &fixture.corp).await;
            barrier.wait().await;
            let claims = with_claims(claims_of("grace"), json!({ "sub": sub }));
            callback_as(&browser, &fixture.corp, &authorization, &claims).await.expect_status(303)
        }
    });
    join_all(both).await;
    let users = fixture.users().await;
    let owners = users.iter().filter(|user| user.email_verified && user.email.is_some()).count();
    assert_eq!(owners, 1, "{users:#?}");
}

#[on_every_store]
async fn unlinked_identity_is_not_linked_again_by_email(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let linus = linus(&fixture).await;
    fixture.signed_in(&fixture.corp, &claims_of("linus")).await;
    let now = fixture.service.clock.now();
    update_user(&fixture.service, linus.id, |user| {
        let identity = user.identities.pop().expect("it is linked");
        user.unlinked_identities.push(UnlinkedIdentity { key: identity.key, unlinked_at: now });
    })
    .await;
    assert_refused(
        &sign_in(&fixture.browser(), &fixture.corp, &claims_of("linus")).await,
        "identity_unlinked",
    );
    assert_eq!(fixture.users().await.len(), 1, "the login creates no other account");
}

// `vestibule users show` reads these refusals (`process/users`).
#[on_every_store]
async fn refusal_event_names_the_user(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let grace = fixture.users().await[0].id;
    update_user(&fixture.service, grace, |user| user.status = Status::Disabled).await;
    assert_refused(
        &sign_in(&fixture.browser(), &fixture.fake, &claims_of("grace")).await,
        "account_disabled",
    );
    let events = audit::about(&fixture.service.app.store, grace, 20).await.expect("the store answers");
    let reasons: Vec<&str> = events.iter().filter_map(|event| event.reason.as_deref()).collect();
    assert!(reasons.contains(&"account_disabled"), "{reasons:?}");
}

// The trace id on the page finds the reason.
#[on_every_store]
async fn refusal_event_has_a_reason_and_the_redirect_its_id(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[("CORP_ALLOW_SIGNUP", "false")]).await;
    let answer = sign_in(&fixture.browser(), &fixture.corp, &claims_of("grace")).await;
    assert_refused(&answer, "signup_not_allowed");
    let trace = redirect_target(&answer).1["trace"].clone();
    let page = Page { tag: None, after: None, newest_first: true, limit: 10 };
    let events: Vec<Stored<Event>> = fixture.service.app.store.page(page).await.expect("the store answers");
    let written =
        events.iter().find(|event| event.id().to_string() == trace).expect("the event of this trace");
    assert_eq!(written.reason.as_deref(), Some("signup_not_allowed"));
    let details = written.details_text().expect("the decision");
    for fact in ["corp", "of grace", "grace@corp.example"] {
        assert!(details.contains(fact), "{fact} is not in {details}");
    }
}

// The key of a pending link is a secret of one browser. It must not be found by trying (ASVS 2.4.1).
#[on_every_store]
async fn guesses_at_keys_of_pending_links_are_limited_by_network(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.put_cookie("vestibule-link-3000", &"A".repeat(43));
    for _ in 0..100 {
        browser.post("/api/auth/link", &json!({})).await.expect_problem(404, "no_pending_link");
    }
    browser.post("/api/auth/link", &json!({})).await.expect_problem(429, "too_many_attempts");
}
