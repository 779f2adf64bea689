//! Rules for the merge of two users: FROM ends, INTO stays.
//!
//! | field | rule |
//! |---|---|
//! | id, time of creation, creator | INTO's. FROM's id becomes a former id of INTO, with FROM's own former ids |
//! | user name | INTO's; FROM's if INTO has none. The other one is free afterwards |
//! | password | INTO's. FROM's never moves: an attacker who knows it would sign in as INTO |
//! | address | INTO's; FROM's if INTO has none and FROM's is verified. Verified if either user has verified the same address |
//! | display name, picture, locale | INTO's; FROM's if INTO has none |
//! | roles | INTO's. FROM's are added only if asked for, never administrative ones, also not those of FROM's identities |
//! | identities | of both, except those that INTO's user has unlinked |
//! | unlinked identities | of both, except those that the result has linked |
//! | second factors: apps, passkeys, codes by message | INTO's. FROM's only if INTO has none and only if asked for |
//! | recovery codes, devices, pending changes, requested deletion | INTO's. Those of FROM go |
//! | sessions | of both end |
//!
//! Attack: an attacker makes an administrator merge the own account into the account of a victim. A factor, a password or a role of FROM
//! must not come along silently. The factor of INTO protects it also against the identities that move.
//!
//! The assurance is never lowered: if only FROM has a second factor, the merge is refused until the administrator decides. Both users must be
//! active: the identities of a disabled user would sign in as INTO, and a quarantined one is reviewed first.

mod difference;
mod record;
mod undo;

use serde::{Deserialize, Serialize};

pub use self::{
    difference::FieldChange,
    record::{Merge, MergeId, Party, SnapshotError, UNDO_TIME, tag_of},
    undo::{Undone, undo},
};
use super::{
    Email, EndReason, FactorId, Identity, IdentityKey, Status, Totp, UnlinkedIdentity, User,
    roles::is_administrative,
};
use crate::clock::Timestamp;

/// What the administrator asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MergeOptions {
    /// Adds FROM's roles that are not administrative.
    pub with_roles: bool,
    /// Takes FROM's authenticator apps, passkeys and codes by message if INTO has no second factor.
    pub with_factors: bool,
}

/// Why two users cannot be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeRefused {
    #[error("a user cannot be merged with itself")]
    SameUser,
    #[error(
        "the user that ends is not active: its identities would sign in as the other user; review it, enable it, then repeat the merge"
    )]
    FromNotActive,
    #[error("the user that stays is not active; review it, enable it, then repeat the merge")]
    IntoNotActive,
    #[error(
        "only the user that ends has a second factor: take it over with --with-factors, or let the user that stays enrol one first"
    )]
    FactorWouldBeLost,
}

/// What INTO got from FROM, so that an undo can take it back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "each says what happened to one field")]
pub struct Taken {
    pub username: bool,
    pub email: bool,
    /// INTO had the same address, not verified.
    pub email_verified: bool,
    pub display_name: bool,
    pub picture: bool,
    pub locale: bool,
    pub roles: Vec<String>,
    pub identities: Vec<IdentityKey>,
    pub unlinked: Vec<IdentityKey>,
    /// Authenticator apps and passkeys.
    pub apps: Vec<FactorId>,
    pub message_codes: bool,
}

/// INTO after the merge.
#[derive(Clone, Debug)]
pub struct Merged {
    pub user: User,
    pub taken: Taken,
    pub changes: Vec<FieldChange>,
}

/// Merges FROM into INTO. `apps` are FROM's apps, sealed for INTO; they are used only if the rules take them.
///
/// # Errors
/// [`MergeRefused`].
pub fn merge(
    from: &User,
    into: &User,
    apps: Vec<Totp>,
    options: MergeOptions,
    now: Timestamp,
) -> Result<Merged, MergeRefused> {
    check(from, into, options)?;
    let (mut user, mut taken) = (into.clone(), Taken::default());
    take_profile(&mut user, from, &mut taken);
    take_roles(&mut user, from, options, &mut taken);
    take_identities(&mut user, from, options, &mut taken);
    if takes_factors(from, into, options) {
        let passkeys = from.passkeys.iter().map(|passkey| passkey.id);
        taken.apps = apps.iter().map(|app| app.id).chain(passkeys).collect();
        user.totp = apps;
        user.passkeys.clone_from(&from.passkeys);
        user.message_codes.clone_from(&from.message_codes);
        // Its owner has confirmed another address as a factor.
        if user.verified_email_key() != from.verified_email_key() {
            user.message_codes.email = None;
        }
        taken.message_codes = !user.message_codes.is_empty();
        if !user.has_second_factor() {
            return Err(MergeRefused::FactorWouldBeLost);
        }
        user.recovery_codes = None;
        user.distrust_devices();
    }
    user.former_ids.push(from.id);
    user.former_ids.extend(&from.former_ids);
    user.last_login_at = into.last_login_at.max(from.last_login_at);
    user.updated_at = now;
    // Its session ends, so it cannot be confirmed.
    user.pending_totp = None;
    user.end_sessions(EndReason::Revoked);
    let changes = difference::of_merge(from, into, &user);
    Ok(Merged { user, taken, changes })
}

