//! Re-authentication at a provider: `prompt=login`, same user, same session.

use std::time::Duration;

use serde_json::json;
use vestibule::{audit::EventKind, user::Totp};

use crate::harness::{
    account::{
        BACK, LONG_IDLE, TOO_LONG, assert_reauthentication_required, assert_sent_to_login,
        assert_session_unchanged, event_of, grace_with_old_proof, link_identity, start_reauthentication,
    },
    fake_provider::fault::Fault,
    federated::{
        FederatedFixture, assert_refused, assert_signed_in, callback, callback_as, claims_of, me,
        session_state, sign_in, start_login, update_user, wait_until_available, with_claims,
    },
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user_with_app},
};

#[on_every_store]
async fn provider_login_reauthenticates(location: StoreLocation) {
    let (fixture, browser) = grace_with_old_proof(&location).await;
    let before = me(&browser).await;
    let authorization = start_reauthentication(&browser, &fixture.fake).await;
    assert_eq!(
        (authorization.parameters["prompt"].as_str(), authorization.parameters["max_age"].as_str()),
        ("login", "31536000"),
        "max_age=0 beside prompt=login breaks two providers"
    );
    assert_session_unchanged(&browser, &before).await;

    let old = browser.clone();
    assert_signed_in(&callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await, BACK);
    assert_ne!(browser.session(), old.session(), "a new id at every proof");
    old.me().await.expect_problem(401, "not_signed_in");
    let after = me(&browser).await;
    for kept in ["endsAt", "provider", "method", "amr"] {
        assert_eq!(after["session"][kept], before["session"][kept], "{kept}");
    }
    assert_eq!(after["id"], before["id"]);
    browser.start_enrolment().await.expect_status(200);
    fixture.service.advance_time(TOO_LONG);
    browser.start_enrolment().await.expect_problem(403, "reauthentication_required");
    fixture.assert_no_protocol_errors();
}

// Keycloak CVE-2023-6787: a failed re-authentication changes nothing.
#[on_every_store]
async fn old_auth_time_is_refused(location: StoreLocation) {
    let (fixture, browser) = grace_with_old_proof(&location).await;
    let before = me(&browser).await;
    let at = |seconds: i64| json!(fixture.service.clock.now().as_secs() + seconds);
    let times = [
        json!(null),
        at(-61),
        at(-3600),
        at(61),
        at(1_000_000_000),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(at(0).to_string()),
        json!("2036-05-04T10:11:00.000Z"),
        json!([at(0)]),
        json!({}),
        json!(true),
    ];
    for auth_time in times {
        let authorization = start_reauthentication(&browser, &fixture.fake).await;
        let mut claims = claims_of("grace");
        claims["auth_time"] = auth_time.clone();
        let answer = callback_as(&browser, &fixture.fake, &authorization, &claims).await;
        let trace = assert_sent_to_login(&answer, "reauthentication_refused", &fixture.fake);
        let event = event_of(&fixture.service, trace).await;
        assert_eq!(
            (event.kind, event.reason.as_deref()),
            (EventKind::Reauthentication, Some("reauthentication_refused"))
        );
        assert_session_unchanged(&browser, &before).await;
    }
    fixture.fake.set_fault(Fault::IdToken(|claims| {
        drop(claims.as_object_mut().expect("claims").remove("auth_time"));
    }));
    let authorization = start_reauthentication(&browser, &fixture.fake).await;
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    assert_sent_to_login(&answer, "reauthentication_refused", &fixture.fake);
    assert_session_unchanged(&browser, &before).await;
    fixture.fake.set_fault(Fault::None);

    // Userinfo is not signed.
    let authorization = start_reauthentication(&browser, &fixture.fake).await;
    let thin = with_claims(claims_of("grace"), json!({ "auth_time": at(-3600) }));
    let code = fixture.fake.code_with_claims(
        &authorization.parameters,
        &thin,
        &with_claims(claims_of("grace"), json!({ "auth_time": at(0) })),
    );
    let answer = callback(&browser, "fake", &[("code", &code), ("state", authorization.state())]).await;
    assert_sent_to_login(&answer, "reauthentication_refused", &fixture.fake);
    assert_session_unchanged(&browser, &before).await;

    // A clock difference of one minute is tolerated.
    let authorization = start_reauthentication(&browser, &fixture.fake).await;
    let late = with_claims(claims_of("grace"), json!({ "auth_time": at(-60) }));
    assert_signed_in(&callback_as(&browser, &fixture.fake, &authorization, &late).await, BACK);
}

#[on_every_store]
async fn another_identity_cannot_reauthenticate(location: StoreLocation) {
    let (fixture, browser) = grace_with_old_proof(&location).await;
    fixture.signed_in(&fixture.fake, &claims_of("mallory")).await;
    let before = me(&browser).await;
    let same_address = with_claims(claims_of("attacker"), json!({ "email": "grace@corp.example" }));
    for claims in [claims_of("mallory"), claims_of("attacker"), same_address] {
        let authorization = start_reauthentication(&browser, &fixture.fake).await;
        let answer = callback_as(&browser, &fixture.fake, &authorization, &claims).await;
        assert!(
            assert_sent_to_login(&answer, "reauthentication_refused", &fixture.fake).is_some(),
            "a trace"
        );
        assert_session_unchanged(&browser, &before).await;
    }
    assert_eq!(fixture.users().await.len(), 2, "no user is created or linked");
}

