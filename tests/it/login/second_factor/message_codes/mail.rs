//! Codes by mail, through a real SMTP server.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule::{
    link_token::Purpose,
    mail::{self, MailState},
};

use super::{ADA, confirm, send, start, user_with_mail};
use crate::harness::{
    browser::Browser,
    eventually,
    factors::{enrolled_user, factors, recovery_codes},
    federated::{set_verified_email, update_user},
    mail::{MAIL, token},
    service::Service,
    smtp::SmtpServer,
    stores::StoreLocation,
    users::{PASSWORD, create_user_with, stored_user},
};

const NEW: &str = "violet tractor umbrella";
const CODES: (&str, &str) = ("VESTIBULE_MESSAGE_CODES", "email");
const LIMIT: Duration = Duration::from_secs(20);

async fn service_with(location: &StoreLocation, server: &SmtpServer) -> Service {
    let url = format!("smtp://localhost:{}", server.port);
    let settings = [CODES, ("VESTIBULE_MAIL_URL", &url), ("VESTIBULE_MAIL_FROM", "auth@corp.example")];
    Service::with_settings(location, &settings).await
}

/// Returns the mails with codes once there are this many.
async fn codes(server: &SmtpServer, count: usize) -> Vec<Value> {
    let of_codes = || {
        let mails = server.events("accepted").into_iter();
        mails.filter(|mail| {
            mail["headers"]["subject"].as_str().is_some_and(|text| text.starts_with("Your code"))
        })
    };
    eventually(LIMIT, "mails with codes", || async { of_codes().count() >= count }).await;
    of_codes().collect()
}

fn code_of(mail: &Value) -> String {
    let text = mail["text"].as_str().expect("a text");
    // Isolated from the direction of the text around it.
    let (_, rest) = text.split_once('\u{2068}').expect("a code");
    rest.chars().take_while(char::is_ascii_digit).collect()
}

#[on_every_store]
async fn code_by_mail_is_set_up_and_completes_a_login(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let service = service_with(&location, &server).await;
    create_user_with(&service, "ada", |user| set_verified_email(user, ADA)).await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let sent = start(&browser, json!({ "channel": "email" })).await.expect_status(200).json();
    assert_eq!(sent["to"], "a…@corp.example");
    let mail = codes(&server, 1).await.remove(0);
    assert_eq!(mail["to"], json!([ADA]));
    assert!(!mail.to_string().contains("#token="), "a link would teach users to click in such mails: {mail}");
    let answer = confirm(&browser, &code_of(&mail)).await.expect_status(200);
    assert_eq!(answer.json()["session"]["amr"], json!(["pwd", "email"]));
    assert_eq!(recovery_codes(&answer).len(), 10);
    assert_eq!(factors(&browser).await["emailCodes"]["to"], "a…@corp.example");
    let login = Browser::of(&service);
    let answer = login.sign_in("ada", PASSWORD).await.expect_status(200).json();
    assert_eq!(answer["methods"], json!(["emailCode", "recoveryCode"]));
    send(&login, "email").await.expect_status(200);
    let code = code_of(&codes(&server, 2).await[1]);
    let answer = login.verify(&code).await.expect_status(200).json();
    assert_eq!(answer["session"]["amr"], json!(["pwd", "email"]));
    // SMS is not offered.
    send(&login, "sms").await.expect_problem(404, "not_found");
    start(&login, json!({ "channel": "sms", "number": "+4915112345612" }))
        .await
        .expect_problem(404, "not_found");
}

