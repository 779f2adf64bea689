//! Roles: assigned here, or mapped from the claims of a provider.

use super::User;
use crate::config::ProviderConfig;

/// The role of administrators.
pub const ADMIN: &str = "admin";

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
