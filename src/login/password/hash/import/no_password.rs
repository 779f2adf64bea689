//! Markers for "no usable password": what systems write in place of a hash if the user cannot sign in with a password.

/// Whole texts, in lower case: shadow files, databases, spreadsheets and scripts.
const MARKERS: [&str; 26] = [
    "",
    "!",
    "!!",
    "!*",
    "*!",
    "*",
    "**",
    "x",
    "-",
    "--",
    "np",
    "!np",
    "*np*",
    "lk",
    "*lk*",
    "*0",
    "*1",
    "\\n",
    "null",
    "(null)",
    "nil",
    "none",
    "nan",
    "n/a",
    "undefined",
    "{none}",
];
/// Prefixes of a hash that an administrator locked.
const LOCKS: [&str; 4] = ["*LOCKED*", "*LK*", "!", "*"];
/// Django writes `!` and 40 random characters.
const DJANGO_SUFFIX: usize = 40;

pub(super) fn is_marker(text: &str) -> bool {
    let is_django = text.strip_prefix('!').is_some_and(|rest| {
        rest.len() == DJANGO_SUFFIX && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    is_django || MARKERS.iter().any(|marker| marker.eq_ignore_ascii_case(text))
}

/// Returns whether a text is a locked hash: the user could not sign in with the password. Only a hash that names its scheme counts: `*` and
/// 40 hexadecimal digits is a hash of `MySQL`.
pub(super) fn is_locked_hash(text: &str, is_hash: impl Fn(&str) -> bool) -> bool {
    LOCKS.iter().any(|lock| {
        text.strip_prefix(lock).is_some_and(|rest| {
            let rest = rest.trim_start_matches(['!', '*']);
            rest.starts_with(['$', '{']) && is_hash(rest)
        })
    })
}
