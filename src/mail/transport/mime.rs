//! The message as it goes over the wire (RFC 5322, MIME).

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::super::{queue::OutgoingMail, text::Content};
use crate::user::Email;

/// Builds the message; `None` if the address cannot be used. Every attempt has the same `Message-ID` and date: if the reply of a server is lost,
/// the mailbox recognises the second copy.
pub(super) fn message(from: &Mailbox, host: &str, mail: &OutgoingMail, content: &Content) -> Option<Message> {
    let millis = u64::try_from(mail.created_at.as_millis()).unwrap_or(0);
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, mailbox(&mail.to)?))
        .subject(&content.subject)
        .date(UNIX_EPOCH + Duration::from_millis(millis))
        .message_id(Some(format!("<{}@{host}>", mail.id)))
        // RFC 3834: no vacation notice answers, and no loop of two programs starts.
        .raw_header(header("Auto-Submitted", "auto-generated"))
        // Exchange does not know RFC 3834.
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .multipart(MultiPart::alternative_plain_html(content.text.clone(), content.html.clone()))
        .ok()
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Returns the mailbox of an address: the one of its key. `linu\u{17f}@` has the key of `linus@`, so only the mailbox `linus@` may get the link that
/// proves that key (account takeover by a look-alike address). Upper case stays: some servers need it.
fn mailbox(email: &Email) -> Option<Address> {
    let key = email.key();
    let (local, domain) = key.rsplit_once('@')?;
    let written = email.as_str().rsplit_once('@').map(|(written, _)| written);
    let local = written.filter(|written| written.eq_ignore_ascii_case(local)).unwrap_or(local);
    Address::new(local, domain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_goes_to_the_mailbox_of_the_key() {
        for (written, expected) in [
            ("Ada.L@Corp.Example", "Ada.L@corp.example"),
            ("linu\u{17f}@corp.example", "linus@corp.example"),
            ("\u{ff21}da\u{ff20}corp.example", "ada@corp.example"),
            ("ada@b\u{fc}cher.example", "ada@xn--bcher-kva.example"),
            ("ju\u{308}rgen@corp.example", "j\u{fc}rgen@corp.example"),
        ] {
            let email = written.parse().expect("an address");
            assert_eq!(mailbox(&email).expect("a mailbox").to_string(), expected, "{written}");
        }
    }
}
