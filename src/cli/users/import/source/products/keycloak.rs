//! Keycloak: the file of a realm, or one of its files of users. Shapes: "Importing and exporting realms" in the guides of the server, and
//! `UserRepresentation` and `CredentialRepresentation` of the Admin REST API. Before version 8, a credential has its members beside
//! `type`; since then they are JSON texts in `credentialData` and `secretData`.

use std::collections::BTreeMap;

use data_encoding::BASE32_NOPAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    account::{Account, App, GOOGLE, Social, full_name, time_of_millis},
    members::Members,
};
use crate::{
    cli::{quoted::quoted, users::import::not_carried_over::Kind},
    user::DEFAULT_PASSKEY_NAME,
};

/// Statistics and internal state.
const IGNORED: [&str; 7] =
    ["access", "disableableCredentialTypes", "notBefore", "origin", "self", "totp", "userProfileMetadata"];
/// Rights inside Keycloak itself, which every user has.
const OWN_ROLES: [&str; 2] = ["offline_access", "uma_authorization"];
const OWN_CLIENTS: [&str; 2] = ["account", "account-console"];

/// What a realm says about all its users.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Realm {
    /// Issuers by the alias of the identity provider.
    issuers: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RealmFile {
    #[serde(default)]
    identity_providers: Vec<IdentityProvider>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IdentityProvider {
    alias: String,
    provider_id: String,
    #[serde(default)]
    config: Map<String, Value>,
}

impl Realm {
    /// Reads the identity providers. The administrator of a realm chooses the aliases: a provider named `google` may be another one, whose
    /// subjects an attacker can choose.
    pub(super) fn of(file: &[u8]) -> Self {
        let file = serde_json::from_slice(file).unwrap_or(RealmFile { identity_providers: Vec::new() });
        let issuer = |IdentityProvider { alias, provider_id, config }| match provider_id.as_str() {
            "google" => Some((alias, GOOGLE.to_owned())),
            "oidc" | "keycloak-oidc" => Some((alias, config.get("issuer")?.as_str()?.to_owned())),
            _ => None,
        };
        Self { issuers: file.identity_providers.into_iter().filter_map(issuer).collect() }
    }
}

pub(super) fn is_user(user: &Members) -> bool {
    let names = ["credentials", "realmRoles", "createdTimestamp", "federatedIdentities", "requiredActions"];
    names.iter().any(|name| user.has(name))
}

/// Returns whether this is the account of a client (`client_credentials`), which is no user.
pub(super) fn is_service_account(user: &Members) -> bool {
    user.has("serviceAccountClientId")
}

pub(super) fn account(mut user: Members, realm: &Realm) -> Account {
    let mut account = Account {
        subject: user.text("id"),
        username: user.text("username"),
        email: user.text("email"),
        is_email_verified: user.is_true("emailVerified"),
        display_name: full_name(user.text("firstName"), user.text("lastName")),
        created_at: user.number("createdTimestamp").and_then(time_of_millis),
        // Keycloak takes a user without the member as disabled.
        is_disabled: !user.is_true("enabled"),
        ..Account::default()
    };
    for action in user.texts("requiredActions") {
        match action.as_str() {
            "UPDATE_PASSWORD" => account.must_change_password = true,
            other => account.leave(Kind::RequiredActions, format!("the required action {}", quoted(other))),
        }
    }
    let credentials = user.objects("credentials");
    for credential in credentials {
        self::credential(credential, &mut account);
    }
    if let Some(link) = user.text("federationLink") {
        let text = format!("the user has no password here: it is in the user federation {}", quoted(&link));
        account.leave(Kind::Password, text);
    }
    for mut identity in user.objects("federatedIdentities") {
        if let (Some(provider), Some(subject)) = (identity.text("identityProvider"), identity.text("userId"))
        {
            let issuer = realm.issuers.get(&provider).cloned();
            account.social.push(Social { provider, issuer, subject });
        }
    }
    roles(&mut user, &mut account);
    attributes(&mut user, &mut account);
    user.ignore(&IGNORED);
    account.leave_all(Kind::Attributes, "the fields", &user.rest());
    account
}

fn credential(mut credential: Members, account: &mut Account) {
    let kind = credential.text("type").unwrap_or_default();
    match kind.as_str() {
        "password" if credential.has("value") => {
            let text = "the user has no password here: the file has it in plain text, as no export writes it";
            account.leave(Kind::Password, text);
        }
        "password" => {
            account.must_change_password |= credential.is_true("temporary");
            // The import of a hash knows both shapes.
            account.password.get_or_insert_with(|| Value::Object(credential.into_map()).to_string());
        }
        "otp" | "totp" | "hotp" => match app(credential) {
            Ok(app) => account.apps.push(app),
            Err(text) => account.leave(Kind::TotpSecret, text),
        },
        "webauthn" | "webauthn-passwordless" => {
            account.leave(Kind::SecondFactors, passkey(&kind, credential));
        }
        // Hashes of earlier passwords.
        "password-history" => {}
        other => account.leave(Kind::SecondFactors, format!("the credential {}", quoted(other))),
    }
}

/// Returns the authenticator app of a credential. The secret is a text whose bytes are the key, unless the credential says that it is
/// base32.
fn app(mut credential: Members) -> Result<App, &'static str> {
    let kind = credential.text("type");
    let mut secret = credential.object("secretData").unwrap_or_default();
    let value = secret.text("value").or_else(|| credential.first_text(&["hashedSaltedValue", "value"]));
    let mut data = credential.object("credentialData").unwrap_or(credential);
    let kind = data.text("subType").or(kind);
    if kind.as_deref() == Some("hotp") {
        return Err(
            "authenticator app: its codes are counter-based (hotp), and here time-based ones are used",
        );
    }
    let value = value.ok_or("authenticator app: the file has no secret")?;
    let is_base32 = data.text("secretEncoding").as_deref() == Some("BASE32");
    Ok(App {
        secret: if is_base32 { value } else { BASE32_NOPAD.encode(value.as_bytes()) },
        algorithm: data.text("algorithm"),
        digits: data.number("digits"),
        period: data.number("period"),
    })
}

