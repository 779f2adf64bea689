//! The table of settings. Nothing else in the program names a setting: the known names, the defaults, the output of
//! `vestibule check`, `.env.example` and `deploy/docs/settings.md` come from here.
//!
//! To add a setting: add an entry to a file of `settings/`, a field to [`Config`](super::Config) or
//! [`ProviderConfig`](super::ProviderConfig), and the line that reads it there. Then run `scripts/generate`.

#[macro_use]
mod group;
mod brand;
mod capacity;
mod database;
mod login;
mod logs;
mod mail;
mod message_codes;
mod network;
mod outgoing;
mod providers;
mod webhooks;

pub(super) use self::{
    brand::*, capacity::*, database::*, group::Group, login::*, logs::*, mail::*, message_codes::*,
    network::*, outgoing::*, providers::*, webhooks::*,
};
use super::setting::Entry;

/// The table, in the order of the documentation.
static TABLE: &[&[Group]] = &[
    network::GROUPS,
    database::GROUPS,
    login::GROUPS,
    brand::GROUPS,
    mail::GROUPS,
    message_codes::GROUPS,
    capacity::GROUPS,
    logs::GROUPS,
    outgoing::GROUPS,
    webhooks::GROUPS,
    providers::GROUPS,
];

/// Returns every group.
pub(super) fn groups() -> impl Iterator<Item = &'static Group> {
    TABLE.iter().copied().flatten()
}

/// Returns every setting.
pub(super) fn all() -> impl Iterator<Item = &'static dyn Entry> {
    groups().flat_map(|group| group.settings.iter().copied())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::setting::Shown;

    #[test]
    fn every_default_and_every_example_is_valid() {
        for entry in all() {
            let about = entry.about();
            let name = about.name("<name>");
            // An optional setting without a default describes what happens without a value.
            let is_required =
                entry.mistake_in("").is_some_and(|text| text.starts_with("a value is required"));
            assert_eq!(entry.mistake_in(about.default).is_some(), is_required, "{name}");
            assert!(about.example.is_empty() || entry.mistake_in(about.example).is_none(), "{name}");
            assert_eq!(about.unset.is_empty(), is_required || !about.default.is_empty(), "{name}");
        }
    }

    #[test]
    fn names_are_unique() {
        let names: Vec<String> = all().map(|entry| entry.about().name("<name>")).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }

    // A mistake is printed on the terminal and in the log of the process that starts the service.
    #[test]
    fn a_mistake_in_a_secret_does_not_repeat_it() {
        let hidden = all().filter(|entry| entry.about().shown != Shown::Plain);
        for entry in hidden {
            let mistake = entry.mistake_in("hunter2").unwrap_or_default();
            assert!(!mistake.contains("hunter2"), "{mistake}");
        }
    }
}
