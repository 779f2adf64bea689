//! The own address: change, verification, cancellation, over HTTP, on both stores.

use std::time::{Duration, Instant};

use serde_json::json;
use vestibule::{
    audit::EventKind,
    link_token::Purpose,
    user::{Email, User},
};

use crate::harness::{
    account::actors,
    browser::{Answer, Browser},
    holds_within,
    mail::{MAIL, queued, recipients, token},
    passkey::{self, Passkey, register},
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, create_user_with_app, stored_user},
};

const CHANGE: &str = "/api/account/email";
const VERIFY: &str = "/api/account/email/verify";
const CONFIRM: &str = "/api/auth/email/confirm";
const CANCEL: &str = "/api/auth/email/cancel";
const RESET: &str = "/api/auth/password/reset";

fn email(text: &str) -> Email {
    text.parse().expect("an address")
}

async fn with_email(service: &Service, name: &str, verified: bool) -> User {
    create_user_with(service, name, |user| {
        user.email = Some(email(&format!("{name}@corp.example")));
        user.email_verified = verified;
    })
    .await
}

async fn signed_in(service: &Service, name: &str) -> Browser {
    let browser = Browser::of(service);
    browser.sign_in(name, PASSWORD).await.expect_status(200);
    browser
}

async fn change(browser: &Browser, to: &str) -> Answer {
    browser.post(CHANGE, &json!({ "email": to })).await
}

async fn open(browser: &Browser, path: &str, token: &str) -> Answer {
    browser.post(path, &json!({ "token": token })).await
}

/// Returns the token that cancels the pending change of a user.
async fn cancel_token(service: &Service, user: &User) -> String {
    // The mail contains another one, which would replace this one.
    service.app.background.idle().await;
    let user = stored_user(service, user).await;
    let requested_at = user.pending_email.as_ref().expect("a pending address").requested_at;
    token(service, &user, Purpose::CancelEmail { requested_at }).await
}

async fn confirm_token(service: &Service, user: &User) -> String {
    service.app.background.idle().await;
    token(service, &stored_user(service, user).await, Purpose::ConfirmEmail).await
}

#[on_every_store]
async fn address_changes_when_the_new_one_is_confirmed(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let ada = with_email(&service, "ada", true).await;
    let browser = signed_in(&service, "ada").await;
    assert_eq!(change(&browser, "new@corp.example").await.expect_status(202).json(), json!({}));
    let me = browser.me().await.json();
    assert_eq!((&me["email"], &me["emailVerified"]), (&json!("ada@corp.example"), &json!(true)));
    assert_eq!(me["pendingEmail"], "new@corp.example");
    let mails = queued(&service).await;
    let expected = [("ada@corp.example", "emailChangeNotice"), ("new@corp.example", "emailConfirm")];
    assert_eq!(mails, expected.map(|(to, template)| (to.to_owned(), template.to_owned())));
    Browser::of(&service).sign_in("new@corp.example", PASSWORD).await.expect_status(401);
    // The link may be opened in another browser.
    let link = confirm_token(&service, &ada).await;
    let other = Browser::of(&service);
    assert_eq!(open(&other, CONFIRM, &link).await.expect_status(200).json(), json!({}));
    assert!(other.session().is_none(), "no session is opened");
    open(&other, CONFIRM, &link).await.expect_problem(400, "token_invalid");
    let me = browser.me().await.expect_status(200).json();
    assert_eq!((&me["email"], &me["pendingEmail"]), (&json!("new@corp.example"), &json!(null)));
    assert_eq!(recipients(&service, "emailChanged").await, ["new@corp.example"]);
    Browser::of(&service).sign_in("new@corp.example", PASSWORD).await.expect_status(200);
    Browser::of(&service).sign_in("ada@corp.example", PASSWORD).await.expect_status(401);
    assert_eq!(actors(&service, &ada, EventKind::EmailChangeRequested).await, [Some(ada.id.to_string())]);
}

