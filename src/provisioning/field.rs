//! Fields that an administrator can set.

/// Field of a user, by its published name: column of an import, member of a report, detail of an audit event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Username,
    Email,
    EmailVerified,
    DisplayName,
    Roles,
    Password,
    TotpSecret,
    MustChangePassword,
}

impl Field {
    pub const ALL: [Self; 8] = [
        Self::Username,
        Self::Email,
        Self::EmailVerified,
        Self::DisplayName,
        Self::Roles,
        Self::Password,
        Self::TotpSecret,
        Self::MustChangePassword,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::EmailVerified => "emailVerified",
            Self::DisplayName => "displayName",
            Self::Roles => "roles",
            Self::Password => "password",
            Self::TotpSecret => "totpSecret",
            Self::MustChangePassword => "mustChangePassword",
        }
    }
}
