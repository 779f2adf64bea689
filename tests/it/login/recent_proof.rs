//! Changes of sign-in methods require a proof of the last ten minutes. Which proofs count.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{
    account::{
        BACK, LONG_IDLE, TOO_LONG, assert_back_in_account, assert_reauthentication_required, link_identity,
        reauthenticate, start_link, start_reauthentication, unlink_identity,
    },
    browser::{Answer, Browser},
    fake_provider::fault::Fault,
    federated::{
        AuthorizationRequest, FederatedFixture, assert_link_pending, assert_refused, assert_signed_in,
        callback_as, claims_of, redirect_target, session_state, set_verified_email, sign_in, start_login,
        start_login_with_query, update_user, with_claims,
    },
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user, create_user_with_app, stored_user},
};

/// Last moment of a recent proof.
const STILL_RECENT: Duration = Duration::from_millis(599_999);
const MOMENT: Duration = Duration::from_millis(1);

async fn link(browser: &Browser) -> Answer {
    browser.post("/api/auth/link", &json!({})).await
}

/// Sends requests that require a recent proof and change nothing: the identity does not exist.
async fn sensitive_requests(browser: &Browser) -> [Answer; 3] {
    let body = json!({ "returnTo": BACK });
    [
        browser.start_enrolment().await,
        browser.post("/api/account/identities/corp", &body).await,
        unlink_identity(browser, "AAAAAAAAAAAAAAAAAAAAAA").await,
    ]
}

async fn assert_recent(browser: &Browser) {
    let statuses = sensitive_requests(browser).await.map(|answer| answer.status);
    assert_eq!(statuses, [200, 200, 404]);
}

async fn assert_too_old(browser: &Browser, methods: &[&str]) {
    for answer in sensitive_requests(browser).await {
        assert_reauthentication_required(&answer, methods);
    }
}

#[track_caller]
fn assert_enrolment_page(answer: &Answer) {
    assert_eq!(redirect_target(answer).0, "/mfa-setup");
}

#[on_every_store]
async fn proof_is_recent_for_ten_minutes(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[LONG_IDLE]).await;
    let linus = create_user(&fixture.service, "linus").await;
    update_user(&fixture.service, linus.id, |user| set_verified_email(user, "linus@corp.example")).await;
    let browser = fixture.browser();
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    link_identity(&browser, &fixture.corp, &claims_of("linus")).await.expect_status(303);
    fixture.service.advance_time(STILL_RECENT);
    assert_recent(&browser).await;
    assert_link_pending(&sign_in(&browser, &fixture.fake, &claims_of("linus")).await, &fixture.fake);
    let kept = browser.cookie("vestibule-link-3000").expect("a cookie");
    link(&browser).await.expect_status(200);
    browser.put_cookie("vestibule-link-3000", &kept);
    let other = with_claims(claims_of("linus"), json!({ "sub": "another of linus" }));
    assert_link_pending(&sign_in(&browser, &fixture.fake, &other).await, &fixture.fake);

    fixture.service.advance_time(MOMENT);
    let methods = ["password", "provider:fake", "provider:corp"];
    let shown = link(&browser).await.expect_status(403).problem();
    let order: Vec<&str> =
        shown["methods"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["password", "provider:corp", "provider:fake"]);
    assert_eq!(order[0], methods[0], "the password first");
    assert_eq!((&shown["code"], &shown["maxAge"]), (&json!("reauthentication_required"), &json!(600)));
    assert_too_old(&browser, &order).await;
    reauthenticate(&browser, &json!({ "password": PASSWORD })).await.expect_status(200);
    assert_recent(&browser).await;
    link(&browser).await.expect_status(200);
    // Activity is no proof.
    fixture.service.advance_time(STILL_RECENT);
    browser.keep_alive().await.expect_status(200);
    assert_recent(&browser).await;
    fixture.service.advance_time(MOMENT);
    assert_too_old(&browser, &order).await;
    // A user with both methods can use the provider.
    let authorization = start_reauthentication(&browser, &fixture.corp).await;
    assert_signed_in(&callback_as(&browser, &fixture.corp, &authorization, &claims_of("linus")).await, BACK);
    assert_recent(&browser).await;
}

