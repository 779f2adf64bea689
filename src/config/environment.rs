//! The environment as a value, which tests can build.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use super::{dotenv, mistake::Mistake, setting::PREFIX};

const DOTENV: &str = ".env";
const ENVIRONMENT: &str = "environment";

/// Names and values, each with its origin, and what cannot be read.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    values: BTreeMap<String, Variable>,
    misnamed: Vec<Misnamed>,
    mistakes: Vec<Mistake>,
    /// Names whose value is one of the mistakes. Another source or the default must not replace it: it may be weaker.
    unreadable: BTreeSet<String>,
    dotenv: Option<Dotenv>,
}

#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) text: String,
    pub(super) origin: &'static str,
    /// Another value of `.env`, which this one overrides.
    pub(super) overridden: Option<String>,
}

/// A variable that a reader would take for a setting, although its name has another case or blanks.
#[derive(Clone, Debug)]
pub(super) struct Misnamed {
    /// The name as it is.
    pub(super) name: String,
    /// The name in the form of a setting.
    pub(super) canonical: String,
}

/// The file `.env` of the working directory.
#[derive(Clone, Debug)]
pub struct Dotenv {
    pub path: PathBuf,
    /// `false`: there is no such file.
    pub found: bool,
}

impl Environment {
    /// Returns the process environment. It overrides the file `.env` of the working directory.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the process environment")]
    pub fn of_process() -> Self {
        let mut environment = Self::default();
        environment.add_file(Path::new(DOTENV));
        environment.add_variables(std::env::vars_os());
        environment
    }

    /// Returns an environment with only these values.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut environment = Self::default();
        environment.add_variables(pairs.into_iter().map(|(name, value)| (name.into(), value.into())));
        environment
    }

    fn add_file(&mut self, file: &Path) {
        let path = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        // A link whose target does not exist is a file that cannot be read.
        let found =
            !matches!(fs::symlink_metadata(file), Err(error) if error.kind() == io::ErrorKind::NotFound);
        if found {
            match fs::read(file) {
                Ok(bytes) => self.add_lines(&bytes),
                Err(error) => self.mistakes.push(Mistake::new(
                    DOTENV,
                    format!("the file {} cannot be read: {error}; correct or remove it", path.display()),
                )),
            }
        }
        self.dotenv = Some(Dotenv { path, found });
    }

    pub(super) fn add_lines(&mut self, bytes: &[u8]) {
        let file = dotenv::read(bytes, PREFIX);
        for (name, mistake) in file.mistakes {
            self.unreadable.extend(name);
            self.mistakes.push(mistake);
        }
        for (line, name, text) in file.pairs {
            if is_empty(&text) {
                continue;
            }
            if self.values.get(&name).is_some_and(|other| other.text != text) {
                let text =
                    format!("line {line} sets {name} again, with another value; remove one of the lines");
                self.mistakes.push(Mistake::new(DOTENV, text));
                self.unreadable.insert(name);
            } else {
                self.add(name, text, DOTENV);
            }
        }
    }

    pub(super) fn add_variables(&mut self, variables: impl Iterator<Item = (OsString, OsString)>) {
        for (name, value) in variables {
            let shown = name.to_string_lossy();
            if value.is_empty() || canonical(&shown).is_none() {
                continue;
            }
            match value.to_str() {
                Some(text) if is_empty(text) => {}
                Some(text) => self.add(shown.into_owned(), text.to_owned(), ENVIRONMENT),
                None => {
                    let text = "the value is not UTF-8; write it again as UTF-8";
                    self.mistakes.push(Mistake::new(shown.as_ref(), text));
                    self.unreadable.insert(shown.into_owned());
                }
            }
        }
    }

    fn add(&mut self, name: String, text: String, origin: &'static str) {
        match canonical(&name) {
            Some(canonical) if canonical != name => self.misnamed.push(Misnamed { name, canonical }),
            _ => {
                let overridden = self.values.get(&name).map(|other| other.text.clone());
                let overridden = overridden.filter(|other| *other != text);
                self.values.insert(name, Variable { text, origin, overridden });
            }
        }
    }

    /// Returns a value. An empty value counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.values.get(name)
    }

    /// Returns whether the value of a name is a mistake already.
    pub(super) fn is_unreadable(&self, name: &str) -> bool {
        self.unreadable.contains(name)
    }

    /// Returns the names and values that begin with our prefix.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, variable)| (name.as_str(), variable.text.as_str()))
    }

    pub(super) fn misnamed(&self) -> &[Misnamed] {
        &self.misnamed
    }

    pub(super) fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// Returns the file `.env`, unless only values were given.
    #[must_use]
    pub fn dotenv(&self) -> Option<&Dotenv> {
        self.dotenv.as_ref()
    }
}

