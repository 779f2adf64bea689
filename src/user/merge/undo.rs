//! Rules for the undo of a merge: FROM is as it was, and what INTO got from FROM leaves INTO, unless it was changed since.

use serde_json::{Value, json};

use super::{FieldChange, Taken};
use crate::{
    clock::Timestamp,
    user::{Email, EndReason, Factor, FactorId, MessageCodes, User},
};

const TAKEN_BACK: &str = "it came from the other user";
const CHANGED_SINCE: &str = "it was changed since the merge and stays";

/// Both users after the undo.
#[derive(Clone, Debug)]
pub struct Undone {
    pub from: User,
    pub into: User,
    pub changes: Vec<FieldChange>,
}

/// Undoes a merge. The identities of FROM always leave INTO: an identity belongs to one user. Sessions of both end, and stay ended.
#[must_use]
pub fn undo(from: &User, into: &User, taken: &Taken, now: Timestamp) -> Undone {
    let (mut user, mut restored) = (into.clone(), from.clone());
    user.change_address(|user| take_back_profile(user, from, taken));
    user.roles.retain(|role| !taken.roles.contains(role));
    user.identities.retain(|identity| !taken.identities.contains(&identity.key));
    user.unlinked_identities.retain(|unlinked| !taken.unlinked.contains(&unlinked.key));
    keep_state_of_factors(&mut restored, into, taken);
    // The recovery codes go with the last factor.
    for factor in &taken.apps {
        user.remove_factor(*factor, now);
    }
    take_back_codes(&mut user, from, taken, now);
    user.former_ids.retain(|id| *id != from.id && !from.former_ids.contains(id));
    user.updated_at = now;
    user.pending_totp = None;
    user.end_sessions(EndReason::Revoked);
    // The epoch before the merge would make the sessions valid again that the merge has ended.
    restored.end_sessions(EndReason::Revoked);
    let changes = changes(from, into, &user, taken);
    Undone { from: restored, into: user, changes }
}

/// Takes the channels of FROM back. One that INTO's user has set up since, with another number or at another time, stays.
fn take_back_codes(user: &mut User, from: &User, taken: &Taken, now: Timestamp) {
    if !taken.message_codes {
        return;
    }
    let times = |codes: &MessageCodes| codes.email.as_ref().map(|email| email.confirmed_at);
    let numbers = |codes: &MessageCodes| codes.sms.as_ref().map(|sms| (sms.number.clone(), sms.confirmed_at));
    if times(&user.message_codes) == times(&from.message_codes) {
        user.remove_message_codes(Factor::EmailCode, now);
    }
    if numbers(&user.message_codes) == numbers(&from.message_codes) {
        user.remove_message_codes(Factor::SmsCode, now);
    }
}

/// Attack: a code that was used at INTO is replayed at FROM after the undo (RFC 6238 §5.2), or the copy of an authenticator is accepted there,
/// because the counter went back (W3C Web Authentication §6.1.1), or a passkey that the user reported or removed as an attacker's signs in alone
/// again.
fn keep_state_of_factors(restored: &mut User, into: &User, taken: &Taken) {
    for app in restored.totp.iter_mut().filter(|app| taken.apps.contains(&app.id)) {
        let used = into.totp.iter().find(|used| used.id == app.id).map_or(0, |used| used.last_step);
        app.last_step = app.last_step.max(used);
    }
    for passkey in restored.passkeys.iter_mut().filter(|passkey| taken.apps.contains(&passkey.id)) {
        let used = into.passkeys.iter().find(|used| used.id == passkey.id);
        passkey.counter = passkey.counter.max(used.map_or(0, |used| used.counter));
        passkey.user_verified &= used.is_some_and(|used| used.user_verified);
    }
}

fn take_back_profile(user: &mut User, from: &User, taken: &Taken) {
    if taken.username && user.username == from.username {
        user.username = None;
    }
    if taken.email && has_same_address(user, from) {
        user.email = None;
        user.email_verified = false;
        user.field_sources.remove("email");
    }
    if taken.email_verified && has_same_address(user, from) {
        user.email_verified = false;
    }
    for (own, other, field, is_taken) in [
        (&mut user.display_name, &from.display_name, "displayName", taken.display_name),
        (&mut user.picture, &from.picture, "picture", taken.picture),
        (&mut user.locale, &from.locale, "locale", taken.locale),
    ] {
        if is_taken && own == other {
            *own = None;
            user.field_sources.remove(field);
        }
    }
}

fn has_same_address(user: &User, from: &User) -> bool {
    user.email.as_ref().map(Email::key) == from.email.as_ref().map(Email::key)
}

/// Returns what leaves INTO, and what stays although it came from FROM.
fn changes(from: &User, into: &User, result: &User, taken: &Taken) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let has_taken = |ids: Vec<FactorId>| ids.iter().any(|id| taken.apps.contains(id));
    let mut add = |field: &str, from: Value, into: Value, result: Value| {
        let rule = if into == result { CHANGED_SINCE } else { TAKEN_BACK };
        changes.push(FieldChange { field: field.to_owned(), from, into, result, rule: rule.to_owned() });
    };
    for (is_taken, field, values) in [
        (taken.username, "username", [json!(from.username), json!(into.username), json!(result.username)]),
        (taken.email, "email", [json!(from.email), json!(into.email), json!(result.email)]),
        (
            taken.email_verified,
            "emailVerified",
            [json!(from.email_verified), json!(into.email_verified), json!(result.email_verified)],
        ),
        (
            taken.display_name,
            "displayName",
            [json!(from.display_name), json!(into.display_name), json!(result.display_name)],
        ),
        (taken.picture, "picture", [json!(from.picture), json!(into.picture), json!(result.picture)]),
        (taken.locale, "locale", [json!(from.locale), json!(into.locale), json!(result.locale)]),
        (!taken.roles.is_empty(), "roles", [json!(from.roles), json!(into.roles), json!(result.roles)]),
        (
            has_taken(from.totp.iter().map(|app| app.id).collect()),
            "totp",
            [apps(from), apps(into), apps(result)],
        ),
        (
            has_taken(from.passkeys.iter().map(|passkey| passkey.id).collect()),
            "passkeys",
            [passkeys(from), passkeys(into), passkeys(result)],
        ),
        (taken.message_codes, "messageCodes", [codes(from), codes(into), codes(result)]),
        (
            !taken.identities.is_empty(),
            "identities",
            [identities(from), identities(into), identities(result)],
        ),
        (true, "formerIds", [json!(from.former_ids), json!(into.former_ids), json!(result.former_ids)]),
    ] {
        let [from, into, result] = values;
        if is_taken {
            add(field, from, into, result);
        }
    }
    changes
}

fn apps(user: &User) -> Value {
    user.totp.iter().map(|app| app.name.clone()).collect()
}

fn passkeys(user: &User) -> Value {
    user.passkeys.iter().map(|passkey| passkey.name.clone()).collect()
}

fn codes(user: &User) -> Value {
    super::difference::message_codes(&user.message_codes)
}

fn identities(user: &User) -> Value {
    user.identities.iter().map(super::difference::identity_text).collect()
}
