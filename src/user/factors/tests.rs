use super::*;
use crate::{
    secrets::{Keys, Sealed, SealedField, new_key},
    user::{PendingTotp, UserId},
};

const NOW: Timestamp = Timestamp::from_millis(60_000);
const LATER: Timestamp = Timestamp::from_millis(90_000);

fn user() -> User {
    let created = Timestamp::from_millis(0);
    User::new(UserId::new(created), created)
}

fn sealed() -> Sealed {
    Keys::parse(&new_key()).expect("a key").seal(&"ada", SealedField::Totp, b"secret")
}

fn totp() -> Totp {
    Totp::unused(sealed(), NOW)
}

fn pending_totp() -> PendingTotp {
    PendingTotp { name: None, secret: sealed(), expires_at: NOW, begun_by: String::new(), tries: 0 }
}

fn codes(left: usize) -> RecoveryCodes {
    let hashes = (0..left).map(|number| number.to_string()).collect();
    RecoveryCodes { salt: "salt".to_owned(), hashes, created_at: NOW, last_used_at: None }
}

/// Returns how often sessions were ended, why, and when the user was changed.
fn ended(user: &User) -> (i64, Option<EndReason>, Timestamp) {
    (user.session_epoch, user.sessions_ended_because, user.updated_at)
}

const ENDED: (i64, Option<EndReason>, Timestamp) = (1, Some(EndReason::FactorChanged), NOW);

#[test]
fn only_a_confirmed_app_is_a_factor() {
    let mut user = user();
    assert_eq!(user.factors(), []);
    user.pending_totp = Some(pending_totp());
    user.recovery_codes = Some(codes(10));
    assert!(!user.has_second_factor() && user.factors().is_empty());
    user.totp.push(totp());
    assert_eq!(user.factors(), [Factor::Totp, Factor::RecoveryCode]);
    assert!(user.has_second_factor());
    user.recovery_codes = Some(codes(0));
    assert_eq!(user.factors(), [Factor::Totp], "all codes are used");
}

fn passkey(credential_id: &str) -> Passkey {
    Passkey {
        id: FactorId::new(NOW),
        name: "Laptop".to_owned(),
        credential_id: credential_id.to_owned(),
        public_key: String::new(),
        counter: 0,
        transports: Vec::new(),
        user_verified: true,
        discoverable: None,
        backup_eligible: true,
        backed_up: true,
        aaguid: None,
        created_at: NOW,
        last_used_at: None,
    }
}

#[test]
fn passkey_is_a_strong_factor_with_a_unique_key_and_ends_all_sessions() {
    let mut user = user();
    user.add_passkey(passkey("a1"), NOW);
    assert_eq!((user.factors(), ended(&user)), (vec![Factor::Passkey], ENDED));
    assert!(user.has_strong_factor());
    assert!(crate::store::Document::keys(&user).contains(&"passkey:a1".to_owned()));
    user.recovery_codes = Some(codes(10));
    let id = user.passkeys[0].id;
    assert!(user.rename_factor(id, "Phone", LATER));
    assert_eq!(user.factor_name(id), Some("Phone"));
    assert_eq!(user.remove_factor(id, LATER), Some(RemovedFactor::Passkey { name: "Phone".to_owned() }));
    assert!(user.recovery_codes.is_none() && !user.has_second_factor());
    assert_eq!(user.session_epoch, 2);
    assert_eq!(user.remove_factor(id, LATER), None);
}

// Only a passkey that verified the user, and that the browser finds without its id, is a login on its own.
#[test]
fn passkey_signs_in_alone_by_what_its_registration_showed() {
    for (user_verified, discoverable, expected) in [
        (true, None, true),
        (true, Some(true), true),
        (true, Some(false), false),
        (false, None, false),
        (false, Some(true), false),
    ] {
        let passkey = Passkey { user_verified, discoverable, ..passkey("a1") };
        assert_eq!(passkey.signs_in_alone(), expected, "{user_verified} {discoverable:?}");
    }
}

#[test]
fn default_name_of_a_passkey_is_unique() {
    let mut user = user();
    assert_eq!(user.next_passkey_name(None), "Passkey");
    user.passkeys = vec![Passkey { name: "Passkey".to_owned(), ..passkey("a1") }];
    assert_eq!(user.next_passkey_name(None), "Passkey 2");
    assert_eq!(user.next_passkey_name(Some("1Password")), "1Password");
}

// An app, a passkey or a number of an attacker must not stay.
#[test]
fn reset_and_replacement_remove_passkeys_and_message_codes() {
    for is_reset in [true, false] {
        let mut user = user();
        user.passkeys = vec![passkey("a1")];
        user.message_codes.email = Some(CodeChannel { confirmed_at: NOW, last_used_at: None });
        if is_reset {
            assert!(user.remove_second_factors(NOW));
        } else {
            user.replace_second_factors(vec![totp()], NOW);
        }
        assert!(user.passkeys.is_empty() && user.message_codes.is_empty());
        assert_eq!(user.has_second_factor(), !is_reset);
    }
}

