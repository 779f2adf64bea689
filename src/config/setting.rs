//! One entry of the table of settings.

use super::format::Format;

/// The prefix of every setting.
pub(super) const PREFIX: &str = "VESTIBULE_";
const PROVIDER_PREFIX: &str = "VESTIBULE_PROVIDER_";
const WEBHOOK_PREFIX: &str = "VESTIBULE_WEBHOOK_";

/// One setting: everything the code and the documentation know about it.
#[derive(Debug)]
pub(super) struct Setting<F> {
    about: About,
    format: F,
}

/// The part of a setting that does not depend on the type of its value.
#[derive(Debug)]
pub(super) struct About {
    scope: Scope,
    /// The whole name, or the part after `VESTIBULE_PROVIDER_<NAME>_` or `VESTIBULE_WEBHOOK_<NAME>_`.
    name: &'static str,
    /// The value of an absent or empty setting.
    pub(super) default: &'static str,
    /// What happens without a value, if the default is empty.
    pub(super) unset: &'static str,
    pub(super) example: &'static str,
    pub(super) help: &'static str,
    pub(super) shown: Shown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Service,
    EachProvider,
    EachWebhook,
}

/// How `vestibule check` shows a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Plain,
    Secret,
    /// A URL without its user information and query, which may contain a password.
    UrlWithoutSecrets,
}

/// Creates a setting of the service.
pub(super) const fn service<F>(name: &'static str, format: F, help: &'static str) -> Setting<F> {
    setting(Scope::Service, name, format, help)
}

/// Creates a setting that each provider has.
pub(super) const fn provider<F>(name: &'static str, format: F, help: &'static str) -> Setting<F> {
    setting(Scope::EachProvider, name, format, help)
}

/// Creates a setting that each webhook has.
pub(super) const fn webhook<F>(name: &'static str, format: F, help: &'static str) -> Setting<F> {
    setting(Scope::EachWebhook, name, format, help)
}

const fn setting<F>(scope: Scope, name: &'static str, format: F, help: &'static str) -> Setting<F> {
    let about = About { scope, name, default: "", unset: "", example: "", help, shown: Shown::Plain };
    Setting { about, format }
}

impl<F> Setting<F> {
    pub(super) const fn default(mut self, text: &'static str) -> Self {
        self.about.default = text;
        self
    }

    pub(super) const fn unset(mut self, text: &'static str) -> Self {
        self.about.unset = text;
        self
    }

    pub(super) const fn example(mut self, text: &'static str) -> Self {
        self.about.example = text;
        self
    }

    pub(super) const fn shown(mut self, shown: Shown) -> Self {
        self.about.shown = shown;
        self
    }
}

impl<F> Setting<F> {
    pub(super) fn about(&self) -> &About {
        &self.about
    }
}

impl<F: Format> Setting<F> {
    pub(super) fn parse(&self, text: &str) -> Result<F::Value, String> {
        self.format.parse(text)
    }

    pub(super) fn is_verbatim(&self) -> bool {
        self.format.is_verbatim()
    }
}

impl About {
    /// Returns the name in the environment. `of` is the name of a provider or of a webhook, or a placeholder.
    pub(super) fn name(&self, of: &str) -> String {
        let prefix = match self.scope {
            Scope::Service => return self.name.to_owned(),
            Scope::EachProvider => PROVIDER_PREFIX,
            Scope::EachWebhook => WEBHOOK_PREFIX,
        };
        format!("{prefix}{}_{}", of.to_ascii_uppercase().replace('-', "_"), self.name)
    }

    pub(super) fn scope(&self) -> Scope {
        self.scope
    }
}

/// A setting of any type, as the documentation and the list of known names need it.
pub(super) trait Entry: Sync {
    fn about(&self) -> &About;
    /// Describes the accepted values.
    fn accepts(&self) -> String;
    /// Returns the mistake in a value, if there is one.
    #[cfg(test)]
    fn mistake_in(&self, text: &str) -> Option<String>;
}

impl<F: Format + Sync> Entry for Setting<F> {
    fn about(&self) -> &About {
        &self.about
    }

    fn accepts(&self) -> String {
        self.format.accepts()
    }

    #[cfg(test)]
    fn mistake_in(&self, text: &str) -> Option<String> {
        self.parse(text).err()
    }
}

/// Returns whose setting a name would be, by its prefix.
pub(super) fn scope_of(name: &str) -> Scope {
    if name.starts_with(PROVIDER_PREFIX) {
        Scope::EachProvider
    } else if name.starts_with(WEBHOOK_PREFIX) {
        Scope::EachWebhook
    } else {
        Scope::Service
    }
}
