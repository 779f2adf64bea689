//! The environment as a value, and the reader that collects every mistake in it.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use super::settings::{self, Setting, Shown};

/// What all our settings begin with.
const PREFIX: &str = "VESTIBULE_";
/// What a setting that is read from a file ends with.
const FILE: &str = "_FILE";

/// Names and values, and where each came from.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, (String, &'static str)>);

impl Environment {
    /// The process environment over the file `.env` of the working directory.
    ///
    /// # Errors
    /// When there is a `.env` that cannot be read.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the process environment")]
    pub fn of_process() -> Result<Self, Mistake> {
        let mut values = BTreeMap::new();
        if Path::new(".env").exists() {
            // Never the line itself: it may hold a secret.
            let unreadable = |_: dotenvy::Error| Mistake {
                name: ".env".to_owned(),
                text: "cannot be read: each line is NAME=value, or begins with #".to_owned(),
            };
            for pair in dotenvy::from_path_iter(".env").map_err(unreadable)? {
                let (name, value) = pair.map_err(unreadable)?;
                values.insert(name, (value, ".env"));
            }
        }
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
    pub name: &'static str,
    /// Its value; `(set)` for a secret.
    pub value: String,
    /// `default`, `environment`, `.env` or `file`.
    pub origin: &'static str,
}

/// Reads settings and collects mistakes.
pub(super) struct Reader<'a> {
    environment: &'a Environment,
    mistakes: Vec<Mistake>,
    effective: Vec<Effective>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(environment: &'a Environment) -> Self {
        Self { environment, mistakes: Vec::new(), effective: Vec::new() }
    }

    pub(super) fn mistake(&mut self, setting: &Setting, text: impl Into<String>) {
        self.mistakes.push(Mistake { name: setting.name.to_owned(), text: text.into() });
    }

    pub(super) fn is_set(&self, setting: &Setting) -> bool {
        [setting.name, &format!("{}{FILE}", setting.name)]
            .iter()
            .any(|name| self.environment.get(name).is_some())
    }

    /// The value, or after a mistake the default, so that reading goes on and shows the next one.
    pub(super) fn get<T>(&mut self, setting: &Setting, parse: impl Fn(&str) -> Result<T, String>) -> T {
        let (text, origin) = self.text(setting);
        let value = parse(&text);
        let shown = match setting.shown {
            Shown::Hidden if origin != "default" => "(set)".to_owned(),
            Shown::WithoutPassword => without_password(&text),
            Shown::Hidden | Shown::Plain => text,
        };
        self.effective.push(Effective { name: setting.name, value: shown, origin });
        value.unwrap_or_else(|mistake| {
            self.mistake(setting, mistake);
            parse(setting.default).unwrap_or_else(|_| unreachable!("the default of {} is good", setting.name))
        })
    }

    fn text(&mut self, setting: &Setting) -> (String, &'static str) {
        let file = format!("{}{FILE}", setting.name);
        match (self.environment.get(setting.name), self.environment.get(&file)) {
            (Some(_), Some(_)) => self.mistake(setting, format!("and {file} are both set: keep one")),
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
        (setting.default.to_owned(), "default")
    }

    /// All settings as they hold, or all mistakes.
    pub(super) fn finish(mut self) -> Result<Vec<Effective>, Vec<Mistake>> {
        let given = self.environment.0.keys().filter(|name| self.environment.get(name).is_some());
        for name in given.filter(|name| name.starts_with(PREFIX)) {
            let plain = name.strip_suffix(FILE).unwrap_or(name);
            if !settings::ALL.iter().any(|setting| setting.name == plain || setting.name == name) {
                self.mistakes.push(Mistake { name: name.clone(), text: unknown(plain) });
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

fn unknown(name: &str) -> String {
    let nearest = settings::ALL
        .iter()
        .map(|setting| (strsim::damerau_levenshtein(name, setting.name), setting.name))
        .min()
        .filter(|(distance, _)| *distance <= 5);
    match nearest {
        Some((_, nearest)) => format!("is not a setting: did you mean {nearest}?"),
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
