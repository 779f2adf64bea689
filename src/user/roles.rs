//! Roles: assigned here, or mapped from the claims of a provider.

use super::User;
use crate::config::ProviderConfig;

/// The role of administrators.
pub const ADMIN: &str = "admin";
/// Longest role name, in characters.
const ROLE_MAX: usize = 64;

/// Parses a role name: 1 to 64 of `a-z A-Z 0-9 . _ : -`.
///
/// # Errors
/// The published code of the problem.
pub fn role(text: &str) -> Result<String, &'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '-');
    if text.is_empty() || text.len() > ROLE_MAX || !text.chars().all(allowed) {
        Err("invalid")
    } else {
        Ok(text.to_owned())
    }
}

/// Returns the roles assigned here and those that the user's identities have by the present settings. A provider that was removed, or a
/// role that is no longer in its map, gives none.
#[must_use]
pub fn roles_of(user: &User, providers: &[ProviderConfig]) -> Vec<String> {
    let mut roles = user.roles.clone();
    for identity in &user.identities {
        for provider in providers.iter().filter(|provider| provider.issuer.accepts(&identity.key.issuer)) {
            let is_mapped = |role: &&String| provider.role_map.values().any(|mapped| mapped == *role);
            let new = identity.roles.iter().filter(is_mapped).filter(|role| !roles.contains(role));
            let new: Vec<String> = new.cloned().collect();
            roles.extend(new);
        }
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        config::{Config, Environment},
        user::{Identity, IdentityKey, UserId},
    };

    const PROVIDER: &str = "https://idp.example";

    fn providers() -> Vec<ProviderConfig> {
        let environment = Environment::of([
            ("VESTIBULE_PROVIDERS", "idp"),
            ("VESTIBULE_PROVIDER_IDP_ISSUER", PROVIDER),
            ("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client"),
            ("VESTIBULE_PROVIDER_IDP_ROLE_CLAIM", "groups"),
            ("VESTIBULE_PROVIDER_IDP_ROLE_MAP", "Admins=admin,Staff=reader"),
        ]);
        Config::read(&environment).expect("settings").0.providers
    }

    fn user(assigned: &[&str], issuer: &str, mapped: &[&str]) -> User {
        let now = Timestamp::from_millis(0);
        let names = |roles: &[&str]| roles.iter().map(ToString::to_string).collect();
        let mut user = User::new(UserId::new(now), now);
        user.roles = names(assigned);
        user.identities.push(Identity {
            key: IdentityKey { issuer: issuer.to_owned(), subject: "1".to_owned() },
            provider: "idp".to_owned(),
            email: None,
            roles: names(mapped),
            linked_at: now,
            last_login_at: None,
        });
        user
    }

    #[test]
    fn roles_are_assigned_here_or_mapped_by_a_configured_provider() {
        for (assigned, issuer, mapped, expected) in [
            (&["editor"][..], PROVIDER, &[][..], &["editor"][..]),
            (&[], PROVIDER, &["admin", "reader"], &["admin", "reader"]),
            (&["admin"], PROVIDER, &["admin"], &["admin"]),
            (&["editor"], PROVIDER, &["reader"], &["editor", "reader"]),
            // The settings no longer map a value to this role.
            (&["editor"], PROVIDER, &["owner"], &["editor"]),
            // The provider was removed from the settings.
            (&["editor"], "https://removed.example", &["admin"], &["editor"]),
        ] {
            let user = user(assigned, issuer, mapped);
            assert_eq!(roles_of(&user, &providers()), expected, "{assigned:?} {issuer} {mapped:?}");
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
