//! Reads settings from an environment and collects every mistake.

use std::fs;

use super::{
    environment::Environment,
    format::{Format, Required},
    mistake::Mistake,
    setting::{About, Entry, Setting, Shown, is_provider_name},
    settings,
};

/// Suffix of the setting that names a file with the value.
const FILE: &str = "_FILE";
/// Maximum number of edits between a misspelled name and the setting that is suggested for it.
const SUGGESTION_DISTANCE: usize = 5;

/// The value that a setting has in effect.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effective {
    pub name: String,
    /// `(set)` for a secret.
    pub value: String,
    /// `default`, `environment`, `.env` or `file`.
    pub origin: &'static str,
}

pub(super) struct Reader<'e> {
    environment: &'e Environment,
    /// The names of the table, in its order: those of the service, then those of each provider.
    known: Vec<String>,
    mistakes: Vec<Mistake>,
    effective: Vec<Effective>,
}

impl<'e> Reader<'e> {
    pub(super) fn new(environment: &'e Environment) -> Self {
        let known = settings::all().map(Entry::about);
        let known = known.filter(|about| !about.is_of_each_provider()).map(|about| about.name("")).collect();
        Self { environment, known, mistakes: Vec::new(), effective: Vec::new() }
    }

    /// Returns the reader for the settings of one provider, which are known from now on.
    pub(super) fn provider<'r>(&'r mut self, name: &'r str) -> ProviderReader<'r, 'e> {
        let known = settings::all().map(Entry::about).filter(|about| about.is_of_each_provider());
        self.known.extend(known.map(|about| about.name(name)));
        ProviderReader { reader: self, provider: name }
    }

    /// Returns the value. After a mistake, returns the default, so that reading continues and finds the other mistakes.
    pub(super) fn get<F: Format>(&mut self, setting: &Setting<F>) -> F::Value {
        self.read("", setting).unwrap_or_else(|| default(setting))
    }

    pub(super) fn is_set<F>(&self, setting: &Setting<F>) -> bool {
        self.is_set_by_name(&setting.about().name(""))
    }

    pub(super) fn mistake<F>(&mut self, setting: &Setting<F>, text: impl Into<String>) {
        self.mistakes.push(Mistake::new(setting.about().name(""), text));
    }

    fn is_set_by_name(&self, name: &str) -> bool {
        self.environment.get(name).is_some() || self.environment.get(&format!("{name}{FILE}")).is_some()
    }

    /// Returns the value, or `None` after a mistake.
    fn read<F: Format>(&mut self, provider: &str, setting: &Setting<F>) -> Option<F::Value> {
        let about = setting.about();
        let name = about.name(provider);
        let (text, origin) = match self.text(&name, about.default) {
            Ok(found) => found,
            Err(mistake) => {
                self.mistakes.push(mistake);
                return None;
            }
        };
        let value = setting.parse(&text);
        self.effective.push(Effective { name: name.clone(), value: shown(about, text, origin), origin });
        value.map_err(|text| self.mistakes.push(Mistake::new(name, text))).ok()
    }

    /// Returns the text of a setting and its origin.
    fn text(&self, name: &str, default: &str) -> Result<(String, &'static str), Mistake> {
        let file = format!("{name}{FILE}");
        match (self.environment.get(name), self.environment.get(&file)) {
            (Some(_), Some(_)) => {
                Err(Mistake::new(name, format!("both {name} and {file} are set; remove one of them")))
            }
            (Some((text, origin)), None) => Ok((text.to_owned(), origin)),
            (None, Some((path, _))) => match fs::read_to_string(path) {
                Ok(text) if text.trim().is_empty() => {
                    Err(Mistake::new(file, format!("the file {path:?} is empty; write the value into it")))
                }
                Ok(text) => Ok((text.trim().to_owned(), "file")),
                Err(error) => {
                    let text =
                        format!("the file {path:?} cannot be read: {error}; check its path and permissions");
                    Err(Mistake::new(file, text))
                }
            },
            (None, None) => Ok((default.to_owned(), "default")),
        }
    }

    /// Returns all settings in effect, in the order of the table, or all mistakes. A name that is not in the table is a mistake: it is probably a
    /// misspelled setting, and its value would be ignored.
    pub(super) fn finish(mut self) -> Result<Vec<Effective>, Vec<Mistake>> {
        for name in self.environment.names() {
            let plain = name.strip_suffix(FILE).unwrap_or(name);
            if !self.known.iter().any(|known| known == plain || known == name) {
                self.mistakes.push(Mistake::new(name, unknown(plain, &self.known)));
            }
        }
        self.effective.sort_by_key(|setting| self.known.iter().position(|name| *name == setting.name));
        if self.mistakes.is_empty() { Ok(self.effective) } else { Err(self.mistakes) }
    }
}

/// Reads the settings of one provider.
pub(super) struct ProviderReader<'r, 'e> {
    reader: &'r mut Reader<'e>,
    provider: &'r str,
}

impl ProviderReader<'_, '_> {
    /// Returns the value, or the default after a mistake.
    pub(super) fn get<F: Format>(&mut self, setting: &Setting<F>) -> F::Value {
        self.reader.read(self.provider, setting).unwrap_or_else(|| default(setting))
    }

    /// Returns the value of a required setting, or `None` after a mistake.
    pub(super) fn require<F: Format>(&mut self, setting: &Setting<Required<F>>) -> Option<F::Value> {
        self.reader.read(self.provider, setting)
    }

    pub(super) fn is_set<F>(&self, setting: &Setting<F>) -> bool {
        self.reader.is_set_by_name(&setting.about().name(self.provider))
    }

    pub(super) fn mistake<F>(&mut self, setting: &Setting<F>, text: impl Into<String>) {
        self.reader.mistakes.push(Mistake::new(setting.about().name(self.provider), text));
    }
}

fn default<F: Format>(setting: &Setting<F>) -> F::Value {
    setting.parse(setting.about().default).expect("a test reads the default of every setting")
}

fn shown(about: &About, text: String, origin: &str) -> String {
    match about.shown {
        Shown::Secret if origin != "default" => "(set)".to_owned(),
        Shown::UrlWithoutSecrets => without_secrets(&text),
        Shown::Secret | Shown::Plain => text,
    }
}

/// Removes the user information and the query of a URL: either may contain a password.
fn without_secrets(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    format!("{scheme}://{rest}")
}

fn unknown(name: &str, known: &[String]) -> String {
    let distances = known.iter().map(|known| (strsim::damerau_levenshtein(name, known), known));
    match distances.min().filter(|(distance, _)| *distance <= SUGGESTION_DISTANCE) {
        Some((_, nearest)) => format!("this is not a setting; did you mean {nearest}?"),
        None if is_provider_name(name) => {
            "this is not a setting of a provider in VESTIBULE_PROVIDERS; add the provider there or correct the name"
                .to_owned()
        }
        None => "this is not a setting; .env.example lists all settings".to_owned(),
    }
}
