//! Refused links: another session, identity of another user, provider rules. No user changes.

use reqwest::Method;
use serde_json::{Value, json};
use vestibule::{
    audit::EventKind,
    user::{EndReason, Status, User},
};

use crate::harness::{
    account::{
        BACK, assert_back_in_account, assert_sent_to_login, event_of, link_identity, reauthenticate,
        start_link, stored_json,
    },
    browser::Browser,
    federated::{
        FederatedFixture, assert_refused, callback, callback_as, claims_of, me, session_state, update_user,
        with_claims,
    },
    stores::StoreLocation,
    users::{PASSWORD, create_user, stored_user},
};

/// `ada`, a user with a password, and her browser.
async fn ada(fixture: &FederatedFixture) -> (User, Browser) {
    let ada = create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    (ada, browser)
}

#[on_every_store]
async fn identity_of_another_user_is_not_linked(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let grace = fixture.users().await.remove(0);
    let (ada, browser) = ada(&fixture).await;
    let (hers, theirs) =
        (stored_json(&fixture.service, &ada).await, stored_json(&fixture.service, &grace).await);
    let before = me(&browser).await;
    let answer = link_identity(&browser, &fixture.fake, &claims_of("grace")).await;
    let event =
        event_of(&fixture.service, assert_sent_to_login(&answer, "link_refused", &fixture.fake)).await;
    assert_eq!((event.kind, event.reason.as_deref()), (EventKind::IdentityLinked, Some("link_refused")));
    assert_eq!(event.actor, Some(ada.id.to_string()), "ada is the actor");
    assert_eq!(me(&browser).await, before, "the session is unchanged");
    assert_eq!(stored_json(&fixture.service, &ada).await, hers);
    assert_eq!(stored_json(&fixture.service, &grace).await, theirs);
    // The same holds if the owner of the identity is disabled.
    update_user(&fixture.service, grace.id, |user| user.status = Status::Disabled).await;
    assert_sent_to_login(
        &link_identity(&browser, &fixture.fake, &claims_of("grace")).await,
        "link_refused",
        &fixture.fake,
    );
    assert_eq!(stored_json(&fixture.service, &ada).await, hers);
}

// Mattermost CVE-2025-12421, Keycloak CVE-2023-0264.
#[on_every_store]
async fn link_is_bound_to_the_browser(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (ada, browser) = ada(&fixture).await;
    let mallory = fixture.signed_in(&fixture.corp, &claims_of("mallory")).await;
    let unknown = fixture.browser();
    let before = (me(&browser).await, me(&mallory).await);
    for attacker in [&unknown, &mallory] {
        let authorization = start_link(&browser, &fixture.fake).await;
        assert_refused(
            &callback_as(attacker, &fixture.fake, &authorization, &claims_of("x")).await,
            "login_expired",
        );
    }
    for attacker in [&unknown, &mallory] {
        let authorization = start_link(&browser, &fixture.fake).await;
        attacker
            .put_cookie("vestibule-login-3000", &browser.cookie("vestibule-login-3000").expect("a cookie"));
        let answer = callback_as(attacker, &fixture.fake, &authorization, &claims_of("x")).await;
        assert!(assert_sent_to_login(&answer, "link_refused", &fixture.fake).is_some(), "a trace");
    }
    // Another session of the same user is another session: an attacker with one session cannot finish the link of the other.
    let other = fixture.browser();
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    let authorization = start_link(&browser, &fixture.fake).await;
    other.put_cookie("vestibule-login-3000", &browser.cookie("vestibule-login-3000").expect("a cookie"));
    let answer = callback_as(&other, &fixture.fake, &authorization, &claims_of("x")).await;
    assert_sent_to_login(&answer, "link_refused", &fixture.fake);
    // The callback of another provider cannot finish it either.
    let authorization = start_link(&browser, &fixture.fake).await;
    let code = fixture.corp.code_for(&authorization.parameters, &claims_of("x"));
    assert_refused(
        &callback(&browser, "corp", &[("code", &code), ("state", authorization.state())]).await,
        "login_expired",
    );

    assert_eq!((me(&browser).await, me(&mallory).await), before);
    assert_eq!(session_state(&unknown).await, "anonymous");
    assert!(stored_user(&fixture.service, &ada).await.identities.is_empty());
    assert_eq!(fixture.users().await.len(), 2, "no user was created");
}

// Shared browser: a provider session of the previous user is not linked to the account of the next user.
#[on_every_store]
async fn link_requires_authentication_at_the_provider(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (ada, browser) = ada(&fixture).await;
    let old = json!(fixture.service.clock.now().as_secs() - 3600);
    for auth_time in [old, Value::Null] {
        let mut claims = claims_of("mallory");
        claims["auth_time"] = auth_time;
        let answer = link_identity(&browser, &fixture.fake, &claims).await;
        assert_sent_to_login(&answer, "reauthentication_refused", &fixture.fake);
        assert!(stored_user(&fixture.service, &ada).await.identities.is_empty());
    }
    assert_eq!(fixture.users().await.len(), 1);
}

