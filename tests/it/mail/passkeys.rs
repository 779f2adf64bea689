//! Notices about passkeys: what they say is true for a passkey that signs in alone, and for one that is a second factor only.

use reqwest::Method;
use serde_json::{Value, json};
use vestibule::{link_token::Purpose, user::User};

use super::{
    notices::{ADA, verified, with_subject},
    pairs, plain,
};
use crate::{
    admin::{administrator, users::act},
    harness::{
        browser::Browser,
        factors::{factors, remove_app},
        mail::token,
        passkey::{Passkey, register, sign_in},
        service::Service,
        smtp::SmtpServer,
        stores::StoreLocation,
        users::{PASSWORD, create_user_with},
    },
    login::without_passwords,
};

const ALONE: &str = "It is enough to sign in to your account, without another sign-in method.";
const FACTOR_ONLY: &str = "It works only as a second factor, after another sign-in method.";
const RESTRICTED: &str = "second factors only, unless";

async fn service(location: &StoreLocation, server: &SmtpServer, more: &[(&str, &str)]) -> Service {
    let mail = plain(server.port);
    Service::with_settings(location, &[&pairs(&mail)[..], more].concat()).await
}

/// Creates ada with a verified address, who signs in with the password.
async fn ada(service: &Service) -> (User, Browser) {
    let user = create_user_with(service, "ada", verified).await;
    let browser = Browser::of(service);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    (user, browser)
}

/// ada with a passkey that signs in alone. The first mail was about it.
struct WithPasskey {
    server: SmtpServer,
    service: Service,
    user: User,
    browser: Browser,
    passkey: Passkey,
}

async fn with_passkey(location: &StoreLocation) -> WithPasskey {
    let server = SmtpServer::start(json!({}));
    let service = service(location, &server, &[]).await;
    let (user, browser) = ada(&service).await;
    let mut passkey = Passkey::synced();
    register(&browser, &mut passkey).await.expect_status(200);
    WithPasskey { server, service, user, browser, passkey }
}

/// Returns the plain text of a mail to ada whose subject contains this text. Its HTML has the same sentences.
fn text_of<'a>(mails: &'a [Value], subject: &str, sentences: &[&str]) -> &'a str {
    let mail = with_subject(mails, subject);
    assert_eq!(mail["to"], json!([ADA]), "{subject}");
    let [text, html] = ["text", "html"].map(|part| mail[part].as_str().expect("a part"));
    for sentence in sentences {
        assert!(text.contains(sentence), "{sentence}: {text}");
        assert!(html.contains(sentence), "{sentence}: {html}");
    }
    text
}

// A user who reads "second factor" thinks that the password still protects the account, and ignores the passkey of an attacker.
#[on_every_store]
async fn user_is_notified_of_an_added_and_of_a_removed_passkey(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let service = service(&location, &server, &[]).await;
    let (_, browser) = ada(&service).await;
    let rows = [
        (Passkey::synced(), "\u{2068}Passkey\u{2069}", ALONE, FACTOR_ONLY),
        (Passkey::without_verification(), "\u{2068}Passkey 2\u{2069}", FACTOR_ONLY, ALONE),
    ];
    for (number, (mut passkey, name, expected, other)) in rows.into_iter().enumerate() {
        register(&browser, &mut passkey).await.expect_status(200);
        let mails = server.accepted(number + 1).await;
        let added = text_of(&mails[number..], "A passkey was added", &[name, expected]);
        assert!(!added.contains(other) && added.contains("/not-me#token="), "{added}");
    }
    let shown = factors(&browser).await["passkeys"].clone();
    let passkeys = shown.as_array().expect("a list");
    for (number, passkey) in passkeys.iter().enumerate() {
        remove_app(&browser, passkey["id"].as_str().expect("an id")).await.expect_status(200);
        let mails = server.accepted(number + 3).await;
        let name = format!("\u{2068}{}\u{2069}", passkey["name"].as_str().expect("a name"));
        let sentences = [name.as_str(), "It can no longer be used to sign in."];
        let removed = text_of(&mails[number + 2..], "A passkey was removed", &sentences);
        assert!(removed.contains("/not-me#token="), "{removed}");
    }
}

#[on_every_store]
async fn notice_of_a_passkey_by_link_mentions_no_password_that_does_not_exist(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let service = service(&location, &server, &[without_passwords::OFF]).await;
    let ada = create_user_with(&service, "ada", |user| {
        verified(user);
        user.password = None;
    })
    .await;
    let link = token(&service, &ada, Purpose::AdministratorReset).await;
    let mut passkey = Passkey::synced();
    without_passwords::register(&Browser::of(&service), &link, &mut passkey).await.expect_status(200);
    let mails = server.accepted(1).await;
    let text = text_of(&mails, "A passkey was added", &["\u{2068}Passkey\u{2069}", ALONE]);
    assert!(!text.to_lowercase().contains("password") && text.contains("/not-me#token="), "{text}");
}

#[on_every_store]
async fn notice_of_a_reset_by_an_administrator_says_that_passkeys_were_removed(location: StoreLocation) {
    let WithPasskey { server, service, user, mut passkey, .. } = with_passkey(&location).await;
    let (margaret, _) = administrator(&service).await;
    let path = format!("/api/admin/users/{}/reset-mfa", user.id);
    act(&margaret, Method::POST, &path, json!({})).await.expect_status(200);
    sign_in(&Browser::of(&service), &mut passkey).await.expect_problem(401, "passkey_unknown");
    let mails = server.accepted(2).await;
    let sentence =
        "All passkeys, second factors and recovery codes of your account at Vestibule were removed.";
    text_of(&mails, "All passkeys and second factors", &[sentence, "an administrator"]);
}

#[on_every_store]
async fn mail_about_a_cancelled_change_says_that_passkeys_are_second_factors_only(location: StoreLocation) {
    let WithPasskey { server, service, browser, mut passkey, .. } = with_passkey(&location).await;
    browser.post("/api/account/email", &json!({ "email": "ada@new.example" })).await.expect_status(202);
    let mails = server.accepted(3).await;
    let notice = text_of(&mails, "is about to change", &[]);
    let (_, rest) = notice.split_once("/cancel-email#token=").expect("a link that cancels");
    let cancel = rest.split_whitespace().next().expect("a token");
    let owner = Browser::of(&service);
    owner.post("/api/auth/email/cancel", &json!({ "token": cancel })).await.expect_status(200);
    sign_in(&owner, &mut passkey).await.expect_problem(401, "passkey_refused");
    // The address that stays and the one that was removed get the same mail.
    let mut mails = server.accepted(5).await;
    mails.retain(|mail| mail["to"] == json!([ADA]));
    text_of(
        &mails,
        "was cancelled",
        &[RESTRICTED, "If the account has a password, a new one must be chosen."],
    );
}

#[on_every_store]
async fn mail_about_a_report_says_that_passkeys_are_second_factors_only(location: StoreLocation) {
    let WithPasskey { server, service, browser, mut passkey, .. } = with_passkey(&location).await;
    browser.post("/api/account/not-me", &json!({})).await.expect_status(200);
    sign_in(&Browser::of(&service), &mut passkey).await.expect_problem(401, "passkey_refused");
    let mails = server.accepted(2).await;
    text_of(&mails, "All sessions of your account", &[RESTRICTED, "If your account has a password"]);
}
