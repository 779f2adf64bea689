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
    Id,
    Status,
    Issuer,
    Subject,
    Locale,
    Picture,
    CreatedAt,
    UpdatedAt,
    LastLoginAt,
    DeletionAt,
    /// All linked identities.
    Identities,
    /// Identities that the user unlinked.
    UnlinkedIdentities,
    /// Who created the account, and the providers that its profile comes from.
    Origin,
    /// Times of the password.
    PasswordInfo,
    /// All authenticator apps.
    Totp,
    RecoveryCodes,
    /// All passkeys.
    Passkeys,
    /// Where the user gets codes by mail or SMS.
    MessageCodes,
    /// The ids of users that were merged into this one.
    FormerIds,
}

/// Type of a field in JSON. In CSV every cell is text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    Boolean,
    /// List of texts.
    List,
    /// An array of objects, or an object. In CSV the cell is its JSON text.
    Structure,
}

impl Field {
    pub const ALL: [Self; 27] = [
        Self::Username,
        Self::Email,
        Self::EmailVerified,
        Self::DisplayName,
        Self::Roles,
        Self::Password,
        Self::TotpSecret,
        Self::MustChangePassword,
        Self::Id,
        Self::Status,
        Self::Issuer,
        Self::Subject,
        Self::Locale,
        Self::Picture,
        Self::CreatedAt,
        Self::UpdatedAt,
        Self::LastLoginAt,
        Self::DeletionAt,
        Self::Identities,
        Self::UnlinkedIdentities,
        Self::Origin,
        Self::PasswordInfo,
        Self::Totp,
        Self::RecoveryCodes,
        Self::Passkeys,
        Self::MessageCodes,
        Self::FormerIds,
    ];

    #[must_use]
    pub const fn kind(self) -> FieldKind {
        match self {
            Self::Username
            | Self::Email
            | Self::DisplayName
            | Self::Password
            | Self::TotpSecret
            | Self::Id
            | Self::Status
            | Self::Issuer
            | Self::Subject
            | Self::Locale
            | Self::Picture
            | Self::CreatedAt
            | Self::UpdatedAt
            | Self::LastLoginAt
            | Self::DeletionAt => FieldKind::Text,
            Self::EmailVerified | Self::MustChangePassword => FieldKind::Boolean,
            Self::Roles | Self::FormerIds => FieldKind::List,
            Self::Identities
            | Self::UnlinkedIdentities
            | Self::Origin
            | Self::PasswordInfo
            | Self::Totp
            | Self::RecoveryCodes
            | Self::Passkeys
            | Self::MessageCodes => FieldKind::Structure,
        }
    }

    /// Returns whether a value of the field is, or contains, something that opens an account, or the phone number that gets codes for it. No
    /// message repeats such a value. A passkey has no secret part here, but its list says which authenticators an attacker needs.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        match self {
            Self::Password
            | Self::TotpSecret
            | Self::Totp
            | Self::RecoveryCodes
            | Self::Passkeys
            | Self::MessageCodes => true,
            Self::Username
            | Self::Email
            | Self::EmailVerified
            | Self::DisplayName
            | Self::Roles
            | Self::MustChangePassword
            | Self::Id
            | Self::Status
            | Self::Issuer
            | Self::Subject
            | Self::Locale
            | Self::Picture
            | Self::CreatedAt
            | Self::UpdatedAt
            | Self::LastLoginAt
            | Self::DeletionAt
            | Self::Identities
            | Self::UnlinkedIdentities
            | Self::Origin
            | Self::PasswordInfo
            | Self::FormerIds => false,
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
            Self::Id => "id",
            Self::Status => "status",
            Self::Issuer => "issuer",
            Self::Subject => "subject",
            Self::Locale => "locale",
            Self::Picture => "picture",
            Self::CreatedAt => "createdAt",
            Self::UpdatedAt => "updatedAt",
            Self::LastLoginAt => "lastLoginAt",
            Self::DeletionAt => "deletionAt",
            Self::Identities => "identities",
            Self::UnlinkedIdentities => "unlinkedIdentities",
            Self::Origin => "origin",
            Self::PasswordInfo => "passwordInfo",
            Self::Totp => "totp",
            Self::RecoveryCodes => "recoveryCodes",
            Self::Passkeys => "passkeys",
            Self::MessageCodes => "messageCodes",
            Self::FormerIds => "formerIds",
        }
    }
}
