//! Codes by mail and SMS.

use secrecy::SecretString;
use url::Url;

use super::group::Group;
use crate::config::{
    format::{Choice, List, Number, Optional, Parsed},
    message_code_formats::{self, MESSAGE_CHANNELS, MessageChannel},
    setting::{Shown, service},
    webhook_formats,
};

settings! {
"Codes by mail and SMS" {
    MESSAGE_CODES: List<Choice<MessageChannel>> = service(
        "VESTIBULE_MESSAGE_CODES",
        List(MESSAGE_CHANNELS),
        "Channels by which users may get codes as a second factor: `email` needs `VESTIBULE_MAIL_URL`, `sms` needs `VESTIBULE_SMS_URL`. \
         NIST SP 800-63B-4 restricts such codes, so they are a fallback: an administrator needs an authenticator app or a passkey, too.",
    )
    .unset("no codes by mail or SMS")
    .example("email,sms");

    SMS_URL: Optional<Parsed<Url>> = service(
        "VESTIBULE_SMS_URL",
        Optional(Parsed(webhook_formats::url, "an https URL, or an http URL on localhost")),
        "Gateway that sends SMS: each message is a signed POST with `to`, `text` and `id` in JSON. Redirects are not followed. https \
         requests use `VESTIBULE_HTTPS_PROXY` and `VESTIBULE_CA_FILE`.",
    )
    .unset("no SMS")
    .example("https://sms.corp.example/messages")
    .shown(Shown::UrlWithoutSecrets);

    SMS_KEY: Optional<Parsed<Vec<SecretString>>> = service(
        "VESTIBULE_SMS_KEY",
        Optional(Parsed(webhook_formats::secrets, "`whsec_` and 24 to 64 bytes in Base64; during a rotation the new and the old one, separated by a comma")),
        "Secret that signs the messages to the SMS gateway, as the secret of a webhook. Required with `VESTIBULE_SMS_URL`.",
    )
    .unset("no key")
    .shown(Shown::Secret);

    SMS_TEMPLATE: Optional<Parsed<String>> = service(
        "VESTIBULE_SMS_TEMPLATE",
        Optional(Parsed(message_code_formats::template, "a text with `{code}`, and with `{name}` and `{host}` where wanted; `\\n` is a new line")),
        "Text of the SMS. `{name}` is the name of the service. A last line `@{host} #{code}` lets browsers fill in the code on the pages of \
         this host only.",
    )
    .unset("a text in the language of the user, with such a last line")
    .example("{code} is your code for {name}.\\n\\n@{host} #{code}");

    SMS_DAILY_MAX: Number = service(
        "VESTIBULE_SMS_DAILY_MAX",
        Number(1, 10_000_000),
        "Most SMS of one day (UTC), of all replicas together. It bounds the cost of an attack that requests many messages.",
    )
    .default("1000");
}
}
