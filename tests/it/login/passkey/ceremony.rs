//! The token of a ceremony: it is used once, within five minutes, where it was started and for what it was started.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{
    browser::Browser,
    passkey::{
        Passkey, factor_options, register, registration_options, sign_in, sign_in_options, user_with_passkey,
    },
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user},
};

const LOGIN: &str = "/api/auth/passkey/login";
const VERIFY: &str = "/api/mfa/passkey/verify";
const REGISTER: &str = "/api/account/passkeys";

async fn pending(service: &Service, name: &str) -> Browser {
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser
}

async fn expect_over(browser: &Browser, path: &str, body: &Value) {
    let answer = browser.post(path, body).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "ceremony_over"), "{path}: {}", answer.text);
    assert_eq!(answer.session_cookie(), None);
}

#[on_every_store]
async fn response_is_accepted_once_on_all_replicas(location: StoreLocation) {
    let service = Service::start(&location).await;
    let replica = service.start_replica().await;
    let mut passkey = Passkey::synced();
    let (_, owner) = user_with_passkey(&service, "ada", &mut passkey).await;
    let browser = Browser::of(&service);
    let body = passkey.get(&sign_in_options(&browser).await);
    browser.post(LOGIN, &body).await.expect_status(200);
    expect_over(&browser, LOGIN, &body).await;
    expect_over(&browser.at_replica(&replica), LOGIN, &body).await;

    // A new login, so that the session that the ceremony is bound to is still there.
    let browser = pending(&service, "ada").await;
    let options = factor_options(&browser).await;
    let mut body = passkey.get(&options);
    body["credential"]["response"]["signature"] = json!("AAAA");
    browser.post(VERIFY, &body).await.expect_problem(400, "passkey_invalid");
    // A refused response uses the ceremony up, too: a challenge is not tried again.
    expect_over(&browser, VERIFY, &passkey.get(&options)).await;
    expect_over(&browser.at_replica(&replica), VERIFY, &passkey.get(&options)).await;

    let options = registration_options(&owner).await;
    let mut body = Passkey::synced().create(&options);
    body["credential"]["response"]["attestationObject"] = json!("AAAA");
    owner.post(REGISTER, &body).await.expect_problem(400, "passkey_invalid");
    expect_over(&owner.at_replica(&replica), REGISTER, &Passkey::synced().create(&options)).await;
}

// Attack: the challenge of one ceremony is answered with the token of another one.
#[on_every_store]
async fn token_and_challenge_belong_together(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    user_with_passkey(&service, "ada", &mut passkey).await;
    let browser = Browser::of(&service);
    let (one, two) = (sign_in_options(&browser).await, sign_in_options(&browser).await);
    assert_ne!(one["publicKey"]["challenge"], two["publicKey"]["challenge"]);
    let mut body = passkey.get(&one);
    body["ceremony"] = two["ceremony"].clone();
    browser.post(LOGIN, &body).await.expect_problem(401, "passkey_refused");
    // Both were started in this browser, and the first one is not used up.
    browser.post(LOGIN, &passkey.get(&one)).await.expect_status(200);
}

#[on_every_store]
async fn ceremony_expires_after_five_minutes(location: StoreLocation) {
    let service = Service::with_settings(&location, &[("VESTIBULE_SESSION_IDLE", "2h")]).await;
    let mut passkey = Passkey::synced();
    let (_, owner) = user_with_passkey(&service, "ada", &mut passkey).await;
    for (seconds, is_over) in [(299, false), (300, true)] {
        let (anonymous, other) = (Browser::of(&service), Browser::of(&service));
        sign_in(&other, &mut passkey).await.expect_status(200);
        let reauthentication = json!({ "passkey": passkey.get(&factor_options(&other).await) });
        let bodies = [
            (&anonymous, LOGIN, passkey.get(&sign_in_options(&anonymous).await)),
            (&other, "/api/auth/reauthenticate", reauthentication),
            (&owner, REGISTER, Passkey::synced().create(&registration_options(&owner).await)),
        ];
        service.advance_time(Duration::from_secs(seconds));
        for (browser, path, body) in &bodies {
            if is_over {
                expect_over(browser, path, body).await;
            } else {
                browser.post(path, body).await.expect_status(200);
            }
        }
    }
}