#[test]
fn last_used_method_comes_first() {
    let at = |second: i64| Some(Timestamp::from_millis(second));
    for (apps, code, is_code_first) in [
        ([None, None], None, false),
        ([at(1), None], None, false),
        ([None, None], at(1), true),
        ([at(2), at(1)], at(3), true),
        ([at(2), at(4)], at(3), false),
    ] {
        let mut user = user();
        user.totp = apps.map(|last_used_at| Totp { last_used_at, ..totp() }).to_vec();
        user.recovery_codes = Some(RecoveryCodes { last_used_at: code, ..codes(3) });
        assert_eq!(user.factors()[0] == Factor::RecoveryCode, is_code_first, "{apps:?} {code:?}");
    }
}

#[test]
fn new_app_ends_all_sessions_and_drops_the_pending_enrolment() {
    let mut user = user();
    user.totp.push(totp());
    user.pending_totp = Some(pending_totp());
    user.add_totp(totp(), NOW);
    assert!(user.totp.len() == 2 && user.pending_totp.is_none());
    assert_eq!(ended(&user), ENDED);
}

#[test]
fn factor_of_an_administrator_replaces_all_others() {
    let mut user = user();
    user.totp = vec![totp(), totp()];
    user.pending_totp = Some(pending_totp());
    user.recovery_codes = Some(codes(10));
    let new = totp();
    user.replace_second_factors(vec![new.clone()], NOW);
    assert_eq!(user.totp.iter().map(|totp| totp.id).collect::<Vec<_>>(), [new.id]);
    assert!(user.pending_totp.is_none() && user.recovery_codes.is_none());
    assert_eq!(ended(&user), ENDED);
}

#[test]
fn removal_of_all_factors_ends_all_sessions() {
    let mut user = user();
    assert!(!user.remove_second_factors(NOW));
    assert_eq!(ended(&user), (0, None, user.created_at), "nothing to remove");
    for (apps, pending, has_codes) in
        [(1, false, false), (2, false, true), (0, true, false), (0, false, true), (1, true, true)]
    {
        let mut user = self::user();
        user.totp = (0..apps).map(|_| totp()).collect();
        user.pending_totp = pending.then(pending_totp);
        user.recovery_codes = has_codes.then(|| codes(10));
        assert!(user.remove_second_factors(NOW), "{apps} {pending} {has_codes}");
        assert!(user.totp.is_empty() && user.pending_totp.is_none() && user.recovery_codes.is_none());
        assert_eq!(ended(&user), ENDED);
    }
}

#[test]
fn recovery_codes_go_with_the_last_app() {
    let mut user = user();
    user.totp = vec![totp(), totp()];
    user.recovery_codes = Some(codes(10));
    let [first, second] = [user.totp[0].id, user.totp[1].id];
    assert!(user.remove_factor(first, NOW).is_some() && user.remove_factor(first, NOW).is_none());
    assert_eq!((user.totp.len(), user.recovery_codes_left()), (1, 10));
    assert_eq!(ended(&user), ENDED);
    assert!(user.remove_factor(second, NOW).is_some());
    assert!(user.totp.is_empty() && user.recovery_codes.is_none());
}

#[test]
fn default_name_is_unique() {
    let mut user = user();
    for expected in ["Authenticator app", "Authenticator app 2", "Authenticator app 3"] {
        let name = user.next_app_name();
        assert_eq!(name, expected);
        user.totp.push(Totp { name, ..totp() });
    }
    user.totp.remove(1);
    assert_eq!(user.next_app_name(), "Authenticator app 2");
}

#[test]
fn renamed_app_ends_no_session() {
    let mut user = user();
    user.totp = vec![totp(), totp()];
    let id = user.totp[1].id;
    assert!(user.rename_factor(id, "Phone", NOW) && !user.rename_factor(FactorId::new(NOW), "Phone", NOW));
    assert_eq!(
        user.totp.iter().map(|totp| totp.name.as_str()).collect::<Vec<_>>(),
        [DEFAULT_APP_NAME, "Phone"]
    );
    assert_eq!((user.session_epoch, user.updated_at), (0, NOW));
}

#[test]
fn time_step_is_used_once_and_in_order() {
    assert!(!user().use_totp_step(FactorId::new(NOW), 1, NOW), "no authenticator app");
    let mut user = user();
    user.totp = vec![totp(), Totp { last_step: 10, ..totp() }];
    let id = user.totp[1].id;
    for (step, expected, last_step) in
        [(9, false, 10), (10, false, 10), (11, true, 11), (11, false, 11), (13, true, 13), (12, false, 13)]
    {
        assert_eq!(user.use_totp_step(id, step, LATER), expected, "{step}");
        assert_eq!(user.totp[1].last_step, last_step, "{step}");
    }
    assert_eq!((user.totp[1].last_used_at, user.totp[0].last_used_at), (Some(LATER), None));
    assert_eq!((user.totp[0].last_step, user.session_epoch), (0, 0), "the other app is not affected");
}

#[test]
fn recovery_code_is_used_once() {
    let mut codes = codes(3);
    assert!(!codes.use_up("another salt", "1", LATER) && !codes.use_up("salt", "7", LATER));
    assert_eq!((codes.hashes.len(), codes.last_used_at), (3, None));
    assert!(codes.use_up("salt", "1", LATER) && !codes.use_up("salt", "1", LATER));
    assert_eq!((codes.hashes, codes.last_used_at), (vec!["0".to_owned(), "2".to_owned()], Some(LATER)));
}
