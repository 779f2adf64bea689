//! The text of an SMS.

use crate::config::{Config, Language, SmsGateway, language_of};

/// The last line binds the code to the host (WICG, "Origin-bound one-time codes delivered via SMS"): a browser fills it in on pages of this
/// host only, and not on a page of an attacker.
const LAST_LINE: &str = "\n\n@{host} #{code}";

pub(super) struct Style {
    name: String,
    host: String,
    languages: Vec<Language>,
    template: Option<String>,
}

impl Style {
    pub(super) fn new(config: &Config, gateway: &SmsGateway) -> Self {
        Self {
            name: config.brand.name.clone().unwrap_or_else(|| "Vestibule".to_owned()),
            host: config.public_url.host.clone(),
            languages: config.brand.languages.clone(),
            template: gateway.template.clone(),
        }
    }

    /// Writes a message in the language of its user.
    pub(super) fn text(&self, locale: Option<&str>, code: &str) -> String {
        let default = || format!("{}{LAST_LINE}", sentence(language_of(&self.languages, locale)));
        let template = self.template.clone().unwrap_or_else(default);
        // In one pass: a name that contains a placeholder is not replaced.
        let parts = template.split('{').enumerate().map(|(at, part)| match part.split_once('}') {
            Some(("code", rest)) if at > 0 => format!("{code}{rest}"),
            Some(("name", rest)) if at > 0 => format!("{}{rest}", self.name),
            Some(("host", rest)) if at > 0 => format!("{}{rest}", self.host),
            Some(_) | None if at > 0 => format!("{{{part}"),
            Some(_) | None => part.to_owned(),
        });
        parts.collect()
    }
}

fn sentence(language: Language) -> &'static str {
    match language {
        Language::En => "{code} is your code for {name}, valid for 10 minutes. Never pass it on.",
        Language::De => "{code} ist Ihr Code für {name}, 10 Minuten gültig. Geben Sie ihn nie weiter.",
        Language::Fr => "{code} est votre code pour {name}, valable 10 minutes. Ne le communiquez jamais.",
        Language::Es => "{code} es su código para {name}, válido durante 10 minutos. No lo comparta nunca.",
        Language::Ar => "{code} هو رمزك في {name}، صالح لمدة 10 دقائق. لا تشاركه أبدًا.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(template: Option<&str>) -> Style {
        Style {
            name: "Corp {code}".to_owned(),
            host: "id.corp.example".to_owned(),
            languages: vec![Language::En, Language::De, Language::Fr, Language::Es, Language::Ar],
            template: template.map(str::to_owned),
        }
    }

    #[test]
    fn each_language_has_the_code_and_the_line_for_browsers() {
        let mut seen = Vec::new();
        for locale in ["en", "de-CH", "fr", "es", "ar"] {
            let text = style(None).text(Some(locale), "01234567");
            assert!(text.contains("01234567") && text.contains("Corp {code}"), "{text}");
            assert_eq!(text.lines().last(), Some("@id.corp.example #01234567"), "{text}");
            assert!(!seen.contains(&text), "{locale} has a text of its own");
            seen.push(text);
        }
        assert_eq!(style(None).text(Some("pt"), "01234567"), seen[0], "the first language of the service");
    }

    #[test]
    fn operator_can_write_the_text() {
        let text = style(Some("{name}: {code} ({host})")).text(Some("de"), "01234567");
        assert_eq!(text, "Corp {code}: 01234567 (id.corp.example)");
    }
}
