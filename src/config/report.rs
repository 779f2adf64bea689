use std::path::PathBuf;

use super::{
    setting::{About, Shown},
    warning::Warning,
};
use crate::finding::FindingCode;

/// What `vestibule check` shows beside mistakes.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Every setting, in the order of the documentation.
    pub settings: Vec<Effective>,
    pub warnings: Vec<Warning>,
    /// Variables with our prefix that Kubernetes or Docker set.
    pub ignored: Vec<String>,
    /// Files that settings name.
    pub files: Vec<SecretFile>,
}

/// The value that a setting has in effect.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Setting")]
pub struct Effective {
    pub name: String,
    /// `(set)` for a secret.
    pub value: String,
    /// The value is never shown.
    pub is_secret: bool,
    /// The provider that has the setting.
    #[serde(skip)]
    pub provider: Option<String>,
    /// `default`, `environment`, `.env` or `file`.
    pub origin: &'static str,
    /// The source with another value, which is not in effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overrides: Option<&'static str>,
}

/// A file with the value of a setting.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SecretFile {
    /// The setting that names the file.
    pub name: String,
    pub path: PathBuf,
}

impl Report {
    /// Reports a value of `.env` that the environment overrides.
    pub(super) fn overridden(&mut self, about: &About, name: &str, text: &str, other: Option<&str>) {
        let Some(other) = other else { return };
        let problem = if about.shown == Shown::Plain {
            format!("the environment sets {text:?} and overrides {other:?} of .env")
        } else {
            "the environment overrides another value of .env".to_owned()
        };
        let code = FindingCode::SettingOverridden;
        self.warnings.push(Warning::new(code, name, problem, "remove one of them"));
    }
}
