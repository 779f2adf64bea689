//! One mail, before it is plain text or HTML.

use super::texts::Texts;
use crate::config::Language;

/// What all mails of this service share.
pub(in crate::mail) struct Style {
    pub(super) name: String,
    pub(super) logo: Option<String>,
    pub(super) color: String,
    pub(super) text_color: String,
    pub(super) support_url: Option<String>,
    pub(super) public_url: String,
    pub(super) languages: Vec<Language>,
    /// Whether users may sign in with a password.
    pub(super) passwords: bool,
}

/// One mail in one language, with all values inserted and cleaned.
pub(super) struct Letter<'a> {
    pub(super) style: &'a Style,
    pub(super) texts: &'static Texts,
    pub(super) subject: String,
    pub(super) paragraphs: Vec<String>,
    /// Text and address of the button.
    pub(super) button: Option<(&'static str, &'a str)>,
    pub(super) link_expires: Option<String>,
    pub(super) rows: Vec<(&'static str, String)>,
    pub(super) not_me: Option<&'a str>,
    pub(super) is_notice: bool,
}
