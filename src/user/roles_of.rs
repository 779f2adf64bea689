//! The effective roles of a user.

use super::User;
use crate::config::ProviderConfig;

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
}