fn check(from: &User, into: &User, options: MergeOptions) -> Result<(), MergeRefused> {
    if from.id == into.id {
        return Err(MergeRefused::SameUser);
    }
    match (from.status, into.status) {
        (Status::Active, Status::Active) => {}
        (Status::Active, Status::Disabled | Status::Quarantined) => return Err(MergeRefused::IntoNotActive),
        (Status::Disabled | Status::Quarantined, _) => return Err(MergeRefused::FromNotActive),
    }
    if from.has_second_factor() && !into.has_second_factor() && !options.with_factors {
        return Err(MergeRefused::FactorWouldBeLost);
    }
    Ok(())
}

/// Returns whether the result gets the second factors of FROM. Attack: with a factor of FROM, the holder of FROM's phone gets into INTO. So a
/// factor of INTO is never replaced, and none is added to it. A passkey that does not move is gone: no user has its key, and a login with it
/// is refused as unknown.
#[must_use]
pub fn takes_factors(from: &User, into: &User, options: MergeOptions) -> bool {
    options.with_factors && from.has_second_factor() && !into.has_second_factor()
}

fn take_profile(user: &mut User, from: &User, taken: &mut Taken) {
    if user.username.is_none() && from.username.is_some() {
        user.username.clone_from(&from.username);
        taken.username = true;
    }
    // An address that FROM has not proven must not become an address that an administrator has entered for INTO (account linking).
    if user.email.is_none() && from.email_verified && from.email.is_some() {
        user.email.clone_from(&from.email);
        user.email_verified = true;
        copy_source(user, from, "email");
        taken.email = true;
    } else if !user.email_verified
        && from.email_verified
        && user.email.as_ref().map(Email::key) == from.email.as_ref().map(Email::key)
    {
        user.email_verified = true;
        taken.email_verified = true;
    }
    for (own, other, field, is_taken) in [
        (&mut user.display_name, &from.display_name, "displayName", &mut taken.display_name),
        (&mut user.picture, &from.picture, "picture", &mut taken.picture),
        (&mut user.locale, &from.locale, "locale", &mut taken.locale),
    ] {
        if own.is_none() && other.is_some() {
            own.clone_from(other);
            *is_taken = true;
            if let Some(source) = from.field_sources.get(field) {
                user.field_sources.insert(field.to_owned(), source.clone());
            }
        }
    }
}

fn copy_source(user: &mut User, from: &User, field: &str) {
    match from.field_sources.get(field) {
        Some(source) => user.field_sources.insert(field.to_owned(), source.clone()),
        None => user.field_sources.remove(field),
    };
}

/// Attack: an administrator with a part of the permissions would become a full one by merging. Administrative roles are granted by name only.
fn take_roles(user: &mut User, from: &User, options: MergeOptions, taken: &mut Taken) {
    if !options.with_roles {
        return;
    }
    for role in from.roles.iter().filter(|role| !is_administrative(role)) {
        if !user.roles.contains(role) {
            user.roles.push(role.clone());
            taken.roles.push(role.clone());
        }
    }
}

fn take_identities(user: &mut User, from: &User, options: MergeOptions, taken: &mut Taken) {
    for identity in &from.identities {
        // INTO's user has unlinked it on purpose.
        if user.unlinked_identities.iter().any(|unlinked| unlinked.key == identity.key) {
            continue;
        }
        let is_taken = |role: &&String| options.with_roles && !is_administrative(role);
        // The next sign-in through the identity sets them again, by the claims of the provider.
        let roles = identity.roles.iter().filter(is_taken).cloned().collect();
        user.identities.push(Identity { roles, ..identity.clone() });
        taken.identities.push(identity.key.clone());
    }
    for unlinked in &from.unlinked_identities {
        let is_linked = user.identities.iter().any(|identity| identity.key == unlinked.key);
        let is_known = user.unlinked_identities.iter().any(|known| known.key == unlinked.key);
        if !is_linked && !is_known {
            user.unlinked_identities.push(UnlinkedIdentity::clone(unlinked));
            taken.unlinked.push(unlinked.key.clone());
        }
    }
}

#[cfg(test)]
mod tests;
