//! `POST /api/account/password`: change of the own password, and sessions that await it.

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use vestibule::{
    audit::{self, EventKind, Outcome},
    user::User,
};

use crate::harness::{
    account::{assert_reauthentication_required, reauthenticate},
    browser::{Answer, Browser},
    federated::{FederatedFixture, claims_of, session_state, update_user},
    holds_within,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, create_user_with_app, stored_user},
};

const PATH: &str = "/api/account/password";
const NEW: &str = "seventeen blue kettles";

async fn change(browser: &Browser, current: &str, new: &str) -> Answer {
    browser.post(PATH, &json!({ "currentPassword": current, "newPassword": new })).await
}

/// Sends the new password alone, as a session that awaits it does.
async fn set_new(browser: &Browser, new: &str) -> Answer {
    browser.post(PATH, &json!({ "newPassword": new })).await
}

async fn create_user_who_must_change(service: &Service, name: &str) -> User {
    create_user_with(service, name, demand_change).await
}

fn demand_change(user: &mut User) {
    assert!(user.set_must_change_password(true));
}

/// Returns outcome and reason of each change of the password that the audit log has, in order.
async fn recorded_changes(service: &Service, user: &User) -> Vec<(Outcome, Option<String>)> {
    let events = audit::about(&service.app.store, user.id, 100).await.expect("the store answers");
    let changes = events.into_iter().rev().filter(|event| event.kind == EventKind::PasswordChanged);
    changes
        .map(|event| {
            assert_eq!(event.actor, Some(user.id.to_string()));
            (event.outcome, event.reason)
        })
        .collect()
}

#[on_every_store]
async fn password_is_changed_with_the_current_one_and_the_session_continues(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    let attacker = {
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        browser.clone()
    };
    let old_id = browser.session();
    let answer = change(&browser, PASSWORD, NEW).await.expect_status(200).json();
    assert_eq!(answer["session"]["state"], "signedIn");
    assert_eq!(answer.as_object().map(serde_json::Map::len), Some(1));
    assert_ne!(browser.session(), old_id, "a new id");
    browser.me().await.expect_status(200);
    attacker.me().await.expect_problem(401, "not_signed_in");

    let other = Browser::of(&service);
    other.sign_in("ada", PASSWORD).await.expect_problem(401, "invalid_credentials");
    other.sign_in("ada", NEW).await.expect_status(200);
    assert_eq!(recorded_changes(&service, &ada).await, [(Outcome::Success, None)]);
}

#[on_every_store]
async fn password_change_ends_every_other_session_on_all_replicas(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let replica = service.start_replica().await;
    let (owner, here, there) = (Browser::of(&service), Browser::of(&service), Browser::of(&replica));
    for browser in [&owner, &here, &there] {
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        browser.at_replica(&replica).me().await.expect_status(200);
        browser.at_replica(&service).me().await.expect_status(200);
    }
    change(&owner, PASSWORD, NEW).await.expect_status(200);
    for browser in [&here, &there] {
        let ended = browser.at_replica(&service).me().await.expect_problem(401, "session_ended");
        assert_eq!(ended.reason(), "password_changed");
    }
    let changed = std::time::Instant::now();
    for browser in [&here, &there] {
        let at_replica = Arc::new(browser.at_replica(&replica));
        holds_within(Duration::from_secs(1), changed, "the session ends on the other replica", || {
            let at_replica = at_replica.clone();
            async move { at_replica.me().await.status == 401 }
        })
        .await;
    }
    owner.at_replica(&replica).me().await.expect_status(200);
}

// Two changes at once: the first one ends the session of the second.
#[on_every_store]
async fn concurrent_changes_at_two_replicas_leave_one_password_and_one_session(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let replica = service.start_replica().await;
    let (one, other) = (Browser::of(&service), Browser::of(&replica));
    one.sign_in("ada", PASSWORD).await.expect_status(200);
    other.sign_in("ada", PASSWORD).await.expect_status(200);
    let others = "eighteen green kettles";
    let (first, second) = tokio::join!(change(&one, PASSWORD, NEW), change(&other, PASSWORD, others));
    let mut results = [(first, NEW, &one), (second, others, &other)];
    results.sort_by_key(|(answer, ..)| answer.status);
    let [(won, new, winner), (lost, refused, loser)] = results;
    won.expect_status(200);
    assert_eq!(lost.expect_problem(401, "session_ended").reason(), "password_changed");
    winner.me().await.expect_status(200);
    loser.me().await.expect_status(401);
    let fresh = Browser::of(&service);
    fresh.sign_in("ada", refused).await.expect_problem(401, "invalid_credentials");
    fresh.sign_in("ada", new).await.expect_status(200);
}

