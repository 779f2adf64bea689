//! A code that was requested before a change of the account opens nothing after it.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::{link_token::Purpose, user::PhoneChannel};

use super::{Fixture, LONG_IDLE, NUMBER, code_of, confirm, send, start, user_with_mail};
use crate::harness::{
    account::{TOO_LONG, assert_reauthentication_required, reauthenticate},
    browser::{Answer, Browser},
    factors::factors,
    federated::update_user,
    mail::token,
    process::Installation,
    stores::StoreLocation,
    users::{PASSWORD, change_user, create_user, stored_user},
};

const NEW_PASSWORD: &str = "violet tractor umbrella";
const NEW_NUMBER: &str = "+447700900123";
const MINUTE: Duration = Duration::from_mins(1);

/// What the user does in a browser that is signed in, or an operator at the command line.
#[derive(Clone, Copy, Debug)]
enum Act {
    Password,
    Report,
    ResetFactors,
    Merge,
    Disable,
}

async fn apply(fixture: &Fixture, owner: &Browser, name: &str, act: Act) {
    let home = Installation::beside(&fixture.service);
    let command = |arguments: &[&str]| drop(home.run(arguments).expect_exit(0));
    match act {
        Act::Password => {
            let body = json!({ "currentPassword": PASSWORD, "newPassword": NEW_PASSWORD });
            owner.post("/api/account/password", &body).await.expect_status(200);
        }
        Act::Report => {
            owner.post("/api/account/not-me", &json!({})).await.expect_status(200);
        }
        Act::ResetFactors => command(&["users", "reset-mfa", name]),
        Act::Merge => {
            create_user(&fixture.service, &format!("{name}.new")).await;
            command(&["users", "merge", name, &format!("{name}.new"), "--with-factors", "--yes"]);
        }
        Act::Disable => command(&["users", "disable", name]),
    }
}

// Attack: an attacker who knows the password has asked for a code, and the owner acts before it is typed. And: a code of the owner's own
// session is typed after the change.
#[on_every_store]
async fn code_of_before_a_change_of_the_account_opens_nothing(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[LONG_IDLE]).await;
    for (number, act) in
        [Act::Password, Act::Report, Act::ResetFactors, Act::Merge, Act::Disable].into_iter().enumerate()
    {
        let name = format!("user{number}");
        fixture.user_with_phone(&name, &format!("+49151123456{number}0")).await;
        let owner = fixture.signed_in(&name).await;
        fixture.service.advance_time(MINUTE);
        let attacker = fixture.pending(&name).await;
        let (of_attacker, of_owner) = (fixture.code(&attacker).await, fixture.code(&owner).await);
        let before = owner.clone();
        apply(&fixture, &owner, &name, act).await;
        // The command line changes the store; a running service reads it within a second.
        let replica = fixture.service.start_replica().await;
        let answer = attacker.at_replica(&replica).verify(&of_attacker).await;
        assert_eq!(answer.status, 401, "{act:?}: {}", answer.text);
        assert_eq!(answer.session_cookie(), None, "{act:?}");
        let body = json!({ "code": of_owner });
        let answer = reauthenticate(&before.at_replica(&replica), &body).await;
        assert_eq!(answer.status, 401, "{act:?}: {}", answer.text);
        // The session in which the user changed the password continues under a new id. The code was for the one before.
        if let Act::Password = act {
            owner.me().await.expect_status(200);
            reauthenticate(&owner, &body).await.expect_problem(400, "code_invalid");
        }
        replica.stop().await;
        fixture.service.advance_time(MINUTE * 11);
    }
}

async fn change_number(fixture: &Fixture, browser: &Browser) {
    let before = fixture.gateway.accepted().len();
    start(browser, json!({ "channel": "sms", "number": NEW_NUMBER })).await.expect_status(200);
    let code = fixture.sms_code(before + 1).await;
    confirm(browser, &code).await.expect_status(200);
}

// Attack: the holder of the old phone number completes a login after the user has replaced it.
#[on_every_store]
async fn old_number_proves_nothing_after_the_number_was_replaced(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[LONG_IDLE]).await;
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    let owner = fixture.signed_in("ada").await;
    fixture.service.advance_time(MINUTE);
    let attacker = fixture.pending("ada").await;
    let of_old_number = fixture.code(&attacker).await;
    change_number(&fixture, &owner).await;
    attacker.verify(&of_old_number).await.expect_problem(401, "session_ended");
    let stored = stored_user(&fixture.service, &ada).await;
    assert_eq!(stored.message_codes.sms.expect("a phone").number, NEW_NUMBER);
    assert_eq!(factors(&owner).await["smsCodes"]["to"], "+44 ••• ••23");
    // Every code goes to the new number from now on.
    fixture.service.advance_time(MINUTE * 11);
    let code = fixture.code(&fixture.pending("ada").await).await;
    let messages = fixture.gateway.accepted();
    let newest = messages.last().expect("a message").json();
    assert_eq!((newest["to"].as_str(), code_of(&newest)), (Some(NEW_NUMBER), code));
}

