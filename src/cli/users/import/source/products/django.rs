//! Django: the fixture of `dumpdata auth.user`, and the table `auth_user` as CSV. Shapes: "Serializing Django objects" and the fields of
//! `django.contrib.auth.models.User` in the documents of Django; `otp_totp.totpdevice` is the table of django-otp.

use std::collections::BTreeMap;

use data_encoding::{BASE32_NOPAD, HEXLOWER_PERMISSIVE};
use serde_json::Value;

use super::{
    account::{Account, App, full_name},
    members::Members,
};
use crate::cli::users::import::not_carried_over::Kind;

/// Columns that no other table has.
const CSV_COLUMNS: [&str; 3] = ["password", "is_superuser", "is_active"];
const BOOLEANS: [&str; 3] = ["is_superuser", "is_staff", "is_active"];

/// What objects beside the users say about them.
#[derive(Default)]
pub(super) struct Tables {
    /// Names of groups by their key.
    groups: BTreeMap<String, String>,
    /// Authenticator apps by the key of the user.
    apps: BTreeMap<String, Vec<Members>>,
}

pub(super) fn is_object(object: &Members) -> bool {
    object.get("model").is_some_and(Value::is_string) && object.get("fields").is_some_and(Value::is_object)
}

/// Returns whether the header row of a CSV file is that of the table of users.
pub(super) fn is_csv_header(cells: &[String]) -> bool {
    CSV_COLUMNS.iter().all(|column| cells.iter().any(|cell| cell.trim() == *column))
}

/// Returns a row of the table as an object of a fixture.
pub(super) fn object_of_csv(header: &[String], cells: &[String]) -> Members {
    let mut fields = serde_json::Map::new();
    for (name, cell) in header.iter().zip(cells) {
        let name = name.trim();
        let value = match (BOOLEANS.contains(&name), cell.trim().to_ascii_lowercase().as_str()) {
            (true, "t" | "true" | "1") => Value::Bool(true),
            (true, "f" | "false" | "0") => Value::Bool(false),
            // PostgreSQL, MySQL and spreadsheets write NULL in these ways.
            (_, "" | "\\n" | "null") => Value::Null,
            (true | false, _) => Value::from(cell.as_str()),
        };
        fields.insert(name.to_owned(), value);
    }
    let mut object = serde_json::Map::new();
    object.insert("pk".to_owned(), fields.remove("id").unwrap_or_default());
    object.insert("model".to_owned(), "auth.user".into());
    object.insert("fields".to_owned(), fields.into());
    Members::new(object)
}

impl Tables {
    /// Takes an object that is no user. Returns a user.
    pub(super) fn add(&mut self, mut object: Members) -> Option<(String, Members)> {
        let model = object.text("model").unwrap_or_default().to_ascii_lowercase();
        let key = object.value("pk").map(|key| key_of(&key)).unwrap_or_default();
        let mut fields = object.object("fields")?;
        match model.as_str() {
            "auth.group" => {
                self.groups.extend(fields.text("name").map(|name| (key, name)));
                None
            }
            "otp_totp.totpdevice" => {
                let user = fields.value("user").map(|user| key_of(&user)).unwrap_or_default();
                self.apps.entry(user).or_default().push(fields);
                None
            }
            // Every model of a user has these fields, also one of the application.
            _ => (fields.has("password") && fields.get("last_login").is_some()).then_some((key, fields)),
        }
    }