// ASVS 7.5.1, and threats of a session that is left open or not complete.
#[on_every_store]
async fn change_needs_a_recent_proof_of_a_signed_in_user(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    with_email(&service, "ada", true).await;
    create_user_with_app(&service, "linus").await;
    for path in [CHANGE, VERIFY] {
        let body = json!({ "email": "new@corp.example" });
        Browser::of(&service).post(path, &body).await.expect_problem(401, "not_signed_in");
        let pending = signed_in(&service, "linus").await;
        pending.post(path, &body).await.expect_problem(401, "second_factor_required");
        let browser = signed_in(&service, "ada").await;
        let forged = browser.request(reqwest::Method::POST, path).json(&body).send().await;
        forged.expect_problem(403, "csrf_failed");
    }
    let browser = signed_in(&service, "ada").await;
    for invalid in ["", "no address", "a@evil.example,b@corp.example", "a@evil@corp.example"] {
        let problem = change(&browser, invalid).await.expect_problem(400, "invalid_request").problem();
        assert_eq!(problem["errors"], json!([{ "field": "email", "code": "invalid" }]), "{invalid}");
    }
    let same = change(&browser, "ADA@corp.example").await.expect_problem(400, "invalid_request").problem();
    assert_eq!(same["errors"][0]["code"], "unchanged");
    browser
        .post(CHANGE, &json!({ "email": ["a@corp.example"] }))
        .await
        .expect_problem(400, "invalid_request");
    service.advance_time(Duration::from_mins(6));
    browser.keep_alive().await.expect_status(200);
    service.advance_time(Duration::from_mins(5));
    change(&browser, "new@corp.example").await.expect_problem(403, "reauthentication_required");
    assert!(queued(&service).await.is_empty());
}

#[on_every_store]
async fn change_without_a_mail_server_does_not_exist(location: StoreLocation) {
    let service = Service::start(&location).await;
    with_email(&service, "ada", true).await;
    let browser = signed_in(&service, "ada").await;
    change(&browser, "new@corp.example").await.expect_problem(404, "not_found");
    browser.post(VERIFY, &json!({})).await.expect_problem(404, "not_found");
}

// User enumeration: the answer is the same, and only the reader of the address learns that it is taken.
#[on_every_store]
async fn address_of_another_user_gets_another_mail_and_the_same_answer(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let ada = with_email(&service, "ada", true).await;
    with_email(&service, "grace", true).await;
    let browser = signed_in(&service, "ada").await;
    let free = change(&browser, "free@corp.example").await.expect_status(202);
    let taken = change(&browser, "grace@corp.example").await.expect_status(202);
    assert_eq!(free.json(), taken.json());
    assert_eq!(browser.me().await.json()["pendingEmail"], "grace@corp.example");
    assert_eq!(recipients(&service, "addressTaken").await, ["grace@corp.example"]);
    assert_eq!(recipients(&service, "emailConfirm").await, ["free@corp.example"]);
    // No mail contained a link that confirms it; the unique key refuses it all the same.
    let link = confirm_token(&service, &ada).await;
    let refused = open(&browser, CONFIRM, &link).await.expect_problem(409, "handle_taken").problem();
    assert_eq!(refused["errors"], json!([{ "field": "email", "code": "taken" }]));
    assert!(stored_user(&service, &ada).await.has_verified_email(&email("ada@corp.example")));
}

// Two accounts wait for one address: the unique key decides, also between replicas.
#[on_every_store]
async fn one_of_two_users_confirms_the_same_address(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let other = service.start_replica().await;
    for round in 0..4 {
        let (one, two) = (format!("ada{round}"), format!("eve{round}"));
        let address = format!("shared{round}@corp.example");
        let mut links = Vec::new();
        for name in [&one, &two] {
            let user = with_email(&service, name, true).await;
            change(&signed_in(&service, name).await, &address).await.expect_status(202);
            links.push((confirm_token(&service, &user).await, user));
        }
        let (first, second) = (Browser::of(&service), Browser::of(&other));
        let answers = tokio::join!(open(&first, CONFIRM, &links[0].0), open(&second, CONFIRM, &links[1].0));
        let mut statuses = [answers.0.status, answers.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "round {round}");
        let mut owners = 0;
        for (_, user) in &links {
            owners += usize::from(stored_user(&service, user).await.has_verified_email(&email(&address)));
        }
        assert_eq!(owners, 1);
    }
}

