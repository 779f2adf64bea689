//! The environment as a value, which tests can build.

use std::{collections::BTreeMap, fs, io::ErrorKind};

use super::{dotenv, mistake::Mistake, setting::PREFIX};

const DOTENV: &str = ".env";

/// Names and values, each with its origin.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, (String, &'static str)>);

impl Environment {
    /// Returns the process environment. It overrides the file `.env` of the working directory.
    ///
    /// # Errors
    /// Every line of `.env` that cannot be read.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the process environment")]
    pub fn of_process() -> Result<Self, Vec<Mistake>> {
        let file = match fs::read_to_string(DOTENV) {
            Ok(text) => dotenv::read(&text, PREFIX)?,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                let text = format!("the file cannot be read: {error}; correct or remove it");
                return Err(vec![Mistake::new(DOTENV, text)]);
            }
        };
        let mut values: BTreeMap<_, _> =
            file.into_iter().map(|(name, value)| (name, (value, DOTENV))).collect();
        // A variable that is not UTF-8 cannot be a setting.
        let texts = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        values.extend(texts.map(|(name, value)| (name, (value, "environment"))));
        Ok(Self(values))
    }

    /// Returns an environment with only these values.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), (value.to_owned(), "environment"));
        Self(pairs.into_iter().map(owned).collect())
    }

    /// Returns a value and its origin. An empty value counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<(&str, &'static str)> {
        let (value, origin) = self.0.get(name)?;
        Some((value.trim(), *origin)).filter(|(value, _)| !value.is_empty())
    }

    /// Returns the names of our settings that have a value.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.0.keys().map(String::as_str).filter(|name| name.starts_with(PREFIX));
        names.filter(|name| self.get(name).is_some())
    }
}