#[on_every_store]
async fn ended_session_links_nothing(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (ada, browser) = ada(&fixture).await;
    let authorization = start_link(&browser, &fixture.fake).await;
    browser.sign_out().await.expect_status(200);
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("ada")).await;
    assert_sent_to_login(&answer, "link_refused", &fixture.fake);
    assert_eq!(session_state(&browser).await, "anonymous");
    // A later session of the browser cannot finish the link.
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let authorization = start_link(&browser, &fixture.fake).await;
    reauthenticate(&browser, &json!({ "password": PASSWORD })).await.expect_status(200);
    let before = me(&browser).await;
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("ada")).await;
    assert_sent_to_login(&answer, "link_refused", &fixture.fake);
    assert_eq!(me(&browser).await, before);
    assert!(stored_user(&fixture.service, &ada).await.identities.is_empty());
    assert_eq!(fixture.users().await.len(), 1);
}

// The cache of this replica is older than the store here.
#[on_every_store]
async fn revoked_user_links_nothing(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (ada, browser) = ada(&fixture).await;
    let elsewhere = fixture.start_replica().await;
    let ends: [fn(&mut User); 3] = [
        |user| user.end_sessions(EndReason::PasswordChanged),
        |user| user.end_sessions(EndReason::FactorChanged),
        |user| user.status = Status::Disabled,
    ];
    for end in ends {
        let authorization = start_link(&browser, &fixture.fake).await;
        browser.me().await.expect_status(200);
        update_user(&elsewhere, ada.id, end).await;
        let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("ada")).await;
        assert_sent_to_login(&answer, "link_refused", &fixture.fake);
        browser.me().await.expect_problem(401, "session_ended");
        assert!(stored_user(&fixture.service, &ada).await.identities.is_empty());
        update_user(&elsewhere, ada.id, |user| user.status = Status::Active).await;
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
    }
}

#[on_every_store]
async fn provider_rules_apply_to_links(location: StoreLocation) {
    let fixture =
        FederatedFixture::with_settings(&location, &[("FAKE_ALLOWED_DOMAINS", "corp.example")]).await;
    let (ada, browser) = ada(&fixture).await;
    let before = me(&browser).await;
    for odd in [
        json!({ "email": "ada@elsewhere.example" }),
        json!({ "email": "ada@corp.example@elsewhere.example" }),
        json!({ "email": null }),
        json!({ "email_verified": false }),
        json!({ "email_verified": "true" }),
    ] {
        let answer =
            link_identity(&browser, &fixture.fake, &with_claims(claims_of("ada"), odd.clone())).await;
        let event =
            event_of(&fixture.service, assert_sent_to_login(&answer, "access_denied", &fixture.fake)).await;
        assert_eq!(event.kind, EventKind::IdentityLinked, "the event is not a login event: {odd}");
        assert_eq!(event.actor, Some(ada.id.to_string()), "{odd}");
    }
    assert_eq!(me(&browser).await, before);
    assert!(stored_user(&fixture.service, &ada).await.identities.is_empty());
    assert_back_in_account(&link_identity(&browser, &fixture.fake, &claims_of("ada")).await);
}

#[on_every_store]
async fn error_from_the_provider_links_nothing(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let (ada, browser) = ada(&fixture).await;
    let before = me(&browser).await;
    for (error, code) in [("access_denied", "login_cancelled"), ("server_error", "provider_error")] {
        let authorization = start_link(&browser, &fixture.fake).await;
        assert_sent_to_login(
            &callback(&browser, "fake", &[("error", error), ("state", authorization.state())]).await,
            code,
            &fixture.fake,
        );
    }
    assert_eq!(me(&browser).await, before);
    assert!(stored_user(&fixture.service, &ada).await.identities.is_empty());
}

#[on_every_store]
async fn link_requires_session_csrf_token_and_known_provider(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let body = json!({ "returnTo": BACK });
    fixture.browser().post("/api/account/identities/fake", &body).await.expect_problem(401, "not_signed_in");
    let (_, browser) = ada(&fixture).await;
    for unknown in ["unknown", "FAKE", "%2e%2e", "fake%2f"] {
        browser
            .post(&format!("/api/account/identities/{unknown}"), &body)
            .await
            .expect_problem(404, "not_found");
    }
    let answer = browser.request(Method::POST, "/api/account/identities/fake").json(&body).send().await;
    answer.expect_problem(403, "csrf_failed");
    let FederatedFixture { fake, corp: _corp, service } = fixture;
    fake.shut_down().await;
    let service = service.restart_with(&[]).await;
    let answer = browser.at_replica(&service).post("/api/account/identities/fake", &body).await;
    assert!(answer.expect_problem(503, "provider_unavailable").retry_after().is_some());
}
