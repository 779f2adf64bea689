//! Firebase Authentication: the files of `firebase auth:export`, JSON and CSV. Shapes: "auth:import and auth:export" in the documents of
//! the Firebase CLI. The CSV file has no header row; its 28 columns are the ones of that page.

use serde_json::{Map, Value};

use super::{
    account::{APPLE, Account, GOOGLE, Social, time_of_millis},
    members::Members,
};
use crate::cli::users::import::not_carried_over::Kind;

/// Statistics and internal state.
const IGNORED: [&str; 8] = [
    "lastLoginAt",
    "lastRefreshAt",
    "lastSignedInAt",
    "passwordUpdatedAt",
    "tenantId",
    "validSince",
    "version",
    "initialEmail",
];
/// Providers with a subject, an address, a name and a picture each, in the order of the columns.
const CSV_PROVIDERS: [&str; 4] = ["google.com", "facebook.com", "twitter.com", "github.com"];
const CSV_FIRST_PROVIDER: usize = 7;
pub(super) const CSV_COLUMNS: usize = 28;
/// Columns of older versions, without `disabled` and claims.
const CSV_MIN: usize = 26;

pub(super) fn is_user(user: &Members) -> bool {
    user.has("localId")
}

/// Returns whether the cells of a first line are a user.
pub(super) fn is_csv_user(cells: &[String]) -> bool {
    cells.len() >= CSV_MIN && !cells[0].is_empty() && matches!(cells[2].as_str(), "true" | "false")
}

/// Returns the cells of a line as the members of the JSON file.
pub(super) fn members_of_csv(cells: &[String]) -> Members {
    let cell = |at: usize| cells.get(at).map(|cell| cell.trim()).unwrap_or_default();
    let mut user = Map::new();
    for (at, name) in [
        (0, "localId"),
        (1, "email"),
        (3, "passwordHash"),
        (4, "salt"),
        (5, "displayName"),
        (6, "photoUrl"),
        (23, "createdAt"),
        (25, "phoneNumber"),
        (27, "customAttributes"),
    ] {
        user.insert(name.to_owned(), Value::from(cell(at)));
    }
    user.insert("emailVerified".to_owned(), Value::Bool(cell(2) == "true"));
    // Older versions write nothing for a user who is not disabled.
    user.insert("disabled".to_owned(), Value::Bool(!matches!(cell(26), "" | "false" | "undefined")));
    let providers = CSV_PROVIDERS.iter().enumerate().filter_map(|(number, name)| {
        let id = cell(CSV_FIRST_PROVIDER + 4 * number);
        (!id.is_empty()).then(|| serde_json::json!({ "providerId": name, "rawId": id }))
    });
    user.insert("providerUserInfo".to_owned(), Value::Array(providers.collect()));
    Members::new(user)
}

pub(super) fn account(mut user: Members) -> Account {
    let mut account = Account {
        subject: user.text("localId"),
        email: user.text("email"),
        is_email_verified: user.is_true("emailVerified"),
        display_name: user.text("displayName"),
        picture: user.text("photoUrl"),
        created_at: user.number("createdAt").and_then(time_of_millis),
        is_disabled: user.blocks("disabled"),
        ..Account::default()
    };
    if let Some(hash) = user.text("passwordHash") {
        account.password = Some(format!("firebase:{}:{hash}", user.text("salt").unwrap_or_default()));
    }
    user.ignore(&["salt"]);
    if user.text("phoneNumber").is_some() {
        account.leave(Kind::Phone, "the phone number");
    }
    for mut factor in user.objects("mfaInfo") {
        let kind = if factor.has("phoneInfo") {
            "SMS"
        } else {
            "an authenticator app, whose secret is not exported"
        };
        factor.ignore(&["phoneInfo"]);
        account.leave(Kind::SecondFactors, format!("the second factor {kind}"));
    }
    for mut info in user.objects("providerUserInfo") {
        if let (Some(provider), Some(subject)) = (info.text("providerId"), info.text("rawId")) {
            let issuer = match provider.as_str() {
                "password" | "phone" | "emailLink" => continue,
                "google.com" => Some(GOOGLE.to_owned()),
                "apple.com" => Some(APPLE.to_owned()),
                _ => None,
            };
            account.social.push(Social { provider, issuer, subject });
        }
    }
    claims(&mut user, &mut account);
    user.ignore(&IGNORED);
    account.leave_all(Kind::Attributes, "the fields", &user.rest());
    account
}

/// Takes `role`, `roles` and claims that are `true` as roles: only the administrator of a project can set custom claims.
fn claims(user: &mut Members, account: &mut Account) {
    let Some(mut claims) = user.object("customAttributes") else { return };
    account.roles.extend(claims.texts("role"));
    account.roles.extend(claims.texts("roles"));
    for name in claims.names() {
        if claims.is_true(&name) {
            account.roles.insert(name);
        }
    }
    account.leave_all(Kind::Attributes, "the custom claims", &claims.rest());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_the_csv_file_are_the_members_of_the_json_file() {
        let line = "uid1,a@corp.example,true,aGFzaA==,c2FsdA==,Ada,https://p.example/a.png,g1,a@gmail.example,A,,,,,,,,,,h1,,,,1600000000000,1600000001000,+15550100,true,,";
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        assert!(is_csv_user(&cells));
        let account = account(members_of_csv(&cells));
        assert_eq!(account.subject.as_deref(), Some("uid1"));
        assert_eq!(account.password.as_deref(), Some("firebase:c2FsdA==:aGFzaA=="));
        assert_eq!(account.created_at.as_deref(), Some("2020-09-13T12:26:40Z"));
        assert!(account.is_email_verified && account.is_disabled);
        let social: Vec<_> =
            account.social.iter().map(|social| (social.provider.as_str(), social.subject.as_str())).collect();
        assert_eq!(social, [("google.com", "g1"), ("github.com", "h1")]);
        for line in [
            "uid1,a@corp.example,true",
            "id,username,email",
            ",a@corp.example,true,,,,,,,,,,,,,,,,,,,,,,,,,,",
        ] {
            let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            assert!(!is_csv_user(&cells), "{line}");
        }
    }
}
