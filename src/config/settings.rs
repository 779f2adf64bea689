//! Every setting there is: name, default, meaning. `.env.example` says the same, and a test holds the two together.

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// `VESTIBULE_…`.
    pub name: &'static str,
    /// What an absent or empty value means; empty: see the meaning.
    pub default: &'static str,
    /// For people.
    pub meaning: &'static str,
    /// How `vestibule check` shows it.
    pub shown: Shown,
}

/// How a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As it is.
    Plain,
    /// Not at all.
    Hidden,
    /// Without the password that a URL may hold.
    WithoutPassword,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning, shown: Shown::Plain }
}

pub(super) const LISTEN: Setting = setting("VESTIBULE_LISTEN", "127.0.0.1:3000", "Address to listen on.");
pub(super) const PUBLIC_URL: Setting = setting(
    "VESTIBULE_PUBLIC_URL",
    "http://localhost:3000",
    "The origin people see; decides the cookie's name and `Secure`. http only on loopback.",
);
pub(super) const DATABASE_URL: Setting = Setting {
    shown: Shown::WithoutPassword,
    ..setting(
        "VESTIBULE_DATABASE_URL",
        "sqlite:data/vestibule.db",
        "Where documents live: `sqlite:FILE`, or `mongodb://…/vestibule`.",
    )
};
pub(super) const SECRET_KEYS: Setting = Setting {
    shown: Shown::Hidden,
    ..setting(
        "VESTIBULE_SECRET_KEYS",
        "",
        "`id:base64 of 32 bytes`, newest first, by comma: seals TOTP secrets, signs CSRF tokens; old ones still open. \
         Made and kept beside an embedded database; needed with MongoDB. Make one with `vestibule keys new`.",
    )
};
pub(super) const SESSION_IDLE: Setting =
    setting("VESTIBULE_SESSION_IDLE", "10m", "A session ends after this long without activity; 10s to 24h.");
pub(super) const SESSION_MAX: Setting =
    setting("VESTIBULE_SESSION_MAX", "12h", "A session ends after this long in any case; up to 30d.");
pub(super) const MFA: Setting = setting(
    "VESTIBULE_MFA",
    "optional",
    "`optional`, or `required`: who has no second factor sets one up first.",
);
pub(super) const ALLOWED_ORIGINS: Setting = setting(
    "VESTIBULE_ALLOWED_ORIGINS",
    "",
    "Other origins of the same site whose pages may call the API with the cookie, by comma.",
);
pub(super) const TRUSTED_PROXIES: Setting = setting(
    "VESTIBULE_TRUSTED_PROXIES",
    "",
    "Addresses or networks, by comma, whose `X-Forwarded-For` is believed.",
);
pub(super) const HASH_THREADS: Setting = setting(
    "VESTIBULE_HASH_THREADS",
    "",
    "Threads that hash passwords, each keeping 19 MiB; the number of cores if not set.",
);
pub(super) const HASH_QUEUE: Setting = setting(
    "VESTIBULE_HASH_QUEUE",
    "64",
    "Sign-ins that may wait per hashing thread; one more is answered 503.",
);
pub(super) const SESSION_CACHE: Setting =
    setting("VESTIBULE_SESSION_CACHE", "100000", "Sessions kept in memory, at most.");
pub(super) const LOG: Setting =
    setting("VESTIBULE_LOG", "info", "What is logged, like `info` or `vestibule=debug,info`.");
pub(super) const LOG_FORMAT: Setting =
    setting("VESTIBULE_LOG_FORMAT", "", "`text` or `json`; text on a terminal, else json, if not set.");

pub(super) const METRICS_LISTEN: Setting = setting(
    "VESTIBULE_METRICS_LISTEN",
    "",
    "Address of a second listener with `/metrics` for Prometheus; none if not set.",
);

/// All of them, in the order of `.env.example`.
pub const ALL: [&Setting; 15] = [
    &LISTEN,
    &PUBLIC_URL,
    &DATABASE_URL,
    &SECRET_KEYS,
    &SESSION_IDLE,
    &SESSION_MAX,
    &MFA,
    &ALLOWED_ORIGINS,
    &TRUSTED_PROXIES,
    &HASH_THREADS,
    &HASH_QUEUE,
    &SESSION_CACHE,
    &LOG,
    &LOG_FORMAT,
    &METRICS_LISTEN,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_example_file_and_the_code_agree_in_both_directions() {
        let example: BTreeMap<&str, &str> = include_str!("../../.env.example")
            .lines()
            .filter_map(|line| line.trim_start_matches('#').trim_start().split_once('='))
            .filter(|(name, _)| name.starts_with("VESTIBULE_") && !name.contains(char::is_whitespace))
            .collect();
        let code: BTreeMap<&str, &str> = ALL.iter().map(|setting| (setting.name, setting.default)).collect();
        assert_eq!(example, code);
        for setting in ALL {
            assert!(
                include_str!("../../.env.example").contains(setting.meaning),
                "{}: the meaning differs",
                setting.name
            );
        }
    }
}
