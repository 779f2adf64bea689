use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::{
    secrets::new_key,
    user::{CodeChannel, Creator, IdentityKey, PhoneChannel},
};

const SECRET: &[u8] = b"12345678901234567890";
const HASH: &str = "$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

/// Returns a user whose members all differ from those of a new user.
fn ada(keys: &Keys) -> User {
    let id = |byte| UserId::at(at(0), [byte; 10]);
    let mut ada = User::new(id(1), at(1));
    ada.username = "Ada".parse().ok();
    ada.email = "Ada@Corp.example".parse().ok();
    ada.email_verified = true;
    ada.display_name = Some("Ada \u{200d}💂, \"L.\"".to_owned());
    ada.locale = Some("en-GB".to_owned());
    ada.picture = Some("https://corp.example/ada".to_owned());
    ada.roles = vec!["reader".to_owned(), "admin".to_owned()];
    ada.identities.push(Identity {
        key: IdentityKey { issuer: "https://idp.example".to_owned(), subject: "7".to_owned() },
        provider: "idp".to_owned(),
        email: Some("ada@idp.example".to_owned()),
        roles: vec!["staff".to_owned()],
        linked_at: at(2),
        last_login_at: None,
    });
    ada.unlinked_identities.push(UnlinkedIdentity {
        key: IdentityKey { issuer: "https://idp.example".to_owned(), subject: "8".to_owned() },
        unlinked_at: at(3),
    });
    ada.former_ids = vec![id(2), id(3)];
    ada.created_by = Creator::User;
    ada.field_sources.insert("locale".to_owned(), "idp".to_owned());
    (ada.updated_at, ada.last_login_at, ada.deletion_at) = (at(4), Some(at(5)), Some(at(6)));
    ada.password = Some(Password {
        must_change: true,
        reported: true,
        imported: Some("fingerprint".to_owned()),
        ..Password::new(HASH.to_owned(), at(7))
    });
    ada.initial_password_expires_at = Some(at(8));
    ada.totp.push(Totp {
        id: serde_json::from_str("\"00000000-2328-7000-8000-000000000000\"").expect("an id"),
        name: "phone".to_owned(),
        last_used_at: Some(at(10)),
        last_step: 11,
        ..Totp::unused(keys.seal(&ada.id, totp::ACTIVE, SECRET), at(9))
    });
    add_passkey_and_message_codes(&mut ada);
    ada.recovery_codes = Some(RecoveryCodes {
        salt: "$salt".to_owned(),
        hashes: vec!["one".to_owned()],
        created_at: at(12),
        last_used_at: None,
    });
    ada
}

fn add_passkey_and_message_codes(ada: &mut User) {
    ada.passkeys.push(Passkey {
        id: serde_json::from_str("\"00000000-36b0-7000-8000-000000000000\"").expect("an id"),
        name: "key".to_owned(),
        credential_id: "AQID".to_owned(),
        public_key: "pQEC".to_owned(),
        counter: 13,
        transports: vec!["usb".to_owned()],
        user_verified: true,
        discoverable: Some(true),
        backup_eligible: true,
        backed_up: false,
        aaguid: None,
        created_at: at(14),
        last_used_at: Some(at(15)),
    });
    ada.message_codes.email = Some(CodeChannel { confirmed_at: at(16), last_used_at: None });
    let number = "+4915112345678".to_owned();
    ada.message_codes.sms = Some(PhoneChannel { number, confirmed_at: at(17), last_used_at: Some(at(18)) });
}

fn keys() -> Keys {
    Keys::parse(&new_key()).expect("a key")
}

fn json(user: &User, content: Content<'_>) -> String {
    let exported = ExportedUser::new(user, content).unwrap_or_else(|error| panic!("{error}"));
    serde_json::to_string(&exported).expect("JSON")
}

#[test]
fn every_field_of_an_import_has_one_column() {
    let columns: BTreeSet<Field> = COLUMNS.into_iter().collect();
    assert_eq!(columns.len(), COLUMNS.len());
    // Other forms of the columns `identities` and `totp`.
    let others = [Field::Issuer, Field::Subject, Field::TotpSecret];
    let all: BTreeSet<Field> = Field::ALL.into_iter().filter(|field| !others.contains(field)).collect();
    assert_eq!(columns, all);
}

