//! Proving again who one is, at a provider: asked afresh, answered by the same person, in the session that began.

use vestibule::user::Totp;

use super::*;
use crate::{
    federated::{change, come_back, leads_to, refused, set_out, sign_in, state, with},
    harness::{liar::sin::Sin, totp::Authenticator},
};

#[on_every_store]
async fn a_provider_that_asked_again_proves_it(location: StoreLocation) {
    let (house, browser) = grace_was_here(&location).await;
    let before = me(&browser).await;
    let journey = off_to_prove(&browser, &house.liar).await;
    assert_eq!((journey.asked["prompt"].as_str(), journey.asked["max_age"].as_str()), ("login", "0"));
    nothing_gained_nothing_lost(&browser, &before).await;

    let old = browser.clone();
    leads_to(&come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await, BACK);
    assert_ne!(browser.session(), old.session(), "a new id at every proof");
    old.me().await.must_fail(401, "not_signed_in");
    let after = me(&browser).await;
    for kept in ["endsAt", "provider", "method", "amr"] {
        assert_eq!(after["session"][kept], before["session"][kept], "{kept}");
    }
    assert_eq!(after["id"], before["id"]);
    browser.set_up().await.must_be(200);
    house.service.wait(TOO_LONG);
    browser.set_up().await.must_fail(403, "reauthentication_required");
    house.nobody_complains();
}

// Keycloak CVE-2023-6787: what does not prove it leaves everything as it was.
#[on_every_store]
async fn an_answer_that_is_not_of_now_proves_nothing(location: StoreLocation) {
    let (house, browser) = grace_was_here(&location).await;
    let before = me(&browser).await;
    let at = |seconds: i64| json!(house.service.clock.now().as_secs() + seconds);
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
        let journey = off_to_prove(&browser, &house.liar).await;
        let mut claims = claims_of("grace");
        claims["auth_time"] = auth_time.clone();
        let answer = come_back_as(&browser, &house.liar, &journey, &claims).await;
        let trace = turned_away(&answer, "reauthentication_refused", &house.liar);
        let event = event_of(&house.service, trace).await;
        assert_eq!(
            (event.kind, event.reason.as_deref()),
            (EventKind::Reauthentication, Some("reauthentication_refused"))
        );
        nothing_gained_nothing_lost(&browser, &before).await;
    }
    house.liar.sins(Sin::IdToken(|claims| drop(claims.as_object_mut().expect("claims").remove("auth_time"))));
    let journey = off_to_prove(&browser, &house.liar).await;
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await;
    turned_away(&answer, "reauthentication_refused", &house.liar);
    nothing_gained_nothing_lost(&browser, &before).await;
    house.liar.sins(Sin::None);

    // What userinfo says is not signed.
    let journey = off_to_prove(&browser, &house.liar).await;
    let thin = with(claims_of("grace"), json!({ "auth_time": at(-3600) }));
    let code = house.liar.thin_code_for(
        &journey.asked,
        &thin,
        &with(claims_of("grace"), json!({ "auth_time": at(0) })),
    );
    let answer = come_back(&browser, "liar", &[("code", &code), ("state", journey.state())]).await;
    turned_away(&answer, "reauthentication_refused", &house.liar);
    nothing_gained_nothing_lost(&browser, &before).await;

    // Two clocks that differ by a minute still understand each other.
    let journey = off_to_prove(&browser, &house.liar).await;
    let late = with(claims_of("grace"), json!({ "auth_time": at(-60) }));
    leads_to(&come_back_as(&browser, &house.liar, &journey, &late).await, BACK);
}

#[on_every_store]
async fn somebody_else_at_the_provider_proves_nothing(location: StoreLocation) {
    let (house, browser) = grace_was_here(&location).await;
    house.signed_in(&house.liar, &claims_of("mallory")).await;
    let before = me(&browser).await;
    let same_address = with(claims_of("stranger"), json!({ "email": "grace@corp.example" }));
    for claims in [claims_of("mallory"), claims_of("stranger"), same_address] {
        let journey = off_to_prove(&browser, &house.liar).await;
        let answer = come_back_as(&browser, &house.liar, &journey, &claims).await;
        assert!(turned_away(&answer, "reauthentication_refused", &house.liar).is_some(), "a trace");
        nothing_gained_nothing_lost(&browser, &before).await;
    }
    assert_eq!(house.people().await.len(), 2, "nor is anybody made or linked by it");
}

