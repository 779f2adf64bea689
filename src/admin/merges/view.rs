//! Users and merges as administrators see them: no hash, no secret.

use serde_json::{Value, json};

use crate::{
    app::App,
    store::Stored,
    user::{Factor, User, merge::Merge, roles::roles_of},
};

pub(super) fn user(app: &App, user: &Stored<User>) -> Value {
    let factors: Vec<&str> = user.factors().into_iter().map(Factor::as_str).collect();
    let providers: Vec<&str> = user.identities.iter().map(|identity| identity.provider.as_str()).collect();
    json!({
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "emailVerified": user.email_verified,
        "displayName": user.display_name,
        "picture": user.picture,
        "locale": user.locale,
        "roles": roles_of(user, &app.config.providers),
        "assignedRoles": user.roles,
        "status": user.status,
        "mfaEnabled": user.has_second_factor(),
        "authProvider": user.auth_provider(),
        "providers": providers,
        "factors": factors,
        "hasPassword": user.password.is_some(),
        "mustChangePassword": user.must_change_password(),
        "deletionAt": user.deletion_at,
        "createdAt": user.created_at,
        "updatedAt": user.updated_at,
        "lastLoginAt": user.last_login_at,
        "formerIds": user.former_ids,
        "revision": user.revision,
    })
}

pub(super) fn merge(merge: &Merge) -> Value {
    json!({
        "id": merge.id,
        "at": merge.at,
        "actor": merge.actor,
        "reason": merge.reason,
        "from": merge.from,
        "into": merge.into,
        "undoUntil": merge.undo_until,
        "undoneAt": merge.undone_at,
    })
}
