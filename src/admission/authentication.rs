//! How a user authenticated, as a session stores it.

use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, user::IdentityKey};

/// How the user authenticated: the first login of a session and every later step up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authentication {
    pub method: Method,
    /// Authentication methods that were used, each once, in order.
    pub amr: Vec<Amr>,
    /// The session at the provider, for a federated login.
    pub upstream: Option<UpstreamSession>,
    /// Start of the session's absolute lifetime. A step up never moves it.
    pub signed_in_at: Timestamp,
    /// The last time the user proved who they are. `None` if the provider did not say (no `auth_time`): such a login is never recent.
    pub authenticated_at: Option<Timestamp>,
    /// The last time the user proved a second factor.
    pub factor_at: Option<Timestamp>,
    /// The user asked to stay signed in on this device.
    #[serde(default)]
    pub remember: bool,
    /// The user had never signed in before this login.
    #[serde(default)]
    pub is_first_login: bool,
    /// The login came from a device that the user trusts in place of a second factor. It is no proof, so it is not in `amr`, and it does not
    /// count where a recent proof or a recent second factor is required.
    #[serde(default)]
    pub from_trusted_device: bool,
}

impl Authentication {
    /// Returns whether a second factor was proven.
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        self.amr.iter().any(|amr| amr.is_second_factor())
    }

    /// Returns whether a second factor was proven that is more than a code by message, and no substitute for a lost one.
    #[must_use]
    pub fn has_strong_factor(&self) -> bool {
        self.amr.iter().any(|amr| match amr {
            Amr::Otp | Amr::Mfa | Amr::Hwk | Amr::Swk => true,
            Amr::Pwd | Amr::User | Amr::Recovery | Amr::Sms | Amr::Email => false,
        })
    }
}

/// The kind of login that opened the session, in the words of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LoginMethod")]
pub enum Method {
    Password,
    Federated,
    /// A passkey alone, with verification of the user.
    Passkey,
}

/// Authentication method (RFC 8176).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Amr {
    /// A password.
    Pwd,
    /// A one-time code of an authenticator app.
    Otp,
    /// A recovery code. RFC 8176 has no value for it.
    Recovery,
    /// Several factors at a provider whose factors the settings trust.
    Mfa,
    /// A passkey that cannot leave its device.
    Hwk,
    /// A passkey that its owner's devices share.
    Swk,
    /// The authenticator of the passkey verified the user, so that it counts as two factors.
    User,
    /// A code by SMS.
    Sms,
    /// A code by mail. RFC 8176 has no value for it.
    Email,
}

impl Amr {
    /// Returns the method of a login through a provider.
    #[must_use]
    pub fn of_provider(trusted_mfa: bool) -> Option<Self> {
        trusted_mfa.then_some(Self::Mfa)
    }

    /// Returns the published name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pwd => "pwd",
            Self::Otp => "otp",
            Self::Recovery => "recovery",
            Self::Mfa => "mfa",
            Self::Hwk => "hwk",
            Self::Swk => "swk",
            Self::User => "user",
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    /// Returns whether this method counts as a second factor.
    #[must_use]
    pub const fn is_second_factor(self) -> bool {
        match self {
            Self::Pwd | Self::User => false,
            Self::Otp | Self::Recovery | Self::Mfa | Self::Hwk | Self::Swk | Self::Sms | Self::Email => true,
        }
    }
}

/// What the assertion of a passkey proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasskeyMethods {
    /// The passkey cannot leave its device (flag BE is not set).
    pub device_bound: bool,
    /// The authenticator verified the user (flag UV).
    pub user_verified: bool,
}

impl PasskeyMethods {
    /// Returns the authentication methods (RFC 8176).
    pub fn amr(self) -> impl Iterator<Item = Amr> {
        let key = if self.device_bound { Amr::Hwk } else { Amr::Swk };
        [Some(key), self.user_verified.then_some(Amr::User)].into_iter().flatten()
    }
}

/// The session at the identity provider through which a session here was opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpstreamSession {
    /// Name of the provider in the settings.
    pub provider: String,
    #[serde(flatten)]
    pub key: IdentityKey,
    /// Session id at the provider (`sid` claim).
    pub sid: Option<String>,
    /// `iat` of the ID token, in seconds: a back-channel logout after this time ends the session.
    pub issued_at: i64,
    /// When the browser was redirected to the provider, by our clock.
    pub started_at: Timestamp,
    /// Key of the stored ID token for the logout at the provider.
    pub id_token_hint: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::Factor;

    // Audit events and summaries have the names only.
    #[test]
    fn every_method_that_is_a_second_factor_here_names_its_factor() {
        for (method, factor) in [
            (Amr::Pwd, None),
            (Amr::Otp, Some(Factor::Totp)),
            (Amr::Recovery, Some(Factor::RecoveryCode)),
            (Amr::Mfa, None),
            (Amr::Hwk, Some(Factor::Passkey)),
            (Amr::Swk, Some(Factor::Passkey)),
            (Amr::User, None),
            (Amr::Sms, Some(Factor::SmsCode)),
            (Amr::Email, Some(Factor::EmailCode)),
        ] {
            assert_eq!(Factor::of_amr(method.as_str()), factor, "{method:?}");
            // A provider proved the factors of `mfa`.
            assert_eq!(method.is_second_factor(), factor.is_some() || method == Amr::Mfa, "{method:?}");
        }
    }
}