// Attack: a response that was obtained for one purpose, session or browser is used in another one (session fixation, login CSRF).
#[on_every_store]
async fn ceremony_of_another_browser_session_or_purpose_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    let (_, owner) = user_with_passkey(&service, "ada", &mut passkey).await;
    let other_session = Browser::of(&service);
    sign_in(&other_session, &mut passkey).await.expect_status(200);
    let (victim, attacker) = (Browser::of(&service), Browser::of(&service));
    sign_in_options(&victim).await;
    let (waiting, other_waiting) = (pending(&service, "ada").await, pending(&service, "ada").await);

    // Another browser, and one without the cookie.
    let body = passkey.get(&sign_in_options(&attacker).await);
    expect_over(&victim, LOGIN, &body).await;
    expect_over(&Browser::of(&service), LOGIN, &body).await;
    // Another session of the same user.
    let body = passkey.get(&factor_options(&waiting).await);
    expect_over(&other_waiting, VERIFY, &body).await;
    let registration = Passkey::synced().create(&registration_options(&owner).await);
    expect_over(&other_session, REGISTER, &registration).await;
    // Another purpose in the same browser and session.
    expect_over(&waiting, LOGIN, &body).await;
    let login = passkey.get(&sign_in_options(&waiting).await);
    expect_over(&waiting, VERIFY, &login).await;
    let mut body = passkey.get(&factor_options(&owner).await);
    body["ceremony"] = registration["ceremony"].clone();
    expect_over(&owner, "/api/auth/reauthenticate", &json!({ "passkey": body })).await;
    let mut creation = Passkey::synced().create(&registration_options(&owner).await);
    creation["ceremony"] = factor_options(&owner).await["ceremony"].clone();
    expect_over(&owner, REGISTER, &creation).await;
    // A session that continues under a new id has none of the ceremonies from before.
    let stale = Passkey::synced().create(&registration_options(&owner).await);
    register(&owner, &mut Passkey::security_key()).await.expect_status(200);
    expect_over(&owner, REGISTER, &stale).await;
}

#[on_every_store]
async fn invented_ceremony_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    let mut passkey = Passkey::synced();
    user_with_passkey(&service, "ada", &mut passkey).await;
    let browser = Browser::of(&service);
    let mut body = passkey.get(&sign_in_options(&browser).await);
    let real = body["ceremony"].as_str().expect("a text").to_owned();
    for token in ["", "x", "%ff", "AAAA", &format!("{real}A"), &real[1..], &"A".repeat(5000)] {
        body["ceremony"] = json!(token);
        expect_over(&browser, LOGIN, &body).await;
    }
}

// A user must not prove the factor of another one with a passkey of their own.
#[on_every_store]
async fn passkey_of_another_user_is_refused(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (mut of_ada, mut of_mallory) = (Passkey::synced(), Passkey::synced());
    user_with_passkey(&service, "ada", &mut of_ada).await;
    let (_, mallory) = user_with_passkey(&service, "mallory", &mut of_mallory).await;
    let waiting = pending(&service, "ada").await;
    let body = of_mallory.get(&factor_options(&waiting).await);
    waiting.post(VERIFY, &body).await.expect_problem(400, "passkey_invalid");
    // Its signature under the id of the other one, and the handle of the other user.
    for change in [true, false] {
        let options = sign_in_options(&mallory).await;
        let id = of_ada.id.clone();
        let handle = of_ada.user_handle.clone();
        let body = of_mallory.get_with(&options, |draft| {
            if change {
                draft.credential_id = id;
            }
            draft.user_handle = handle;
        });
        mallory.post(LOGIN, &body).await.expect_problem(401, "passkey_refused");
    }
    waiting.me().await.expect_problem(401, "second_factor_required");
    let user = create_user(&service, "linus").await;
    assert!(user.passkeys.is_empty());
}
