//! `VESTIBULE_WEBHOOKS` and, for each name in it, `VESTIBULE_WEBHOOK_<NAME>_…`.

use secrecy::SecretString;
use url::Url;

use super::{
    reader::{NamedReader, Reader, without_secrets},
    settings as s,
    webhook_formats::{WebhookType, name},
};

/// Each webhook has a task and a connection of its own.
const WEBHOOKS_MAX: usize = 20;

/// Another system that gets messages about changes of users.
#[derive(Clone, Debug)]
pub struct WebhookConfig {
    /// Part of the paths of the API: `a-z 0-9 -`.
    pub name: String,
    pub url: Url,
    /// In Base64, without the prefix. The first one is the newest.
    pub secrets: Vec<SecretString>,
    /// Empty: all types.
    types: Vec<WebhookType>,
}

impl WebhookConfig {
    /// Returns whether the webhook gets messages of this type.
    #[must_use]
    pub fn wants(&self, wanted: WebhookType) -> bool {
        self.types.is_empty() || self.types.contains(&wanted)
    }

    /// Returns the types that the webhook gets.
    #[must_use]
    pub fn types(&self) -> Vec<WebhookType> {
        WebhookType::all().filter(|wanted| self.wants(*wanted)).collect()
    }

    /// Returns the address without its query, which may contain a token.
    #[must_use]
    pub fn shown_url(&self) -> String {
        without_secrets(self.url.as_str())
    }

    /// Returns the full name of one of its settings: `VESTIBULE_WEBHOOK_CRM_URL` for `URL`.
    #[must_use]
    pub fn setting(&self, suffix: &str) -> String {
        format!("VESTIBULE_WEBHOOK_{}_{suffix}", self.name.to_ascii_uppercase().replace('-', "_"))
    }
}

/// Reads all webhooks in the order of their names.
pub(super) fn read(reader: &mut Reader<'_>) -> Vec<WebhookConfig> {
    let names = names(reader);
    names.iter().filter_map(|name| webhook(&mut reader.webhook(name), name)).collect()
}

/// Reads the names. An invalid one is left out, so that the mistakes in the settings of the other webhooks are found as well.
fn names(reader: &mut Reader<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for text in reader.get(&s::WEBHOOKS) {
        match name(&text) {
            Ok(name) if names.contains(&name) => {
                reader.mistake(&s::WEBHOOKS, format!("{name:?} is listed twice; remove one of them"));
            }
            Ok(name) => names.push(name),
            Err(mistake) => reader.mistake(&s::WEBHOOKS, mistake),
        }
    }
    if names.len() > WEBHOOKS_MAX {
        reader.mistake(&s::WEBHOOKS, format!("it has more than {WEBHOOKS_MAX} names; remove some of them"));
    }
    names
}

/// Returns `None` after a mistake.
fn webhook(reader: &mut NamedReader<'_, '_>, name: &str) -> Option<WebhookConfig> {
    let url = reader.require(&s::WEBHOOK_URL);
    let secrets = reader.require(&s::WEBHOOK_SECRET);
    let types = reader.get(&s::WEBHOOK_EVENTS);
    Some(WebhookConfig { name: name.to_owned(), url: url?, secrets: secrets?, types })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Environment};

    const SECRET: &str = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
    const URL: &str = "https://crm.corp.example/hook?token=hunter2";

    fn read(settings: &[(&str, &str)]) -> Result<Vec<WebhookConfig>, String> {
        let read = Config::read(&Environment::of(settings.iter().copied()));
        let texts = |mistakes: Vec<crate::config::Mistake>| {
            mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        read.map(|(config, _)| config.webhooks).map_err(texts)
    }

    #[test]
    fn webhook_gets_all_types_or_those_that_are_named() {
        let named = ("VESTIBULE_WEBHOOKS", "crm");
        let (url, secret) = (("VESTIBULE_WEBHOOK_CRM_URL", URL), ("VESTIBULE_WEBHOOK_CRM_SECRET", SECRET));
        let all = read(&[named, url, secret]).expect("a webhook");
        assert!(WebhookType::all().all(|wanted| all[0].wants(wanted)));
        let events = ("VESTIBULE_WEBHOOK_CRM_EVENTS", "user.created, user.deleted");
        let two = read(&[named, url, secret, events]).expect("a webhook");
        assert_eq!(two[0].types(), [WebhookType::UserCreated, WebhookType::UserDeleted]);
        assert_eq!(two[0].shown_url(), "https://crm.corp.example/hook");
        assert!(!format!("{two:?}").contains("BwcH"), "no secret in a log");
    }

    #[test]
    fn mistakes_name_the_setting_and_repeat_no_secret() {
        let named = ("VESTIBULE_WEBHOOKS", "crm");
        let (url, secret) = (("VESTIBULE_WEBHOOK_CRM_URL", URL), ("VESTIBULE_WEBHOOK_CRM_SECRET", SECRET));
        for (settings, expected) in [
            (vec![named, secret], "VESTIBULE_WEBHOOK_CRM_URL: a value is required"),
            (vec![named, url], "VESTIBULE_WEBHOOK_CRM_SECRET: a value is required"),
            (
                vec![named, url, ("VESTIBULE_WEBHOOK_CRM_SECRET", "hunter2")],
                "VESTIBULE_WEBHOOK_CRM_SECRET: it does not",
            ),
            (
                vec![named, url, secret, ("VESTIBULE_WEBHOOK_CRM_EVENTS", "user.gone")],
                "VESTIBULE_WEBHOOK_CRM_EVENTS: ",
            ),
            (
                vec![("VESTIBULE_WEBHOOKS", "crm,crm"), url, secret],
                "VESTIBULE_WEBHOOKS: \"crm\" is listed twice",
            ),
            (vec![("VESTIBULE_WEBHOOKS", "Crm")], "VESTIBULE_WEBHOOKS: \"Crm\" is not the name"),
            (
                vec![url, secret],
                "VESTIBULE_WEBHOOK_CRM_SECRET: this is not a setting of a webhook in VESTIBULE_WEBHOOKS",
            ),
        ] {
            let mistakes = read(&settings).expect_err(expected);
            assert!(mistakes.starts_with(expected), "{mistakes}");
            assert!(!mistakes.contains("hunter2") && !mistakes.contains("BwcH"), "{mistakes}");
        }
    }
}
