//! Mails that wait in the queue, and the tokens of their links.

use secrecy::ExposeSecret as _;
use vestibule::{
    link_token::Purpose,
    mail::{self, MailState},
    user::User,
};

use super::service::Service;

/// Settings with a mail server that never answers: all mails stay in the queue.
pub(crate) const MAIL: [(&str, &str); 2] =
    [("VESTIBULE_MAIL_URL", "smtp://127.0.0.1:9"), ("VESTIBULE_MAIL_FROM", "Vestibule <auth@corp.example>")];

/// Waits for the work after the answers, and returns the mails in the queue: address and template, sorted. Notices of logins are left out:
/// each browser of a test is an unknown device.
pub(crate) async fn queued(service: &Service) -> Vec<(String, String)> {
    service.app.background.idle().await;
    let page =
        mail::page(&service.app.store, Some(MailState::Queued), None, 100).await.expect("the store answers");
    let template =
        |template| serde_json::to_value(template).expect("JSON").as_str().expect("a name").to_owned();
    let mut mails: Vec<_> =
        page.mails.into_iter().map(|mail| (mail.to.to_string(), template(mail.template))).collect();
    mails.retain(|(_, template)| template != "unknownDevice");
    mails.sort();
    mails
}

/// Returns the addresses of the mails with this template.
pub(crate) async fn recipients(service: &Service, template: &str) -> Vec<String> {
    queued(service).await.into_iter().filter(|(_, of)| of == template).map(|(to, _)| to).collect()
}

/// Issues a token as a mail to this user contains it. It replaces an earlier one of the purpose.
pub(crate) async fn token(service: &Service, user: &User, purpose: Purpose) -> String {
    let link = service.app.link_tokens().issue(&service.app.addresses, user, purpose).await;
    let link = link.expect("the store answers").expect("a link for this user");
    let (_, token) = link.expose_secret().split_once("#token=").expect("a token in the fragment");
    token.to_owned()
}
