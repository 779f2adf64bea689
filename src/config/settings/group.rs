//! A group of settings, and the macro that defines it.

use crate::config::setting::Entry;

/// Settings that the documentation shows under one heading.
pub(in crate::config) struct Group {
    pub(in crate::config) title: &'static str,
    pub(in crate::config) settings: &'static [&'static dyn Entry],
}

/// Defines each setting as a typed static, and the list `GROUPS` of all of them.
macro_rules! settings {
    ($($group:literal { $($name:ident: $format:ty = $setting:expr;)+ })+) => {
        $($(pub(in crate::config) static $name: crate::config::setting::Setting<$format> = $setting;)+)+

        /// The settings of this file, in the order of the documentation.
        pub(super) static GROUPS: &[Group] = &[
            $(Group { title: $group, settings: &[$(&$name),+] }),+
        ];
    };
}