#[on_every_store]
async fn code_makes_the_proof_recent(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[LONG_IDLE]).await;
    let (_, app) = create_user_with_app(&fixture.service, "linus").await;
    let browser = fixture.browser();
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    fixture.service.advance_time(Duration::from_mins(1));
    browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    fixture.service.advance_time(STILL_RECENT);
    assert_recent(&browser).await;
    fixture.service.advance_time(MOMENT);
    assert_too_old(&browser, &["totp"]).await;
    reauthenticate(&browser, &json!({ "code": app.code(fixture.service.clock.now()) }))
        .await
        .expect_status(200);
    assert_recent(&browser).await;
}

// An attacker at an unlocked screen cannot use the provider session of the owner.
#[on_every_store]
async fn remembered_provider_session_is_not_recent(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[LONG_IDLE]).await;
    let at = |seconds: i64| json!(fixture.service.clock.now().as_secs() + seconds);
    let signed_in = async |auth_time: Value| {
        fixture
            .signed_in(&fixture.fake, &with_claims(claims_of("grace"), json!({ "auth_time": auth_time })))
            .await
    };
    for old in [at(-600), at(-3600), json!(0), json!(-1), at(3600)] {
        let browser = signed_in(old.clone()).await;
        assert_too_old(&browser, &["provider:fake"]).await;
    }
    for new in [at(-599), at(0), at(60)] {
        assert_recent(&signed_in(new.clone()).await).await;
    }
    // A provider clock that is ahead does not extend the proof.
    let ahead = signed_in(at(60)).await;
    let edge = signed_in(at(-599)).await;
    fixture.service.advance_time(Duration::from_secs(1));
    assert_too_old(&edge, &["provider:fake"]).await;
    fixture.service.advance_time(STILL_RECENT);
    assert_too_old(&ahead, &["provider:fake"]).await;

    fixture.fake.set_fault(Fault::IdToken(|claims| {
        drop(claims.as_object_mut().expect("claims").remove("auth_time"));
    }));
    assert_too_old(&fixture.signed_in(&fixture.fake, &claims_of("grace")).await, &["provider:fake"]).await;
    fixture.fake.set_fault(Fault::None);
    for odd in [json!("2026-11-22T10:00:00Z"), json!({}), json!(true)] {
        assert_too_old(&signed_in(odd).await, &["provider:fake"]).await;
    }

    let browser = signed_in(at(-3600)).await;
    assert_too_old(&browser, &["provider:fake"]).await;
    let authorization = start_reauthentication(&browser, &fixture.fake).await;
    assert_signed_in(&callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await, BACK);
    assert_recent(&browser).await;
}

// Only once: otherwise a provider that ignores `prompt=login` causes a redirect loop.
#[on_every_store]
async fn required_enrolment_does_not_loop(location: StoreLocation) {
    let fixture =
        FederatedFixture::with_settings(&location, &[("FAKE_KIND", "google"), ("VESTIBULE_MFA", "required")])
            .await;
    let old = json!({ "auth_time": fixture.service.clock.now().as_secs() - 3600 });
    let browser = fixture.browser();
    let answer = sign_in(&browser, &fixture.fake, &with_claims(claims_of("grace"), old)).await;
    assert_refused(&answer, "reauthentication_refused");
    assert_eq!(
        start_login(&browser, &fixture.fake).await.parameters["prompt"],
        "select_account",
        "the provider offers a choice of accounts"
    );
    assert_enrolment_page(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await);
    let mut without_auth_time = claims_of("linus");
    without_auth_time["auth_time"] = Value::Null;
    assert_enrolment_page(&sign_in(&fixture.browser(), &fixture.fake, &without_auth_time).await);
}

