//! Changes that a federated login makes to a user: profile fields by their policies, the address, and roles.
//!
//! [`IncomingProfile`] is read from the claims once. The functions below change a user and need no claims.
//!
//! | policy | first login | later login |
//! |---|---|---|
//! | `local` | taken | kept |
//! | `provider` | taken | taken if the provider sends a value |
//! | `provider-until-edited` | taken | taken if the present value is empty or came from this provider |
//! | `never` | not taken | kept |

use super::role_claim;
use crate::{
    clock::Timestamp,
    config::{FieldPolicy, ProviderConfig},
    login::federated::oidc::claims::Claims,
    user::{self, Email, Identity, IdentityKey, User},
};

/// The name under which [`User::field_sources`] keeps the source of the address.
const EMAIL: &str = "email";

/// A profile field that is plain text.
#[derive(Clone, Copy, Debug)]
enum Field {
    DisplayName,
    Picture,
    Locale,
}

impl Field {
    const fn name(self) -> &'static str {
        match self {
            Self::DisplayName => "displayName",
            Self::Picture => "picture",
            Self::Locale => "locale",
        }
    }

    fn value_of(self, user: &mut User) -> &mut Option<String> {
        match self {
            Self::DisplayName => &mut user.display_name,
            Self::Picture => &mut user.picture,
            Self::Locale => &mut user.locale,
        }
    }
}

/// Content of the claims of one login, reduced to what the settings allow.
pub(super) struct IncomingProfile {
    key: IdentityKey,
    provider: String,
    email: Option<Email>,
    /// The provider verified the address and is trusted for its domain.
    email_is_trusted: bool,
    email_policy: FieldPolicy,
    fields: [(Field, FieldPolicy, Option<String>); 3],
    roles: Vec<String>,
    /// Userinfo failed and may contain the address: a missing address is not a removed one.
    email_is_unknown: bool,
    /// The same for roles.
    roles_are_unknown: bool,
}

impl IncomingProfile {
    /// Returns the name of the provider in the settings.
    pub(super) fn provider(&self) -> &str {
        &self.provider
    }

    pub(super) fn new(provider: &ProviderConfig, claims: &Claims) -> Self {
        let role_claim = provider.role_claim.as_ref().and_then(|claim| claims.get(claim));
        let roles = role_claim.map(|claim| role_claim::map(claim, &provider.role_map)).unwrap_or_default();
        // Some providers send only the parts of the name (OpenID Connect Core §5.1).
        let parts = || ["given_name", "family_name"].map(|part| claims.text(part).unwrap_or_default().trim());
        let name = claims.text("name").and_then(|text| user::display_name(text).ok());
        let display_name = name.or_else(|| user::display_name(&parts().join(" ")).ok());
        let picture = claims.text("picture").and_then(|text| user::picture_url(text).ok());
        let locale = claims.text("locale").and_then(|text| user::locale(text).ok());
        Self {
            key: claims.key().clone(),
            provider: provider.name.clone(),
            email: claims.email.clone(),
            email_is_trusted: claims.verified_email().is_some_and(|email| provider.is_trusted_for(email)),
            email_policy: provider.profile.email,
            fields: [
                (Field::DisplayName, provider.profile.display_name, display_name),
                (Field::Picture, provider.profile.picture, picture),
                (Field::Locale, provider.profile.locale, locale),
            ],
            roles: roles.roles,
            email_is_unknown: claims.email.is_none() && claims.userinfo_failed(),
            roles_are_unknown: role_claim.is_none() && claims.userinfo_failed(),
        }
    }

    pub(super) fn key(&self) -> &IdentityKey {
        &self.key
    }

    /// Returns whether the claims contain this address.
    pub(super) fn has_email(&self, email: Option<&Email>) -> bool {
        self.email.as_ref().zip(email).is_some_and(|(claimed, email)| claimed.handle() == email.handle())
    }

    /// Returns the identity as it is when it is linked now.
    pub(super) fn identity(&self, now: Timestamp) -> Identity {
        Identity {
            key: self.key.clone(),
            provider: self.provider.clone(),
            email: self.email.as_ref().map(ToString::to_string),
            roles: self.roles.clone(),
            linked_at: now,
            last_login_at: None,
        }
    }

    pub(super) fn identity_of<'u>(&self, user: &'u mut User) -> Option<&'u mut Identity> {
        user.identities.iter_mut().find(|identity| identity.key == self.key)
    }

    /// Fills a new user.
    pub(super) fn fill(&self, user: &mut User) {
        if let Some(email) = self.email.as_ref().filter(|_| self.email_policy != FieldPolicy::Never) {
            user.email = Some(email.clone());
            user.email_verified = self.email_is_trusted;
            user.field_sources.insert(EMAIL.to_owned(), self.provider.clone());
        }
        for (field, policy, value) in &self.fields {
            if *policy != FieldPolicy::Never && value.is_some() {
                self.set(user, *field, value.clone());
            }
        }
    }

    /// Updates a user at a login through this identity. Returns `false` if the user no longer has the identity. `email_is_free`: no other
    /// user has the address verified.
    pub(super) fn update(&self, user: &mut User, email_is_free: bool, now: Timestamp) -> bool {
        let Some(identity) = self.identity_of(user) else { return false };
        identity.provider.clone_from(&self.provider);
        identity.last_login_at = Some(now);
        if !self.email_is_unknown {
            identity.email = self.email.as_ref().map(ToString::to_string);
        }
        if !self.roles_are_unknown {
            identity.roles.clone_from(&self.roles);
        }
        for (field, policy, value) in &self.fields {
            let present = field.value_of(user).clone();
            let follows = match policy {
                FieldPolicy::Provider => true,
                FieldPolicy::ProviderUntilEdited => {
                    present.is_none() || self.is_source_of(user, field.name())
                }
                FieldPolicy::Local | FieldPolicy::Never => false,
            };
            if follows && value.is_some() && *value != present {
                self.set(user, *field, value.clone());
                user.updated_at = now;
            }
        }
        self.update_email(user, email_is_free, now);
        true
    }

    /// Updates the address. It counts as verified only if the provider is trusted for its domain and no other user has it. It never replaces
    /// an address that was verified without this provider: otherwise a provider could change the account's recovery address.
    fn update_email(&self, user: &mut User, email_is_free: bool, now: Timestamp) {
        let Some(email) = &self.email else { return };
        let is_source = self.is_source_of(user, EMAIL);
        let follows = match self.email_policy {
            FieldPolicy::Provider => !user.email_verified || is_source,
            FieldPolicy::ProviderUntilEdited => user.email.is_none() || is_source,
            FieldPolicy::Local | FieldPolicy::Never => false,
        };
        let is_verified = self.email_is_trusted && email_is_free;
        if self.has_email(user.email.as_ref()) {
            user.email_verified |= is_verified;
        } else if follows {
            user.change_address(|user| {
                user.email = Some(email.clone());
                user.email_verified = is_verified;
            });
            user.field_sources.insert(EMAIL.to_owned(), self.provider.clone());
            user.updated_at = now;
        }
    }

    fn is_source_of(&self, user: &User, field: &str) -> bool {
        user.field_sources.get(field).is_some_and(|source| *source == self.provider)
    }

    fn set(&self, user: &mut User, field: Field, value: Option<String>) {
        *field.value_of(user) = value;
        user.field_sources.insert(field.name().to_owned(), self.provider.clone());
    }
}

#[cfg(test)]
mod tests;
