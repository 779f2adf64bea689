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

/// Type of a field in JSON. In CSV every cell is text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    Boolean,
    /// List of texts.
    List,
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
    pub const fn kind(self) -> FieldKind {
        match self {
            Self::Username | Self::Email | Self::DisplayName | Self::Password | Self::TotpSecret => {
                FieldKind::Text
            }
            Self::EmailVerified | Self::MustChangePassword => FieldKind::Boolean,
            Self::Roles => FieldKind::List,
        }
    }

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
