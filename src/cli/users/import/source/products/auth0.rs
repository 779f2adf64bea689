//! Auth0: the file of a users-exports job (NDJSON), the file of password hashes that the support of Auth0 creates (NDJSON), and the array
//! of a bulk import. Shapes: "Bulk User Exports", "User Profile Structure", "Export Password Hashes and MFA Secrets" and "Bulk User Import
//! Database Schema and Examples" in the documents of Auth0.

use data_encoding::{BASE64_NOPAD, HEXLOWER_PERMISSIVE};
use serde_json::Value;

use super::{
    account::{APPLE, Account, App, GOOGLE, Social, full_name},
    members::Members,
};
use crate::cli::users::import::not_carried_over::Kind;

/// Statistics and internal state.
const IGNORED: [&str; 15] = [
    "_tmp_is_unique",
    "connection",
    "email_verified",
    "identifiers",
    "last_ip",
    "last_login",
    "last_password_reset",
    "logins_count",
    "multifactor_last_modified",
    "nickname",
    "password_set_date",
    "phone_verified",
    "tenant",
    "updated_at",
    "version",
];
/// Parameters of PBKDF2 that a bulk import may leave out.
const PBKDF2_PARAMS: &str = "i=100000,l=64";
const SCRYPT_COST: i64 = 16_384;
const SCRYPT_BLOCK_SIZE: i64 = 8;
const SCRYPT_PARALLELIZATION: i64 = 1;

pub(super) fn is_user(user: &Members) -> bool {
    let names = |names: &[&str]| names.iter().any(|name| user.has(name));
    let has_id = user.has("user_id") && names(&["identities", "email_verified", "email", "created_at"]);
    let has_hash = user.has("passwordHash") && names(&["tenant", "connection"]);
    has_id || has_hash || names(&["custom_password_hash", "mfa_factors", "app_metadata", "user_metadata"])
}

pub(super) fn account(mut user: Members) -> Account {
    let mut account = Account {
        subject: subject(&mut user),
        username: user.text("username"),
        email: user.text("email"),
        is_email_verified: user.is_true("email_verified"),
        picture: user.text("picture"),
        locale: user.text("locale"),
        created_at: user.text("created_at"),
        is_disabled: user.blocks("blocked"),
        ..Account::default()
    };
    let name = user.text("name");
    let full = full_name(user.text("given_name"), user.text("family_name"));
    // Auth0 writes the address into the name of a user who has none.
    account.display_name = name.filter(|name| account.email.as_ref() != Some(name)).or(full);
    if user.text("phone_number").is_some() {
        account.leave(Kind::Phone, "the phone number");
    }
    password(&mut user, &mut account);
    factors(&mut user, &mut account);
    identities(&mut user, &mut account);
    metadata(&mut user, &mut account);
    user.ignore(&IGNORED);
    account.leave_all(Kind::Attributes, "the fields", &user.rest());
    account
}

/// Returns the `sub` of the ID tokens: the strategy and the id. Some files contain only the id of a user with a password.
fn subject(user: &mut Members) -> Option<String> {
    let oid = ["_id", "_ID"].iter().find_map(|name| user.object(name)).and_then(|mut id| id.text("$oid"));
    let id = user.text("user_id").or(oid)?;
    Some(if id.contains('|') { id } else { format!("auth0|{id}") })
}

fn password(user: &mut Members, account: &mut Account) {
    account.password = user.first_text(&["passwordHash", "password_hash"]);
    if let Some(custom) = user.object("custom_password_hash") {
        match custom_hash(custom) {
            Ok(hash) => account.password = Some(hash),
            Err(why) => account.leave(Kind::Password, format!("the user has no password here: {why}")),
        }
    }
}

/// Returns a hash in a spelling of the import. bcrypt, Argon2 and PBKDF2 contain their salt and parameters.
fn custom_hash(mut custom: Members) -> Result<String, String> {
    let algorithm = custom.text("algorithm").unwrap_or_default();
    let encoding = custom.object("password").and_then(|mut password| password.text("encoding"));
    if encoding.is_some_and(|encoding| encoding != "utf8") {
        return Err("its password is not encoded as UTF-8".to_owned());
    }
    let mut hash = match custom.value("hash") {
        Some(Value::String(value)) => Encoded { value, encoding: custom.text("encoding") },
        Some(other) => Members::of_value(other).and_then(Encoded::of).ok_or("it has no hash")?,
        None => return Err("it has no hash".to_owned()),
    };
    let salt = custom.object("salt").and_then(Encoded::of);
    match algorithm.as_str() {
        "bcrypt" | "argon2" | "pbkdf2" if salt.is_some() => {
            Err(format!("a hash of {algorithm} has no other salt"))
        }
        "bcrypt" | "argon2" => Ok(hash.value),
        "pbkdf2" => {
            let parts: Vec<&str> = hash.value.split('$').collect();
            if let ["", id, salt, output] = parts[..] {
                hash.value = format!("${id}${PBKDF2_PARAMS}${salt}${output}");
            }
            Ok(hash.value)
        }
        "scrypt" => scrypt(&mut custom, &hash, salt.as_ref()),
        other => Err(format!("a hash of {} cannot be checked here", crate::cli::quoted::quoted(other))),
    }
}