// The login checked the old password, and must not survive the change: neither signed in, nor with a code missing.
#[on_every_store]
async fn login_that_races_a_password_change_does_not_survive_it(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (_, app) = create_user_with_app(&service, "linus").await;
    create_user(&service, "ada").await;
    let replica = service.start_replica().await;
    let mut password = PASSWORD.to_owned();
    for round in 0..4 {
        let new = format!("{NEW} number {round}");
        let (owner, attacker) = (Browser::of(&service), Browser::of(&replica));
        owner.sign_in("ada", &password).await.expect_status(200);
        let (changed, login) =
            tokio::join!(change(&owner, &password, &new), attacker.sign_in("ada", &password));
        changed.expect_status(200);
        // The change may have been later than the whole login: then its session has ended.
        assert!([200, 401].contains(&login.status), "{}", login.text);
        let since = std::time::Instant::now();
        holds_within(Duration::from_secs(1), since, "no session of the old password", || async {
            attacker.me().await.status == 401
        })
        .await;
        password = new;
    }
    let (owner, attacker) = (Browser::of(&service), Browser::of(&replica));
    owner.sign_in("linus", PASSWORD).await.expect_status(200);
    let now = service.clock.now();
    owner.verify(&app.code(now)).await.expect_status(200);
    attacker.sign_in("linus", PASSWORD).await.expect_status(200);
    change(&owner, PASSWORD, NEW).await.expect_status(200);
    let next = app.code(now + Duration::from_secs(30));
    let late = attacker.verify(&next).await.expect_problem(401, "session_ended");
    assert_eq!(late.reason(), "password_changed");
}

// ASVS 6.2.3: an attacker at an unlocked device must not be able to take the account over.
#[on_every_store]
async fn wrong_current_password_counts_as_a_guess(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let missing = set_new(&browser, NEW).await.expect_problem(400, "invalid_request").json();
    assert_eq!(missing["errors"], json!([{ "field": "currentPassword", "code": "required" }]));
    for _ in 0..10 {
        change(&browser, "a wrong password", NEW).await.expect_problem(400, "password_wrong");
    }
    let limited = change(&browser, PASSWORD, NEW).await.expect_problem(429, "too_many_attempts");
    assert!(limited.retry_after().is_some());
    reauthenticate(&browser, &json!({ "password": PASSWORD })).await.expect_problem(429, "too_many_attempts");
    let changes = recorded_changes(&service, &ada).await;
    let wrong = (Outcome::Failure, Some("wrong_password".to_owned()));
    assert_eq!(changes, vec![wrong; 10]);
    browser.me().await.expect_status(200);
    service.advance_time(Duration::from_mins(1));
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
}

#[on_every_store]
async fn password_change_needs_a_session_with_all_factors_a_token_and_a_recent_proof(
    location: StoreLocation,
) {
    let settings = [("VESTIBULE_SESSION_IDLE", "2h")];
    let service = Service::with_settings(&location, &settings).await;
    create_user(&service, "ada").await;
    create_user_with_app(&service, "linus").await;
    let body = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    let browser = Browser::of(&service);
    browser.post(PATH, &body).await.expect_problem(401, "not_signed_in");
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.post(PATH, &body).await.expect_problem(401, "second_factor_required");
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let forged = browser.request(Method::POST, PATH).json(&body).send().await;
    forged.expect_problem(403, "csrf_failed");
    service.advance_time(Duration::from_mins(11));
    assert_reauthentication_required(&browser.post(PATH, &body).await, &["password"]);
    for body in [json!({}), json!({ "newPassword": 1 }), json!({ "newPassword": ["a", "b"] })] {
        browser.post(PATH, &body).await.expect_problem(400, "invalid_request");
    }
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
}