// The write of an accepted code checks the recipient: a replica may have replaced the number while the session stayed valid.
#[on_every_store]
async fn code_for_another_number_or_address_is_refused_by_the_write(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[LONG_IDLE]).await;
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    let browser = fixture.pending("ada").await;
    let code = fixture.code(&browser).await;
    let now = fixture.service.clock.now();
    change_user(&fixture.service, &ada, |user| {
        let number = NEW_NUMBER.to_owned();
        user.message_codes.sms = Some(PhoneChannel { number, confirmed_at: now, last_used_at: None });
    })
    .await;
    browser.verify(&code).await.expect_problem(400, "code_invalid");
    browser.me().await.expect_problem(401, "second_factor_required");
}

async fn open(browser: &Browser, path: &str, token: &str) -> Answer {
    browser.post(path, &json!({ "token": token })).await
}

// Attack: an attacker with an open session changes the address, and gets the codes. And: the owner of the old mailbox types the code.
#[on_every_store]
async fn changed_address_is_no_second_factor_before_it_is_confirmed_as_one(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[LONG_IDLE]).await;
    let service = &fixture.service;
    let ada = user_with_mail(service).await;
    update_user(service, ada.id, |user| {
        let phone =
            PhoneChannel { number: NUMBER.to_owned(), confirmed_at: service.clock.now(), last_used_at: None };
        user.add_phone(phone, service.clock.now());
    })
    .await;
    let browser = fixture.signed_in("ada").await;
    let pending = fixture.pending("ada").await;
    send(&pending, "email").await.expect_status(200);
    // The set-up of the channel was started for the old address.
    let set_up = start(&browser, json!({ "channel": "email" })).await.expect_status(200).json();
    assert_eq!(set_up["to"], "a…@corp.example");
    let change = json!({ "email": "new@corp.example" });
    browser.post("/api/account/email", &change).await.expect_status(202);
    service.app.background.idle().await;
    let confirmation = token(service, &stored_user(service, &ada).await, Purpose::ConfirmEmail).await;
    open(&browser, "/api/auth/email/confirm", &confirmation).await.expect_status(200);
    let stored = stored_user(service, &ada).await;
    assert!(stored.email_verified && stored.message_codes.email.is_none());
    assert_eq!(factors(&browser).await["emailCodes"], Value::Null);
    let login = Browser::of(service).sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!(login["methods"], json!(["smsCode"]));
    // A code to the new address is sent only for its set-up.
    service.advance_time(MINUTE);
    send(&pending, "email").await.expect_problem(404, "not_found");
    send(&browser, "email").await.expect_problem(404, "not_found");
}

// The password change of such a user needs a recent authentication, and only a code by message can make it recent.
#[on_every_store]
async fn session_that_awaits_a_new_password_gets_a_code_for_its_reauthentication(location: StoreLocation) {
    let fixture = Fixture::with_settings(&location, &[LONG_IDLE]).await;
    let ada = fixture.user_with_phone("ada", NUMBER).await;
    let browser = fixture.signed_in("ada").await;
    fixture.service.advance_time(TOO_LONG);
    change_user(&fixture.service, &ada, |user| assert!(user.set_must_change_password(true))).await;
    browser.me().await.expect_problem(401, "password_change_required");
    let new = json!({ "currentPassword": PASSWORD, "newPassword": NEW_PASSWORD });
    let refused = browser.post("/api/account/password", &new).await;
    assert_reauthentication_required(&refused, &["smsCode"]);
    let code = fixture.code(&browser).await;
    reauthenticate(&browser, &json!({ "code": code })).await.expect_status(200);
    browser.post("/api/account/password", &new).await.expect_status(200);
    browser.me().await.expect_status(200);
    // A session that must set up a factor proves none.
    change_user(&fixture.service, &ada, |user| user.roles = vec!["admin".to_owned()]).await;
    browser.me().await.expect_problem(401, "enrolment_required");
    send(&browser, "sms").await.expect_problem(401, "enrolment_required");
    browser.post("/api/mfa/passkey/options", &json!({})).await.expect_problem(401, "enrolment_required");
}
