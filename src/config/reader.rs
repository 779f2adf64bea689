//! Reads settings from an environment and collects every mistake.

use std::path::{Path, PathBuf};

use super::{
    environment::Environment,
    format::{Format, Required},
    mistake::Mistake,
    report::{Effective, Report, SecretFile},
    service_link::is_service_link,
    setting::{About, Entry, PREFIX, Scope, Setting, Shown, scope_of},
    settings, value_warning,
};
use crate::secrets::read_secret_file;

/// Suffix of the setting that names a file with the value.
const FILE: &str = "_FILE";
/// Maximum number of edits between a misspelled name and the setting that is suggested for it.
const SUGGESTION_DISTANCE: usize = 5;
const DEFAULT: &str = "default";

pub(super) struct Reader<'e> {
    environment: &'e Environment,
    /// The names of the table, in its order: those of the service, then those of each webhook and of each provider.
    known: Vec<String>,
    mistakes: Vec<Mistake>,
    report: Report,
}

/// The text of a setting.
struct Found {
    text: String,
    origin: &'static str,
    /// The other value of `.env`.
    overridden: Option<String>,
    /// The file that contains the value, with the name of the setting that names it.
    file: Option<SecretFile>,
}

impl<'e> Reader<'e> {
    pub(super) fn new(environment: &'e Environment) -> Self {
        let known = settings::all().map(Entry::about);
        let known =
            known.filter(|about| about.scope() == Scope::Service).map(|about| about.name("")).collect();
        Self { environment, known, mistakes: environment.mistakes().to_vec(), report: Report::default() }
    }

    /// Returns the reader for the settings of one provider, which are known from now on.
    pub(super) fn provider<'r>(&'r mut self, name: &'r str) -> NamedReader<'r, 'e> {
        self.named(Scope::EachProvider, name)
    }

    /// Returns the reader for the settings of one webhook, which are known from now on.
    pub(super) fn webhook<'r>(&'r mut self, name: &'r str) -> NamedReader<'r, 'e> {
        self.named(Scope::EachWebhook, name)
    }

    fn named<'r>(&'r mut self, scope: Scope, name: &'r str) -> NamedReader<'r, 'e> {
        let known = settings::all().map(Entry::about).filter(|about| about.scope() == scope);
        self.known.extend(known.map(|about| about.name(name)));
        NamedReader { reader: self, name }
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
        let is_set =
            |name: &str| self.environment.get(name).is_some() || self.environment.is_unreadable(name);
        is_set(name) || is_set(&format!("{name}{FILE}"))
    }

    /// Returns the value, or `None` after a mistake.
    fn read<F: Format>(&mut self, of: &str, setting: &Setting<F>) -> Option<F::Value> {
        let about = setting.about();
        let name = about.name(of);
        // An unreadable value is a mistake already. The default must not hide it: it may be weaker.
        if [&name, &format!("{name}{FILE}")].into_iter().any(|name| self.environment.is_unreadable(name)) {
            return None;
        }
        let found = self.find(&name, about.default).map_err(|mistake| self.mistakes.push(mistake)).ok()?;
        let is_verbatim = setting.is_verbatim();
        let text =
            if is_verbatim && about.shown == Shown::Secret { found.text.as_str() } else { found.text.trim() };
        let value = setting.parse(text);
        if is_verbatim && found.origin != DEFAULT && value.is_ok() {
            let warnings = value_warning::of(&name, text, about.shown == Shown::Secret);
            self.report.warnings.extend(warnings);
        }
        self.report.overridden(about, &name, text, found.overridden.as_deref());
        self.report.settings.push(Effective {
            value: shown(about, text, found.origin),
            is_secret: about.shown == Shown::Secret,
            provider: (about.scope() == Scope::EachProvider).then(|| of.to_owned()),
            overrides: found.overridden.map(|_| ".env"),
            name: name.clone(),
            origin: found.origin,
        });
        self.report.files.extend(found.file);
        value.map_err(|text| self.mistakes.push(Mistake::new(name, text))).ok()
    }

    /// Returns the text of a setting and its origin.
    fn find(&self, name: &str, default: &str) -> Result<Found, Mistake> {
        let file = format!("{name}{FILE}");
        match (self.environment.get(name), self.environment.get(&file)) {
            (Some(_), Some(_)) => {
                Err(Mistake::new(name, format!("both {name} and {file} are set; remove one of them")))
            }
            (Some(variable), None) => Ok(Found {
                text: variable.text.clone(),
                origin: variable.origin,
                overridden: variable.overridden.clone(),
                file: None,
            }),
            (None, Some(variable)) => {
                let path = variable.text.trim();
                let text = read_secret_file(Path::new(path))
                    .map_err(|problem| Mistake::new(&file, format!("the file {path:?} {problem}")))?;
                if text.trim().is_empty() {
                    let text = format!("the file {path:?} is empty; write the value into it");
                    return Err(Mistake::new(file, text));
                }
                let path = PathBuf::from(path);
                let file = Some(SecretFile { name: file, path: std::path::absolute(&path).unwrap_or(path) });
                Ok(Found { text: text.to_string(), origin: "file", overridden: None, file })
            }
            (None, None) => {
                Ok(Found { text: default.to_owned(), origin: DEFAULT, overridden: None, file: None })
            }
        }
    }

    /// Returns all mistakes in the settings that were read. Names that are not in the table are not looked for.
    pub(super) fn finish_without_others(self) -> Result<(), Vec<Mistake>> {
        if self.mistakes.is_empty() { Ok(()) } else { Err(self.mistakes) }
    }

    /// Returns all settings in effect, in the order of the table, or all mistakes. A name that is not in the table is a mistake: it is
    /// probably a misspelled setting, and its value would be ignored.
    pub(super) fn finish(mut self) -> Result<Report, Vec<Mistake>> {
        let is_known = |name: &str| {
            let plain = name.strip_suffix(FILE).unwrap_or(name);
            self.known.iter().any(|known| known == plain || known == name)
        };
        for (name, value) in self.environment.all().filter(|(name, _)| !is_known(name)) {
            if is_service_link(name, value.trim(), |name| self.environment.get(name).is_some()) {
                self.report.ignored.push(name.to_owned());
            } else {
                let plain = name.strip_suffix(FILE).unwrap_or(name);
                self.mistakes.push(Mistake::new(name, unknown(plain, &self.known)));
            }
        }
        for misnamed in self.environment.misnamed() {
            let canonical = &misnamed.canonical;
            let text = if is_known(canonical) {
                format!("names of settings are upper case, without blanks; write {canonical}")
            } else {
                unknown(canonical.strip_suffix(FILE).unwrap_or(canonical), &self.known)
            };
            self.mistakes.push(Mistake::new(visible(&misnamed.name), text));
        }
        self.report.settings.sort_by_key(|setting| self.known.iter().position(|name| *name == setting.name));
        if self.mistakes.is_empty() { Ok(self.report) } else { Err(self.mistakes) }
    }
}