fn scrypt(custom: &mut Members, hash: &Encoded, salt: Option<&Encoded>) -> Result<String, String> {
    let mut number = |name, default| custom.number(name).unwrap_or(default);
    let cost = number("cost", SCRYPT_COST);
    let (r, p) = (number("blockSize", SCRYPT_BLOCK_SIZE), number("parallelization", SCRYPT_PARALLELIZATION));
    let cost = u64::try_from(cost)
        .ok()
        .filter(|cost| cost.is_power_of_two())
        .ok_or("its cost is no power of two")?;
    let output = hash.bytes().ok_or("its hash is not encoded as it says")?;
    let salt = salt.and_then(Encoded::bytes).ok_or("its salt is missing or not encoded as it says")?;
    let (log_n, salt, output) = (cost.ilog2(), BASE64_NOPAD.encode(&salt), BASE64_NOPAD.encode(&output));
    Ok(format!("$scrypt$ln={log_n},r={r},p={p}${salt}${output}"))
}

/// Bytes as text.
struct Encoded {
    value: String,
    encoding: Option<String>,
}

impl Encoded {
    fn of(mut members: Members) -> Option<Self> {
        Some(Self { value: members.text("value")?, encoding: members.text("encoding") })
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        match self.encoding.as_deref() {
            None | Some("utf8") => Some(self.value.clone().into_bytes()),
            Some("hex") => HEXLOWER_PERMISSIVE.decode(self.value.as_bytes()).ok(),
            Some("base64") => {
                let standard = self.value.trim_end_matches('=').replace('-', "+").replace('_', "/");
                BASE64_NOPAD.decode(standard.as_bytes()).ok()
            }
            Some(_) => None,
        }
    }
}

fn factors(user: &mut Members, account: &mut Account) {
    for mut factor in user.objects("mfa_factors") {
        if let Some(secret) = factor.object("totp").and_then(|mut totp| totp.text("secret")) {
            account.apps.push(App { secret, algorithm: None, digits: None, period: None });
        }
        factor.ignore(&["totp"]);
        account.leave_all(Kind::SecondFactors, "the factors", &factor.rest());
    }
    // A profile says that factors exist, and not what they are.
    let enrolled = user.texts("multifactor");
    account.leave_all(Kind::SecondFactors, "the export has no secrets of the factors at", &enrolled);
}

fn identities(user: &mut Members, account: &mut Account) {
    for mut identity in user.objects("identities") {
        let (Some(provider), Some(id)) = (identity.text("provider"), identity.value("user_id")) else {
            continue;
        };
        let subject = match id {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => continue,
        };
        // The names of strategies are reserved: no connection of a tenant can have one of these.
        let issuer = match provider.as_str() {
            "auth0" => continue,
            "google-oauth2" => Some(GOOGLE.to_owned()),
            "apple" => Some(APPLE.to_owned()),
            _ => None,
        };
        account.social.push(Social { provider, issuer, subject });
    }
}

/// Takes roles from `app_metadata` alone. Users can change their own `user_metadata`: a role from there would be a role for every user
/// (privilege escalation).
fn metadata(user: &mut Members, account: &mut Account) {
    if let Some(mut app) = user.object("app_metadata") {
        account.roles.extend(app.texts("roles"));
        if let Some(mut authorization) = app.object("authorization") {
            account.roles.extend(authorization.texts("roles"));
            account.roles.extend(authorization.texts("groups").iter().map(|group| format!("group:{group}")));
            let permissions = authorization.texts("permissions");
            account.roles.extend(permissions.iter().map(|permission| format!("permission:{permission}")));
        }
        account.leave_all(Kind::Attributes, "app_metadata:", &app.rest());
    }
    if let Some(own) = user.object("user_metadata") {
        account.leave_all(Kind::Attributes, "user_metadata:", &own.rest());
    }
}