// Files of earlier versions are imported, and compared by operators: the members and their order are a contract.
#[test]
fn members_have_a_fixed_order_and_form() {
    let keys = keys();
    let without_secrets = concat!(
        r#"{"id":"00000000-0000-7101-8101-010101010101","username":"Ada","email":"Ada@Corp.example","emailVerified":true,"#,
        "\"displayName\":\"Ada \u{200d}💂, \\\"L.\\\"\",",
        r#""locale":"en-GB","picture":"https://corp.example/ada","roles":["reader","admin"],"status":"active","#,
        r#""identities":[{"issuer":"https://idp.example","subject":"7","provider":"idp","email":"ada@idp.example","#,
        r#""roles":["staff"],"linkedAt":"1970-01-01T00:00:02.000Z","lastLoginAt":null}],"#,
        r#""unlinkedIdentities":[{"issuer":"https://idp.example","subject":"8","unlinkedAt":"1970-01-01T00:00:03.000Z"}],"#,
        r#""formerIds":["00000000-0000-7202-8202-020202020202","00000000-0000-7303-8303-030303030303"],"#,
        r#""origin":{"createdBy":"user","fieldSources":{"locale":"idp"}},"#,
        r#""createdAt":"1970-01-01T00:00:01.000Z","updatedAt":"1970-01-01T00:00:04.000Z","#,
        r#""lastLoginAt":"1970-01-01T00:00:05.000Z","deletionAt":"1970-01-01T00:00:06.000Z""#,
    );
    assert_eq!(json(&ada(&keys), Content::WithoutSecrets), format!("{without_secrets}}}"));
    let secrets = concat!(
        r#","password":"$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.","mustChangePassword":true,"#,
        r#""passwordInfo":{"changedAt":"1970-01-01T00:00:07.000Z","expiresAt":"1970-01-01T00:00:08.000Z","reported":true},"#,
        r#""totp":[{"id":"00000000-2328-7000-8000-000000000000","name":"phone","secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","#,
        r#""confirmedAt":"1970-01-01T00:00:09.000Z","lastUsedAt":"1970-01-01T00:00:10.000Z","lastStep":11}],"#,
        r#""recoveryCodes":{"salt":"$salt","hashes":["one"],"createdAt":"1970-01-01T00:00:12.000Z","lastUsedAt":null},"#,
        r#""passkeys":[{"id":"00000000-36b0-7000-8000-000000000000","name":"key","credentialId":"AQID","publicKey":"pQEC","counter":13,"#,
        r#""transports":["usb"],"userVerified":true,"discoverable":true,"backupEligible":true,"backedUp":false,"aaguid":null,"#,
        r#""createdAt":"1970-01-01T00:00:14.000Z","lastUsedAt":"1970-01-01T00:00:15.000Z"}],"#,
        r#""messageCodes":{"email":{"confirmedAt":"1970-01-01T00:00:16.000Z","lastUsedAt":null},"#,
        r#""sms":{"number":"+4915112345678","confirmedAt":"1970-01-01T00:00:17.000Z","lastUsedAt":"1970-01-01T00:00:18.000Z"}}}"#,
    );
    assert_eq!(json(&ada(&keys), Content::WithSecrets(&keys)), format!("{without_secrets}{secrets}"));
}

#[test]
fn new_user_has_only_the_members_that_are_not_empty() {
    let keys = keys();
    let user = User::new(UserId::at(at(0), [1; 10]), at(1));
    let names = |content| {
        let value: serde_json::Map<String, Value> =
            serde_json::from_str(&json(&user, content)).expect("an object");
        value.keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(Content::WithoutSecrets), "createdAt emailVerified id origin status updatedAt");
    assert_eq!(
        names(Content::WithSecrets(&keys)),
        "createdAt emailVerified id origin password status updatedAt"
    );
}

#[test]
fn columns_without_secrets_say_nothing_about_secrets() {
    let keys = keys();
    let names = |content: Content<'_>| content.columns().map(Field::name).collect::<Vec<_>>();
    let about = [
        "password",
        "mustChangePassword",
        "passwordInfo",
        "totp",
        "recoveryCodes",
        "passkeys",
        "messageCodes",
    ];
    assert_eq!(names(Content::WithSecrets(&keys))[17..], about);
    assert!(names(Content::WithoutSecrets).iter().all(|name| !about.contains(name)));
}

#[test]
fn secret_of_another_key_ring_is_reported() {
    let ours = keys();
    let user = ada(&ours);
    let failed = ExportedUser::new(&user, Content::WithSecrets(&keys())).map(|_| ()).expect_err("no key");
    assert!(matches!(failed, ExportError::Sealed(_)));
    assert!(ExportedUser::new(&user, Content::WithoutSecrets).is_ok());
}

#[test]
fn recovery_codes_are_exported_beside_any_second_factor_and_not_without_one() {
    let keys = keys();
    let has_codes = |user: &User| json(user, Content::WithSecrets(&keys)).contains("recoveryCodes");
    let mut ada = ada(&keys);
    ada.totp.clear();
    assert!(has_codes(&ada));
    ada.passkeys.clear();
    assert!(has_codes(&ada), "codes by message are a second factor");
    ada.message_codes = MessageCodes::default();
    assert!(!has_codes(&ada));
}