#[on_every_store]
async fn another_providers_callback_proves_nothing(location: StoreLocation) {
    let house = House::with(&location, &[PATIENT]).await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    connect(&browser, &house.corp, &claims_of("grace")).await.must_be(303);
    house.service.wait(TOO_LONG);
    let before = me(&browser).await;
    let journey = off_to_prove(&browser, &house.liar).await;
    let code = house.corp.code_for(&journey.asked, &claims_of("grace"));
    refused(
        &come_back(&browser, "corp", &[("code", &code), ("state", journey.state())]).await,
        "login_expired",
    );
    nothing_gained_nothing_lost(&browser, &before).await;
    // Nor does a sign-in's answer prove anything for the session that is there, or the other way round.
    let code = house.liar.code_for(&journey.asked, &claims_of("grace"));
    refused(
        &come_back(&browser, "liar", &[("code", &code), ("state", journey.state())]).await,
        "login_expired",
    );
    nothing_gained_nothing_lost(&browser, &before).await;
}

// Keycloak CVE-2023-0264, Mattermost CVE-2025-12421: what is A's is worth nothing in B's browser.
#[on_every_store]
async fn another_browser_proves_nothing(location: StoreLocation) {
    let (house, browser) = grace_was_here(&location).await;
    let mallory = house.signed_in(&house.liar, &claims_of("mallory")).await;
    let nobody = house.browser();
    house.service.wait(TOO_LONG);
    let (before, theirs) = (me(&browser).await, me(&mallory).await);
    for stranger in [&nobody, &mallory] {
        let journey = off_to_prove(&browser, &house.liar).await;
        let answer = come_back_as(stranger, &house.liar, &journey, &claims_of("grace")).await;
        refused(&answer, "login_expired");
    }
    // Also with the cookie of the browser that began, yet another session, or none.
    for stranger in [&nobody, &mallory] {
        let journey = off_to_prove(&browser, &house.liar).await;
        stranger.put_cookie("vestibule-login", &browser.cookie("vestibule-login").expect("a cookie"));
        let answer = come_back_as(stranger, &house.liar, &journey, &claims_of("grace")).await;
        turned_away(&answer, "reauthentication_refused", &house.liar);
    }
    assert_eq!(state(&nobody).await, "anonymous");
    nothing_gained_nothing_lost(&mallory, &theirs).await;
    nothing_gained_nothing_lost(&browser, &before).await;
}

#[on_every_store]
async fn a_session_that_ended_or_moved_on_meanwhile_is_not_proven_again(location: StoreLocation) {
    let (house, browser) = grace_was_here(&location).await;
    // Two tabs: the second comes back to a session that has another id by now.
    let (one, other) = (off_to_prove(&browser, &house.liar).await, off_to_prove(&browser, &house.liar).await);
    leads_to(&come_back_as(&browser, &house.liar, &one, &claims_of("grace")).await, BACK);
    let moved = browser.session();
    let answer = come_back_as(&browser, &house.liar, &other, &claims_of("grace")).await;
    turned_away(&answer, "reauthentication_refused", &house.liar);
    assert_eq!(browser.session(), moved);
    browser.me().await.must_be(200);

    let journey = off_to_prove(&browser, &house.liar).await;
    let kept = browser.clone();
    browser.sign_out().await.must_be(200);
    for left in [&browser, &kept] {
        let answer = come_back_as(left, &house.liar, &journey, &claims_of("grace")).await;
        assert_eq!(answer.session_cookie(), None);
        assert_eq!(state(left).await, "anonymous");
    }
    // Signed out and in again: another session, which the old answer proves nothing for.
    leads_to(&sign_in(&browser, &house.liar, &claims_of("grace")).await, "/");
    let journey = off_to_prove(&browser, &house.liar).await;
    browser.sign_out().await.must_be(200);
    leads_to(&sign_in(&browser, &house.liar, &claims_of("grace")).await, "/");
    let session = browser.session();
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await;
    turned_away(&answer, "reauthentication_refused", &house.liar);
    assert_eq!((browser.session(), state(&browser).await.as_str()), (session, "signedIn"));
}

#[on_every_store]
async fn a_no_or_an_error_of_the_provider_leaves_the_session_as_it_was(location: StoreLocation) {
    let (house, browser) = grace_was_here(&location).await;
    let before = me(&browser).await;
    for (error, code) in
        [("access_denied", "access_denied"), ("login_required", "provider_error"), ("x", "provider_error")]
    {
        let journey = off_to_prove(&browser, &house.liar).await;
        let back = [("error", error), ("state", journey.state())];
        turned_away(&come_back(&browser, "liar", &back).await, code, &house.liar);
        nothing_gained_nothing_lost(&browser, &before).await;
        // Used up: a code that comes later proves nothing.
        refused(&come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await, "login_expired");
        nothing_gained_nothing_lost(&browser, &before).await;
    }
    let journey = off_to_prove(&browser, &house.liar).await;
    house.liar.sins(Sin::IdToken(|claims| claims["nonce"] = json!("another")));
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await;
    turned_away(&answer, "provider_response_invalid", &house.liar);
    nothing_gained_nothing_lost(&browser, &before).await;
}

