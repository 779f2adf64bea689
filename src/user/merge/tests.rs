mod undo;

use super::*;
use crate::{
    secrets::{Keys, SealedField, new_key},
    store::Document as _,
    user::{
        CodeChannel, Creator, MessageCodes, Passkey, Password, PhoneChannel, RecoveryCodes, UserId, Username,
    },
};

const NOW: Timestamp = Timestamp::from_millis(60_000);

fn user(name: &str) -> User {
    let created = Timestamp::from_millis(0);
    let mut user = User::new(UserId::new(created), created);
    user.username = Some(name.parse().expect("a name"));
    user
}

fn with_email(name: &str, email: &str, is_verified: bool) -> User {
    let mut user = user(name);
    user.email = Some(email.parse().expect("an address"));
    user.email_verified = is_verified;
    user
}

fn key(subject: &str) -> IdentityKey {
    IdentityKey { issuer: "https://idp.example".to_owned(), subject: subject.to_owned() }
}

fn identity(subject: &str, roles: &[&str]) -> Identity {
    Identity {
        key: key(subject),
        provider: "idp".to_owned(),
        email: None,
        roles: roles.iter().map(ToString::to_string).collect(),
        linked_at: NOW,
        last_login_at: None,
    }
}

fn app() -> Totp {
    let keys = Keys::parse(&new_key()).expect("a key");
    Totp::unused(keys.seal(&"x", SealedField::Totp, b"secret"), NOW)
}

fn passkey(credential_id: &str) -> Passkey {
    Passkey {
        id: FactorId::new(NOW),
        name: credential_id.to_owned(),
        credential_id: credential_id.to_owned(),
        public_key: String::new(),
        counter: 1,
        transports: Vec::new(),
        user_verified: true,
        discoverable: None,
        backup_eligible: false,
        backed_up: false,
        aaguid: None,
        created_at: NOW,
        last_used_at: None,
    }
}

fn codes(number: &str) -> MessageCodes {
    MessageCodes {
        email: Some(CodeChannel { confirmed_at: NOW, last_used_at: None }),
        sms: Some(PhoneChannel { number: number.to_owned(), confirmed_at: NOW, last_used_at: None }),
    }
}

/// FROM with a value in every field that INTO takes, and INTO without.
fn full_and_empty() -> (User, User) {
    let mut from = with_email("from", "f@corp.example", true);
    from.created_by = Creator::Provider;
    (from.display_name, from.picture, from.locale) =
        (Some("F".to_owned()), Some("https://p.example".to_owned()), Some("de".to_owned()));
    for field in ["email", "displayName"] {
        from.field_sources.insert(field.to_owned(), "idp".to_owned());
    }
    from.roles = vec!["reader".to_owned()];
    from.identities = vec![identity("1", &[])];
    from.unlinked_identities = vec![UnlinkedIdentity { key: key("9"), unlinked_at: NOW }];
    from.totp = vec![app()];
    let mut into = user("x");
    into.username = None;
    into.identities = vec![identity("2", &[])];
    (from, into)
}

fn merged(from: &User, into: &User) -> Merged {
    merge(from, into, Vec::new(), MergeOptions::default(), NOW).expect("merged")
}

#[test]
fn id_name_and_password_of_into_stay_and_those_of_from_open_nothing() {
    let (mut from, into) = (user("from"), user("into"));
    from.password = Some(Password::new("$argon2id$".to_owned(), NOW));
    from.former_ids = vec![UserId::new(NOW)];
    let Merged { user, .. } = merged(&from, &into);
    assert_eq!((user.id, &user.username), (into.id, &into.username));
    assert!(user.password.is_none(), "a password never moves");
    assert_eq!(user.former_ids, [from.id, from.former_ids[0]], "a chain of merges");
    let keys = crate::store::Document::keys(&user);
    assert!(keys.contains(&format!("id:{}", from.id)) && !keys.contains(&"name:from".to_owned()));
    assert_eq!((user.session_epoch, user.sessions_ended_because), (1, Some(EndReason::Revoked)));
}

#[test]
fn address_is_taken_only_if_it_is_verified_and_into_has_none() {
    for (from, into, email, is_verified) in [
        (with_email("f", "f@corp.example", true), user("i"), Some("f@corp.example"), true),
        (with_email("f", "f@corp.example", false), user("i"), None, false),
        (
            with_email("f", "f@corp.example", true),
            with_email("i", "i@corp.example", true),
            Some("i@corp.example"),
            true,
        ),
        (
            with_email("f", "f@corp.example", true),
            with_email("i", "i@corp.example", false),
            Some("i@corp.example"),
            false,
        ),
        (
            with_email("f", "A@corp.example", true),
            with_email("i", "a@corp.example", false),
            Some("a@corp.example"),
            true,
        ),
        (
            with_email("f", "a@corp.example", false),
            with_email("i", "a@corp.example", false),
            Some("a@corp.example"),
            false,
        ),
    ] {
        let Merged { user, .. } = merged(&from, &into);
        assert_eq!((user.email.as_ref().map(Email::as_str), user.email_verified), (email, is_verified));
    }
}

