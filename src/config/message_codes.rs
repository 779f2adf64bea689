//! Codes by mail and SMS: `VESTIBULE_MESSAGE_CODES` and `VESTIBULE_SMS_…`.

use secrecy::SecretString;
use url::Url;

use super::{message_code_formats::MessageChannel, reader::Reader, settings as s};

/// Settings for codes by mail and SMS.
#[derive(Clone, Debug, Default)]
pub struct MessageCodeSettings {
    /// The offered channels.
    pub channels: Vec<MessageChannel>,
    pub sms: Option<SmsGateway>,
}

/// A gateway that sends SMS.
#[derive(Clone, Debug)]
pub struct SmsGateway {
    pub url: Url,
    /// In Base64, without the prefix. The first one is the newest.
    pub keys: Vec<SecretString>,
    /// `None`: a text in the language of the user.
    pub template: Option<String>,
    /// Most messages of one day.
    pub daily_max: u32,
}

impl MessageCodeSettings {
    /// Returns whether users may use this channel.
    #[must_use]
    pub fn offers(&self, channel: MessageChannel) -> bool {
        self.channels.contains(&channel)
    }
}

pub(super) fn read(reader: &mut Reader<'_>) -> MessageCodeSettings {
    let mut channels: Vec<MessageChannel> = Vec::new();
    for channel in reader.get(&s::MESSAGE_CODES) {
        if channels.contains(&channel) {
            let text = format!("`{}` is listed twice; remove one of them", channel.as_str());
            reader.mistake(&s::MESSAGE_CODES, text);
        } else {
            channels.push(channel);
        }
    }
    let sms = gateway(reader);
    let needs = |reader: &mut Reader<'_>, setting: &str, channel: MessageChannel| {
        let name = channel.as_str();
        let text = format!("`{name}` has no effect without {setting}; add that setting, or remove `{name}`");
        reader.mistake(&s::MESSAGE_CODES, text);
    };
    if channels.contains(&MessageChannel::Email) && !reader.is_set(&s::MAIL_URL) {
        needs(reader, "VESTIBULE_MAIL_URL", MessageChannel::Email);
    }
    if channels.contains(&MessageChannel::Sms) && !reader.is_set(&s::SMS_URL) {
        needs(reader, "VESTIBULE_SMS_URL", MessageChannel::Sms);
    }
    MessageCodeSettings { channels, sms }
}

fn gateway(reader: &mut Reader<'_>) -> Option<SmsGateway> {
    let (url, keys, template) =
        (reader.get(&s::SMS_URL), reader.get(&s::SMS_KEY), reader.get(&s::SMS_TEMPLATE));
    let daily_max = reader.get(&s::SMS_DAILY_MAX);
    let Some(url) = url else {
        if !reader.is_set(&s::SMS_URL) {
            let unused = "it has no effect without VESTIBULE_SMS_URL; add that setting, or remove this one";
            if keys.is_some() {
                reader.mistake(&s::SMS_KEY, unused);
            }
            if template.is_some() {
                reader.mistake(&s::SMS_TEMPLATE, unused);
            }
        }
        return None;
    };
    if keys.is_none() && !reader.is_set(&s::SMS_KEY) {
        reader.mistake(
            &s::SMS_KEY,
            "a value is required with VESTIBULE_SMS_URL; create one with `echo whsec_$(openssl rand -base64 32)`",
        );
    }
    Some(SmsGateway { url, keys: keys?, template, daily_max: u32::try_from(daily_max).unwrap_or(u32::MAX) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Environment, Mistake};

    const URL: (&str, &str) = ("VESTIBULE_SMS_URL", "https://sms.corp.example/messages?token=hunter2");
    const KEY: (&str, &str) = ("VESTIBULE_SMS_KEY", "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH");
    const MAIL: [(&str, &str); 2] =
        [("VESTIBULE_MAIL_URL", "smtp://127.0.0.1:25"), ("VESTIBULE_MAIL_FROM", "auth@corp.example")];

    fn read(settings: &[(&str, &str)]) -> Result<MessageCodeSettings, String> {
        let read = Config::read(&Environment::of(settings.iter().copied()));
        let texts =
            |mistakes: Vec<Mistake>| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        read.map(|(config, _)| config.message_codes).map_err(texts)
    }

    fn codes(channels: &'static str) -> (&'static str, &'static str) {
        ("VESTIBULE_MESSAGE_CODES", channels)
    }

    #[test]
    fn no_channel_is_offered_by_default() {
        let settings = read(&[]).expect("settings");
        assert!(settings.channels.is_empty() && settings.sms.is_none());
    }

    #[test]
    fn channels_are_offered_in_the_order_of_the_setting() {
        let settings = read(&[codes("sms, email"), URL, KEY, MAIL[0], MAIL[1]]).expect("settings");
        assert_eq!(settings.channels, [MessageChannel::Sms, MessageChannel::Email]);
        let gateway = settings.sms.expect("a gateway");
        assert_eq!((gateway.daily_max, gateway.template), (1000, None));
    }

    #[test]
    fn mistakes_name_the_next_step_and_repeat_no_secret() {
        let template = |text: &'static str| ("VESTIBULE_SMS_TEMPLATE", text);
        for (settings, expected) in [
            (
                vec![codes("email")],
                "VESTIBULE_MESSAGE_CODES: `email` has no effect without VESTIBULE_MAIL_URL; add",
            ),
            (
                vec![codes("sms")],
                "VESTIBULE_MESSAGE_CODES: `sms` has no effect without VESTIBULE_SMS_URL; add",
            ),
            (vec![codes("sms,sms"), URL, KEY], "VESTIBULE_MESSAGE_CODES: `sms` is listed twice; remove"),
            (
                vec![codes("phone")],
                "VESTIBULE_MESSAGE_CODES: \"phone\" is not a valid value; write email or sms",
            ),
            (
                vec![codes("sms"), URL],
                "VESTIBULE_SMS_KEY: a value is required with VESTIBULE_SMS_URL; create",
            ),
            (vec![KEY], "VESTIBULE_SMS_KEY: it has no effect without VESTIBULE_SMS_URL; add"),
            (
                vec![template("{code}")],
                "VESTIBULE_SMS_TEMPLATE: it has no effect without VESTIBULE_SMS_URL; add",
            ),
            (vec![URL, KEY, template("your code")], "VESTIBULE_SMS_TEMPLATE: it has no {code}; write"),
            (
                vec![URL, KEY, template("{code} {user}")],
                "VESTIBULE_SMS_TEMPLATE: it has an unknown placeholder",
            ),
            (vec![URL, KEY, template("{code")], "VESTIBULE_SMS_TEMPLATE: it has an unknown placeholder"),
            (
                vec![("VESTIBULE_SMS_URL", "http://sms.corp.example/?token=hunter2"), KEY],
                "VESTIBULE_SMS_URL: it uses http, which is accepted only for localhost; use https",
            ),
            (
                vec![URL, ("VESTIBULE_SMS_KEY", "hunter2")],
                "VESTIBULE_SMS_KEY: it does not begin with whsec_; create",
            ),
            (vec![URL, KEY, ("VESTIBULE_SMS_DAILY_MAX", "0")], "VESTIBULE_SMS_DAILY_MAX: "),
        ] {
            let mistakes = read(&settings).expect_err(expected);
            assert!(mistakes.starts_with(expected), "{mistakes}");
            assert!(!mistakes.contains("hunter2") && !mistakes.contains("BwcH"), "{mistakes}");
        }
    }
}