#[on_every_store]
async fn mail_that_waits_is_dropped_with_its_code(location: StoreLocation) {
    let service = Service::with_settings(&location, &[MAIL[0], MAIL[1], CODES]).await;
    user_with_mail(&service).await;
    let browser = Browser::of(&service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    send(&browser, "email").await.expect_status(200);
    let listed = |state| {
        let store = service.app.store.clone();
        async move {
            let page = mail::page(&store, Some(state), None, 100).await.expect("the queue");
            page.mails
                .into_iter()
                .filter(|mail| mail.template == mail::Template::MessageCode)
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(listed(MailState::Queued).await.len(), 1);
    service.advance_time(Duration::from_mins(10));
    eventually(LIMIT, "the mail has expired", || async { listed(MailState::Failed).await.len() == 1 }).await;
    assert!(listed(MailState::Queued).await.is_empty());
}

// Otherwise the mailbox alone would open the account: a link to set the password, and a code for the second factor.
#[on_every_store]
async fn code_by_mail_is_no_second_factor_after_a_reset_by_mail(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let service = service_with(&location, &server).await;
    for purpose in [Purpose::ResetPassword, Purpose::AdministratorReset] {
        let name = if purpose == Purpose::ResetPassword { "ada" } else { "linus" };
        let enrolled = enrolled_user(&service, name).await;
        let address = format!("{name}@corp.example");
        let now = service.clock.now();
        update_user(&service, enrolled.user.id, |user| {
            set_verified_email(user, &address);
            user.add_email_codes(vestibule::user::CodeChannel { confirmed_at: now, last_used_at: None }, now);
        })
        .await;
        let login = async |password: &str| {
            let browser = Browser::of(&service);
            let answer = browser.sign_in(name, password).await.expect_status(200).json();
            (browser, answer["methods"].clone())
        };
        let (before, methods) = login(PASSWORD).await;
        assert_eq!(methods, json!(["totp", "emailCode", "recoveryCode"]));
        send(&before, "email").await.expect_status(200);
        let count = if name == "ada" { 1 } else { 3 };
        let early = code_of(&codes(&server, count).await[count - 1]);
        let user = stored_user(&service, &enrolled.user).await;
        let token = token(&service, &user, purpose).await;
        let reset = json!({ "token": token, "newPassword": NEW });
        Browser::of(&service).post("/api/auth/password/reset", &reset).await.expect_status(200);
        before.verify(&early).await.expect_status(401);
        let (attacker, methods) = login(NEW).await;
        assert_eq!(methods, json!(["totp", "recoveryCode"]));
        send(&attacker, "email").await.expect_problem(404, "not_found");
        // Another factor confirms the password.
        attacker.verify(&enrolled.codes[0]).await.expect_status(200);
        let (owner, methods) = login(NEW).await;
        assert!(methods.as_array().expect("a list").contains(&json!("emailCode")), "{methods}");
        send(&owner, "email").await.expect_status(200);
        let code = code_of(&codes(&server, count + 1).await[count]);
        owner.verify(&code).await.expect_status(200);
        service.advance_time(Duration::from_mins(1));
    }
}

// Attack: the address was changed, and the owner of the old mailbox has a code.
#[on_every_store]
async fn code_that_went_to_the_old_address_opens_and_sets_up_nothing(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let service = service_with(&location, &server).await;
    let enrolled = enrolled_user(&service, "ada").await;
    let now = service.clock.now();
    update_user(&service, enrolled.user.id, |user| {
        set_verified_email(user, ADA);
        user.add_email_codes(vestibule::user::CodeChannel { confirmed_at: now, last_used_at: None }, now);
    })
    .await;
    let (pending, owner) = (Browser::of(&service), Browser::of(&service));
    for browser in [&pending, &owner] {
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
    }
    owner.verify(&enrolled.codes[0]).await.expect_status(200);
    send(&pending, "email").await.expect_status(200);
    let proof = code_of(&codes(&server, 1).await[0]);
    start(&owner, json!({ "channel": "email" })).await.expect_status(200);
    let set_up = code_of(&codes(&server, 2).await[1]);
    update_user(&service, enrolled.user.id, |user| {
        user.change_address(|user| set_verified_email(user, "new@corp.example"));
    })
    .await;
    pending.verify(&proof).await.expect_problem(400, "code_invalid");
    confirm(&owner, &set_up).await.expect_problem(409, "no_pending_enrolment");
    let stored = stored_user(&service, &enrolled.user).await;
    assert!(stored.message_codes.is_empty() && stored.has_strong_factor());
}
