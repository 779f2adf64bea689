//! What the export of another product has and a user here has not. It is no mistake: the user is imported without it.

use serde::Serialize;

/// Kind of a part that is not carried over. The summary counts users by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    Password,
    /// An authenticator app.
    TotpSecret,
    /// Any other factor: SMS, e-mail, `WebAuthn`, recovery codes.
    SecondFactors,
    EmailVerified,
    /// Roles, groups and permissions without a map.
    Roles,
    Identities,
    RequiredActions,
    Phone,
    /// Name, picture or language.
    Profile,
    /// Fields of the application, and everything that has no place here.
    Attributes,
}

impl Kind {
    /// Returns the name in sentences.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Password => "passwords",
            Self::TotpSecret => "authenticator apps",
            Self::SecondFactors => "other second factors",
            Self::EmailVerified => "verified addresses",
            Self::Roles => "roles and groups",
            Self::Identities => "identities",
            Self::RequiredActions => "required actions",
            Self::Phone => "phone numbers",
            Self::Profile => "profile fields",
            Self::Attributes => "attributes",
        }
    }
}

/// One part that is not carried over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct NotCarriedOver {
    #[serde(rename = "field")]
    pub(super) kind: Kind,
    /// What it is, and why it stays behind. It contains no password, hash, secret or phone number.
    pub(super) text: String,
}