#[on_every_store]
async fn callback_of_another_provider_cannot_reauthenticate(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[LONG_IDLE]).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    link_identity(&browser, &fixture.corp, &claims_of("grace")).await.expect_status(303);
    fixture.service.advance_time(TOO_LONG);
    let before = me(&browser).await;
    let authorization = start_reauthentication(&browser, &fixture.fake).await;
    let code = fixture.corp.code_for(&authorization.parameters, &claims_of("grace"));
    assert_refused(
        &callback(&browser, "corp", &[("code", &code), ("state", authorization.state())]).await,
        "login_expired",
    );
    assert_session_unchanged(&browser, &before).await;
    // A login callback does not re-authenticate the session, and a re-authentication opens none.
    let code = fixture.fake.code_for(&authorization.parameters, &claims_of("grace"));
    assert_refused(
        &callback(&browser, "fake", &[("code", &code), ("state", authorization.state())]).await,
        "login_expired",
    );
    assert_session_unchanged(&browser, &before).await;
}

// Keycloak CVE-2023-0264, Mattermost CVE-2025-12421: a transaction of one browser is invalid in another.
#[on_every_store]
async fn reauthentication_is_bound_to_the_browser(location: StoreLocation) {
    let (fixture, browser) = grace_with_old_proof(&location).await;
    let mallory = fixture.signed_in(&fixture.fake, &claims_of("mallory")).await;
    let unknown = fixture.browser();
    fixture.service.advance_time(TOO_LONG);
    let (before, theirs) = (me(&browser).await, me(&mallory).await);
    for attacker in [&unknown, &mallory] {
        let authorization = start_reauthentication(&browser, &fixture.fake).await;
        let answer = callback_as(attacker, &fixture.fake, &authorization, &claims_of("grace")).await;
        assert_refused(&answer, "login_expired");
    }
    // The same with the cookie of the first browser and another session, or none.
    for attacker in [&unknown, &mallory] {
        let authorization = start_reauthentication(&browser, &fixture.fake).await;
        attacker
            .put_cookie("vestibule-login-3000", &browser.cookie("vestibule-login-3000").expect("a cookie"));
        let answer = callback_as(attacker, &fixture.fake, &authorization, &claims_of("grace")).await;
        assert_sent_to_login(&answer, "reauthentication_refused", &fixture.fake);
    }
    assert_eq!(session_state(&unknown).await, "anonymous");
    assert_session_unchanged(&mallory, &theirs).await;
    assert_session_unchanged(&browser, &before).await;
}

#[on_every_store]
async fn ended_session_cannot_be_reauthenticated(location: StoreLocation) {
    let (fixture, browser) = grace_with_old_proof(&location).await;
    // Two tabs: the session id has rotated when the second one returns.
    let (one, other) = (
        start_reauthentication(&browser, &fixture.fake).await,
        start_reauthentication(&browser, &fixture.fake).await,
    );
    assert_signed_in(&callback_as(&browser, &fixture.fake, &one, &claims_of("grace")).await, BACK);
    let moved = browser.session();
    let answer = callback_as(&browser, &fixture.fake, &other, &claims_of("grace")).await;
    assert_sent_to_login(&answer, "reauthentication_refused", &fixture.fake);
    assert_eq!(browser.session(), moved);
    browser.me().await.expect_status(200);

    let authorization = start_reauthentication(&browser, &fixture.fake).await;
    let kept = browser.clone();
    browser.sign_out().await.expect_status(200);
    for left in [&browser, &kept] {
        let answer = callback_as(left, &fixture.fake, &authorization, &claims_of("grace")).await;
        assert_eq!(answer.session_cookie(), None);
        assert_eq!(session_state(left).await, "anonymous");
    }
    // After logout and login, the old transaction is invalid for the new session.
    assert_signed_in(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await, "/");
    let authorization = start_reauthentication(&browser, &fixture.fake).await;
    browser.sign_out().await.expect_status(200);
    assert_signed_in(&sign_in(&browser, &fixture.fake, &claims_of("grace")).await, "/");
    let session = browser.session();
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    assert_sent_to_login(&answer, "reauthentication_refused", &fixture.fake);
    assert_eq!((browser.session(), session_state(&browser).await.as_str()), (session, "signedIn"));
}