// A thief at the provider must not come around the factor that is here.
#[on_every_store]
async fn who_has_a_factor_here_does_not_prove_it_there(location: StoreLocation) {
    let house = House::with(&location, &[PATIENT]).await;
    let (linus, app) = person_with_app(&house.service, "linus").await;
    let browser = house.browser();
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    browser.verify(&app.code(house.service.clock.now())).await.must_be(200);
    connect(&browser, &house.liar, &claims_of("linus")).await.must_be(303);
    house.service.wait(TOO_LONG);
    let before = me(&browser).await;
    let path = "/api/auth/reauthenticate/liar";
    wants_proof(&browser.post(path, &json!({ "returnTo": BACK })).await, &["totp"]);
    nothing_gained_nothing_lost(&browser, &before).await;

    // Nor with what was begun before the factor was there.
    change(&house.service, linus.id, |user| user.totp = None).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let journey = off_to_prove(&browser, &house.liar).await;
    let sealed =
        house.service.app.keys.seal(&linus.id, vestibule::login::second_factor::totp::ACTIVE, app.secret());
    let now = house.service.clock.now();
    change(&house.service, linus.id, |user| {
        user.totp = Some(Totp { secret: sealed.clone(), confirmed_at: now, last_step: 0 });
        user.end_sessions(vestibule::user::EndReason::FactorChanged);
    })
    .await;
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("linus")).await;
    turned_away(&answer, "reauthentication_refused", &house.liar);
    browser.me().await.must_fail(401, "session_ended");
}

// The set-up of a factor is a new id like any other: what was begun before it is over.
#[on_every_store]
async fn a_factor_that_was_set_up_meanwhile_is_not_skipped(location: StoreLocation) {
    let house = House::with(&location, &[PATIENT]).await;
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    let journey = off_to_prove(&browser, &house.liar).await;
    let setup = browser.set_up().await.must_be(200).json();
    let app = Authenticator::of_base32(setup["secret"].as_str().expect("a secret"));
    browser.verify(&app.code(house.service.clock.now())).await.must_be(200);
    house.service.wait(Duration::from_mins(9));
    let before = me(&browser).await;
    let answer = come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await;
    turned_away(&answer, "reauthentication_refused", &house.liar);
    assert_eq!(me(&browser).await, before);
    house.service.wait(Duration::from_mins(2));
    wants_proof(&browser.set_up().await, &["totp"]);
}

#[on_every_store]
async fn only_a_provider_of_ones_own_is_asked(location: StoreLocation) {
    let (house, browser) = grace_was_here(&location).await;
    let before = me(&browser).await;
    let ask = async |name: &str| browser.post(&format!("/api/auth/reauthenticate/{name}"), &json!({})).await;
    wants_proof(&ask("corp").await, &["provider:liar"]);
    for unknown in ["nobody", "LIAR", "liar%00", "%2e%2e", "l"] {
        ask(unknown).await.must_fail(404, "not_found");
    }
    nothing_gained_nothing_lost(&browser, &before).await;
    // A sign-in asks for less: when it was, not that it is now.
    let asked = set_out(&house.browser(), &house.liar).await.asked;
    assert_eq!((asked.get("prompt"), asked["max_age"].as_str()), (None, "31536000"));
}

#[on_every_store]
async fn a_provider_that_is_not_there_is_said_to_be_unavailable(location: StoreLocation) {
    let (house, browser) = grace_was_here(&location).await;
    let before = me(&browser).await;
    let House { liar, corp: _corp, service } = house;
    liar.goes_down().await;
    let service = service.restarted(&[]).await;
    let browser = browser.moved_to(&service);
    let wish = json!({ "returnTo": BACK });
    let answer =
        browser.post("/api/auth/reauthenticate/liar", &wish).await.must_fail(503, "provider_unavailable");
    assert!(answer.retry_after().is_some());
    nothing_gained_nothing_lost(&browser, &before).await;
    liar.comes_back().await;
    crate::federated::is_available(&service, "liar").await;
    let journey = off_to_prove(&browser, &liar).await;
    liar.goes_down().await;
    let answer = come_back_as(&browser, &liar, &journey, &claims_of("grace")).await;
    turned_away(&answer, "provider_unavailable", &liar);
    nothing_gained_nothing_lost(&browser, &before).await;
}
