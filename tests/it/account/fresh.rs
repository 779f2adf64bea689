//! Ways to sign in are changed with a proof of the last ten minutes only, and what counts as one.

use super::*;
use crate::{
    federated::{
        change, has_address, leads_to, refused, set_out, set_out_for, sign_in, state, wants_local_proof, with,
    },
    harness::{liar::sin::Sin, totp::Authenticator},
};

/// The last moment at which a proof is recent.
const JUST: Duration = Duration::from_millis(599_999);
const MOMENT: Duration = Duration::from_millis(1);

async fn link(browser: &Browser) -> Answer {
    browser.post("/api/auth/link", &json!({})).await
}

/// What takes a recent proof, without changing anything: an identity nobody has cannot be unlinked.
async fn everything(browser: &Browser) -> [Answer; 3] {
    let wish = json!({ "returnTo": BACK });
    [
        browser.set_up().await,
        browser.post("/api/account/identities/corp", &wish).await,
        disconnect(browser, "AAAAAAAAAAAAAAAAAAAAAA").await,
    ]
}

async fn is_recent(browser: &Browser) {
    let statuses = everything(browser).await.map(|answer| answer.status);
    assert_eq!(statuses, [200, 200, 404]);
}

async fn is_too_old(browser: &Browser, methods: &[&str]) {
    for answer in everything(browser).await {
        wants_proof(&answer, methods);
    }
}

#[track_caller]
fn leads_to_set_up(answer: &Answer) {
    assert_eq!(target(answer).0, "/mfa-setup");
}

#[on_every_store]
async fn a_proof_is_recent_for_ten_minutes(location: StoreLocation) {
    let house = House::with(&location, &[PATIENT]).await;
    let linus = person(&house.service, "linus").await;
    change(&house.service, linus.id, |user| has_address(user, "linus@corp.example")).await;
    let browser = house.browser();
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    connect(&browser, &house.corp, &claims_of("linus")).await.must_be(303);
    house.service.wait(JUST);
    is_recent(&browser).await;
    wants_local_proof(&sign_in(&browser, &house.liar, &claims_of("linus")).await, &house.liar);
    let kept = browser.cookie("vestibule-link").expect("a cookie");
    link(&browser).await.must_be(200);
    browser.put_cookie("vestibule-link", &kept);
    let other = with(claims_of("linus"), json!({ "sub": "another of linus" }));
    wants_local_proof(&sign_in(&browser, &house.liar, &other).await, &house.liar);

    house.service.wait(MOMENT);
    let methods = ["password", "provider:liar", "provider:corp"];
    let shown = link(&browser).await.must_be(403).problem();
    let order: Vec<&str> =
        shown["methods"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["password", "provider:corp", "provider:liar"]);
    assert_eq!(order[0], methods[0], "the password first");
    assert_eq!((&shown["code"], &shown["maxAge"]), (&json!("reauthentication_required"), &json!(600)));
    is_too_old(&browser, &order).await;
    prove(&browser, &json!({ "password": PASSWORD })).await.must_be(200);
    is_recent(&browser).await;
    link(&browser).await.must_be(200);
    // Activity is no proof.
    house.service.wait(JUST);
    browser.keep_alive().await.must_be(200);
    is_recent(&browser).await;
    house.service.wait(MOMENT);
    is_too_old(&browser, &order).await;
    // Also at a provider, for who has both.
    let journey = off_to_prove(&browser, &house.corp).await;
    leads_to(&come_back_as(&browser, &house.corp, &journey, &claims_of("linus")).await, BACK);
    is_recent(&browser).await;
}

#[on_every_store]
async fn where_there_is_a_factor_its_code_renews_the_proof(location: StoreLocation) {
    let house = House::with(&location, &[PATIENT]).await;
    let (_, app) = person_with_app(&house.service, "linus").await;
    let browser = house.browser();
    browser.sign_in("linus", PASSWORD).await.must_be(200);
    house.service.wait(Duration::from_mins(1));
    browser.verify(&app.code(house.service.clock.now())).await.must_be(200);
    house.service.wait(JUST);
    is_recent(&browser).await;
    house.service.wait(MOMENT);
    is_too_old(&browser, &["totp"]).await;
    prove(&browser, &json!({ "code": app.code(house.service.clock.now()) })).await.must_be(200);
    is_recent(&browser).await;
}

// A passer-by at a screen whose owner is still signed in at the provider proves nothing.
#[on_every_store]
async fn a_provider_that_remembered_somebody_did_not_prove_them_again(location: StoreLocation) {
    let house = House::with(&location, &[PATIENT]).await;
    let at = |seconds: i64| json!(house.service.clock.now().as_secs() + seconds);
    let signed_in = async |auth_time: Value| {
        house.signed_in(&house.liar, &with(claims_of("grace"), json!({ "auth_time": auth_time }))).await
    };
    for old in [at(-600), at(-3600), json!(0), json!(-1)] {
        let browser = signed_in(old.clone()).await;
        is_too_old(&browser, &["provider:liar"]).await;
    }
    for new in [at(-599), at(0), at(3600)] {
        is_recent(&signed_in(new.clone()).await).await;
    }
    // The clock of the provider being ahead makes no proof last longer.
    let ahead = signed_in(at(3600)).await;
    let edge = signed_in(at(-599)).await;
    house.service.wait(Duration::from_secs(1));
    is_too_old(&edge, &["provider:liar"]).await;
    house.service.wait(JUST);
    is_too_old(&ahead, &["provider:liar"]).await;

    house.liar.sins(Sin::IdToken(|claims| drop(claims.as_object_mut().expect("claims").remove("auth_time"))));
    is_too_old(&house.signed_in(&house.liar, &claims_of("grace")).await, &["provider:liar"]).await;
    house.liar.sins(Sin::None);
    for odd in [json!("2026-11-22T10:00:00Z"), json!({}), json!(true)] {
        is_too_old(&signed_in(odd).await, &["provider:liar"]).await;
    }

    let browser = signed_in(at(-3600)).await;
    is_too_old(&browser, &["provider:liar"]).await;
    let journey = off_to_prove(&browser, &house.liar).await;
    leads_to(&come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await, BACK);
    is_recent(&browser).await;
}

