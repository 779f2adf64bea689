//! Codes by mail and SMS: a real SMTP server, and a gateway that checks signatures and misbehaves.

mod ended;
mod gateway;
mod limits;
mod mail;
mod rules;
mod sending;
mod set_up;

use serde_json::{Value, json};
use vestibule::user::{CodeChannel, PhoneChannel, User};

use crate::harness::{
    browser::{Answer, Browser},
    federated::set_verified_email,
    mail::MAIL,
    receiver::Receiver,
    service::Service,
    stores::StoreLocation,
    users::{PASSWORD, create_user_with},
};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ADA: &str = "ada@corp.example";
const NUMBER: &str = "+4915112345612";
const LONG_IDLE: (&str, &str) = ("VESTIBULE_SESSION_IDLE", "2h");

/// A service with both channels. Its mails stay in the queue.
struct Fixture {
    service: Service,
    gateway: Receiver,
}

impl Fixture {
    async fn start(location: &StoreLocation) -> Self {
        Self::with_settings(location, &[]).await
    }

    async fn with_settings(location: &StoreLocation, more: &[(&str, &str)]) -> Self {
        let gateway = Receiver::start().await;
        let url = gateway.url();
        let mut settings = vec![
            ("VESTIBULE_MESSAGE_CODES", "email,sms"),
            ("VESTIBULE_SMS_URL", &url),
            ("VESTIBULE_SMS_KEY", KEY),
        ];
        settings.extend(MAIL);
        settings.extend(more);
        Self { service: Service::with_settings(location, &settings).await, gateway }
    }

    /// Creates a user with a password and a confirmed phone number.
    async fn user_with_phone(&self, name: &str, number: &str) -> User {
        let now = self.service.clock.now();
        create_user_with(&self.service, name, |user| {
            let phone = PhoneChannel { number: number.to_owned(), confirmed_at: now, last_used_at: None };
            user.add_phone(phone, now);
        })
        .await
    }

    /// Signs in `name` in a new browser, which awaits the second factor.
    async fn pending(&self, name: &str) -> Browser {
        let browser = Browser::of(&self.service);
        let answer = browser.sign_in(name, PASSWORD).await.expect_status(200).json();
        assert_eq!(answer["needMfa"], true, "{answer}");
        browser
    }

    /// Sends a code by SMS in this browser, and returns it.
    async fn code(&self, browser: &Browser) -> String {
        let before = self.gateway.accepted().len();
        send(browser, "sms").await.expect_status(200);
        self.sms_code(before + 1).await
    }

    /// Returns the code of the newest message once the gateway has accepted this many.
    async fn sms_code(&self, count: usize) -> String {
        let accepted = self.gateway.wait_for_accepted(count).await;
        assert_eq!(accepted.len(), count);
        code_of(&accepted[count - 1].json())
    }

    /// Signs in with a code by SMS.
    async fn signed_in(&self, name: &str) -> Browser {
        let browser = self.pending(name).await;
        let code = self.code(&browser).await;
        browser.verify(&code).await.expect_status(200);
        browser
    }
}

/// Creates a user with a password and confirmed codes by mail.
async fn user_with_mail(service: &Service) -> User {
    let now = service.clock.now();
    create_user_with(service, "ada", |user| {
        set_verified_email(user, ADA);
        user.add_email_codes(CodeChannel { confirmed_at: now, last_used_at: None }, now);
    })
    .await
}

/// Returns the code of a message to the gateway: the last line is for the browser.
fn code_of(message: &Value) -> String {
    let text = message["text"].as_str().expect("a text");
    let last = text.lines().last().expect("a line");
    last.strip_prefix("@localhost #").unwrap_or_else(|| panic!("{text}")).to_owned()
}

/// Returns another code.
fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("a number");
    format!("{:08}", (number + 1) % 100_000_000)
}

async fn send(browser: &Browser, channel: &str) -> Answer {
    browser.post("/api/mfa/message/send", &json!({ "channel": channel })).await
}

async fn start(browser: &Browser, body: Value) -> Answer {
    browser.post("/api/account/message-codes", &body).await
}

async fn confirm(browser: &Browser, code: &str) -> Answer {
    browser.post("/api/account/message-codes/confirm", &json!({ "code": code })).await
}

async fn remove(browser: &Browser, channel: &str) -> Answer {
    browser.delete(&format!("/api/account/message-codes/{channel}"), &json!({})).await
}
