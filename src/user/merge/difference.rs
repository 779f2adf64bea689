//! What a merge and its undo change, field by field, with the rule that decided. No secret is in it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::user::{Identity, MessageCodes, Status, UnlinkedIdentity, User};

/// One field of two users, and of the user that stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FieldChange {
    pub field: String,
    pub from: Value,
    pub into: Value,
    pub result: Value,
    /// The rule that decided.
    pub rule: String,
}

/// Returns the fields in which FROM differs from INTO, or that change.
///
/// It destructures the user without `..`: a new field does not compile until it is listed here, with a rule.
pub(super) fn of_merge(from: &User, into: &User, result: &User) -> Vec<FieldChange> {
    let fields = shown(from).into_iter().zip(shown(into)).zip(shown(result));
    fields
        .map(|(((field, rule, from), (.., into)), (.., result))| FieldChange {
            field: field.to_owned(),
            from,
            into,
            result,
            rule: rule.to_owned(),
        })
        .filter(|change| change.from != change.into || change.result != change.into)
        .collect()
}

/// Returns each field with its name and its rule.
#[expect(clippy::too_many_lines, reason = "one list, one entry for each field")]
fn shown(user: &User) -> Vec<(&'static str, &'static str, Value)> {
    let User {
        id,
        username,
        email,
        email_verified,
        pending_email,
        previous_emails,
        display_name,
        picture,
        locale,
        roles,
        status,
        password,
        // Part of the password.
        initial_password_expires_at: _,
        totp,
        pending_totp,
        passkeys,
        message_codes,
        recovery_codes: _,
        identities,
        unlinked_identities,
        created_by,
        // Shown with its field in the view of the user.
        field_sources: _,
        // The same in each merge: all sessions of both users end.
        session_epoch: _,
        sessions_ended_because: _,
        continuing_session: _,
        created_at,
        updated_at: _,
        last_login_at,
        devices,
        deletion_at,
        former_ids,
    } = user;
    let status = match status {
        Status::Active => "active",
        Status::Disabled => "disabled",
        Status::Quarantined => "quarantined",
    };
    vec![
        ("id", "the user that stays keeps its id", json!(id)),
        (
            "username",
            "the user name of the user that stays; the other one only if it has none",
            json!(username),
        ),
        ("password", "a password never moves", json!(password.as_ref().map(|_| "set"))),
        (
            "email",
            "the address of the user that stays; a verified one of the other user only if it has none",
            json!(email),
        ),
        ("emailVerified", "verified if either user has verified this address", json!(email_verified)),
        ("pendingEmail", "pending changes go", json!(pending_email.as_ref().map(|pending| &pending.email))),
        ("previousEmails", "earlier addresses of the other user go", json!(previous_emails.len())),
        (
            "displayName",
            "the value of the user that stays; the other one only if it has none",
            json!(display_name),
        ),
        ("picture", "the value of the user that stays; the other one only if it has none", json!(picture)),
        ("locale", "the value of the user that stays; the other one only if it has none", json!(locale)),
        (
            "roles",
            "the roles of the user that stays; others only if asked for, never administrative ones",
            json!(roles),
        ),
        ("status", "the status of the user that stays", json!(status)),
        (
            "totp",
            "the apps of the user that stays; those of the other user only if it has none and only if asked for",
            totp.iter().map(|app| app.name.clone()).collect(),
        ),
        (
            "passkeys",
            "the passkeys of the user that stays; those of the other user only if it has no second factor and only if asked for",
            passkeys.iter().map(|passkey| passkey.name.clone()).collect(),
        ),
        (
            "messageCodes",
            "the codes by message of the user that stays; those of the other user only if it has no second factor and only if asked for",
            self::message_codes(message_codes),
        ),
        ("pendingTotp", "pending changes go", json!(pending_totp.is_some())),
        ("recoveryCodes", "recovery codes of the other user go", json!(user.recovery_codes_left())),
        (
            "identities",
            "the identities of both users, except those that the user that stays has unlinked",
            identities.iter().map(identity_text).collect(),
        ),
        (
            "unlinkedIdentities",
            "the unlinked identities of both users, except those that are linked now",
            unlinked_identities.iter().map(unlinked_text).collect(),
        ),
        ("createdBy", "as before", json!(created_by)),
        ("createdAt", "as before", json!(created_at)),
        ("lastLoginAt", "the later one", json!(last_login_at)),
        ("devices", "known devices of the other user go", json!(devices.len())),
        ("deletionAt", "a requested deletion of the other user goes", json!(deletion_at)),
        ("formerIds", "the id of the other user names this one from now on", json!(former_ids)),
    ]
}

/// Returns which channels are set up. The number is not shown: a merge is about the user, not about the phone.
pub(super) fn message_codes(codes: &MessageCodes) -> Value {
    let channels = [("email", codes.email.is_some()), ("sms", codes.sms.is_some())];
    channels.into_iter().filter(|(_, is_set_up)| *is_set_up).map(|(name, _)| name).collect()
}

pub(super) fn identity_text(identity: &Identity) -> String {
    format!("{}: {}", identity.provider, identity.key)
}

fn unlinked_text(unlinked: &UnlinkedIdentity) -> String {
    unlinked.key.to_string()
}