// Once: a provider that cannot be told to ask would be asked for ever.
#[on_every_store]
async fn who_must_set_up_a_factor_is_not_sent_round_in_circles(location: StoreLocation) {
    let house = House::with(&location, &[("LIAR_KIND", "google"), ("VESTIBULE_MFA", "required")]).await;
    let old = json!({ "auth_time": house.service.clock.now().as_secs() - 3600 });
    let browser = house.browser();
    let answer = sign_in(&browser, &house.liar, &with(claims_of("grace"), old)).await;
    refused(&answer, "reauthentication_refused");
    assert_eq!(
        set_out(&browser, &house.liar).await.asked["prompt"],
        "select_account",
        "another account may do"
    );
    leads_to_set_up(&sign_in(&browser, &house.liar, &claims_of("grace")).await);
    let mut undated = claims_of("linus");
    undated["auth_time"] = Value::Null;
    leads_to_set_up(&sign_in(&house.browser(), &house.liar, &undated).await);
}

// Google asks for an account, not for a proof, and does not say when there was one.
#[on_every_store]
async fn a_provider_that_cannot_ask_again_is_asked_for_an_account_and_taken_at_its_word(
    location: StoreLocation,
) {
    let house = House::with(&location, &[PATIENT, ("LIAR_KIND", "google")]).await;
    house.liar.sins(Sin::IdToken(|claims| drop(claims.as_object_mut().expect("claims").remove("auth_time"))));
    let browser = house.signed_in(&house.liar, &claims_of("grace")).await;
    is_recent(&browser).await;
    house.service.wait(TOO_LONG);
    is_too_old(&browser, &[]).await;
    let ask = browser.post("/api/auth/reauthenticate/liar", &json!({})).await;
    wants_proof(&ask, &[]);
    browser.sign_out().await.must_be(200);
    let journey = set_out(&browser, &house.liar).await;
    assert_eq!(
        (journey.asked["prompt"].as_str(), journey.asked["max_age"].as_str()),
        ("select_account", "31536000")
    );
    leads_to(&come_back_as(&browser, &house.liar, &journey, &claims_of("grace")).await, "/");
    is_recent(&browser).await;
    // Where it does say when, it is believed.
    house.liar.sins(Sin::None);
    let old = json!({ "auth_time": house.service.clock.now().as_secs() - 3600 });
    is_too_old(&house.signed_in(&house.liar, &with(claims_of("grace"), old)).await, &[]).await;
    // Linked in the same way.
    let ada = person(&house.service, "ada").await;
    let browser = house.browser();
    browser.sign_in("ada", PASSWORD).await.must_be(200);
    let journey = off_to_connect(&browser, &house.liar).await;
    assert_eq!(journey.asked["prompt"], "select_account");
    goes_back(&come_back_as(&browser, &house.liar, &journey, &claims_of("ada")).await);
    assert_eq!(stored(&house.service, &ada).await.identities.len(), 1);
}

// Else a passer-by at a screen whose owner is still signed in at the provider sets up an app of their own, and the owner is out.
#[on_every_store]
async fn nobody_sets_up_a_first_factor_whom_the_provider_only_remembered(location: StoreLocation) {
    let house = House::with(&location, &[PATIENT, ("VESTIBULE_MFA", "required")]).await;
    let old = json!({ "auth_time": house.service.clock.now().as_secs() - 3600 });
    let remembered = with(claims_of("grace"), old);
    let mut undated = claims_of("grace");
    undated["auth_time"] = Value::Null;
    for first in [&remembered, &undated] {
        for second in [&remembered, &undated] {
            let browser = house.browser();
            let asked_again = Journey::of(&sign_in(&browser, &house.liar, first).await);
            assert_eq!(state(&browser).await, "anonymous");
            let answer = come_back_as(&browser, &house.liar, &asked_again, second).await;
            refused(&answer, "reauthentication_refused");
            assert_eq!(state(&browser).await, "anonymous");
        }
    }
    let browser = house.browser();
    let journey = set_out_for(&browser, &house.liar, "?returnTo=/x").await;
    let asked_again = Journey::of(&come_back_as(&browser, &house.liar, &journey, &remembered).await);
    assert_eq!((asked_again.asked["prompt"].as_str(), asked_again.asked["max_age"].as_str()), ("login", "0"));
    let answer = come_back_as(&browser, &house.liar, &asked_again, &claims_of("grace")).await;
    assert_eq!(target(&answer).0, "/mfa-setup");
    assert_eq!(target(&answer).1["returnTo"], "/x", "the deep link survives");
    assert_eq!(state(&browser).await, "awaitingEnrolment");
    house.service.wait(JUST);
    let setup = browser.set_up().await.must_be(200).json();
    let app = Authenticator::of_base32(setup["secret"].as_str().expect("a secret"));
    browser.verify(&app.code(house.service.clock.now())).await.must_be(200);
    assert_eq!(state(&browser).await, "signedIn");
    // The code was a proof of now.
    is_recent(&browser).await;
    house.service.wait(JUST);
    is_recent(&browser).await;
    house.service.wait(MOMENT);
    is_too_old(&browser, &["totp"]).await;
}
