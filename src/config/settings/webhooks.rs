//! Webhooks: messages to other systems about changes of users.

use secrecy::SecretString;
use url::Url;

use super::group::Group;
use crate::config::{
    format::{Choice, List, Parsed, Required, Word},
    setting::{Shown, service, webhook},
    webhook_formats::{self, WEBHOOK_TYPES, WebhookType},
};

settings! {
"Webhooks" {
    WEBHOOKS: List<Word> = service(
        "VESTIBULE_WEBHOOKS",
        List(Word("a name of `a-z`, `0-9` and `-`")),
        "Names of the webhooks: other systems that get a signed message when a user is created, changed or deleted. Each has the settings \
         below; their names contain the webhook's name in upper case with `_` for `-`, so `crm` has `VESTIBULE_WEBHOOK_CRM_URL`. A new \
         name gets the changes from its first start on. At most 20.",
    )
    .unset("no messages to other systems")
    .example("crm,audit-log");
}

"Each webhook" {
    WEBHOOK_URL: Required<Parsed<Url>> = webhook(
        "URL",
        Required(
            Parsed(webhook_formats::url, "an https URL, or an http URL on localhost"),
            "write the address that accepts the messages",
        ),
        "Address to which messages are posted. Redirects are not followed. https requests use `VESTIBULE_HTTPS_PROXY` and \
         `VESTIBULE_CA_FILE`. The address is trusted: this service connects to whatever it names, also inside the network.",
    )
    .example("https://crm.corp.example/hooks/vestibule")
    .shown(Shown::UrlWithoutSecrets);

    WEBHOOK_SECRET: Required<Parsed<Vec<SecretString>>> = webhook(
        "SECRET",
        Required(
            Parsed(webhook_formats::secrets, "`whsec_` and 24 to 64 bytes in Base64; during a rotation the new and the old one, separated by a comma"),
            "create one with `echo whsec_$(openssl rand -base64 32)`",
        ),
        "Secret that signs the messages, the same at the receiver. With two, each message has two signatures: add the new one here first, \
         change the receiver, then remove the old one.",
    )
    .shown(Shown::Secret);

    WEBHOOK_EVENTS: List<Choice<WebhookType>> = webhook(
        "EVENTS",
        List(WEBHOOK_TYPES),
        "Types of messages that the webhook gets.",
    )
    .unset("all types, also those of later versions")
    .example("user.created,user.deleted");
}
}
