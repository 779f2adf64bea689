//! The environment as a value, and the reader that collects every mistake in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    io::ErrorKind,
};

use super::{
    dotenv,
    settings::{Setting, Shown},
};

/// What all our settings begin with.
pub(super) const PREFIX: &str = "VESTIBULE_";
/// What a setting that is read from a file ends with.
const FILE: &str = "_FILE";

/// Names and values, and where each came from.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, (String, &'static str)>);

impl Environment {
    /// The process environment over the file `.env` of the working directory.
    ///
    /// # Errors
    /// When there is a `.env` that cannot be read: every line of it that cannot.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the process environment")]
    pub fn of_process() -> Result<Self, Vec<Mistake>> {
        let file = match fs::read_to_string(".env") {
            Ok(text) => dotenv::read(&text)?,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                let text = format!("cannot be read: {error}");
                return Err(vec![Mistake { name: ".env".to_owned(), text }]);
            }
        };
        let mut values: BTreeMap<_, _> =
            file.into_iter().map(|(name, value)| (name, (value, ".env"))).collect();
        // What is not text is none of our settings.
        let texts = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        values.extend(texts.map(|(name, value)| (name, (value, "environment"))));
        Ok(Self(values))
    }

    /// These values only.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), (value.to_owned(), "environment")))
                .collect(),
        )
    }

    /// An empty value is an absent one.
    fn get(&self, name: &str) -> Option<(&str, &'static str)> {
        self.0
            .get(name)
            .filter(|(value, _)| !value.trim().is_empty())
            .map(|(value, origin)| (value.trim(), *origin))
    }
}

/// One thing to change.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// The setting.
    pub name: String,
    /// What is wrong with it and what to do.
    pub text: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.text)
    }
}

/// A setting as it holds.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effective {
    /// The setting.
    pub name: String,
    /// Its value; `(set)` for a secret.
    pub value: String,
    /// `default`, `environment`, `.env` or `file`.
    pub origin: &'static str,
}

/// Reads settings and collects mistakes.
pub(super) struct Reader<'a> {
    environment: &'a Environment,
    known: BTreeSet<String>,
    mistakes: Vec<Mistake>,
    effective: Vec<Effective>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(environment: &'a Environment) -> Self {
        Self { environment, known: BTreeSet::new(), mistakes: Vec::new(), effective: Vec::new() }
    }

    pub(super) fn mistake(&mut self, name: &str, text: impl Into<String>) {
        self.mistakes.push(Mistake { name: name.to_owned(), text: text.into() });
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        [name, &format!("{name}{FILE}")].iter().any(|name| self.environment.get(name).is_some())
    }

    /// The value, or after a mistake the default, so that reading goes on and shows the next one.
    pub(super) fn get<T>(&mut self, setting: &Setting, parse: impl Fn(&str) -> Result<T, String>) -> T {
        self.read(setting.name, setting.default, setting.shown, &parse)
            .or_else(|| parse(setting.default).ok())
            .expect("the default of a setting is good: a test reads them all")
    }

    /// The value of a name that is known from now on; None after a mistake.
    pub(super) fn read<T>(
        &mut self,
        name: &str,
        default: &str,
        shown: Shown,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.known.insert(name.to_owned());
        let (text, origin) = self.text(name, default);
        let value = parse(&text);
        let shown = match shown {
            Shown::Hidden if origin != "default" => "(set)".to_owned(),
            Shown::WithoutPassword => without_password(&text),
            Shown::Hidden | Shown::Plain => text,
        };
        self.effective.push(Effective { name: name.to_owned(), value: shown, origin });
        value.map_err(|text| self.mistakes.push(Mistake { name: name.to_owned(), text })).ok()
    }

    fn text(&mut self, name: &str, default: &str) -> (String, &'static str) {
        let file = format!("{name}{FILE}");
        match (self.environment.get(name), self.environment.get(&file)) {
            (Some(_), Some(_)) => {
                let text = format!("and {file} are both set: keep one");
                self.mistakes.push(Mistake { name: name.to_owned(), text });
            }
            (Some((text, origin)), None) => return (text.to_owned(), origin),
            (None, Some((path, _))) => match fs::read_to_string(path) {
                Ok(text) if !text.trim().is_empty() => return (text.trim().to_owned(), "file"),
                Ok(_) => {
                    self.mistakes.push(Mistake { name: file, text: format!("names an empty file: {path}") });
                }
                Err(error) => self
                    .mistakes
                    .push(Mistake { name: file, text: format!("cannot be read: {path}: {error}") }),
            },
            (None, None) => {}
        }
        (default.to_owned(), "default")
    }

    /// All settings as they hold, or all mistakes. A name that nobody has read is not a setting.
    pub(super) fn finish(mut self) -> Result<Vec<Effective>, Vec<Mistake>> {
        let given = self.environment.0.keys().filter(|name| self.environment.get(name).is_some());
        for name in given.filter(|name| name.starts_with(PREFIX)) {
            let plain = name.strip_suffix(FILE).unwrap_or(name);
            if !self.known.contains(plain) && !self.known.contains(name) {
                self.mistakes.push(Mistake { name: name.clone(), text: unknown(plain, &self.known) });
            }
        }
        if self.mistakes.is_empty() { Ok(self.effective) } else { Err(self.mistakes) }
    }
}

/// A URL without its user information and its options: either may hold a password.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    format!("{scheme}://{rest}")
}

fn unknown(name: &str, known: &BTreeSet<String>) -> String {
    let nearest = known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .min()
        .filter(|(distance, _)| *distance <= 5);
    match nearest {
        Some((_, nearest)) => format!("is not a setting: did you mean {nearest}?"),
        None if name.starts_with("VESTIBULE_PROVIDER_") => {
            "belongs to a provider that VESTIBULE_PROVIDERS does not name, or is none of its settings"
                .to_owned()
        }
        None => "is not a setting: .env.example lists all there are".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Config, *};

    #[test]
    fn a_secret_is_read_from_a_file_and_never_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        let key = crate::secrets::new_key();
        fs::write(&path, format!("{}\n", *key)).expect("written");
        let path = path.to_str().expect("utf-8");
        let (_, effective) =
            Config::read(&Environment::of([("VESTIBULE_SECRET_KEYS_FILE", path)])).expect("good");
        let shown = effective.iter().find(|setting| setting.name == "VESTIBULE_SECRET_KEYS").expect("listed");
        assert_eq!((shown.value.as_str(), shown.origin), ("(set)", "file"));

        let both = [("VESTIBULE_SECRET_KEYS_FILE", path), ("VESTIBULE_SECRET_KEYS", &**key)];
        let mistakes = Config::read(&Environment::of(both)).expect_err("both");
        assert!(mistakes[0].to_string().contains("both set"));
    }
}
