//! Users as commands print them.

use serde_json::{Value, json};

use crate::{
    config::Config,
    limiter::Lock,
    store::Stored,
    user::{
        CodeChannel, Factor, Identity, Passkey, PhoneChannel, Status, Totp, User, masked_phone,
        roles::roles_of,
    },
};

/// Returns the fields of a user that may be printed: no hash, no sealed secret.
pub(super) fn summary(config: &Config, user: &Stored<User>, locks: &[Lock]) -> Value {
    json!({
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "emailVerified": user.email_verified,
        "displayName": user.display_name,
        "picture": user.picture,
        "locale": user.locale,
        "roles": roles_of(user, &config.providers),
        "status": user.status,
        "locks": locks.iter().map(lock).collect::<Vec<_>>(),
        "mfaEnabled": user.has_second_factor(),
        "totp": user.totp.iter().map(app).collect::<Vec<_>>(),
        "passkeys": user.passkeys.iter().map(passkey).collect::<Vec<_>>(),
        "emailCodes": user.message_codes.email.as_ref().map(email_codes),
        "smsCodes": user.message_codes.sms.as_ref().map(sms_codes),
        "factors": user.factors().into_iter().map(Factor::as_str).collect::<Vec<_>>(),
        "recoveryCodesLeft": user.recovery_codes_left(),
        "hasPassword": user.password.is_some(),
        "mustChangePassword": user.must_change_password(),
        "authProvider": user.auth_provider(),
        "identities": user.identities.iter().map(identity).collect::<Vec<_>>(),
        "createdBy": user.created_by,
        "createdAt": user.created_at,
        "updatedAt": user.updated_at,
        "lastLoginAt": user.last_login_at,
        "deletionAt": user.deletion_at,
        "formerIds": user.former_ids,
        "revision": user.revision,
    })
}

fn lock(lock: &Lock) -> Value {
    json!({
        "guess": lock.guess.as_str(),
        "failures": lock.failures,
        "until": lock.until,
        "knownDevice": lock.of_device,
    })
}

fn app(totp: &Totp) -> Value {
    json!({
        "id": totp.id,
        "name": totp.name,
        "confirmedAt": totp.confirmed_at,
        "lastUsedAt": totp.last_used_at,
    })
}

fn passkey(passkey: &Passkey) -> Value {
    json!({
        "id": passkey.id,
        "name": passkey.name,
        "createdAt": passkey.created_at,
        "lastUsedAt": passkey.last_used_at,
        "synced": passkey.backed_up,
        "signsInAlone": passkey.signs_in_alone(),
        "transports": passkey.transports,
        "aaguid": passkey.aaguid,
        "credentialId": passkey.credential_id,
    })
}

fn email_codes(channel: &CodeChannel) -> Value {
    json!({ "confirmedAt": channel.confirmed_at, "lastUsedAt": channel.last_used_at })
}

/// The number is masked: terminals are shared, and their output is copied into tickets.
fn sms_codes(channel: &PhoneChannel) -> Value {
    json!({ "to": masked_phone(&channel.number), "confirmedAt": channel.confirmed_at, "lastUsedAt": channel.last_used_at })
}

fn identity(identity: &Identity) -> Value {
    json!({
        "provider": identity.provider,
        "issuer": identity.key.issuer,
        "subject": identity.key.subject,
        "email": identity.email,
        "roles": identity.roles,
        "linkedAt": identity.linked_at,
        "lastLoginAt": identity.last_login_at,
    })
}

pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Disabled => "disabled",
        Status::Quarantined => "quarantined",
    }
}
