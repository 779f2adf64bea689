use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use crate::finding::{Finding, FindingCode, Severity};

/// A set-up that works at first, until it locks users out or exposes secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub code: FindingCode,
    /// Name of the setting, or path of the file.
    pub name: String,
    /// Never contains a secret.
    pub problem: String,
    /// The next step.
    pub fix: String,
}

impl Warning {
    pub(super) fn new(
        code: FindingCode,
        name: impl Into<String>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { code, name: name.into(), problem: problem.into(), fix: fix.into() }
    }

    /// Returns whether users will be locked out, or a secret is exposed. Otherwise it is a notice.
    #[must_use]
    pub fn is_serious(&self) -> bool {
        self.code.severity() != Severity::Note
    }

    /// Returns `warning` or `notice`.
    #[must_use]
    pub fn level(&self) -> &'static str {
        if self.is_serious() { "warning" } else { "notice" }
    }

    /// Returns the problem and the next step.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}; {}", self.problem, self.fix)
    }
}

impl From<Warning> for Finding {
    fn from(warning: Warning) -> Self {
        let fix = if warning.name.starts_with("VESTIBULE_") {
            format!("{}: {}", warning.name, warning.fix)
        } else {
            warning.fix
        };
        Self::new(warning.code, warning.name, warning.problem, fix)
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Warning", 4)?;
        members.serialize_field("severity", self.level())?;
        members.serialize_field("code", &self.code)?;
        members.serialize_field("name", &self.name)?;
        members.serialize_field("text", &self.text())?;
        members.end()
    }
}
