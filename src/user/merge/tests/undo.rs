//! What the undo of a merge gives back.

use super::*;

#[test]
fn undo_takes_passkeys_and_codes_by_message_back() {
    let (mut from, into) = full_and_empty();
    from.totp.clear();
    from.passkeys = vec![passkey("of-from")];
    from.message_codes = codes("+4915112345678");
    let Merged { mut user, taken, changes } = all(&from, &into);
    let change = |changes: &[FieldChange], field: &str| {
        let change = changes.iter().find(|change| change.field == field).unwrap_or_else(|| panic!("{field}"));
        (change.from.to_string(), change.into.to_string(), change.result.to_string())
    };
    let both = r#"["email","sms"]"#.to_owned();
    let none = "[]".to_owned();
    assert_eq!(change(&changes, "messageCodes"), (both.clone(), none.clone(), both.clone()));
    assert_eq!(change(&changes, "passkeys").2, r#"["of-from"]"#);
    // The user got recovery codes since: they go with the last factor.
    user.recovery_codes =
        Some(RecoveryCodes { salt: String::new(), hashes: Vec::new(), created_at: NOW, last_used_at: None });
    user.passkeys[0].counter = 7;
    let Undone { from: restored, into: left, changes } = undo(&from, &user, &taken, NOW);
    assert_eq!(comparable(&left), comparable(&into));
    // The copy of an authenticator must not be accepted after the undo.
    assert_eq!(restored.passkeys[0].counter, 7);
    assert_eq!(restored.message_codes, from.message_codes);
    assert_eq!(change(&changes, "messageCodes"), (both.clone(), both, none));
    assert_eq!(change(&changes, "passkeys").2, "[]");
    assert!(changes.iter().all(|change| change.field != "totp"), "no app was taken: {changes:?}");
    let of_both: Vec<String> = restored.keys().into_iter().filter(|key| left.keys().contains(key)).collect();
    assert!(of_both.is_empty(), "{of_both:?}");
}

// Attack: the passkey is the attacker's. The user reported it, or removed it, and the undo must not give the login back.
#[test]
fn passkey_that_was_reported_or_removed_since_the_merge_is_a_second_factor_only() {
    let (mut from, into) = full_and_empty();
    from.totp.clear();
    from.passkeys = vec![passkey("of-from")];
    let Merged { user, taken, .. } = all(&from, &into);
    let restored = |change: &dyn Fn(&mut User)| {
        let mut user = user.clone();
        change(&mut user);
        undo(&from, &user, &taken, NOW).from.passkeys.remove(0)
    };
    assert!(restored(&|_| {}).signs_in_alone());
    assert!(!restored(&User::restrict_passkeys).signs_in_alone());
    assert!(!restored(&|user| drop(user.remove_factor(user.passkeys[0].id, NOW))).signs_in_alone());
}

#[test]
fn number_that_was_replaced_since_the_merge_stays() {
    let (mut from, into) = full_and_empty();
    from.message_codes = codes("+4915112345678");
    let Merged { mut user, taken, .. } = all(&from, &into);
    let later = Timestamp::from_millis(120_000);
    let new = PhoneChannel { number: "+4915187654321".to_owned(), confirmed_at: later, last_used_at: None };
    user.message_codes.sms = Some(new.clone());
    let Undone { into: left, .. } = undo(&from, &user, &taken, later);
    assert_eq!(left.message_codes, MessageCodes { email: None, sms: Some(new) });
}

fn all(from: &User, into: &User) -> Merged {
    let options = MergeOptions { with_roles: true, with_factors: true };
    merge(from, into, from.totp.clone(), options, NOW).expect("merged")
}

/// Returns a user as JSON, without what ends the sessions and the time of the change.
fn comparable(user: &User) -> serde_json::Value {
    let mut json = serde_json::to_value(user).expect("JSON");
    for member in ["sessionEpoch", "sessionsEndedBecause", "updatedAt"] {
        json.as_object_mut().expect("an object").remove(member);
    }
    json
}

#[test]
fn undo_restores_both_users() {
    let (from, into) = full_and_empty();
    let Merged { user, taken, changes } = all(&from, &into);
    assert_eq!(user.field_sources["email"], "idp");
    for field in ["username", "email", "displayName", "roles", "totp", "identities", "formerIds"] {
        assert!(changes.iter().any(|change| change.field == field), "{field}: {changes:?}");
    }
    let Undone { from: restored, into: left, .. } = undo(&from, &user, &taken, NOW);
    assert_eq!(comparable(&restored), comparable(&from));
    assert_eq!(comparable(&left), comparable(&into));
    assert!(restored.session_epoch > from.session_epoch && left.session_epoch > user.session_epoch);
}

#[test]
fn what_was_changed_since_the_merge_stays() {
    let (from, into) = full_and_empty();
    let Merged { mut user, taken, .. } = all(&from, &into);
    user.username = Some("new".parse().expect("a name"));
    user.email = Some("new@corp.example".parse().expect("an address"));
    user.display_name = Some("New".to_owned());
    user.roles = vec!["reader".to_owned(), "writer".to_owned()];
    user.totp.push(app());
    user.identities.push(identity("3", &[]));
    let Undone { into: left, changes, .. } = undo(&from, &user, &taken, NOW);
    assert_eq!(left.username.as_ref().map(Username::as_str), Some("new"));
    assert_eq!(
        (left.email.as_ref().map(Email::as_str), left.email_verified),
        (Some("new@corp.example"), true)
    );
    assert_eq!((left.display_name.as_deref(), left.locale.as_deref()), (Some("New"), None));
    assert_eq!((left.roles.as_slice(), left.totp.len()), (&["writer".to_owned()][..], 1));
    let subjects: Vec<_> = left.identities.iter().map(|identity| identity.key.subject.as_str()).collect();
    assert_eq!(subjects, ["2", "3"], "the identity of FROM leaves INTO");
    let stays =
        |field: &str| changes.iter().any(|change| change.field == field && change.rule.ends_with("stays"));
    assert!(stays("username") && stays("email") && stays("displayName") && !stays("locale"));
}

#[test]
fn code_that_was_used_after_the_merge_stays_used_after_the_undo() {
    let (from, into) = full_and_empty();
    let Merged { mut user, taken, .. } = all(&from, &into);
    user.totp[0].last_step = 7;
    let Undone { from: restored, into: left, .. } = undo(&from, &user, &taken, NOW);
    assert_eq!((restored.totp[0].last_step, left.totp.len()), (7, 0));
}
