//! A collection of users of an application with Mongoose: the file of `mongoexport`, or any other Extended JSON. Shape: "MongoDB Extended
//! JSON (v2)" of MongoDB, canonical and relaxed. The names of the fields are those that tutorials and templates use.

use serde_json::{Map, Value};

use super::{
    account::{Account, App, GOOGLE, Social, full_name, time_of_millis},
    members::Members,
};
use crate::{
    cli::{quoted::quoted, users::import::not_carried_over::Kind},
    config::Issuer,
};

/// Statistics and internal state.
const IGNORED: [&str; 17] = [
    "__v",
    "_class",
    "failedLoginAttempts",
    "lastLogin",
    "lastLoginAt",
    "lockUntil",
    "loginAttempts",
    "passwordChangedAt",
    "refreshToken",
    "refreshTokens",
    "resetPasswordExpire",
    "resetPasswordExpires",
    "resetPasswordToken",
    "tokens",
    "updatedAt",
    "updated_at",
    "verificationToken",
];
const PASSWORDS: [&str; 5] = ["password", "passwordHash", "hashedPassword", "password_hash", "hash"];
const SECRETS: [&str; 6] =
    ["mfaSecret", "twoFactorSecret", "totpSecret", "otpSecret", "twoFASecret", "two_factor_secret"];
/// Whether the enrolment of the app is complete.
const ENABLED: [&str; 7] = [
    "mfaEnabled",
    "twoFactorEnabled",
    "isTwoFactorEnabled",
    "totpEnabled",
    "otpEnabled",
    "isMfaEnabled",
    "two_factor_enabled",
];
const VERIFIED: [&str; 6] =
    ["emailVerified", "isEmailVerified", "isVerified", "verified", "emailConfirmed", "email_verified"];
/// Fields that disable the user if they are set.
const BLOCKING: [&str; 11] = [
    "banned",
    "blocked",
    "deleted",
    "deletedAt",
    "disabled",
    "isBanned",
    "isBlocked",
    "isDeleted",
    "isDisabled",
    "isSuspended",
    "suspended",
];
/// Fields that disable the user if they are not `true`.
const ENABLING: [&str; 4] = ["active", "enabled", "isActive", "isEnabled"];
const CODES: [&str; 4] = ["backupCodes", "mfaBackupCodes", "recoveryCodes", "twoFactorBackupCodes"];

/// Returns whether an object has the key of MongoDB.
pub(super) fn is_user(user: &Members) -> bool {
    user.has("_id")
}

