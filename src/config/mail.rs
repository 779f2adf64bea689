//! How mail leaves the service: `VESTIBULE_MAIL_URL`, `VESTIBULE_MAIL_PASSWORD` and `VESTIBULE_MAIL_FROM`.

use std::path::PathBuf;

use lettre::message::Mailbox;
use secrecy::SecretString;

use super::{
    mail_formats::{MailTls, MailUrl},
    reader::Reader,
    settings as s,
};

/// The settings `VESTIBULE_MAIL_…`.
#[derive(Clone, Debug)]
pub struct MailSettings {
    pub from: Mailbox,
    pub transport: MailTransport,
}

#[derive(Clone, Debug)]
pub enum MailTransport {
    Smtp(SmtpServer),
    /// Each mail becomes a file in this folder.
    Folder(PathBuf),
}

/// A mail server that accepts mail for other servers.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    /// A domain name or an IP address, without the brackets of a URL.
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    /// User name and password.
    pub credentials: Option<(String, SecretString)>,
}

/// Reads the three settings. Without a URL, the service sends no mail.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<MailSettings> {
    let (url, from, password) =
        (reader.get(&s::MAIL_URL), reader.get(&s::MAIL_FROM), reader.get(&s::MAIL_PASSWORD));
    let Some(url) = url else {
        if !reader.is_set(&s::MAIL_URL) {
            let unused = "it has no effect without VESTIBULE_MAIL_URL; add that setting, or remove this one";
            if from.is_some() {
                reader.mistake(&s::MAIL_FROM, unused);
            }
            if password.is_some() {
                reader.mistake(&s::MAIL_PASSWORD, unused);
            }
        }
        return None;
    };
    if from.is_none() && !reader.is_set(&s::MAIL_FROM) {
        reader.mistake(
            &s::MAIL_FROM,
            "a value is required with VESTIBULE_MAIL_URL; write the sender of all mails, for example no-reply@corp.example",
        );
    }
    let transport = transport(reader, url, password)?;
    Some(MailSettings { from: from?, transport })
}

fn transport(reader: &mut Reader<'_>, url: MailUrl, password: Option<String>) -> Option<MailTransport> {
    let (host, port, tls, user) = match url {
        MailUrl::Smtp { host, port, tls, user } => (host, port, tls, user),
        MailUrl::Folder(folder) => {
            if password.is_some() {
                reader.mistake(&s::MAIL_PASSWORD, "a folder needs no password; remove it");
            }
            return Some(MailTransport::Folder(folder));
        }
    };
    let credentials = match (user, password) {
        (None, None) => None,
        (Some(user), Some(password)) => Some((user, SecretString::from(password))),
        (Some(_), None) => {
            if !reader.is_set(&s::MAIL_PASSWORD) {
                reader.mistake(
                    &s::MAIL_PASSWORD,
                    "VESTIBULE_MAIL_URL names a user; write the password of this user",
                );
            }
            return None;
        }
        (None, Some(_)) => {
            reader.mistake(
                &s::MAIL_URL,
                "it names no user for VESTIBULE_MAIL_PASSWORD; write smtps://user@host:465",
            );
            return None;
        }
    };
    // An attacker in the network could remove the offer of STARTTLS and read the password (downgrade).
    if credentials.is_some() && tls == MailTls::Opportunistic {
        reader.mistake(
            &s::MAIL_URL,
            "a password may be sent in plain text with tls=opportunistic; write tls=required, or smtps",
        );
        return None;
    }
    Some(MailTransport::Smtp(SmtpServer { host, port, tls, credentials }))
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Environment};

    #[test]
    fn settings_that_do_not_fit_together_are_mistakes() {
        let url = |url: &'static str| ("VESTIBULE_MAIL_URL", url);
        let (from, password) =
            (("VESTIBULE_MAIL_FROM", "a@corp.example"), ("VESTIBULE_MAIL_PASSWORD", "hunter2"));
        for (settings, expected) in [
            (vec![], None),
            (vec![url("smtps://mail.example"), from], None),
            (vec![url("smtps://bot@mail.example"), from, password], None),
            (vec![url("file:data/mail"), from], None),
            (vec![from], Some("VESTIBULE_MAIL_FROM: it has no effect")),
            (vec![password], Some("VESTIBULE_MAIL_PASSWORD: it has no effect")),
            (vec![url("file:data/mail")], Some("VESTIBULE_MAIL_FROM: a value is required")),
            (vec![url("file:data/mail"), from, password], Some("VESTIBULE_MAIL_PASSWORD: a folder")),
            (
                vec![url("smtps://bot@mail.example"), from],
                Some("VESTIBULE_MAIL_PASSWORD: VESTIBULE_MAIL_URL names a user"),
            ),
            (vec![url("smtps://mail.example"), from, password], Some("VESTIBULE_MAIL_URL: it names no user")),
            // Downgrade: an attacker in the network removes the offer of STARTTLS and reads the password.
            (
                vec![url("smtp://bot@relay?tls=opportunistic"), from, password],
                Some("VESTIBULE_MAIL_URL: a password may be sent in plain text"),
            ),
        ] {
            let read = Config::read(&Environment::of(settings.iter().copied()));
            match (read, expected) {
                (Ok((config, _)), None) => {
                    assert_eq!(config.mail.is_some(), !settings.is_empty(), "{settings:?}");
                }
                (Err(mistakes), Some(expected)) => {
                    let text = mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
                    assert!(mistakes.len() == 1 && text.starts_with(expected), "{settings:?}: {text}");
                    assert!(!text.contains("hunter2"), "{text}");
                }
                (read, _) => panic!("{settings:?}: {read:?}"),
            }
        }
    }
}