/// Returns why a passkey stays behind, also if its RP id is the host of this service.
///
/// Its authenticator names the user by the id of the other server (user handle), and an assertion that names another user is refused here (W3C
/// Web Authentication §7.2, step 6). The file has neither the flag BE, which every assertion must repeat, nor whether the user was verified.
/// With such a passkey the account would demand a factor that its user cannot give.
fn passkey(kind: &str, mut credential: Members) -> String {
    let name = credential.text("userLabel").unwrap_or_else(|| DEFAULT_PASSKEY_NAME.to_owned());
    format!(
        "the passkey {} ({kind}): its authenticator names the user by the id of Keycloak; the user registers a new one",
        quoted(&name)
    )
}

/// Takes realm roles by their name, client roles as `client:CLIENT:ROLE`, and groups by their path.
fn roles(user: &mut Members, account: &mut Account) {
    let is_own = |role: &String| OWN_ROLES.contains(&role.as_str()) || role.starts_with("default-roles-");
    account.roles.extend(user.texts("realmRoles").into_iter().filter(|role| !is_own(role)));
    if let Some(mut clients) = user.object("clientRoles") {
        clients.ignore(&OWN_CLIENTS);
        for client in clients.names() {
            let roles = clients.texts(&client);
            account.roles.extend(roles.iter().map(|role| format!("client:{client}:{role}")));
        }
    }
    account.roles.extend(user.texts("groups"));
}

fn attributes(user: &mut Members, account: &mut Account) {
    let Some(mut attributes) = user.object("attributes") else { return };
    account.locale = attributes.texts("locale").into_iter().next();
    account.picture = attributes.texts("picture").into_iter().next();
    for name in ["phoneNumber", "phone", "mobile"] {
        if !attributes.texts(name).is_empty() {
            account.leave(Kind::Phone, "the phone number");
        }
    }
    attributes.ignore(&["phoneNumberVerified"]);
    account.leave_all(Kind::Attributes, "the attributes", &attributes.rest());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: Value) -> Members {
        Members::of_value(value).expect("an object")
    }

    #[test]
    fn authenticator_app_is_read_in_every_shape() {
        let text = |value: Value| value.to_string();
        for (credential, expected) in [
            (
                json!({ "type": "otp", "secretData": text(json!({ "value": "fhAbjBAwfMqoDyXPyAcL" })), "credentialData": text(json!({ "subType": "totp", "digits": 8, "counter": 0, "period": 60, "algorithm": "HmacSHA256" })) }),
                Ok(("MZUECYTKIJAXOZSNOFXUI6KYKB4UCY2M", Some("HmacSHA256"), Some(8), Some(60))),
            ),
            (
                json!({ "type": "otp", "secretData": text(json!({ "value": "JBSWY3DPEHPK3PXP" })), "credentialData": text(json!({ "subType": "totp", "secretEncoding": "BASE32" })) }),
                Ok(("JBSWY3DPEHPK3PXP", None, None, None)),
            ),
            (
                json!({ "type": "totp", "hashedSaltedValue": "fhAbjBAwfMqoDyXPyAcL", "digits": 6, "period": 30, "algorithm": "HmacSHA1", "counter": 0 }),
                Ok(("MZUECYTKIJAXOZSNOFXUI6KYKB4UCY2M", Some("HmacSHA1"), Some(6), Some(30))),
            ),
            (
                json!({ "type": "otp", "secretData": text(json!({ "value": "x" })), "credentialData": text(json!({ "subType": "hotp" })) }),
                Err("counter-based"),
            ),
            (json!({ "type": "hotp", "value": "x" }), Err("counter-based")),
            (json!({ "type": "otp" }), Err("no secret")),
        ] {
            match (app(members(credential.clone())), expected) {
                (Ok(App { secret, algorithm, digits, period }), Ok(expected)) => {
                    assert_eq!(
                        (secret.as_str(), algorithm.as_deref(), digits, period),
                        expected,
                        "{credential}"
                    );
                }
                (Err(text), Err(part)) => assert!(text.contains(part), "{text}"),
                (found, _) => panic!("{found:?} {credential}"),
            }
        }
    }

    // The administrator of a realm names the providers.
    #[test]
    fn alias_of_a_provider_says_nothing_about_its_issuer() {
        let file = json!({ "identityProviders": [
            { "alias": "google", "providerId": "oidc", "config": { "issuer": "https://evil.example" } },
            { "alias": "social", "providerId": "google", "config": {} },
            { "alias": "github", "providerId": "github", "config": { "issuer": "https://accounts.google.com" } },
            { "alias": "bare", "providerId": "oidc", "config": { "issuer": 5 } },
        ] });
        let expected = [("google", "https://evil.example"), ("social", GOOGLE)];
        let expected = expected.map(|(alias, issuer)| (alias.to_owned(), issuer.to_owned()));
        assert_eq!(Realm::of(file.to_string().as_bytes()), Realm { issuers: expected.into() });
        for file in ["", "[]", "{}", "{\"identityProviders\":5}"] {
            assert_eq!(Realm::of(file.as_bytes()), Realm::default(), "{file}");
        }
    }
}
