//! Formats of the mail settings.

use std::path::PathBuf;

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::public_url::is_loopback_name;

const SMTPS_PORT: u16 = 465;
const SUBMISSION_PORT: u16 = 587;
const SMTP_PORT: u16 = 25;
const ADVICE: &str =
    "write for example smtps://user@mail.example:465, smtp://mail.example:587?tls=required or file:data/mail";

/// How a connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// From the first byte (RFC 8314 §3.3).
    Implicit,
    /// STARTTLS; a server that does not offer it gets no mail.
    Required,
    /// STARTTLS if the server offers it. An attacker in the network can remove the offer and read the mail.
    Opportunistic,
    /// Plain text, only on this machine.
    None,
}

/// `VESTIBULE_MAIL_URL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MailUrl {
    Smtp { host: String, port: u16, tls: MailTls, user: Option<String> },
    Folder(PathBuf),
}

impl MailUrl {
    /// Reads the URL of a mail server or of a folder. The text may contain a password, so no mistake repeats it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Some(folder) = text.strip_prefix("file:") {
            if folder.is_empty() {
                return Err(format!("it names no folder; {ADVICE}"));
            }
            return Ok(Self::Folder(folder.into()));
        }
        let url = Url::parse(text).map_err(|_| format!("it is not a URL; {ADVICE}"))?;
        if url.password().is_some() {
            return Err(
                "it contains a password, which logs and process lists may show; move the password to \
                        VESTIBULE_MAIL_PASSWORD or VESTIBULE_MAIL_PASSWORD_FILE"
                    .to_owned(),
            );
        }
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(format!("it contains more than user, host, port and `tls`; {ADVICE}"));
        }
        let host =
            url.host_str().and_then(canonical_host).ok_or_else(|| format!("it names no host; {ADVICE}"))?;
        let tls = tls(&url, &host)?;
        let default = match tls {
            MailTls::Implicit => SMTPS_PORT,
            MailTls::Required => SUBMISSION_PORT,
            MailTls::Opportunistic | MailTls::None => SMTP_PORT,
        };
        let user = percent_decode_str(url.username())
            .decode_utf8()
            .map_err(|_| format!("its user is not UTF-8; {ADVICE}"))?;
        let user = Some(user.into_owned()).filter(|user| !user.is_empty());
        Ok(Self::Smtp { host, port: url.port().unwrap_or(default), tls, user })
    }
}

fn canonical_host(text: &str) -> Option<String> {
    match Host::parse(text).ok()? {
        Host::Domain(name) => Some(name),
        Host::Ipv4(ip) => Some(ip.to_string()),
        Host::Ipv6(ip) => Some(ip.to_string()),
    }
}

/// Returns the encryption that the URL names. Plain text to another machine must be chosen: mail contains links that reset a password.
fn tls(url: &Url, host: &str) -> Result<MailTls, String> {
    let is_own_machine = is_loopback_name(host);
    let mut pairs = url.query_pairs();
    let (name, value) = match (pairs.next(), pairs.next()) {
        (None, _) => (None, String::new()),
        (Some((name, value)), None) if name == "tls" => (Some(()), value.into_owned()),
        (Some(_), _) => return Err(format!("`tls` is its only option; {ADVICE}")),
    };
    match (url.scheme(), name.map(|()| value.as_str())) {
        ("smtps", None) => Ok(MailTls::Implicit),
        ("smtps", Some(_)) => Err("smtps is encrypted from the start; remove `tls`, or write smtp".to_owned()),
        ("smtp", Some("required")) => Ok(MailTls::Required),
        ("smtp", Some("opportunistic")) => Ok(MailTls::Opportunistic),
        ("smtp", None) if is_own_machine => Ok(MailTls::None),
        ("smtp", None) => Err("it sends mail to another machine and does not say whether it is encrypted; add ?tls=required, or \
                               ?tls=opportunistic for a server in a trusted network"
            .to_owned()),
        ("smtp", Some(_)) => Err("`tls` has another value than required or opportunistic; write one of them".to_owned()),
        _ => Err(format!("its scheme is not smtps, smtp or file; {ADVICE}")),
    }
}

