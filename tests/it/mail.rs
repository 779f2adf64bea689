//! Mail: the queue, a real mail server, and what administrators see.

mod flows;
mod notices;
mod passkeys;
mod queue;
mod smtp;

use std::time::Duration;

use serde_json::Value;
use vestibule::{
    audit,
    clock::Timestamp,
    mail::{Act, Message, Notice, Recipient, SendError},
};

use crate::harness::{
    eventually, process::Installation, service::Service, smtp::PASSWORD as SMTP_PASSWORD, tls::ca_file,
};

const LINK: &str = "http://localhost:3000/reset-password#token=SECRET-TOKEN";

/// Returns the settings for a mail server on this machine.
fn settings(url: &str) -> Vec<(String, String)> {
    let mut settings = vec![
        ("VESTIBULE_MAIL_URL".to_owned(), url.to_owned()),
        ("VESTIBULE_MAIL_FROM".to_owned(), "Corp & Söhne <no-reply@corp.example>".to_owned()),
    ];
    if url.contains("%40") {
        settings.push(("VESTIBULE_MAIL_PASSWORD".to_owned(), SMTP_PASSWORD.to_owned()));
    }
    settings
}

/// Adds the authority of the server's certificate.
fn with_ca(mut settings: Vec<(String, String)>) -> Vec<(String, String)> {
    settings.push(("VESTIBULE_CA_FILE".to_owned(), ca_file()));
    settings
}

fn pairs(settings: &[(String, String)]) -> Vec<(&str, &str)> {
    settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn plain(port: u16) -> Vec<(String, String)> {
    settings(&format!("smtp://localhost:{port}"))
}

fn to(address: &str) -> Recipient {
    Recipient {
        address: address.parse().expect("an address"),
        locale: None,
        account: Some("ada".to_owned()),
        user: None,
    }
}

fn reset(now: Timestamp) -> Message {
    Message::PasswordReset { link: LINK.to_owned(), expires_at: now + Duration::from_mins(30) }
}

async fn send(service: &Service, address: &str, message: Message) -> Result<(), SendError> {
    let act = Act::of_administrator(service.clock.now());
    service.app.mail.send(&to(address), &act, message).await
}

async fn send_notice(service: &Service, address: &str) {
    let notice = Message::Notice { notice: Notice::PasswordChanged, not_me: Some(LINK.to_owned()) };
    send(service, address, notice).await.expect("queued");
}

/// Returns what `vestibule mail list --json` prints.
fn listed(service: &Service) -> Vec<Value> {
    let done = Installation::beside(service).run(&["mail", "list", "--json"]).expect_exit(0);
    serde_json::from_str(&done.out).expect("JSON")
}

/// Waits for the audit event of a failed mail, which is written after the mail.
async fn failure_is_recorded(service: &Service, reason: &str) {
    let is_recorded = || async {
        let events = audit::page(&service.app.store, None, None, 50).await.expect("events");
        events.iter().any(|event| event.has_type("mailFailed") && event.reason.as_deref() == Some(reason))
    };
    eventually(Duration::from_secs(10), "the event", is_recorded).await;
}