// Privilege escalation by merging.
#[test]
fn roles_are_added_only_if_asked_for_and_never_administrative_ones() {
    let (mut from, mut into) = (user("from"), user("into"));
    from.roles = ["reader", "admin", "admin:users", "admin:later"].map(str::to_owned).to_vec();
    from.identities = vec![identity("1", &["admin", "staff"])];
    into.roles = vec!["editor".to_owned()];
    let Merged { user, .. } = merged(&from, &into);
    assert_eq!(user.roles, ["editor"]);
    assert!(user.identities[0].roles.is_empty() && !user.is_administrative());
    let options = MergeOptions { with_roles: true, ..MergeOptions::default() };
    let Merged { user, taken, .. } = merge(&from, &into, Vec::new(), options, NOW).expect("merged");
    assert_eq!(
        (user.roles.as_slice(), taken.roles.as_slice()),
        (&["editor".to_owned(), "reader".to_owned()][..], &["reader".to_owned()][..])
    );
    assert_eq!(user.identities[0].roles, ["staff"]);
    assert!(!user.is_administrative());
}

// A factor of FROM lets the holder of FROM's phone into INTO.
#[test]
fn second_factor_is_never_lost_replaced_or_added_silently() {
    let with_factors = MergeOptions { with_factors: true, ..MergeOptions::default() };
    for (from_apps, into_apps, options, expected) in [
        (0, 0, MergeOptions::default(), Ok(0)),
        (0, 1, MergeOptions::default(), Ok(1)),
        (2, 1, MergeOptions::default(), Ok(1)),
        (2, 1, with_factors, Ok(1)),
        (2, 0, MergeOptions::default(), Err(MergeRefused::FactorWouldBeLost)),
        (2, 0, with_factors, Ok(2)),
    ] {
        let (mut from, mut into) = (user("from"), user("into"));
        from.totp = (0..from_apps).map(|_| app()).collect();
        from.recovery_codes = Some(RecoveryCodes {
            salt: String::new(),
            hashes: vec!["hash".to_owned()],
            created_at: NOW,
            last_used_at: None,
        });
        into.totp = (0..into_apps).map(|_| app()).collect();
        let own = into.totp.iter().map(|app| app.id).collect::<Vec<_>>();
        let result = merge(&from, &into, from.totp.clone(), options, NOW);
        let apps = result.as_ref().map(|merged| merged.user.totp.len()).map_err(|refused| *refused);
        assert_eq!(apps, expected, "{from_apps} {into_apps} {options:?}");
        if let Ok(Merged { user, taken, .. }) = result {
            assert!(user.recovery_codes.is_none(), "recovery codes of FROM go");
            assert_eq!(taken.apps.len() + own.len(), user.totp.len());
            assert!(own.iter().all(|id| user.totp.iter().any(|app| app.id == *id)));
        }
    }
}

