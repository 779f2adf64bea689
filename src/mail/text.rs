//! The text of a mail: the language of the user, and plain text beside HTML.

mod en;
mod html;
mod plain;
mod user_agent;

use serde::{Deserialize, Serialize};

use super::message::{Act, Actor, Message, Recipient, Template};
use crate::{
    clock::Timestamp,
    config::{Brand, Language},
    invisible::is_invisible,
};

/// Longest inserted text, in characters.
const VALUE_MAX: usize = 120;

/// A finished mail.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// What all mails of this service share.
pub(super) struct Style {
    name: String,
    logo: Option<String>,
    color: String,
    text_color: String,
    support_url: Option<String>,
    public_url: String,
    languages: Vec<Language>,
}

/// The colour of the pages without `VESTIBULE_BRAND_COLOR`.
const COLOR: &str = "#125c68";

/// Texts of one language. A language without one of them does not compile.
struct Texts {
    language: &'static str,
    direction: &'static str,
    account: &'static str,
    time: &'static str,
    network: &'static str,
    browser: &'static str,
    done_by: &'static str,
    administrator: &'static str,
    /// With `{time}`.
    link_expires: &'static str,
    not_me: &'static str,
    not_me_help: &'static str,
    not_me_without_link: &'static str,
    help: &'static str,
    /// With `{brand}`.
    automatic: &'static str,
    password_reset: Text,
    email_confirm: Text,
    email_change_notice: Text,
    sign_in_ways: Text,
    address_taken: Text,
    email_change_cancelled: Text,
    attack_reported: Text,
    unknown_device: Text,
    password_changed: Text,
    factor_added: Text,
    factor_removed: Text,
    second_factor_reset: Text,
    recovery_code_used: Text,
    recovery_codes_replaced: Text,
    identity_linked: Text,
    identity_unlinked: Text,
    email_changed: Text,
    account_deletion: Text,
    test: Text,
}

/// Text of one template. `{brand}` is the name of the service, `{value}` what the template inserts. A subject contains `{brand}` only: no text
/// of a user is in a header.
struct Text {
    subject: &'static str,
    body: &'static str,
    /// Text of the link; empty without a link.
    button: &'static str,
}

/// One mail in one language, with all values inserted and cleaned.
struct Letter<'a> {
    style: &'a Style,
    texts: &'static Texts,
    subject: String,
    paragraphs: Vec<String>,
    /// Text and address of the button.
    button: Option<(&'static str, &'a str)>,
    link_expires: Option<String>,
    rows: Vec<(&'static str, String)>,
    not_me: Option<&'a str>,
    is_notice: bool,
}

impl Style {
    pub(super) fn new(brand: &Brand, public_url: &str) -> Self {
        let color = brand.color.map(|color| (color.to_string(), color.of_text().to_string()));
        let (color, text_color) = color.unwrap_or_else(|| (COLOR.to_owned(), "#ffffff".to_owned()));
        Self {
            name: brand.name.clone().unwrap_or_else(|| "Vestibule".to_owned()),
            logo: brand.logo_url(public_url),
            color,
            text_color,
            support_url: brand.support_url.as_ref().map(ToString::to_string),
            public_url: public_url.to_owned(),
            languages: brand.languages.clone(),
        }
    }

    /// Writes a mail in the language of its recipient.
    pub(super) fn content(&self, to: &Recipient, act: &Act, message: &Message) -> Content {
        let letter = self.letter(to, act, message);
        Content { subject: letter.subject.clone(), text: plain::write(&letter), html: html::write(&letter) }
    }