#[on_every_store]
async fn provider_error_leaves_the_session_unchanged(location: StoreLocation) {
    let (fixture, browser) = grace_with_old_proof(&location).await;
    let before = me(&browser).await;
    for (error, code) in
        [("access_denied", "login_cancelled"), ("login_required", "provider_error"), ("x", "provider_error")]
    {
        let authorization = start_reauthentication(&browser, &fixture.fake).await;
        let back = [("error", error), ("state", authorization.state())];
        assert_sent_to_login(&callback(&browser, "fake", &back).await, code, &fixture.fake);
        assert_session_unchanged(&browser, &before).await;
        // The transaction is used.
        assert_refused(
            &callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await,
            "login_expired",
        );
        assert_session_unchanged(&browser, &before).await;
    }
    let authorization = start_reauthentication(&browser, &fixture.fake).await;
    fixture.fake.set_fault(Fault::IdToken(|claims| claims["nonce"] = json!("another")));
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    assert_sent_to_login(&answer, "provider_response_invalid", &fixture.fake);
    assert_session_unchanged(&browser, &before).await;
}

// An attacker with the provider account cannot bypass the local factor.
#[on_every_store]
async fn user_with_factor_cannot_reauthenticate_at_the_provider(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[LONG_IDLE]).await;
    let (linus, app) = create_user_with_app(&fixture.service, "linus").await;
    let browser = fixture.browser();
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    link_identity(&browser, &fixture.fake, &claims_of("linus")).await.expect_status(303);
    fixture.service.advance_time(TOO_LONG);
    let before = me(&browser).await;
    let path = "/api/auth/reauthenticate/fake";
    assert_reauthentication_required(&browser.post(path, &json!({ "returnTo": BACK })).await, &["totp"]);
    assert_session_unchanged(&browser, &before).await;

    // The same for a transaction that started before the enrolment.
    update_user(&fixture.service, linus.id, |user| user.totp.clear()).await;
    // `update_user` writes past the cache of the service.
    fixture.service.app.users.invalidate(&linus.id.document_id());
    let authorization = start_reauthentication(&browser, &fixture.fake).await;
    let sealed =
        fixture.service.app.keys.seal(&linus.id, vestibule::login::second_factor::totp::ACTIVE, app.secret());
    let now = fixture.service.clock.now();
    update_user(&fixture.service, linus.id, |user| {
        user.totp = vec![Totp::unused(sealed.clone(), now)];
        user.end_sessions(vestibule::user::EndReason::FactorChanged);
    })
    .await;
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("linus")).await;
    assert_sent_to_login(&answer, "reauthentication_refused", &fixture.fake);
    browser.me().await.expect_problem(401, "session_ended");
}

// Enrolment rotates the session id: older transactions are invalid.
#[on_every_store]
async fn new_factor_is_required_during_reauthentication(location: StoreLocation) {
    let fixture = FederatedFixture::with_settings(&location, &[LONG_IDLE]).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let authorization = start_reauthentication(&browser, &fixture.fake).await;
    let setup = browser.start_enrolment().await.expect_status(200).json();
    let app = Authenticator::of_base32(setup["secret"].as_str().expect("a secret"));
    browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    fixture.service.advance_time(Duration::from_mins(9));
    let before = me(&browser).await;
    let answer = callback_as(&browser, &fixture.fake, &authorization, &claims_of("grace")).await;
    assert_sent_to_login(&answer, "reauthentication_refused", &fixture.fake);
    assert_eq!(me(&browser).await, before);
    fixture.service.advance_time(Duration::from_mins(2));
    assert_reauthentication_required(&browser.start_enrolment().await, &["totp", "recoveryCode"]);
}

#[on_every_store]
async fn only_linked_providers_can_reauthenticate(location: StoreLocation) {
    let (fixture, browser) = grace_with_old_proof(&location).await;
    let before = me(&browser).await;
    let ask = async |name: &str| browser.post(&format!("/api/auth/reauthenticate/{name}"), &json!({})).await;
    assert_reauthentication_required(&ask("corp").await, &["provider:fake"]);
    for unknown in ["unknown", "FAKE", "fake%00", "%2e%2e", "l"] {
        ask(unknown).await.expect_problem(404, "not_found");
    }
    assert_session_unchanged(&browser, &before).await;
    // A login needs `auth_time`, but not a recent one.
    let asked = start_login(&fixture.browser(), &fixture.fake).await.parameters;
    assert_eq!((asked.get("prompt"), asked["max_age"].as_str()), (None, "31536000"));
}

#[on_every_store]
async fn unavailable_provider_is_reported(location: StoreLocation) {
    let (fixture, browser) = grace_with_old_proof(&location).await;
    let before = me(&browser).await;
    let FederatedFixture { fake, corp: _corp, service } = fixture;
    fake.shut_down().await;
    let service = service.restart_with(&[]).await;
    let browser = browser.at_replica(&service);
    let body = json!({ "returnTo": BACK });
    let answer = browser
        .post("/api/auth/reauthenticate/fake", &body)
        .await
        .expect_problem(503, "provider_unavailable");
    assert!(answer.retry_after().is_some());
    assert_session_unchanged(&browser, &before).await;
    fake.restart().await;
    wait_until_available(&service, "fake").await;
    let authorization = start_reauthentication(&browser, &fake).await;
    fake.shut_down().await;
    let answer = callback_as(&browser, &fake, &authorization, &claims_of("grace")).await;
    assert_sent_to_login(&answer, "provider_unavailable", &fake);
    assert_session_unchanged(&browser, &before).await;
}
