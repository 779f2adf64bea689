//! The mail server.

use lettre::message::Mailbox;

use super::group::Group;
use crate::config::{
    format::{Optional, Parsed, Text},
    mail_formats::{self, MailUrl},
    setting::{Shown, service},
};

settings! {
"Mail" {
    MAIL_URL: Optional<Parsed<MailUrl>> = service(
        "VESTIBULE_MAIL_URL",
        Optional(Parsed(MailUrl::parse, "an `smtps:` or `smtp:` URL of a mail server, or `file:` and a folder")),
        "Mail server for password resets, confirmations of addresses and security notices. `smtps://user@host:465` is encrypted \
         from the start. `smtp://user@host:587?tls=required` requires STARTTLS. `smtp://host:25?tls=opportunistic` encrypts if \
         the server offers it; without `tls`, `smtp` is accepted only for this machine. `file:FOLDER` writes each mail into a \
         file, for development. The certificate of the server must be valid for its name; see `VESTIBULE_CA_FILE`.",
    )
    .unset("the service sends no mail and offers nothing that needs mail")
    .example("smtps://vestibule@mail.example:465")
    .shown(Shown::UrlWithoutSecrets);

    MAIL_PASSWORD: Optional<Text> = service(
        "VESTIBULE_MAIL_PASSWORD",
        Optional(Text("the password of the user in `VESTIBULE_MAIL_URL`")),
        "Password of the user in `VESTIBULE_MAIL_URL`. It is sent only over an encrypted connection, or to this machine.",
    )
    .unset("the service does not authenticate at the mail server")
    .shown(Shown::Secret);

    MAIL_FROM: Optional<Parsed<Mailbox>> = service(
        "VESTIBULE_MAIL_FROM",
        Optional(Parsed(mail_formats::from, "an address, or a name and an address in angle brackets")),
        "Sender of all mails. Required with `VESTIBULE_MAIL_URL`. The mail server must be allowed to send mail of this domain.",
    )
    .unset("no sender")
    .example("Corp <no-reply@corp.example>");
}
}
