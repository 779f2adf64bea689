//! What users see of the organisation: name, logo, colour, support link and languages.

mod color;
mod logo;

use serde::Serialize;
use url::Url;

pub use self::color::Color;
pub use self::logo::{Logo, LogoFile};
use super::{message_code_formats::MessageChannel, warning::Warning};
use crate::invisible::is_invisible;

/// Longest name, in characters: it is in the title of every page, and twice in the QR code of an authenticator app.
const NAME_MAX: usize = 40;
/// Path at which the service serves a logo from a file.
pub const LOGO_PATH: &str = "/vestibule/brand-logo";

/// The settings `VESTIBULE_BRAND_…`.
#[derive(Clone, Debug)]
pub struct Brand {
    pub name: Option<String>,
    pub logo: Option<Logo>,
    pub color: Option<Color>,
    pub support_url: Option<Url>,
    /// The default first.
    pub languages: Vec<Language>,
}

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    En,
    De,
    Fr,
    Es,
    Ar,
}

pub(super) const LANGUAGES: &[(&str, Language)] = &[
    ("en", Language::En),
    ("de", Language::De),
    ("fr", Language::Fr),
    ("es", Language::Es),
    ("ar", Language::Ar),
];

/// Returns the language of a user with this language tag, if the service has it, otherwise its first one.
#[must_use]
pub fn language_of(languages: &[Language], locale: Option<&str>) -> Language {
    let primary = locale.and_then(|locale| locale.split(['-', '_']).next()).map(str::to_ascii_lowercase);
    let known =
        LANGUAGES.iter().find(|(tag, _)| primary.as_deref() == Some(tag)).map(|(_, language)| *language);
    let wanted = known.filter(|language| languages.contains(language));
    wanted.or_else(|| languages.first().copied()).unwrap_or(Language::En)
}

/// What pages need to know: in `index.html`, and in `GET /api/auth/providers` for applications with pages of their own.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageSettings {
    pub(super) brand: BrandView,
    pub(super) languages: Vec<Language>,
    /// Lifetime of a session on a remembered device in seconds; `null` if it is not offered.
    pub(super) remember: Option<u64>,
    /// Whether the service sends mail: a forgotten password can be reset.
    pub(super) mail: bool,
    /// For how many days a user can trust a device in place of a second factor; `null` if it is not offered.
    pub(super) trust_days: Option<u64>,
    /// Shortest new password, in characters.
    pub(super) min_password_length: usize,
    /// Whether users may sign in with a password.
    pub(super) passwords: bool,
    /// Whether users may add and use passkeys.
    pub(super) passkeys: bool,
    /// The channels by which users may get codes as a second factor.
    pub(super) message_codes: Vec<MessageChannel>,
}

#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Brand")]
pub(super) struct BrandView {
    name: Option<String>,
    logo: Option<String>,
    color: Option<String>,
    support_url: Option<String>,
}

impl Brand {
    /// Returns what pages show of the brand.
    pub(super) fn view(&self, public_url: &str) -> BrandView {
        BrandView {
            name: self.name.clone(),
            logo: self.logo_url(public_url),
            color: self.color.map(|color| color.to_string()),
            support_url: self.support_url.as_ref().map(Url::to_string),
        }
    }

    /// Returns the address of the logo. One from a file has an absolute address, too: pages at other origins and mails show it.
    #[must_use]
    pub fn logo_url(&self, public_url: &str) -> Option<String> {
        self.logo.as_ref().map(|logo| match logo {
            Logo::Url(url) => url.to_string(),
            Logo::File(_) => format!("{public_url}{LOGO_PATH}"),
        })
    }

    /// Returns the warning about a colour on which text is hard to read.
    pub(super) fn warnings(&self, setting: &str) -> Option<Warning> {
        self.color.and_then(|color| color.warning(setting))
    }
}

/// Reads the name of the organisation.
pub(super) fn name(text: &str) -> Result<String, String> {
    if text.chars().count() > NAME_MAX {
        return Err(format!("{text:?} is longer than {NAME_MAX} characters; shorten it"));
    }
    if text.contains(is_invisible) {
        return Err(format!("{text:?} contains an invisible character; remove it"));
    }
    Ok(text.to_owned())
}

/// Reads the colour of buttons and links.
pub(super) fn color(text: &str) -> Result<Color, String> {
    Color::parse(text).ok_or_else(|| {
        format!("{text:?} is not a colour; write # and three or six hexadecimal digits, for example #125c68")
    })
}

/// Reads the address for help. Other schemes are refused: `javascript:` in a link runs a script.
pub(super) fn support_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| match url.scheme() {
        "https" => url.host_str().is_some(),
        "mailto" => {
            url.path().split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        }
        _ => false,
    });
    url.ok_or_else(|| {
        format!("{text:?} is neither an https URL nor a mailto URL; write for example https://corp.example/help or mailto:help@corp.example")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_is_short_and_visible() {
        assert_eq!(name("Müller & Söhne <AG>"), Ok("Müller & Söhne <AG>".to_owned()));
        assert!(name(&"a".repeat(40)).is_ok());
        for text in [&*"a".repeat(41), "Corp\u{202e}", "Corp\nx", "Co\u{200b}rp"] {
            assert!(name(text).is_err(), "{text:?}");
        }
    }

    // A link of the sign-in page that runs a script would read what users type.
    #[test]
    fn support_link_runs_no_script() {
        for text in ["https://corp.example/help?topic=login", "mailto:help@corp.example?subject=Login"] {
            assert!(support_url(text).is_ok(), "{text}");
        }
        for text in [
            "javascript:alert(1)",
            "JavaScript://corp.example/%0aalert(1)",
            "data:text/html,x",
            "http://corp.example",
            "mailto:",
            "mailto:@corp.example",
            "help@corp.example",
            "/help",
            "//corp.example",
        ] {
            assert!(support_url(text).is_err(), "{text}");
        }
    }
}
