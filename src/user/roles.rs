//! Role names. Roles are assigned here, or mapped from the claims of a provider ([`roles_of`]).

pub use super::roles_of::roles_of;

/// The role of administrators.
pub const ADMIN: &str = "admin";
/// The roles of administrators with some of the permissions begin with it: `admin:read`, `admin:users`, `admin:security`.
const ADMIN_PART: &str = "admin:";
/// Longest role name, in characters.
const ROLE_MAX: usize = 64;

/// Parses a role name: 1 to 64 of `a-z A-Z 0-9 . _ : -`.
pub fn role(text: &str) -> Result<String, &'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '-');
    if text.is_empty() || text.len() > ROLE_MAX || !text.chars().all(allowed) {
        Err("invalid")
    } else {
        Ok(text.to_owned())
    }
}

/// Returns whether a role belongs to the administration, in full or in part. Also a role that this version does not know: a later one may
/// give it permissions.
#[must_use]
pub fn is_administrative(role: &str) -> bool {
    role == ADMIN || role.starts_with(ADMIN_PART)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrative_roles_are_admin_and_its_parts() {
        for (role, expected) in [
            ("admin", true),
            ("admin:read", true),
            ("admin:later", true),
            ("administrator", false),
            ("app:admin", false),
        ] {
            assert_eq!(is_administrative(role), expected, "{role}");
        }
    }

    #[test]
    fn role_name_has_only_safe_characters() {
        for (text, is_valid) in [
            ("admin", true),
            ("app:reader.v2_x-1", true),
            ("", false),
            ("a b", false),
            ("a;b", false),
            ("rôle", false),
        ] {
            assert_eq!(role(text).is_ok(), is_valid, "{text:?}");
        }
        assert_eq!(role(&"a".repeat(65)), Err("invalid"));
    }
}