#[on_every_store]
async fn cancelled_change_restores_the_address_and_ends_all_sessions(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let other = service.start_replica().await;
    let ada = with_email(&service, "ada", true).await;
    let attacker = signed_in(&service, "ada").await;
    change(&attacker, "mallory@evil.example").await.expect_status(202);
    let cancel = cancel_token(&service, &ada).await;
    let confirm = confirm_token(&service, &ada).await;
    open(&attacker, CONFIRM, &confirm).await.expect_status(200);
    // A second change does not remove the way back.
    service.advance_time(Duration::from_secs(1));
    change(&attacker, "second@evil.example").await.expect_status(202);
    let confirm = confirm_token(&service, &ada).await;
    open(&attacker, CONFIRM, &confirm).await.expect_status(200);
    service.advance_time(Duration::from_hours(7 * 24) - Duration::from_mins(1));
    let attacker = signed_in(&service, "ada").await;
    let owner = Browser::of(&other);
    assert_eq!(open(&owner, CANCEL, &cancel).await.expect_status(200).json(), json!({}));
    assert!(owner.session().is_none());
    open(&owner, CANCEL, &cancel).await.expect_problem(400, "token_invalid");
    let is_ended = async || attacker.me().await.status == 401;
    holds_within(Duration::from_secs(1), Instant::now(), "the session has ended", is_ended).await;
    let stored = stored_user(&service, &ada).await;
    assert!(stored.has_verified_email(&email("ada@corp.example")) && stored.previous_emails.is_empty());
    assert!(stored.password.is_some_and(|password| password.must_change));
    let informed = recipients(&service, "emailChangeCancelled").await;
    assert_eq!(informed, ["ada@corp.example", "second@evil.example"]);
    // The attacker may know the password: only a link to the restored address replaces it.
    attacker.sign_in("ada", PASSWORD).await.expect_problem(401, "invalid_credentials");
}

// Another user has verified the old address since. The attacker must be signed out all the same.
#[on_every_store]
async fn cancellation_of_an_address_that_is_taken_ends_all_sessions(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let ada = with_email(&service, "ada", true).await;
    let attacker = signed_in(&service, "ada").await;
    change(&attacker, "mallory@evil.example").await.expect_status(202);
    let cancel = cancel_token(&service, &ada).await;
    let confirm = confirm_token(&service, &ada).await;
    open(&attacker, CONFIRM, &confirm).await.expect_status(200);
    create_user_with(&service, "grace", |user| {
        (user.email, user.email_verified) = (Some(email("ada@corp.example")), true);
    })
    .await;
    open(&Browser::of(&service), CANCEL, &cancel).await.expect_problem(409, "handle_taken");
    attacker.me().await.expect_problem(401, "session_ended");
    assert!(stored_user(&service, &ada).await.password.is_some_and(|password| password.must_change));
}

// Attack: an attacker with a stolen session changes the address and adds a passkey. The owner cancels the change, and the passkey alone must not
// open the account any more.
#[on_every_store]
async fn cancelled_change_makes_passkeys_second_factors_only(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    for (name, is_taken) in [("ada", false), ("linus", true)] {
        let user = with_email(&service, name, true).await;
        let attacker = signed_in(&service, name).await;
        let mut added = Passkey::synced();
        register(&attacker, &mut added).await.expect_status(200);
        change(&attacker, &format!("{name}@evil.example")).await.expect_status(202);
        let cancel = cancel_token(&service, &user).await;
        let confirm = confirm_token(&service, &user).await;
        open(&attacker, CONFIRM, &confirm).await.expect_status(200);
        if is_taken {
            create_user_with(&service, "grace", |user| {
                (user.email, user.email_verified) = (Some(email("linus@corp.example")), true);
            })
            .await;
        }
        open(&Browser::of(&service), CANCEL, &cancel).await.expect_status(if is_taken { 409 } else { 200 });
        let again = Browser::of(&service);
        passkey::sign_in(&again, &mut added).await.expect_problem(401, "passkey_refused");
        assert!(!stored_user(&service, &user).await.passkeys[0].signs_in_alone(), "{name}");
    }
}

// Many accounts must not flood one address.
#[on_every_store]
async fn requests_of_many_users_for_one_address_are_limited(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    for name in ["ada", "grace", "linus", "annie"] {
        with_email(&service, name, true).await;
        change(&signed_in(&service, name).await, "victim@other.example").await.expect_status(202);
        service.app.background.idle().await;
    }
    assert_eq!(recipients(&service, "emailConfirm").await, ["victim@other.example"; 3]);
}