#[on_every_store]
async fn session_without_the_required_factor_cannot_change_the_password(location: StoreLocation) {
    let service = Service::with_settings(&location, &[("VESTIBULE_MFA", "required")]).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    change(&browser, PASSWORD, NEW).await.expect_problem(401, "enrolment_required");
}

#[on_every_store]
async fn refused_new_password_names_its_rule_and_changes_nothing(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for (new, code) in [
        ("kz4!fq9-wv2#tx", "too_short"),
        (&"long kettle ".repeat(400), "too_long"),
        ("Password-2024-Password", "common"),
        ("ada of the tests", "contains_context"),
        ("vestibule-ada-2024", "contains_context"),
        (PASSWORD, "unchanged"),
    ] {
        let refused = change(&browser, PASSWORD, new).await.expect_problem(400, "password_rejected").json();
        assert_eq!(refused["errors"], json!([{ "field": "newPassword", "code": code }]), "{refused}");
        assert!(!refused.to_string().contains(new), "no password in a response");
    }
    assert_eq!(stored_user(&service, &ada).await.session_epoch, 0);
    browser.me().await.expect_status(200);
}

// ASVS 6.2.12. The operator's list has leaked passwords; the file is searched at each change.
#[on_every_store]
async fn password_of_the_list_of_the_operator_cannot_be_chosen(location: StoreLocation) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pwned.txt");
    // SHA-1 of NEW.
    std::fs::write(&file, "0000000000000000000000000000000000000000:3\nC51EA5DE89F9852501F28B9866255588106FAEAE:7\nFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:1\n").expect("written");
    let service =
        Service::with_settings(&location, &[("VESTIBULE_PASSWORD_LIST", file.to_str().expect("UTF-8"))])
            .await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let refused = change(&browser, PASSWORD, NEW).await.expect_problem(400, "password_rejected").json();
    assert_eq!(refused["errors"], json!([{ "field": "newPassword", "code": "breached" }]));
    // Without the list no password is checked, so none is accepted.
    std::fs::remove_file(&file).expect("removed");
    change(&browser, PASSWORD, "eighteen green kettles").await.expect_problem(500, "internal");
    browser.me().await.expect_status(200);
}

#[on_every_store]
async fn login_with_a_password_that_must_be_changed_awaits_the_change(location: StoreLocation) {
    let service = Service::start(&location).await;
    let ada = create_user_who_must_change(&service, "ada").await;
    let browser = Browser::of(&service);
    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!((&answer["needMfa"], &answer["needEnrolment"]), (&json!(false), &json!(false)));
    assert_eq!(answer["needPasswordChange"], true);
    assert_eq!(answer["session"]["state"], "awaitingPasswordChange");
    assert_eq!(stored_user(&service, &ada).await.last_login_at, None, "the login is not complete");

    browser.me().await.expect_problem(401, "password_change_required");
    browser.keep_alive().await.expect_problem(401, "password_change_required");
    browser.get("/api/auth/verify").await.expect_problem(401, "password_change_required");
    browser.start_enrolment().await.expect_problem(401, "password_change_required");
    browser.verify("123456").await.expect_problem(401, "password_change_required");

    let same = set_new(&browser, PASSWORD).await.expect_problem(400, "password_rejected").json();
    assert_eq!(same["errors"], json!([{ "field": "newPassword", "code": "unchanged" }]));
    assert_eq!(session_state(&browser).await, "awaitingPasswordChange");
    let id = browser.session();
    let changed = set_new(&browser, NEW).await.expect_status(200).json();
    assert_eq!(
        (&changed["session"]["state"], &changed["session"]["amr"]),
        (&json!("signedIn"), &json!(["pwd"]))
    );
    assert_ne!(browser.session(), id);
    let me = browser.me().await.expect_status(200).json();
    assert_eq!(me["mustChangePassword"], false);
    assert_ne!(me["lastLoginAt"], Value::Null);
    let next = Browser::of(&service).sign_in("ada", NEW).await.expect_status(200).json();
    assert_eq!(next["needPasswordChange"], false);
}