/// Replaces the types of Extended JSON by plain values: ids and times by texts, and numbers by numbers.
pub(super) fn plain(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Object(members) => match typed(&members) {
            Some(value) => value,
            None => {
                members.into_iter().map(|(name, value)| (name, plain(value))).collect::<Map<_, _>>().into()
            }
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn typed(members: &Map<String, Value>) -> Option<Value> {
    let (name, value) = members.iter().next().filter(|_| members.len() == 1)?;
    match (name.as_str(), value) {
        ("$oid" | "$uuid" | "$symbol" | "$numberDecimal", Value::String(text)) => {
            Some(Value::from(text.as_str()))
        }
        ("$numberInt" | "$numberLong", Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        ("$numberDouble", Value::String(text)) => text.parse::<f64>().ok().map(Value::from),
        ("$date", Value::String(text)) => Some(Value::from(text.as_str())),
        ("$date", Value::Number(millis)) => millis.as_i64().and_then(time_of_millis).map(Value::from),
        ("$date", Value::Object(inner)) => typed(inner)?.as_i64().and_then(time_of_millis).map(Value::from),
        _ => None,
    }
}

/// Reads a user whose values are plain.
pub(super) fn account(mut user: Members) -> Account {
    let first_true = |user: &mut Members, names: &[&str]| {
        names.iter().fold(false, |is_true, name| user.is_true(name) | is_true)
    };
    let id = user.text("_id");
    let full = full_name(user.text("firstName"), user.text("lastName"));
    let created_at = user.first_text(&["createdAt", "created_at"]);
    let mut account = Account {
        username: user.first_text(&["username", "userName", "login"]),
        email: user.first_text(&["email", "emailAddress", "mail"]),
        is_email_verified: first_true(&mut user, &VERIFIED),
        display_name: user.first_text(&["displayName", "fullName", "name"]).or(full),
        picture: user.first_text(&["picture", "avatar", "avatarUrl", "photo", "profilePicture"]),
        locale: user.first_text(&["locale", "language", "lang"]),
        created_at: created_at.or_else(|| id.as_deref().and_then(time_of_object_id)),
        ..Account::default()
    };
    status(&mut user, &mut account);
    password(&mut user, &mut account);
    factors(&mut user, &mut account);
    identities(&mut user, &mut account);
    account.roles.extend(user.texts("role"));
    account.roles.extend(user.texts("roles"));
    for flag in ["isAdmin", "admin", "isSuperAdmin", "isStaff"] {
        if user.is_true(flag) {
            account.roles.insert(flag.to_owned());
        }
    }
    for name in ["phone", "phoneNumber", "mobile"] {
        if user.value(name).is_some() {
            account.leave(Kind::Phone, "the phone number");
        }
    }
    user.ignore(&IGNORED);
    account.leave_all(Kind::Attributes, "the fields", &user.rest());
    account
}

/// Returns the time in the first four bytes of an object id.
fn time_of_object_id(id: &str) -> Option<String> {
    let is_id = id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let seconds = is_id.then(|| i64::from_str_radix(&id[..8], 16).ok()).flatten()?;
    time_of_millis(seconds * 1000)
}

fn status(user: &mut Members, account: &mut Account) {
    for name in BLOCKING {
        account.is_disabled |= user.blocks(name);
    }
    for name in ENABLING {
        account.is_disabled |= user.blocks_if_not_true(name);
    }
    if let Some(status) = user.text("status") {
        match status.to_ascii_lowercase().as_str() {
            "active" | "enabled" | "ok" | "approved" | "verified" | "confirmed" | "online" | "offline" => {}
            // Any other word: the user must not be active here because of an unknown word.
            _ => {
                account.is_disabled = true;
                account.leave(
                    Kind::Attributes,
                    format!("the status {}: the user is disabled here", quoted(&status)),
                );
            }
        }
    }
}

fn password(user: &mut Members, account: &mut Account) {
    account.password = user.first_text(&PASSWORDS);
    // passport-local-mongoose writes salt and hash apart, and not the parameters.
    if account.password.is_some() && user.text("salt").is_some() {
        account.password = None;
        account.leave(
            Kind::Password,
            "the user has no password here: the hash has a salt in a field of its own, and no parameters",
        );
    }
    user.ignore(&PASSWORDS);
}

/// Takes a secret as an app only if the enrolment is complete. Otherwise the user would need codes of an app that was never set up.
fn factors(user: &mut Members, account: &mut Account) {
    let secret = SECRETS.iter().find_map(|name| {
        // speakeasy stores the secret in several spellings.
        user.text(name).or_else(|| user.object(name).and_then(|mut secret| secret.text("base32")))
    });
    let flags: Vec<&str> = ENABLED.into_iter().filter(|name| user.has(name)).collect();
    let is_complete = flags.into_iter().fold(true, |all, name| user.is_true(name) & all);
    match secret {
        Some(_) if !is_complete => {
            account.leave(Kind::TotpSecret, "authenticator app: its enrolment was not confirmed");
        }
        Some(secret) => account.apps.push(App { secret, algorithm: None, digits: None, period: None }),
        None => {}
    }
    for name in CODES {
        if user.value(name).is_some() {
            account.leave(Kind::SecondFactors, "the recovery codes");
        }
    }
}

/// Takes the identity at a provider of the settings that `authProvider` names. Passport writes the id of Auth0 as the user name.
pub(super) fn take_identity(user: &mut Members, providers: &[(Issuer, String)]) -> Option<Social> {
    let named = user.get("authProvider").or_else(|| user.get("provider"))?.as_str()?.to_ascii_lowercase();
    let (issuer, provider) = providers.iter().find(|(_, name)| *name == named)?;
    let own = format!("{named}Id");
    let subject = ["providerId", own.as_str(), "subject", "sub"].into_iter().find_map(|name| user.text(name));
    let subject = subject.or_else(|| {
        let name = user.get("username")?.as_str()?;
        name.contains('|').then(|| name.to_owned())
    })?;
    user.ignore(&["authProvider", "provider"]);
    Some(Social { provider: provider.clone(), issuer: Some(issuer.as_str().to_owned()), subject })
}

/// Takes the ids of Google and Auth0. `providerId` belongs to the provider in `authProvider`.
fn identities(user: &mut Members, account: &mut Account) {
    account.subject = user.text("auth0Id");
    let google = user.text("googleId");
    let provider = user.first_text(&["authProvider", "provider"]);
    let id = user.text("providerId");
    let mut add_google = |subject| {
        let (provider, issuer) = ("google".to_owned(), Some(GOOGLE.to_owned()));
        account.social.push(Social { provider, issuer, subject });
    };
    google.into_iter().for_each(&mut add_google);
    match (provider.as_deref().map(str::to_ascii_lowercase).as_deref(), id) {
        (Some("google"), Some(id)) => add_google(id),
        (Some("auth0"), Some(id)) => account.subject = Some(id),
        (Some(_), Some(subject)) => {
            let provider = provider.unwrap_or_default();
            account.social.push(Social { provider, issuer: None, subject });
        }
        (None, Some(_)) => {
            account.leave(Kind::Identities, "the field \"providerId\" without \"authProvider\"");
        }
        (Some(_) | None, None) => {}
    }
    for name in ["facebookId", "githubId", "appleId", "twitterId", "microsoftId", "linkedinId"] {
        if let Some(subject) = user.text(name) {
            account.social.push(Social {
                provider: name.trim_end_matches("Id").to_owned(),
                issuer: None,
                subject,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn account_of(value: Value) -> Account {
        account(Members::of_value(plain(value)).expect("an object"))
    }

    #[test]
    fn types_of_extended_json_become_plain_values() {
        for (extended, expected) in [
            (json!({ "$oid": "65f0c0ffee0123456789abcd" }), json!("65f0c0ffee0123456789abcd")),
            (json!({ "$date": "2024-01-31T10:00:00Z" }), json!("2024-01-31T10:00:00Z")),
            (json!({ "$date": { "$numberLong": "1706695200000" } }), json!("2024-01-31T10:00:00Z")),
            (json!({ "$date": 1_706_695_200_000_i64 }), json!("2024-01-31T10:00:00Z")),
            (json!([{ "$numberInt": "5" }, { "$numberLong": "6" }]), json!([5, 6])),
            (json!({ "a": { "$numberDouble": "1.5" } }), json!({ "a": 1.5 })),
            (json!({ "$numberInt": "x" }), json!({ "$numberInt": "x" })),
            (json!({ "$date": { "$numberLong": "9223372036854775807" } }), json!({ "$date": i64::MAX })),
        ] {
            assert_eq!(plain(extended.clone()), expected, "{extended}");
        }
    }

    #[test]
    fn user_who_is_blocked_there_in_any_spelling_is_disabled() {
        for (user, is_disabled) in [
            (json!({}), false),
            (json!({ "isActive": true, "isBanned": false, "deletedAt": null, "status": "Active" }), false),
            (json!({ "isActive": false }), true),
            (json!({ "isActive": "yes" }), true),
            (json!({ "banned": true }), true),
            (json!({ "deletedAt": { "$date": "2024-01-31T10:00:00Z" } }), true),
            (json!({ "status": "suspended" }), true),
            (json!({ "status": "under review" }), true),
        ] {
            assert_eq!(account_of(user.clone()).is_disabled, is_disabled, "{user}");
        }
    }

    #[test]
    fn secret_is_an_app_only_after_its_enrolment() {
        let secret = "JBSWY3DPEHPK3PXP";
        for (user, apps) in [
            (json!({ "mfaSecret": secret }), 1),
            (json!({ "twoFactorSecret": secret, "twoFactorEnabled": true }), 1),
            (json!({ "twoFactorSecret": { "ascii": "x", "base32": secret }, "isTwoFactorEnabled": true }), 1),
            (json!({ "twoFactorSecret": secret, "twoFactorEnabled": false }), 0),
            (json!({ "mfaSecret": secret, "mfaEnabled": "true" }), 0),
            (json!({ "mfaEnabled": true }), 0),
        ] {
            assert_eq!(account_of(user.clone()).apps.len(), apps, "{user}");
        }
    }

    #[test]
    fn id_of_a_provider_belongs_to_the_provider_that_is_named() {
        for (user, subject, social) in [
            (json!({ "auth0Id": "auth0|1" }), Some("auth0|1"), vec![]),
            (json!({ "authProvider": "auth0", "providerId": "auth0|1" }), Some("auth0|1"), vec![]),
            (json!({ "googleId": "g" }), None, vec![("google", Some(GOOGLE))]),
            (json!({ "authProvider": "Google", "providerId": "g" }), None, vec![("google", Some(GOOGLE))]),
            (json!({ "authProvider": "github", "providerId": "h" }), None, vec![("github", None)]),
            (json!({ "authProvider": "local" }), None, vec![]),
            (json!({ "providerId": "x" }), None, vec![]),
        ] {
            let found = account_of(user.clone());
            let found_social: Vec<_> = found
                .social
                .iter()
                .map(|social| (social.provider.as_str(), social.issuer.as_deref()))
                .collect();
            assert_eq!((found.subject.as_deref(), found_social), (subject, social), "{user}");
        }
    }
}