/// Reads the sender.
pub(super) fn from(text: &str) -> Result<Mailbox, String> {
    const ADVICE: &str = "write for example no-reply@corp.example, or Corp <no-reply@corp.example>";
    let is_visible = !text.contains(crate::invisible::is_invisible);
    let mailbox = text
        .parse::<Mailbox>()
        .ok()
        .filter(|mailbox| is_visible && AsRef::<str>::as_ref(&mailbox.email).is_ascii());
    mailbox.ok_or_else(|| format!("{text:?} is not an address; {ADVICE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(host: &str, port: u16, tls: MailTls, user: Option<&str>) -> MailUrl {
        MailUrl::Smtp { host: host.to_owned(), port, tls, user: user.map(str::to_owned) }
    }

    #[test]
    fn url_names_server_encryption_and_user() {
        for (text, expected) in [
            ("smtps://bot@mail.example", smtp("mail.example", 465, MailTls::Implicit, Some("bot"))),
            (
                "smtps://bot%40corp.example@Mail.Example:1465",
                smtp("mail.example", 1465, MailTls::Implicit, Some("bot@corp.example")),
            ),
            ("smtp://mail.example?tls=required", smtp("mail.example", 587, MailTls::Required, None)),
            ("smtp://relay:2525?tls=opportunistic", smtp("relay", 2525, MailTls::Opportunistic, None)),
            ("smtp://localhost", smtp("localhost", 25, MailTls::None, None)),
            ("smtp://127.0.0.1:1025", smtp("127.0.0.1", 1025, MailTls::None, None)),
            ("smtp://[::1]:1025", smtp("::1", 1025, MailTls::None, None)),
            ("file:data/mail", MailUrl::Folder("data/mail".into())),
        ] {
            assert_eq!(MailUrl::parse(text), Ok(expected), "{text}");
        }
    }

    // Mail contains links that reset a password.
    #[test]
    fn plain_text_to_another_machine_must_be_chosen() {
        let mistake = MailUrl::parse("smtp://mail.example").expect_err("a mistake");
        assert!(mistake.contains("tls=required") && mistake.contains("tls=opportunistic"), "{mistake}");
    }

    #[test]
    fn mistake_in_a_url_does_not_repeat_it() {
        for (text, expected) in [
            ("smtps://bot:hunter2@mail.example", "VESTIBULE_MAIL_PASSWORD"),
            ("smtps://bot:hunter2@mail.example:99999", "not a URL"),
            ("smtps://mail.example/hunter2", "more than"),
            ("smtps://mail.example#hunter2", "more than"),
            ("smtps://mail.example?tls=required", "remove `tls`"),
            ("smtp://mail.example?tls=hunter2", "another value"),
            ("smtp://localhost?password=hunter2", "only option"),
            ("smtp://localhost?tls=required&x=hunter2", "only option"),
            ("https://hunter2.example", "scheme"),
            ("smtps:hunter2", "more than"),
            ("smtps://", "no host"),
            ("hunter2", "not a URL"),
            ("file:", "no folder"),
        ] {
            let mistake = MailUrl::parse(text).expect_err(text);
            assert!(mistake.contains(expected) && !mistake.contains("hunter2"), "{text}: {mistake}");
        }
    }

    #[test]
    fn sender_is_one_visible_address() {
        assert_eq!(
            from("Corp & Co <no-reply@corp.example>").expect("a sender").email.to_string(),
            "no-reply@corp.example"
        );
        assert!(from("no-reply@corp.example").is_ok());
        for text in [
            "corp",
            "a@x.example, b@x.example",
            "Corp\u{202e} <a@x.example>",
            "Corp\n <a@x.example>",
            "<>",
            "\u{e4}@x.example",
        ] {
            assert!(from(text).is_err(), "{text:?}");
        }
    }
}