#[on_every_store]
async fn awaited_change_has_ten_minutes(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user_who_must_change(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    service.advance_time(Duration::from_secs(599));
    assert_eq!(session_state(&browser).await, "awaitingPasswordChange");
    service.advance_time(Duration::from_secs(1));
    set_new(&browser, NEW).await.expect_problem(401, "session_ended");
    Browser::of(&service).sign_in("ada", PASSWORD).await.expect_status(200);
}

// The factor comes first: a client that knows only the password must not choose a new one.
#[on_every_store]
async fn second_factor_is_proven_before_the_password_is_changed(location: StoreLocation) {
    let service = Service::start(&location).await;
    let (linus, app) = create_user_with_app(&service, "linus").await;
    update_user(&service, linus.id, demand_change).await;
    let browser = Browser::of(&service);
    let answer = browser.sign_in("linus", PASSWORD).await.expect_status(200).json();
    assert_eq!((&answer["needMfa"], &answer["needPasswordChange"]), (&json!(true), &json!(false)));
    set_new(&browser, NEW).await.expect_problem(401, "second_factor_required");
    let verified = browser.verify(&app.code(service.clock.now())).await.expect_status(200).json();
    assert_eq!(verified["needPasswordChange"], true);
    assert_eq!(verified["session"]["state"], "awaitingPasswordChange");
    browser.me().await.expect_problem(401, "password_change_required");
    let changed = set_new(&browser, NEW).await.expect_status(200).json();
    assert_eq!(changed["session"]["amr"], json!(["pwd", "otp"]));
    browser.me().await.expect_status(200);
}

#[on_every_store]
async fn enrolment_comes_before_the_change_where_a_factor_is_required(location: StoreLocation) {
    let service = Service::with_settings(&location, &[("VESTIBULE_MFA", "required")]).await;
    create_user_who_must_change(&service, "ada").await;
    let browser = Browser::of(&service);
    let answer = browser.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!((&answer["needEnrolment"], &answer["needPasswordChange"]), (&json!(true), &json!(false)));
    let enrolment = browser.start_enrolment().await.expect_status(200).json();
    let secret = enrolment["secret"].as_str().expect("a secret");
    let app = crate::harness::totp::Authenticator::of_base32(secret);
    let verified = browser.verify(&app.code(service.clock.now())).await.expect_status(200).json();
    assert_eq!(verified["needPasswordChange"], true);
    set_new(&browser, NEW).await.expect_status(200);
    browser.me().await.expect_status(200);
}

// The session may belong to the attacker because of whom the administrator demands the change.
#[on_every_store]
async fn open_session_awaits_a_change_that_is_demanded_later(location: StoreLocation) {
    let settings = [("VESTIBULE_SESSION_IDLE", "2h")];
    let service = Service::with_settings(&location, &settings).await;
    let ada = create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.me().await.expect_status(200);
    service.advance_time(Duration::from_mins(11));
    update_user(&service, ada.id, demand_change).await;
    let demanded = std::time::Instant::now();
    holds_within(Duration::from_secs(1), demanded, "the session awaits the change", || async {
        browser.me().await.status == 401
    })
    .await;
    browser.me().await.expect_problem(401, "password_change_required");
    assert_eq!(session_state(&browser).await, "awaitingPasswordChange");
    // The proof of this session is old.
    assert_reauthentication_required(&set_new(&browser, NEW).await, &["password"]);
    reauthenticate(&browser, &json!({ "password": "wrong" })).await.expect_problem(400, "password_wrong");
    let proven = reauthenticate(&browser, &json!({ "password": PASSWORD })).await.expect_status(200).json();
    assert_eq!(proven["session"]["state"], "awaitingPasswordChange");
    set_new(&browser, NEW).await.expect_status(200);
    browser.me().await.expect_status(200);
}

#[on_every_store]
async fn login_at_a_provider_needs_no_password_change(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let grace = fixture.users().await.remove(0);
    let hash = crate::harness::users::hash().await;
    let password = crate::harness::users::password(&fixture.service, hash);
    update_user(&fixture.service, grace.id, |user| {
        user.password = Some(password.clone());
        demand_change(user);
    })
    .await;
    assert_eq!(browser.me().await.expect_status(200).json()["mustChangePassword"], true);
    fixture.signed_in(&fixture.fake, &claims_of("grace")).await.me().await.expect_status(200);
}

#[on_every_store]
async fn federated_user_sets_a_first_password_only_with_a_name_for_the_login(location: StoreLocation) {
    let fixture = FederatedFixture::start(&location).await;
    let service = &fixture.service;
    let browser = fixture.signed_in(&fixture.fake, &claims_of("grace")).await;
    let grace = fixture.users().await.remove(0);
    let address = grace.email.clone().expect("an address").to_string();
    update_user(service, grace.id, |user| user.email_verified = false).await;
    set_new(&browser, NEW).await.expect_problem(403, "forbidden");
    update_user(service, grace.id, |user| user.email_verified = true).await;
    let set = set_new(&browser, NEW).await.expect_status(200).json();
    assert_eq!(
        (&set["session"]["state"], &set["session"]["method"]),
        (&json!("signedIn"), &json!("federated"))
    );
    Browser::of(service).sign_in(&address, NEW).await.expect_status(200);
    // Now there is a password, and the next change needs it.
    set_new(&browser, "another new password").await.expect_problem(400, "invalid_request");
}

#[on_every_store]
async fn well_known_address_leads_to_the_page(location: StoreLocation) {
    for (public_url, path) in [
        ("http://localhost:3000", "/change-password"),
        ("http://localhost:3000/auth", "/auth/change-password"),
    ] {
        let service = Service::with_settings(&location, &[("VESTIBULE_PUBLIC_URL", public_url)]).await;
        let answer = Browser::of(&service).get("/.well-known/change-password").await.expect_status(303);
        assert_eq!(answer.header("location"), Some(path));
    }
}

#[on_every_store]
async fn shortest_password_is_known_before_a_login(location: StoreLocation) {
    for (settings, least) in [(&[][..], 15), (&[("VESTIBULE_MFA", "required")], 8)] {
        let service = Service::with_settings(&location, settings).await;
        let browser = Browser::of(&service);
        let providers = browser.get("/api/auth/providers").await.expect_status(200).json();
        assert_eq!(providers["minPasswordLength"], least);
    }
}

#[on_every_store]
async fn strength_is_estimated_for_a_user_who_may_set_a_password(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user_who_must_change(&service, "ada").await;
    create_user_with_app(&service, "linus").await;
    let path = "/api/auth/password/strength";
    let browser = Browser::of(&service);
    let body = json!({ "password": "password" });
    browser.post(path, &body).await.expect_problem(401, "not_signed_in");
    let with_token = json!({ "password": "password", "token": "unknown" });
    browser.post(path, &with_token).await.expect_problem(400, "token_invalid");
    browser.sign_in("linus", PASSWORD).await.expect_status(200);
    browser.post(path, &body).await.expect_problem(401, "second_factor_required");
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let weak = browser.post(path, &body).await.expect_status(200).json();
    assert_eq!(
        (&weak["score"], &weak["accepted"], &weak["code"]),
        (&json!(0), &json!(false), &json!("too_short"))
    );
    assert_eq!(weak["warning"], "common");
    let strong = browser.post(path, &json!({ "password": NEW })).await.expect_status(200).json();
    let expected = json!({ "score": 4, "accepted": true, "code": null, "warning": null, "suggestions": [] });
    assert_eq!(strong, expected);
    for _ in 0..298 {
        browser.post(path, &json!({ "password": "" })).await.expect_status(200);
    }
    browser.post(path, &body).await.expect_problem(429, "too_many_attempts");
    assert!(!location.all_documents().await.contains("kettles"), "no password is stored");
}

// A script with a session must not fill the store with events.
#[on_every_store]
async fn password_changes_of_one_user_are_limited(location: StoreLocation) {
    let service = Service::start(&location).await;
    create_user(&service, "ada").await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    for _ in 0..20 {
        change(&browser, PASSWORD, "short").await.expect_problem(400, "password_rejected");
    }
    change(&browser, PASSWORD, NEW).await.expect_problem(429, "too_many_attempts");
}
