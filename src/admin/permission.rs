//! What an administrator may do: the roles `admin`, `admin:read`, `admin:users` and `admin:security`.

use crate::user::roles::ADMIN;

/// A permission of the admin routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Reads users, sessions, audit events and settings without secrets.
    Read,
    /// Creates, changes, disables, merges and deletes users.
    Users,
    /// Resets credentials and ends sessions.
    Security,
    /// Everything, also acts on other administrators and on the service.
    Full,
}

impl Permission {
    /// The roles that give permissions.
    pub(crate) const ROLES: [&str; 4] = [ADMIN, "admin:read", "admin:users", "admin:security"];

    /// Returns whether a role gives this permission.
    #[must_use]
    pub fn is_given_by(self, role: &str) -> bool {
        match role {
            ADMIN => true,
            "admin:read" => self == Self::Read,
            "admin:users" => matches!(self, Self::Read | Self::Users),
            "admin:security" => matches!(self, Self::Read | Self::Security),
            // A role of the application, or one of a later version.
            _unknown => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_gives_its_permissions_only() {
        let all = [Permission::Read, Permission::Users, Permission::Security, Permission::Full];
        for (role, expected) in [
            ("admin", [true, true, true, true]),
            ("admin:users", [true, true, false, false]),
            ("admin:security", [true, false, true, false]),
            ("admin:read", [true, false, false, false]),
            ("admin:later", [false; 4]),
            ("administrator", [false; 4]),
            ("Admin", [false; 4]),
        ] {
            assert_eq!(all.map(|permission| permission.is_given_by(role)), expected, "{role}");
        }
    }
}
