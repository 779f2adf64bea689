//! Proving again who one is, here: with a password, or with a code where there is an authenticator app.

use super::*;
use crate::harness::eventually;

#[on_every_store]
async fn a_password_proves_again_who_is_signed_in(location: StoreLocation) {
    let service = Service::with(&location, &[PATIENT]).await;
    let ada = person(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    service.wait(TOO_LONG);
    wants_proof(&browser.set_up().await, &["password"]);
    let before = me(&browser).await;
    for nothing in [json!({}), json!({ "code": "123456" }), json!({ "password": null })] {
        prove(&browser, &nothing).await.must_fail(400, "invalid_request");
    }
    for wrong in ["", "wrong", "Correct horse battery", "correct horse battery "] {
        prove(&browser, &json!({ "password": wrong })).await.must_fail(400, "password_wrong");
    }
    nothing_gained_nothing_lost(&browser, &before).await;

    let old = browser.clone();
    let answer = prove(&browser, &json!({ "password": PASSWORD })).await.must_be(200);
    snapshot!(answer.json(), @r#"
    {
      "session": {
        "amr": [
          "pwd"
        ],
        "endsAt": "2036-05-04T22:00:00.000Z",
        "expiresAt": "2036-05-04T12:11:00.000Z",
        "method": "password",
        "provider": null,
        "serverTime": "2036-05-04T10:11:00.000Z",
        "state": "signedIn"
      }
    }
    "#);
    assert_ne!(browser.session(), old.session(), "a new id at every proof");
    old.me().await.must_fail(401, "not_signed_in");
    prove(&old, &json!({ "password": PASSWORD })).await.must_be(401);
    assert_eq!(
        me(&browser).await["session"]["endsAt"],
        before["session"]["endsAt"],
        "proving again buys no time"
    );
    browser.set_up().await.must_be(200);
    assert_eq!(
        actors(&service, &ada, EventKind::Reauthentication).await.len(),
        5,
        "every guess is written down"
    );
}

#[on_every_store]
async fn where_there_is_a_factor_only_its_code_counts_and_once(location: StoreLocation) {
    let service = Service::with(&location, &[PATIENT]).await;
    let (_, app) = person_with_app(&service, "linus").await;
    let browser = Browser::of(&service);
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    browser.verify(&app.code(service.clock.now())).await.must_be(200);
    // The code that let in is used up, though its time is not.
    let used = app.code(service.clock.now());
    prove(&browser, &json!({ "code": used })).await.must_fail(400, "code_invalid");
    service.wait(TOO_LONG);
    wants_proof(&browser.set_up().await, &["totp"]);
    let before = me(&browser).await;
    prove(&browser, &json!({ "password": PASSWORD })).await.must_fail(400, "invalid_request");
    let wrong = app.wrong_code(service.clock.now());
    for given in
        [json!({ "code": wrong }), json!({ "code": wrong, "password": PASSWORD }), json!({ "code": "" })]
    {
        prove(&browser, &given).await.must_fail(400, "code_invalid");
    }
    nothing_gained_nothing_lost(&browser, &before).await;

    let old = browser.clone();
    let code = app.code(service.clock.now());
    let answer = prove(&browser, &json!({ "code": code, "password": "wrong" })).await.must_be(200).json();
    assert_eq!(answer["session"]["amr"], json!(["pwd", "otp"]), "no method counts twice");
    assert_eq!(answer["session"]["endsAt"], before["session"]["endsAt"]);
    assert_ne!(browser.session(), old.session());
    old.me().await.must_be(401);
    browser.set_up().await.must_be(200);
    prove(&browser, &json!({ "code": code })).await.must_fail(400, "code_invalid");
    let other = Browser::of(&service);
    other.sign_in("linus", PASSWORD).await.must_be(200);
    other.verify(&code).await.must_fail(400, "code_invalid");
}

// Keycloak CVE-2026-9798: no path has a limit of its own.
#[on_every_store]
async fn wrong_passwords_count_together_on_every_path(location: StoreLocation) {
    let service = Service::with(&location, &[PATIENT]).await;
    person(&service, "ada").await;
    let (browser, stranger) = (Browser::of(&service), Browser::of(&service));
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    let before = me(&browser).await;
    for _ in 0..5 {
        stranger.sign_in("ada", "wrong").await.must_be(401);
        prove(&browser, &json!({ "password": "wrong" })).await.must_fail(400, "password_wrong");
    }
    let right = json!({ "password": PASSWORD });
    let answer = prove(&browser, &right).await.must_fail(429, "too_many_attempts");
    assert_eq!(answer.retry_after(), Some(30));
    stranger.sign_in("ada", PASSWORD).await.must_fail(429, "too_many_attempts");
    assert_eq!(me(&browser).await, before, "nobody is thrown out by a stranger's guesses");
    service.wait(Duration::from_secs(30));
    prove(&browser, &right).await.must_be(200);
}

#[on_every_store]
async fn wrong_codes_count_together_on_every_path(location: StoreLocation) {
    let service = Service::with(&location, &[PATIENT]).await;
    let (_, app) = person_with_app(&service, "linus").await;
    let (browser, stranger) = (Browser::of(&service), Browser::of(&service));
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    browser.verify(&app.code(service.clock.now())).await.must_be(200);
    stranger.sign_in("linus", PASSWORD).await.must_be(200);
    let wrong = app.wrong_code(service.clock.now());
    for _ in 0..5 {
        stranger.verify(&wrong).await.must_fail(400, "code_invalid");
        prove(&browser, &json!({ "code": wrong })).await.must_fail(400, "code_invalid");
    }
    service.wait(Duration::from_secs(29));
    let right = app.code_of_step(service.clock.now(), 1);
    prove(&browser, &json!({ "code": right })).await.must_fail(429, "too_many_attempts");
    stranger.sign_in("linus", PASSWORD).await.must_be(200);
    stranger.verify(&right).await.must_fail(429, "too_many_attempts");
    browser.me().await.must_be(200);
    service.wait(Duration::from_secs(1));
    prove(&browser, &json!({ "code": right })).await.must_be(200);
}

#[on_every_store]
async fn who_has_neither_is_told_at_which_provider_to_prove_it(location: StoreLocation) {
    let (house, browser) = grace_was_here(&location).await;
    let before = me(&browser).await;
    for given in [json!({}), json!({ "password": PASSWORD }), json!({ "code": "123456" })] {
        wants_proof(&prove(&browser, &given).await, &["provider:liar"]);
    }
    nothing_gained_nothing_lost(&browser, &before).await;
    drop(house);
}

#[on_every_store]
async fn nobody_proves_anything_without_a_session_of_their_own_or_from_elsewhere(location: StoreLocation) {
    let house = House::open(&location).await;
    let (_, app) = person_with_app(&house.service, "linus").await;
    let browser = house.browser();
    let paths =
        ["/api/auth/reauthenticate", "/api/auth/reauthenticate/liar", "/api/auth/reauthenticate/nobody"];
    let wish = json!({ "password": PASSWORD, "code": app.code(house.service.clock.now()), "returnTo": BACK });
    for path in paths {
        browser.post(path, &wish).await.must_fail(401, "not_signed_in");
    }
    // Half a sign-in proves nothing either, and skips nothing.
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    for path in paths {
        browser.post(path, &wish).await.must_fail(401, "second_factor_required");
    }
    browser.verify(&app.code(house.service.clock.now())).await.must_be(200);
    for path in paths {
        browser.ask(Method::POST, path).json(&wish).send().await.must_fail(403, "csrf_failed");
    }
    browser.me().await.must_be(200);
}

// What another replica remembers of the person is not what counts.
#[on_every_store]
async fn a_password_that_was_changed_meanwhile_proves_nothing(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = person(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    let elsewhere = service.another().await;
    for _ in 0..3 {
        browser.me().await.must_be(200);
        crate::federated::change(&elsewhere, ada.id, |user| {
            user.end_sessions(vestibule::user::EndReason::PasswordChanged);
        })
        .await;
        let answer = prove(&browser, &json!({ "password": PASSWORD })).await;
        assert!([400, 401].contains(&answer.status), "{}", answer.text);
        assert_eq!(answer.session_cookie(), None);
        // Reading may rest on memory for a moment; changing may not.
        let ended = || async { browser.me().await.status == 401 };
        eventually(Duration::from_secs(30), "the session is over", ended).await;
        browser.sign_in("ada", PASSWORD).await.must_be(200);
    }
}