// Google: `prompt=select_account`, and no `auth_time`.
#[on_every_store]
async fn provider_without_auth_time_uses_select_account(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[LONG_IDLE, ("FAKE_KIND", "google")]).await;
    fixture.fake.set_fault(Fault::IdToken(|claims| {
        drop(claims.as_object_mut().expect("claims").remove("auth_time"));
    }));
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    assert_recent(&browser).await;
    fixture.service.advance_time(TOO_LONG);
    assert_too_old(&browser, &[]).await;
    let ask = browser.post("/api/auth/reauthenticate/fake", &json!({})).await;
    assert_reauthentication_required(&ask, &[]);
    browser.sign_out().await.expect_status(200);
    let authorization = start_login(&browser, &fixture.fake).await;
    assert_eq!(
        (authorization.parameters["prompt"].as_str(), authorization.parameters["max_age"].as_str()),
        ("select_account", "31536000")
    );
    assert_signed_in(&callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await, "/");
    assert_recent(&browser).await;
    // If it sends `auth_time`, it counts.
    fixture.fake.set_fault(Fault::None);
    let old = json!({ "auth_time": fixture.service.clock.now().as_secs() - 3600 });
    assert_too_old(&fixture.signed_in(&fixture.fake, &with_claims(claims_of("grace"), old)).await, &[]).await;
    // Linking works the same way.
    let ada = create_user(&fixture.service, "ada").await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let authorization = start_link(&browser, &fixture.fake).await;
    assert_eq!(authorization.parameters["prompt"], "select_account");
    assert_back_in_account(&callback_as(&browser, &fixture.fake, &authorization, &claims_of("ada")).await);
    assert_eq!(stored_user(&fixture.service, &ada).await.identities.len(), 1);
}

// Otherwise an attacker at an unlocked screen could enrol their own app through the provider session of the owner.
#[on_every_store]
async fn first_factor_requires_authentication_at_the_provider(location: StoreLocation) {
    let fixture =
        FederatedFixture::with_settings(&location, &[LONG_IDLE, ("VESTIBULE_MFA", "required")]).await;
    let old = json!({ "auth_time": fixture.service.clock.now().as_secs() - 3600 });
    let remembered = with_claims(claims_of("grace"), old);
    let mut without_auth_time = claims_of("grace");
    without_auth_time["auth_time"] = Value::Null;
    for first in [&remembered, &without_auth_time] {
        for second in [&remembered, &without_auth_time] {
            let browser = fixture.browser();
            let asked_again = AuthorizationRequest::of(&sign_in(&browser, &fixture.fake, first).await);
            assert_eq!(session_state(&browser).await, "anonymous");
            let answer = callback_as(&browser, &fixture.fake, &asked_again, second).await;
            assert_refused(&answer, "reauthentication_refused");
            assert_eq!(session_state(&browser).await, "anonymous");
        }
    }
    let browser = fixture.browser();
    let authorization = start_login_with_query(&browser, &fixture.fake, "?returnTo=/x").await;
    let asked_again =
        AuthorizationRequest::of(&callback_as(&browser, &fixture.fake, &authorization, &remembered).await);
    assert_eq!(
        (asked_again.parameters["prompt"].as_str(), asked_again.parameters["max_age"].as_str()),
        ("login", "31536000")
    );
    let answer = callback_as(&browser, &fixture.fake, &asked_again, &claims_of("grace")).await;
    assert_eq!(redirect_target(&answer).0, "/mfa-setup");
    assert_eq!(redirect_target(&answer).1["returnTo"], "/x", "the deep link is kept");
    assert_eq!(session_state(&browser).await, "awaitingEnrolment");
    fixture.service.advance_time(STILL_RECENT);
    let setup = browser.start_enrolment().await.expect_status(200).json();
    let app = Authenticator::of_base32(setup["secret"].as_str().expect("a secret"));
    browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    assert_eq!(session_state(&browser).await, "signedIn");
    // The code is a recent proof.
    assert_recent(&browser).await;
    fixture.service.advance_time(STILL_RECENT);
    assert_recent(&browser).await;
    fixture.service.advance_time(MOMENT);
    assert_too_old(&browser, &["totp", "recoveryCode"]).await;
}
