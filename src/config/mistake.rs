use std::fmt;

#[derive(Clone, Debug, serde::Serialize)]
pub struct Mistake {
    /// Name of the setting, or `.env`.
    pub name: String,
    /// The problem and the next step. Never contains a secret.
    pub text: String,
}

impl Mistake {
    pub(crate) fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.text)
    }
}