    fn letter<'a>(&'a self, to: &Recipient, act: &Act, message: &'a Message) -> Letter<'a> {
        let texts = texts(self.language(to.locale.as_deref()));
        let text = texts.of(message.template());
        let values = message.values();
        let value = clean(&values.value);
        let insert = |text: &str| {
            // In one pass: a value that contains a placeholder is not replaced.
            let parts: Vec<String> = text
                .split('{')
                .enumerate()
                .map(|(at, part)| match part.split_once('}').filter(|_| at > 0) {
                    Some(("brand", rest)) => format!("{}{rest}", self.name),
                    Some(("value", rest)) => format!("{}{rest}", isolated(&value)),
                    Some((other, rest)) => format!("{{{other}}}{rest}"),
                    None => part.to_owned(),
                })
                .collect();
            parts.concat()
        };
        Letter {
            style: self,
            texts,
            subject: insert(text.subject),
            paragraphs: text.body.split("\n\n").map(insert).collect(),
            button: values.link.map(|link| (text.button, link)),
            link_expires: values
                .expires_at
                .map(|at| texts.link_expires.replace("{time}", &isolated(&utc(at)))),
            rows: rows(texts, to, act),
            not_me: values.not_me,
            is_notice: matches!(message, Message::Notice { .. }),
        }
    }

    /// Returns the language of the user, if the service has it, otherwise its first one.
    fn language(&self, locale: Option<&str>) -> Language {
        let primary = locale.and_then(|locale| locale.split(['-', '_']).next()).map(str::to_ascii_lowercase);
        let wanted = |language: &&Language| primary.as_deref() == Some(texts(**language).language);
        self.languages.iter().find(wanted).or(self.languages.first()).copied().unwrap_or(Language::En)
    }
}

fn rows(texts: &'static Texts, to: &Recipient, act: &Act) -> Vec<(&'static str, String)> {
    let account = to.account.as_deref().map(|account| (texts.account, clean(account)));
    let mut rows: Vec<_> = account.into_iter().collect();
    rows.push((texts.time, utc(act.at)));
    match &act.by {
        Actor::Client { ip, user_agent } => {
            rows.push((texts.network, ip.to_canonical().to_string()));
            rows.extend(
                user_agent.as_deref().map(|agent| (texts.browser, clean(&user_agent::summary(agent)))),
            );
        }
        Actor::Administrator => rows.push((texts.done_by, texts.administrator.to_owned())),
        Actor::Service => {}
    }
    rows
}

fn texts(language: Language) -> &'static Texts {
    match language {
        Language::En | Language::De | Language::Fr | Language::Es | Language::Ar => &en::TEXTS,
    }
}

impl Texts {
    fn of(&self, template: Template) -> &Text {
        match template {
            Template::PasswordReset => &self.password_reset,
            Template::EmailConfirm => &self.email_confirm,
            Template::EmailChangeNotice => &self.email_change_notice,
            Template::SignInWays => &self.sign_in_ways,
            Template::AddressTaken => &self.address_taken,
            Template::EmailChangeCancelled => &self.email_change_cancelled,
            Template::AttackReported => &self.attack_reported,
            Template::UnknownDevice => &self.unknown_device,
            Template::PasswordChanged => &self.password_changed,
            Template::FactorAdded => &self.factor_added,
            Template::FactorRemoved => &self.factor_removed,
            Template::SecondFactorReset => &self.second_factor_reset,
            Template::RecoveryCodeUsed => &self.recovery_code_used,
            Template::RecoveryCodesReplaced => &self.recovery_codes_replaced,
            Template::IdentityLinked => &self.identity_linked,
            Template::IdentityUnlinked => &self.identity_unlinked,
            Template::EmailChanged => &self.email_changed,
            Template::AccountDeletion => &self.account_deletion,
            Template::Test => &self.test,
        }
    }
}

/// Returns a time as `2026-11-26 10:00 UTC`.
pub(super) fn utc(at: Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(date), Some(time)) => format!("{date} {time} UTC"),
        _ => text,
    }
}

/// Removes what a text of a user could do in a mail: line breaks, and characters that turn the text around it.
fn clean(text: &str) -> String {
    let visible = text.chars().filter(|c| !is_invisible(*c));
    visible.take(VALUE_MAX).collect::<String>().trim().to_owned()
}

/// Isolates a text from the direction of the text around it (Unicode UAX #9): `ada` in an Arabic sentence.
fn isolated(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("\u{2068}{text}\u{2069}") }
}