#[on_every_store]
async fn change_is_cancelled_before_its_confirmation_and_not_after_seven_days(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let ada = with_email(&service, "ada", true).await;
    let browser = signed_in(&service, "ada").await;
    change(&browser, "new@corp.example").await.expect_status(202);
    let (cancel, confirm) = (cancel_token(&service, &ada).await, confirm_token(&service, &ada).await);
    open(&Browser::of(&service), CANCEL, &cancel).await.expect_status(200);
    open(&browser, CONFIRM, &confirm).await.expect_problem(400, "token_invalid");
    browser.me().await.expect_problem(401, "session_ended");

    let grace = with_email(&service, "grace", true).await;
    change(&signed_in(&service, "grace").await, "other@corp.example").await.expect_status(202);
    let (cancel, confirm) = (cancel_token(&service, &grace).await, confirm_token(&service, &grace).await);
    open(&browser, CONFIRM, &confirm).await.expect_status(200);
    service.advance_time(Duration::from_hours(7 * 24));
    open(&browser, CANCEL, &cancel).await.expect_problem(400, "token_invalid");
    assert!(stored_user(&service, &grace).await.has_verified_email(&email("other@corp.example")));
}

// An attacker with a session may have requested a change: it goes with the sessions. A reset link of the old address goes with the address.
#[on_every_store]
async fn links_end_with_the_state_that_they_were_made_for(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let ada = with_email(&service, "ada", true).await;
    let browser = signed_in(&service, "ada").await;
    change(&browser, "new@corp.example").await.expect_status(202);
    let confirm = confirm_token(&service, &ada).await;
    service.advance_time(Duration::from_secs(1));
    let reset = token(&service, &ada, Purpose::ResetPassword).await;
    let new = json!({ "token": reset, "newPassword": "violet tractor umbrella" });
    browser.post(RESET, &new).await.expect_status(200);
    open(&browser, CONFIRM, &confirm).await.expect_problem(400, "token_invalid");

    let grace = with_email(&service, "grace", true).await;
    let reset = token(&service, &grace, Purpose::ResetPassword).await;
    change(&signed_in(&service, "grace").await, "moved@corp.example").await.expect_status(202);
    let link = confirm_token(&service, &grace).await;
    open(&browser, CONFIRM, &link).await.expect_status(200);
    let new = json!({ "token": reset, "newPassword": "violet tractor umbrella" });
    browser.post(RESET, &new).await.expect_problem(400, "token_invalid");
}

#[on_every_store]
async fn present_address_is_verified_by_a_link(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let ada = with_email(&service, "ada", false).await;
    let browser = signed_in(&service, "ada").await;
    browser.post(VERIFY, &json!({})).await.expect_status(202);
    assert_eq!(queued(&service).await, [("ada@corp.example".to_owned(), "emailConfirm".to_owned())]);
    let link = token(&service, &ada, Purpose::VerifyEmail).await;
    open(&browser, CONFIRM, &link).await.expect_status(200);
    let me = browser.me().await.expect_status(200).json();
    assert_eq!((&me["emailVerified"], &me["pendingEmail"]), (&json!(true), &json!(null)));
    assert_eq!(actors(&service, &ada, EventKind::EmailVerified).await, [Some(ada.id.to_string())]);
    // A verified address needs no mail; a user without one gets an error.
    browser.post(VERIFY, &json!({})).await.expect_status(202);
    assert_eq!(queued(&service).await.len(), 1);
    create_user(&service, "linus").await;
    let refused = signed_in(&service, "linus").await.post(VERIFY, &json!({})).await;
    refused.expect_problem(400, "invalid_request");
}

#[on_every_store]
async fn user_withdraws_a_pending_address(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    let ada = with_email(&service, "ada", true).await;
    let browser = signed_in(&service, "ada").await;
    change(&browser, "new@corp.example").await.expect_status(202);
    let link = confirm_token(&service, &ada).await;
    for _ in 0..2 {
        let answer = browser.with_token(reqwest::Method::DELETE, CHANGE).await.send().await;
        assert_eq!(answer.expect_status(200).json(), json!({}));
    }
    assert_eq!(browser.me().await.expect_status(200).json()["pendingEmail"], json!(null));
    open(&browser, CONFIRM, &link).await.expect_problem(400, "token_invalid");
    assert_eq!(actors(&service, &ada, EventKind::EmailChangeCancelled).await, [Some(ada.id.to_string())]);
}

// A session must not send mails with our name to other users without end.
#[on_every_store]
async fn requests_of_a_user_are_limited(location: StoreLocation) {
    let service = Service::with_settings(&location, &MAIL).await;
    with_email(&service, "ada", true).await;
    let browser = signed_in(&service, "ada").await;
    for number in 0..3 {
        change(&browser, &format!("new{number}@corp.example")).await.expect_status(202);
    }
    let limited = change(&browser, "new3@corp.example").await.expect_problem(429, "too_many_attempts");
    assert_eq!(limited.retry_after(), Some(3600));
    assert_eq!(recipients(&service, "emailConfirm").await.len(), 3);
}