    pub(super) fn account(&mut self, key: &str, mut user: Members) -> Account {
        let email = user.text("email");
        let username = user.text("username");
        let mut account = Account {
            display_name: full_name(user.text("first_name"), user.text("last_name")),
            created_at: user.text("date_joined").map(|time| rfc3339(&time)),
            is_disabled: user.blocks_if_not_true("is_active"),
            password: user.text("password"),
            ..Account::default()
        };
        // A reference by natural key names the user.
        let natural =
            username.as_ref().or(email.as_ref()).map(|name| key_of(&Value::from(vec![name.as_str()])));
        (account.username, account.email) = (username, email);
        for key in [Some(key.to_owned()), natural].into_iter().flatten().filter(|key| !key.is_empty()) {
            for device in self.apps.remove(&key).unwrap_or_default() {
                add_app(device, &mut account);
            }
        }
        for flag in ["is_superuser", "is_staff"] {
            if user.is_true(flag) {
                account.roles.insert(flag.to_owned());
            }
        }
        for group in user.list("groups") {
            let key = key_of(&group);
            let name = self.groups.get(&key).cloned().unwrap_or(key);
            account.roles.insert(format!("group:{name}"));
        }
        let permissions = user.list("user_permissions");
        account.roles.extend(permissions.iter().map(|key| format!("permission:{}", key_of(key))));
        user.ignore(&["last_login"]);
        account.leave_all(Kind::Attributes, "the fields", &user.rest());
        account
    }
}

/// Returns a primary key, or a natural key with its parts.
fn key_of(key: &Value) -> String {
    match key {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(key_of).collect::<Vec<_>>().join("."),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => key.to_string(),
    }
}

/// Adds an app of django-otp: the key is hexadecimal, and only a confirmed app was ever asked for a code.
fn add_app(mut device: Members, account: &mut Account) {
    let key = device.text("key").and_then(|key| HEXLOWER_PERMISSIVE.decode(key.as_bytes()).ok());
    if !device.is_true("confirmed") {
        account.leave(Kind::TotpSecret, "authenticator app: its enrolment was not confirmed");
    } else if let Some(key) = key {
        let (digits, period) = (device.number("digits"), device.number("step"));
        account.apps.push(App { secret: BASE32_NOPAD.encode(&key), algorithm: None, digits, period });
    } else {
        account.leave(Kind::TotpSecret, "authenticator app: its key is not hexadecimal");
    }
}

/// Returns the time of a fixture, or of a database: `2024-01-31 10:00:00.5+00`.
fn rfc3339(time: &str) -> String {
    let time = time.trim().replacen(' ', "T", 1);
    let zone = time.rfind(['+', '-']).filter(|at| *at > "2024-01-31".len());
    match zone {
        Some(at) if time.len() - at == "+00".len() => format!("{time}:00"),
        None if !time.ends_with('Z') => format!("{time}Z"),
        Some(_) | None => time,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn time_of_a_database_becomes_rfc_3339() {
        for (time, expected) in [
            ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z"),
            ("2024-01-31T10:00:00.123Z", "2024-01-31T10:00:00.123Z"),
            ("2024-01-31 10:00:00.5+00", "2024-01-31T10:00:00.5+00:00"),
            ("2024-01-31 10:00:00+02:00", "2024-01-31T10:00:00+02:00"),
            ("2024-01-31 10:00:00", "2024-01-31T10:00:00Z"),
        ] {
            assert_eq!(rfc3339(time), expected);
        }
    }

    #[test]
    fn groups_and_apps_are_found_by_primary_and_by_natural_key() {
        for (group, user, group_of_user) in
            [(json!(3), json!(7), json!(3)), (json!(null), json!(["ada"]), json!(["editors"]))]
        {
            let mut tables = Tables::default();
            let key = "3132333435363738393031323334353637383930";
            for object in [
                json!({ "model": "auth.group", "pk": group, "fields": { "name": "editors", "permissions": [] } }),
                json!({ "model": "otp_totp.totpdevice", "pk": 1, "fields": { "user": user, "name": "default", "confirmed": true, "key": key, "step": 30, "t0": 0, "digits": 6, "tolerance": 1, "drift": 0, "last_t": 1 } }),
            ] {
                assert!(tables.add(Members::of_value(object).expect("an object")).is_none());
            }
            let fields = json!({ "username": "ada", "password": "x", "last_login": null, "is_active": true, "groups": [group_of_user] });
            let user = json!({ "model": "auth.user", "pk": 7, "fields": fields });
            let (key, fields) = tables.add(Members::of_value(user).expect("an object")).expect("a user");
            let account = tables.account(&key, fields);
            assert_eq!(account.apps.len(), 1);
            assert_eq!(Vec::from_iter(account.roles), ["group:editors"]);
        }
    }
}