// A passkey or a phone number of FROM opens INTO as an app does.
#[test]
fn passkeys_and_codes_by_message_move_only_by_request_and_only_to_a_user_without_a_factor() {
    type Set = fn(&mut User);
    let with_factors = MergeOptions { with_factors: true, ..MergeOptions::default() };
    let with_passkey: Set = |user| user.passkeys = vec![passkey("of-from")];
    let with_codes: Set = |user| user.message_codes = codes("+4915112345678");
    let with_app: Set = |user| user.totp = vec![app()];
    let with_own_passkey: Set = |user| user.passkeys = vec![passkey("of-into")];
    let with_own_codes: Set = |user| user.message_codes = codes("+4915187654321");
    let none: Set = |_| {};
    let lost = || Err(MergeRefused::FactorWouldBeLost);
    for (case, from_has, into_has, options, expected) in [
        ("passkey, none", with_passkey, none, MergeOptions::default(), lost()),
        ("codes, none", with_codes, none, MergeOptions::default(), lost()),
        ("passkey, none, asked", with_passkey, none, with_factors, Ok((vec!["of-from"], None))),
        ("codes, none, asked", with_codes, none, with_factors, Ok((vec![], Some("+4915112345678")))),
        ("passkey, app, asked", with_passkey, with_app, with_factors, Ok((vec![], None))),
        (
            "passkey, passkey, asked",
            with_passkey,
            with_own_passkey,
            with_factors,
            Ok((vec!["of-into"], None)),
        ),
        (
            "passkey, codes, asked",
            with_passkey,
            with_own_codes,
            with_factors,
            Ok((vec![], Some("+4915187654321"))),
        ),
        ("codes, passkey, asked", with_codes, with_own_passkey, with_factors, Ok((vec!["of-into"], None))),
        ("none, passkey", none, with_own_passkey, MergeOptions::default(), Ok((vec!["of-into"], None))),
    ] {
        let (mut from, mut into) = (user("from"), user("into"));
        from_has(&mut from);
        into_has(&mut into);
        let result = merge(&from, &into, from.totp.clone(), options, NOW);
        let found = result.as_ref().map_err(|refused| *refused).map(|Merged { user, .. }| {
            let ids: Vec<_> = user.passkeys.iter().map(|passkey| passkey.credential_id.as_str()).collect();
            (ids, user.message_codes.sms.as_ref().map(|sms| sms.number.as_str()))
        });
        assert_eq!(found, expected, "{case}");
        if let Ok(Merged { user, taken, .. }) = &result {
            let is_moved = user.passkeys.iter().any(|passkey| passkey.credential_id == "of-from");
            assert_eq!(user.keys().contains(&"passkey:of-from".to_owned()), is_moved, "{case}");
            assert_eq!(taken.apps.len(), usize::from(is_moved), "{case}");
            assert_eq!(
                taken.message_codes,
                !from.message_codes.is_empty() && user.message_codes == from.message_codes,
                "{case}"
            );
        }
    }
}

#[test]
fn identity_that_into_has_unlinked_is_not_linked_again() {
    let (mut from, mut into) = (user("from"), user("into"));
    from.identities = vec![identity("1", &[]), identity("2", &[])];
    into.identities = vec![identity("3", &[])];
    into.unlinked_identities = vec![UnlinkedIdentity { key: key("2"), unlinked_at: NOW }];
    from.unlinked_identities =
        ["3", "4"].map(|subject| UnlinkedIdentity { key: key(subject), unlinked_at: NOW }).to_vec();
    let Merged { user, taken, .. } = merged(&from, &into);
    let subjects =
        |user: &User| user.identities.iter().map(|identity| identity.key.subject.clone()).collect::<Vec<_>>();
    assert_eq!(subjects(&user), ["3", "1"]);
    let unlinked: Vec<_> =
        user.unlinked_identities.iter().map(|unlinked| unlinked.key.subject.as_str()).collect();
    assert_eq!(unlinked, ["2", "4"]);
    assert_eq!((taken.identities, taken.unlinked), (vec![key("1")], vec![key("4")]));
}

#[test]
fn only_two_active_users_are_merged() {
    use Status::{Active, Disabled, Quarantined};
    for (from_status, into_status, refused) in [
        (Disabled, Active, MergeRefused::FromNotActive),
        (Quarantined, Active, MergeRefused::FromNotActive),
        (Active, Disabled, MergeRefused::IntoNotActive),
        (Active, Quarantined, MergeRefused::IntoNotActive),
    ] {
        let (mut from, mut into) = (user("from"), user("into"));
        (from.status, into.status) = (from_status, into_status);
        let result = merge(&from, &into, Vec::new(), MergeOptions::default(), NOW);
        assert_eq!(result.map(|_| ()).unwrap_err(), refused, "{from_status:?} {into_status:?}");
    }
    let ada = user("ada");
    let result = merge(&ada, &ada, Vec::new(), MergeOptions::default(), NOW);
    assert_eq!(result.map(|_| ()).unwrap_err(), MergeRefused::SameUser);
}

#[test]
fn record_keeps_the_document_sealed_for_its_merge() {
    let keys = Keys::parse(&new_key()).expect("a key");
    let (from, into) = full_and_empty();
    let record = |id| {
        let mut record = Merge {
            id,
            at: NOW,
            actor: None,
            reason: None,
            from: Party::of(&from),
            into: Party::of(&into),
            taken: Taken::default(),
            from_revision: 1,
            sealed: None,
            undo_until: NOW + UNDO_TIME,
            undone_at: None,
        };
        record.seal(&from, &keys);
        record
    };
    let (one, mut other) = (record(MergeId::new(NOW)), record(MergeId::new(NOW)));
    let opened = one.open(&keys).expect("opens").expect("a user");
    assert_eq!(serde_json::to_string(&opened).expect("JSON"), serde_json::to_string(&from).expect("JSON"));
    other.sealed.clone_from(&one.sealed);
    assert!(matches!(other.open(&keys), Err(SnapshotError::Sealed(_))), "the document of another merge");
}
