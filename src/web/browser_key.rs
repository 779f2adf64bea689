//! The random key of one browser in a short-lived cookie.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::secrets::random;

const LENGTH: usize = 32;

/// Random key of one browser. It binds a login transaction or a pending link to the browser that started it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserKey(String);

impl BrowserKey {
    #[must_use]
    pub fn random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(random::<LENGTH>()))
    }

    /// Parses a cookie value; returns `None` if it does not have our form.
    #[must_use]
    pub fn from_cookie(value: &str) -> Option<Self> {
        (URL_SAFE_NO_PAD.decode(value).ok()?.len() == LENGTH).then(|| Self(value.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