/// Reads the settings of one provider or of one webhook.
pub(super) struct NamedReader<'r, 'e> {
    reader: &'r mut Reader<'e>,
    name: &'r str,
}

impl NamedReader<'_, '_> {
    /// Returns the value, or the default after a mistake.
    pub(super) fn get<F: Format>(&mut self, setting: &Setting<F>) -> F::Value {
        self.reader.read(self.name, setting).unwrap_or_else(|| default(setting))
    }

    /// Returns the value of a required setting, or `None` after a mistake.
    pub(super) fn require<F: Format>(&mut self, setting: &Setting<Required<F>>) -> Option<F::Value> {
        self.reader.read(self.name, setting)
    }

    pub(super) fn is_set<F>(&self, setting: &Setting<F>) -> bool {
        self.reader.is_set_by_name(&setting.about().name(self.name))
    }

    pub(super) fn mistake<F>(&mut self, setting: &Setting<F>, text: impl Into<String>) {
        self.reader.mistakes.push(Mistake::new(setting.about().name(self.name), text));
    }
}

fn default<F: Format>(setting: &Setting<F>) -> F::Value {
    setting.parse(setting.about().default).expect("a test reads the default of every setting")
}

fn shown(about: &About, text: &str, origin: &str) -> String {
    match about.shown {
        Shown::Secret if origin != DEFAULT => "(set)".to_owned(),
        Shown::UrlWithoutSecrets => without_secrets(text),
        Shown::Secret | Shown::Plain => text.to_owned(),
    }
}

/// Removes the user information and the query of a URL: either may contain a password.
pub(super) fn without_secrets(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    format!("{scheme}://{rest}")
}

/// Returns a name with quotes if it contains a character that is not visible.
fn visible(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_graphic());
    if is_plain { name.to_owned() } else { format!("{name:?}") }
}

fn unknown(name: &str, known: &[String]) -> String {
    // Of a short name, half of the letters may be wrong: otherwise every short name is similar to it.
    let farthest = (name.len().saturating_sub(PREFIX.len()) / 2).clamp(1, SUGGESTION_DISTANCE);
    let distances = known.iter().map(|known| (strsim::damerau_levenshtein(name, known), known));
    match distances.min().filter(|(distance, _)| *distance <= farthest) {
        Some((_, nearest)) => format!("this is not a setting; did you mean {nearest}?"),
        None => match scope_of(name) {
            Scope::EachProvider => {
                "this is not a setting of a provider in VESTIBULE_PROVIDERS; add the provider there or correct the name"
            }
            Scope::EachWebhook => {
                "this is not a setting of a webhook in VESTIBULE_WEBHOOKS; add the webhook there or correct the name"
            }
            Scope::Service => "this is not a setting; .env.example lists all settings",
        }
        .to_owned(),
    }
}
