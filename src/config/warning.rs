/// A set-up that works at first, until it locks users out or exposes secrets.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Warning {
    pub severity: Severity,
    /// Name of the setting, or path of the file.
    pub name: String,
    /// The problem and the next step. Never contains a secret.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Users will be locked out, or a secret is exposed.
    Warning,
    /// Probably not intended.
    Notice,
}

impl Severity {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

impl Warning {
    pub(super) fn new(severity: Severity, name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { severity, name: name.into(), text: text.into() }
    }
}
