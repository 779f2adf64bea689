//! The text of a mail: the language of the user, and plain text beside HTML.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod html;
mod letter;
mod plain;
mod texts;
mod user_agent;

use serde::{Deserialize, Serialize};

pub(super) use self::letter::Style;
use self::{letter::Letter, texts::Texts};
use super::{
    message::{Act, Actor, Message, Recipient},
    utc::utc,
};
use crate::{
    config::{Brand, Language, language_of},
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

/// The colour of the pages without `VESTIBULE_BRAND_COLOR`.
const COLOR: &str = "#125c68";

impl Style {
    pub(super) fn new(brand: &Brand, passwords: bool, public_url: &str) -> Self {
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
            passwords,
        }
    }

    /// Writes a mail in the language of its recipient.
    pub(super) fn content(&self, to: &Recipient, act: &Act, message: &Message) -> Content {
        let letter = self.letter(to, act, message);
        Content { subject: letter.subject.clone(), text: plain::write(&letter), html: html::write(&letter) }
    }

    fn letter<'a>(&'a self, to: &Recipient, act: &Act, message: &'a Message) -> Letter<'a> {
        let texts = texts(self.language(to.locale.as_deref()));
        let text = texts.of(message.template(), self.passwords);
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
        let of_passkey = values.signs_in_alone.map(|alone| texts.of_passkey(alone).to_owned());
        Letter {
            style: self,
            texts,
            subject: insert(text.subject),
            paragraphs: text.body.split("\n\n").map(insert).chain(of_passkey).collect(),
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
        language_of(&self.languages, locale)
    }
}

fn rows(texts: &'static Texts, to: &Recipient, act: &Act) -> Vec<(&'static str, String)> {
    let account = to.account.as_deref().map(|account| (texts.account, clean(account)));
    let mut rows: Vec<_> = account.into_iter().collect();
    rows.push((texts.time, utc(act.at)));
    match &act.by {
        Actor::Client { ip, user_agent } => {
            rows.push((texts.network, ip.to_canonical().to_string()));
            let browser = user_agent.as_deref().map(user_agent::summary).filter(|name| !name.is_empty());
            rows.extend(browser.map(|browser| (texts.browser, browser)));
        }
        Actor::Administrator => rows.push((texts.done_by, texts.administrator.to_owned())),
        Actor::Service => {}
    }
    rows
}

fn texts(language: Language) -> &'static Texts {
    match language {
        Language::En => &en::TEXTS,
        Language::De => &de::TEXTS,
        Language::Fr => &fr::TEXTS,
        Language::Es => &es::TEXTS,
        Language::Ar => &ar::TEXTS,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        config::{Config, Environment},
        mail::message::{Notice, Template},
    };

    const LANGUAGES: [Language; 5] = [Language::En, Language::De, Language::Fr, Language::Es, Language::Ar];
    const AT: Timestamp = Timestamp::from_millis(1_795_341_600_000);

    fn style(settings: &[(&str, &str)]) -> Style {
        let (config, _) = Config::read(&Environment::of(settings.iter().copied())).expect("settings");
        Style::new(&config.brand, config.local_passwords, "https://id.example.org")
    }

    fn to(locale: Option<&str>, account: &str) -> Recipient {
        Recipient {
            address: "ada@corp.example".parse().expect("an address"),
            locale: locale.map(str::to_owned),
            account: Some(account.to_owned()),
            user: None,
        }
    }

    fn act(user_agent: &str) -> Act {
        let ip = "192.0.2.7".parse().expect("an address");
        Act { at: AT, by: Actor::Client { ip, user_agent: Some(user_agent.to_owned()) } }
    }

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> =
            text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn all_languages_have_all_texts_with_the_same_placeholders() {
        for language in LANGUAGES {
            let (texts, english) = (texts(language), &en::TEXTS);
            let all = Template::ALL.into_iter().flat_map(|template| [(template, true), (template, false)]);
            for (template, passwords) in all {
                let (text, other) = (texts.of(template, passwords), english.of(template, passwords));
                let where_ = format!("{} {template:?} {passwords}", texts.language);
                assert!(!text.subject.is_empty() && !text.body.is_empty(), "{where_}");
                assert_eq!(text.button.is_empty(), other.button.is_empty(), "{where_}");
                assert_eq!(
                    placeholders(text.subject),
                    ["brand"],
                    "{where_}: no text of a user is in a header"
                );
                for name in ["brand", "value"] {
                    let count =
                        |text: &str| placeholders(text).iter().filter(|found| **found == name).count();
                    assert_eq!(count(text.body) > 0, count(other.body) > 0, "{where_} {name}");
                }
                assert_eq!(text.body.matches("\n\n").count(), other.body.matches("\n\n").count(), "{where_}");
                assert!(language == Language::En || text.subject != other.subject, "{where_}");
            }
            assert!(texts.passkey_alone != texts.passkey_factor_only, "{}", texts.language);
            if language != Language::En {
                for alone in [true, false] {
                    assert_ne!(texts.of_passkey(alone), en::TEXTS.of_passkey(alone), "{}", texts.language);
                }
            }
            assert_eq!(placeholders(texts.link_expires), ["time"]);
            assert_eq!(placeholders(texts.automatic), ["brand"]);
        }
    }

    fn link() -> String {
        "https://id.example.org/reset-password#token=x".to_owned()
    }

    /// Returns every message that a service without passwords can send, and whether it mentions passwords in a service with them.
    fn messages_without_passwords() -> Vec<(Message, bool)> {
        let with_password = [
            Message::Invitation { link: link(), expires_at: AT },
            Message::PasswordReset { link: link(), expires_at: AT },
            Message::EmailChangeNotice {
                new_address: "n…@corp.example".to_owned(),
                cancel_link: link(),
                expires_at: AT,
            },
            Message::EmailChangeCancelled,
            Message::AttackReported,
            Message::Code { code: "12345678".to_owned(), expires_at: AT },
        ];
        let others =
            [Message::EmailConfirm { link: link(), expires_at: AT }, Message::AddressTaken, Message::Test];
        let (name, provider, to) = ("Laptop".to_owned(), "Corp".to_owned(), "a…@corp.example".to_owned());
        let notices = [
            Notice::UnknownDevice,
            Notice::FactorAdded { name: name.clone() },
            Notice::FactorRemoved { name: name.clone() },
            Notice::PasskeyAdded { name: name.clone(), signs_in_alone: true },
            Notice::PasskeyAdded { name: name.clone(), signs_in_alone: false },
            Notice::PasskeyRemoved { name },
            Notice::SecondFactorReset,
            Notice::RecoveryCodeUsed { left: 3 },
            Notice::RecoveryCodesReplaced,
            Notice::MessageCodesAdded { to: to.clone() },
            Notice::MessageCodesRemoved { to },
            Notice::IdentityLinked { provider: provider.clone() },
            Notice::IdentityUnlinked { provider },
            Notice::EmailChanged,
            Notice::AccountDeletion { at: AT },
        ];
        // "If it was not you …" is in each notice.
        let notices = notices.into_iter().flat_map(|notice| {
            [Some(link()), None].map(|not_me| (Message::Notice { notice: notice.clone(), not_me }, true))
        });
        let with_password = with_password.into_iter().map(|message| (message, true));
        let others = others.into_iter().map(|message| (message, false));
        with_password.chain(others).chain(notices).collect()
    }

    // A user would look for a page that does not exist.
    #[test]
    fn mail_of_a_service_without_passwords_mentions_none() {
        let words =
            ["password", "passwort", "mot de passe", "contraseña", "كلمة مرور", "كلمة المرور", "كلمة جديدة"];
        let mentions = |text: &str| words.iter().any(|word| text.to_lowercase().contains(word));
        let messages = messages_without_passwords();
        // They are never sent there: a change of the password, and the answer to a request for a new one.
        let never = [Template::PasswordChanged, Template::SignInWays];
        for template in Template::ALL {
            let is_sent = messages.iter().any(|(message, _)| message.template() == template);
            assert_ne!(is_sent, never.contains(&template), "{template:?}");
        }
        for locale in ["en", "de", "fr", "es", "ar"] {
            for (message, mentions_with_passwords) in &messages {
                let written = |setting| {
                    let style = style(&[("VESTIBULE_LOCAL_PASSWORDS", setting)]);
                    let Content { subject, text, html } =
                        style.content(&to(Some(locale), "ada"), &act("curl"), message);
                    // The address of the page is the same.
                    [subject, text, html].map(|text| text.replace("reset-password", ""))
                };
                assert!(written("off").iter().all(|text| !mentions(text)), "{locale} {message:?}");
                let with_passwords = written("on").iter().any(|text| mentions(text));
                assert_eq!(with_passwords, *mentions_with_passwords, "{locale} {message:?}");
            }
        }
    }

    // A passkey that verifies the user is a login of its own, and a security key without a PIN is not.
    #[test]
    fn notice_of_a_passkey_says_whether_it_signs_in_alone() {
        let not_me = Some("https://id.example.org/not-me#token=x".to_owned());
        for language in LANGUAGES {
            let texts = texts(language);
            for (signs_in_alone, expected, other) in [
                (true, texts.passkey_alone, texts.passkey_factor_only),
                (false, texts.passkey_factor_only, texts.passkey_alone),
            ] {
                let notice = Notice::PasskeyAdded { name: "Laptop".to_owned(), signs_in_alone };
                let message = Message::Notice { notice, not_me: not_me.clone() };
                let Content { text, html, .. } =
                    style(&[]).content(&to(Some(texts.language), "ada"), &act("curl"), &message);
                for part in [&text, &html] {
                    assert!(part.contains("\u{2068}Laptop\u{2069}"), "{part}");
                    assert!(part.contains(expected) && !part.contains(other), "{part}");
                    assert!(part.contains("/not-me#token=x"), "{part}");
                }
            }
        }
    }

    #[test]
    fn mail_is_in_the_language_of_the_user_or_the_first_of_the_service() {
        for (languages, locale, expected) in [
            ("en,de,ar", Some("de-CH"), Language::De),
            ("en,de,ar", Some("AR"), Language::Ar),
            ("en,de,ar", Some("fr"), Language::En),
            ("fr,de", None, Language::Fr),
            ("fr,de", Some("en"), Language::Fr),
        ] {
            let style = style(&[("VESTIBULE_BRAND_LANGUAGES", languages)]);
            assert_eq!(style.language(locale), expected, "{languages} {locale:?}");
        }
    }

    #[test]
    fn every_inserted_value_is_escaped_and_stays_in_its_line() {
        let evil = "<b>x</b>\r\nBcc: eve@evil.example\u{202e}\"'&{brand}";
        let style = style(&[
            ("VESTIBULE_BRAND_NAME", "A<i>&\"Co"),
            ("VESTIBULE_BRAND_SUPPORT_URL", "https://corp.example/?a=<&b='"),
        ]);
        let notice = Message::Notice {
            notice: Notice::FactorAdded { name: evil.to_owned() },
            not_me: Some("https://id.example.org/not-me#token=\"><script>".to_owned()),
        };
        for locale in ["en", "de", "fr", "es", "ar"] {
            let content = style.content(&to(Some(locale), evil), &act(evil), &notice);
            assert!(!content.subject.contains(['\r', '\n', '\u{202e}']) && !content.subject.contains("Bcc"));
            for text in [&content.text, &content.html] {
                assert!(!text.contains(['\r', '\u{202e}']) && !text.contains("\nBcc"), "{text}");
                assert!(text.contains("{brand}"), "a value is not a template: {text}");
            }
            for markup in ["<b>", "<i>", "<script", "\"'", "?a=<", "\">x"] {
                assert!(!content.html.contains(markup), "{markup}: {}", content.html);
            }
        }
    }

    #[test]
    fn long_value_is_shortened() {
        let content = style(&[]).content(&to(None, &"x".repeat(10_000)), &act(""), &Message::Test);
        assert!(content.text.len() < 1_000);
    }

    #[test]
    fn html_is_right_to_left_in_arabic_and_has_no_remote_content_but_the_logo() {
        let notice = Message::Notice {
            notice: Notice::UnknownDevice,
            not_me: Some("https://id.example.org/not-me#token=x".to_owned()),
        };
        let plain = style(&[]).content(&to(Some("ar"), "ada"), &act("curl"), &notice).html;
        assert!(plain.contains("<html lang=\"ar\" dir=\"rtl\">"), "{plain}");
        for remote in ["src=", "url(", "<link", "<script", "<form", "@import", "<iframe"] {
            assert!(!plain.contains(remote), "{remote}");
        }
        let logo = [("VESTIBULE_BRAND_LOGO", "https://cdn.corp.example/logo.png")];
        let branded = style(&logo).content(&to(Some("ar"), "ada"), &act("curl"), &notice).html;
        assert_eq!(branded.matches("src=").count(), 1);
        assert!(branded.contains("src=\"https://cdn.corp.example/logo.png\""), "{branded}");
    }

    #[test]
    fn notice_says_what_when_where_and_how_to_react() {
        let notice = Message::Notice {
            notice: Notice::RecoveryCodeUsed { left: 3 },
            not_me: Some("https://id.example.org/not-me#token=x".to_owned()),
        };
        let text = style(&[("VESTIBULE_BRAND_NAME", "Corp")]).content(
            &to(None, "ada"),
            &act("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
            &notice,
        );
        assert_eq!(text.subject, "A recovery code of your account at Corp was used");
        for part in [
            "Unused codes left: \u{2068}3\u{2069}.",
            "Account: ada\nTime: 2026-11-22 10:00 UTC\nNetwork address: 192.0.2.7\nBrowser: Firefox, Linux",
            "This was not me:\nhttps://id.example.org/not-me#token=x",
        ] {
            assert!(text.text.contains(part), "{part}: {}", text.text);
        }
    }
}