/// Joins the records of one user: the profile and the password hash are in two files.
pub(super) fn join(known: &mut Account, other: Account) {
    if known.email.is_none() {
        known.is_email_verified = other.is_email_verified;
        known.email = other.email;
    }
    let fill = |known: &mut Option<String>, other: Option<String>| {
        if known.is_none() {
            *known = other;
        }
    };
    fill(&mut known.username, other.username);
    fill(&mut known.display_name, other.display_name);
    fill(&mut known.picture, other.picture);
    fill(&mut known.locale, other.locale);
    fill(&mut known.created_at, other.created_at);
    fill(&mut known.password, other.password);
    known.is_disabled |= other.is_disabled;
    known.must_change_password |= other.must_change_password;
    known.apps.extend(other.apps);
    known.roles.extend(other.roles);
    known.social.extend(other.social);
    for left in other.not_carried_over {
        known.leave(left.kind, left.text);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hash(custom: Value) -> Result<String, String> {
        custom_hash(Members::of_value(custom).expect("an object"))
    }

    #[test]
    fn custom_hash_becomes_a_known_spelling_or_a_reason() {
        for (custom, expected) in [
            (json!({ "algorithm": "bcrypt", "hash": { "value": "$2b$10$x" } }), Ok("$2b$10$x")),
            (json!({ "algorithm": "bcrypt", "hash": "$2b$10$x" }), Ok("$2b$10$x")),
            (
                json!({ "algorithm": "argon2", "hash": { "value": "$argon2id$x", "encoding": "utf8" } }),
                Ok("$argon2id$x"),
            ),
            (
                json!({ "algorithm": "pbkdf2", "hash": { "value": "$pbkdf2-sha512$i=1000,l=64$c2E$aGE" } }),
                Ok("$pbkdf2-sha512$i=1000,l=64$c2E$aGE"),
            ),
            (
                json!({ "algorithm": "pbkdf2", "hash": { "value": "$pbkdf2-sha512$c2E$aGE" } }),
                Ok("$pbkdf2-sha512$i=100000,l=64$c2E$aGE"),
            ),
            (
                json!({ "algorithm": "scrypt", "hash": { "value": "00ff", "encoding": "hex" }, "salt": { "value": "salt" }, "keylen": 2, "cost": 1024, "blockSize": 4, "parallelization": 2 }),
                Ok("$scrypt$ln=10,r=4,p=2$c2FsdA$AP8"),
            ),
            (
                json!({ "algorithm": "scrypt", "hash": { "value": "_-8=", "encoding": "base64" }, "salt": { "value": "AP8=", "encoding": "base64", "position": "prefix" } }),
                Ok("$scrypt$ln=14,r=8,p=1$AP8$/+8"),
            ),
            (
                json!({ "algorithm": "scrypt", "hash": { "value": "00", "encoding": "hex" }, "salt": { "value": "s" }, "cost": 1000 }),
                Err("its cost is no power of two"),
            ),
            (
                json!({ "algorithm": "scrypt", "hash": { "value": "0g", "encoding": "hex" }, "salt": { "value": "s" } }),
                Err("its hash is not encoded as it says"),
            ),
            (
                json!({ "algorithm": "scrypt", "hash": { "value": "00", "encoding": "hex" } }),
                Err("its salt is missing or not encoded as it says"),
            ),
            (
                json!({ "algorithm": "bcrypt", "hash": { "value": "$2b$10$x" }, "salt": { "value": "s" } }),
                Err("a hash of bcrypt has no other salt"),
            ),
            (
                json!({ "algorithm": "bcrypt", "hash": { "value": "$2b$10$x" }, "password": { "encoding": "utf16le" } }),
                Err("its password is not encoded as UTF-8"),
            ),
            (
                json!({ "algorithm": "md5", "hash": { "value": "00", "encoding": "hex" } }),
                Err("a hash of \"md5\" cannot be checked here"),
            ),
            (json!({ "algorithm": "bcrypt" }), Err("it has no hash")),
        ] {
            let found = hash(custom.clone());
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{custom}");
        }
    }

    #[test]
    fn subject_is_that_of_the_id_tokens() {
        for (user, expected) in [
            (json!({ "user_id": "auth0|5f" }), Some("auth0|5f")),
            (json!({ "user_id": "google-oauth2|1" }), Some("google-oauth2|1")),
            (json!({ "user_id": "5f" }), Some("auth0|5f")),
            (json!({ "_id": { "$oid": "5f" } }), Some("auth0|5f")),
            (json!({ "email": "a@corp.example" }), None),
        ] {
            assert_eq!(
                subject(&mut Members::of_value(user.clone()).expect("an object")).as_deref(),
                expected,
                "{user}"
            );
        }
    }
}