fn is_empty(text: &str) -> bool {
    text.trim().is_empty()
}

/// Returns a name in the form of a setting, or `None` if it does not begin with our prefix in any spelling: another case, blanks
/// around it, `-` or `.` for `_`, `export` before it.
fn canonical(name: &str) -> Option<String> {
    let is_blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let name = name.trim_matches(is_blank);
    let mut words = ["export", "set"].iter().filter_map(|word| name.strip_prefix(word));
    let name = words.rfind(|rest| rest.starts_with(is_blank)).unwrap_or(name).trim_start();
    let upper = name.to_ascii_uppercase().replace(['-', '.', ' '], "_");
    upper.starts_with(PREFIX).then_some(upper)
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt as _;

    use super::*;

    fn environment(file: &str, variables: &[(&str, &[u8])]) -> Environment {
        let mut environment = Environment::default();
        environment.add_lines(file.as_bytes());
        let owned = variables.iter().map(|(name, value)| (name.into(), OsString::from_vec(value.to_vec())));
        environment.add_variables(owned);
        environment
    }

    fn mfa(environment: &Environment) -> Option<(&str, &str)> {
        environment.get("VESTIBULE_MFA").map(|variable| (variable.text.as_str(), variable.origin))
    }

    #[test]
    fn an_empty_variable_does_not_hide_the_value_of_the_file() {
        for empty in [&b""[..], b" ", b"\t\n"] {
            let read = environment("VESTIBULE_MFA=required\n", &[("VESTIBULE_MFA", empty)]);
            assert_eq!(mfa(&read), Some(("required", ".env")), "{empty:?}");
        }
        let read = environment("VESTIBULE_MFA=required\nVESTIBULE_MFA=\n", &[]);
        assert_eq!(mfa(&read), Some(("required", ".env")), "an empty line");
        let read = environment("VESTIBULE_MFA=\n", &[("VESTIBULE_MFA", b"required")]);
        assert_eq!(mfa(&read), Some(("required", "environment")));
    }

    #[test]
    fn a_variable_overrides_the_file_and_the_other_value_is_kept_for_the_report() {
        let read = environment("VESTIBULE_MFA=required\n", &[("VESTIBULE_MFA", b"optional")]);
        assert_eq!(mfa(&read), Some(("optional", "environment")));
        assert_eq!(read.get("VESTIBULE_MFA").expect("set").overridden.as_deref(), Some("required"));
        let read = environment("VESTIBULE_MFA=required\n", &[("VESTIBULE_MFA", b"required")]);
        assert_eq!(read.get("VESTIBULE_MFA").expect("set").overridden, None);
    }

    #[test]
    fn a_value_that_is_not_utf_8_is_a_mistake_and_hides_the_file() {
        for value in [&b"required\xff"[..], b"\xff", b"required\xc3"] {
            let read = environment("VESTIBULE_MFA=optional\n", &[("VESTIBULE_MFA", value)]);
            assert!(read.is_unreadable("VESTIBULE_MFA"));
            assert!(read.mistakes()[0].to_string().starts_with("VESTIBULE_MFA: "), "{:?}", read.mistakes());
        }
        assert!(environment("", &[("OTHER", b"\xff")]).mistakes().is_empty());
    }

    #[test]
    fn a_name_in_another_spelling_is_reported() {
        for name in [
            "vestibule_mfa",
            "Vestibule_Mfa",
            "VESTIBULE_mfa",
            "VESTIBULE_MFA ",
            " VESTIBULE_MFA",
            "\u{feff}VESTIBULE_MFA",
            "VESTIBULE-MFA",
            "vestibule.mfa",
            "export VESTIBULE_MFA",
            "set\tVESTIBULE_MFA",
        ] {
            let read = environment("", &[(name, b"required")]);
            assert_eq!(mfa(&read), None, "{name:?}");
            assert_eq!(read.misnamed()[0].canonical, "VESTIBULE_MFA", "{name:?}");
        }
        for name in ["MFA", "MY_VESTIBULE_MFA", "VESTIBULE", "EXPORT_VESTIBULE"] {
            assert!(environment("", &[(name, b"required")]).misnamed().is_empty(), "{name:?}");
        }
        assert_eq!(environment("vestibule_mfa=required\n", &[]).misnamed().len(), 1, "also in the file");
    }

    #[test]
    fn two_lines_with_different_values_are_a_mistake() {
        let read = environment("VESTIBULE_MFA=required\n# a comment\nVESTIBULE_MFA=optional\n", &[]);
        assert!(read.is_unreadable("VESTIBULE_MFA"));
        assert!(read.mistakes()[0].to_string().contains("line 3 "), "{:?}", read.mistakes());
        assert!(environment("VESTIBULE_MFA=required\nVESTIBULE_MFA=required\n", &[]).mistakes().is_empty());
    }
}
