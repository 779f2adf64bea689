//! Security notices of the flows: who gets them, and what they contain.

use serde_json::{Value, json};
use vestibule::{mail, user::User};

use super::{pairs, plain};
use crate::harness::{
    account::{assert_back_in_account, identity_id, link_identity, unlink_identity},
    factors::{enrol, recovery_codes},
    federated::{FederatedFixture, assert_signed_in, claims_of, set_verified_email, sign_in},
    smtp::SmtpServer,
    stores::StoreLocation,
    totp::Authenticator,
    users::{PASSWORD, create_user, create_user_with},
};

pub(super) const ADA: &str = "ada@corp.example";

pub(super) fn verified(user: &mut User) {
    set_verified_email(user, ADA);
}

pub(super) fn with_subject<'a>(mails: &'a [Value], text: &str) -> &'a Value {
    let has_subject =
        |mail: &&Value| mail["headers"]["subject"].as_str().is_some_and(|subject| subject.contains(text));
    mails.iter().find(has_subject).unwrap_or_else(|| panic!("{text}: {mails:#?}"))
}

async fn fixture(location: &StoreLocation, server: &SmtpServer) -> FederatedFixture {
    FederatedFixture::with_settings(location, &pairs(&plain(server.port))).await
}

#[on_every_store]
async fn user_is_notified_of_changes_at_the_verified_address(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let fixture = fixture(&location, &server).await;
    create_user_with(&fixture.service, "ada", verified).await;
    let browser = fixture
        .browser()
        .with_header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0");
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    assert_back_in_account(&link_identity(&browser, &fixture.fake, &claims_of("grace")).await);
    unlink_identity(&browser, &identity_id(&browser, "fake").await).await.expect_status(200);
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "seventeen blue kettles" });
    browser.post("/api/account/password", &change).await.expect_status(200);
    let mails = server.accepted(3).await;
    for subject in
        ["A provider was linked", "A provider was unlinked", "Your password for Vestibule was changed"]
    {
        let mail = with_subject(&mails, subject);
        assert_eq!(mail["to"], json!([ADA]), "{subject}");
        let text = mail["text"].as_str().expect("a text");
        for part in [
            "Account: ada\n",
            "Network address: 127.0.0.1\n",
            "Browser: Firefox, Linux\n",
            "http://localhost:3000/not-me#token=",
        ] {
            assert!(text.contains(part), "{subject} {part}: {text}");
        }
    }
    assert!(
        with_subject(&mails, "was linked")["text"]
            .as_str()
            .expect("a text")
            .contains("linked to \u{2068}fake\u{2069}")
    );
}

#[on_every_store]
async fn login_that_links_an_identity_is_notified(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let fixture = fixture(&location, &server).await;
    create_user_with(&fixture.service, "ada", verified).await;
    let browser = fixture.browser();
    assert_signed_in(&sign_in(&browser, &fixture.corp, &claims_of("ada")).await, "/");
    with_subject(&server.accepted(1).await, "A provider was linked");
    // The next login links nothing.
    assert_signed_in(&sign_in(&browser, &fixture.corp, &claims_of("ada")).await, "/");
    assert_eq!(
        mail::page(&fixture.service.app.store, None, None, 10).await.expect("the queue").mails.len(),
        0
    );
}

#[on_every_store]
async fn user_is_notified_of_a_new_authenticator_app(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let fixture = fixture(&location, &server).await;
    create_user_with(&fixture.service, "ada", verified).await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let started = browser.start_enrolment().await.expect_status(200).json();
    let app = Authenticator::of_base32(started["secret"].as_str().expect("a secret"));
    browser.verify(&app.code(fixture.service.clock.now())).await.expect_status(200);
    let mails = server.accepted(1).await;
    assert!(
        with_subject(&mails, "A second factor was added")["html"]
            .as_str()
            .expect("HTML")
            .contains("\u{2068}")
    );
}

// A user who did not use the code must learn that an attacker has the codes.
#[on_every_store]
async fn user_is_notified_of_a_used_recovery_code(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let fixture = fixture(&location, &server).await;
    create_user_with(&fixture.service, "ada", verified).await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let (_, answer) = enrol(&fixture.service, &browser, &json!({})).await;
    let codes = recovery_codes(&answer.expect_status(200));
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    browser.verify(&codes[0]).await.expect_status(200);
    let mails = server.accepted(2).await;
    let text = with_subject(&mails, "A recovery code of your account")["text"].as_str().expect("a text");
    assert!(text.contains("\u{2068}9\u{2069}") && text.contains("/not-me#token="), "{text}");
}

// The reader of the old mailbox recognises an own address, and learns no other one.
#[on_every_store]
async fn notice_of_a_requested_address_shows_it_in_part(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let fixture = fixture(&location, &server).await;
    create_user_with(&fixture.service, "ada", verified).await;
    let browser = fixture.browser();
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let change = json!({ "email": "private.name@other.example" });
    browser.post("/api/account/email", &change).await.expect_status(202);
    let mails = server.accepted(2).await;
    let notice = with_subject(&mails, "is about to change");
    let text = notice["text"].as_str().expect("a text");
    assert_eq!(notice["to"], json!([ADA]));
    assert!(text.contains("p…@other.example") && !text.contains("private.name"), "{text}");
}

// An unverified address may belong to another user, who would learn about the account.
#[on_every_store]
async fn user_without_a_verified_address_gets_no_notice(location: StoreLocation) {
    let server = SmtpServer::start(json!({}));
    let fixture = fixture(&location, &server).await;
    create_user_with(&fixture.service, "ada", |user| user.email = Some(ADA.parse().expect("an address")))
        .await;
    create_user(&fixture.service, "linus").await;
    for name in ["ada", "linus"] {
        let browser = fixture.browser();
        browser.sign_in(name, PASSWORD).await.expect_status(200);
        let change = json!({ "currentPassword": PASSWORD, "newPassword": "seventeen blue kettles" });
        browser.post("/api/account/password", &change).await.expect_status(200);
    }
    let queued = mail::page(&fixture.service.app.store, None, None, 10).await.expect("the queue").mails;
    assert!(queued.is_empty() && server.events("accepted").is_empty());
}
