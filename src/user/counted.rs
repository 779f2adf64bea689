//! The part of a user that figures over all users need.

use serde::{Deserialize, de::IgnoredAny};

use super::{Factor, MessageCodes, Passkey, Password, RecoveryCodes, Status, Totp, User, UserId, totp};
use crate::{
    clock::Timestamp,
    store::{Collection, Readable},
};

/// A user as figures count it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "StoredFields")]
pub struct CountedUser {
    pub id: UserId,
    pub status: Status,
    pub session_epoch: i64,
    pub created_at: Timestamp,
    pub has_password: bool,
    pub is_federated: bool,
    pub has_second_factor: bool,
    /// See [`User::factors`].
    pub factors: Vec<Factor>,
}

impl Readable for CountedUser {
    const SOURCE: Collection = Collection::Users;
    /// The names in [`StoredFields`].
    const FIELDS: Option<&'static [&'static str]> = Some(&[
        "status",
        "password",
        "totp",
        "passkeys",
        "messageCodes",
        "recoveryCodes",
        "identities",
        "sessionEpoch",
        "createdAt",
    ]);
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredFields {
    #[serde(rename = "_id")]
    id: UserId,
    status: Status,
    password: Option<Password>,
    #[serde(default, deserialize_with = "totp::stored_apps")]
    totp: Vec<Totp>,
    #[serde(default)]
    passkeys: Vec<Passkey>,
    #[serde(default)]
    message_codes: MessageCodes,
    #[serde(default)]
    recovery_codes: Option<RecoveryCodes>,
    #[serde(default)]
    identities: Vec<IgnoredAny>,
    session_epoch: i64,
    created_at: Timestamp,
}

impl From<StoredFields> for CountedUser {
    fn from(stored: StoredFields) -> Self {
        // The rules for factors are those of a whole user.
        let user = User {
            status: stored.status,
            password: stored.password,
            totp: stored.totp,
            passkeys: stored.passkeys,
            message_codes: stored.message_codes,
            recovery_codes: stored.recovery_codes,
            session_epoch: stored.session_epoch,
            ..User::new(stored.id, stored.created_at)
        };
        Self {
            id: user.id,
            status: user.status,
            session_epoch: user.session_epoch,
            created_at: user.created_at,
            has_password: user.password.is_some(),
            is_federated: !stored.identities.is_empty(),
            has_second_factor: user.has_second_factor(),
            factors: user.factors(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::{
        secrets::{Keys, SealedField, new_key},
        user::{CodeChannel, FactorId, Identity, IdentityKey, PhoneChannel},
    };

    const NOW: Timestamp = Timestamp::from_millis(1000);

    fn user(change: impl FnOnce(&mut User)) -> User {
        let mut user = User::new(UserId::new(NOW), NOW);
        change(&mut user);
        user
    }

    fn password(set_by_link: bool) -> Password {
        Password { set_by_link, ..Password::new("$argon2id$".to_owned(), NOW) }
    }

    fn codes_by_mail(user: &mut User) {
        user.message_codes.email = Some(CodeChannel { confirmed_at: NOW, last_used_at: None });
    }

    fn app() -> Totp {
        let keys = Keys::parse(&new_key()).expect("a key");
        Totp::unused(keys.seal(&"ada", SealedField::Totp, b"secret"), NOW)
    }

    fn recovery_codes() -> RecoveryCodes {
        let (salt, hashes) = ("salt".to_owned(), vec!["hash".to_owned()]);
        RecoveryCodes { salt, hashes, created_at: NOW, last_used_at: None }
    }

    fn passkey() -> Passkey {
        serde_json::from_value(json!({
            "id": FactorId::new(NOW), "name": "key", "credentialId": "a", "publicKey": "a", "counter": 0,
            "userVerified": true, "backupEligible": false, "backedUp": false, "createdAt": NOW,
        }))
        .expect("a passkey")
    }

    fn identity() -> Identity {
        let key = IdentityKey { issuer: "https://idp.example".to_owned(), subject: "1".to_owned() };
        let provider = "idp".to_owned();
        Identity { key, provider, email: None, roles: Vec::new(), linked_at: NOW, last_login_at: None }
    }

    /// Returns the members of a stored user that the store reads.
    fn members_read(user: &User) -> Value {
        let Value::Object(all) = serde_json::to_value(user).expect("JSON") else { panic!("an object") };
        let fields = CountedUser::FIELDS.expect("a part");
        let is_read = |name: &str| name == "_id" || fields.contains(&name);
        all.into_iter().filter(|(name, _)| is_read(name)).collect::<Map<_, _>>().into()
    }

    // A field that is not read would look like one that is not set.
    #[test]
    fn part_is_counted_like_the_whole_user() {
        let users = [
            user(|_| {}),
            user(|user| user.status = Status::Disabled),
            user(|user| user.session_epoch = 7),
            user(|user| user.created_at = Timestamp::from_millis(2000)),
            user(|user| user.password = Some(password(false))),
            user(|user| user.passkeys = vec![passkey()]),
            user(|user| {
                user.totp = vec![app()];
                user.recovery_codes = Some(recovery_codes());
            }),
            user(codes_by_mail),
            user(|user| {
                codes_by_mail(user);
                user.password = Some(password(true));
            }),
            user(|user| {
                let number = "+4915112345678".to_owned();
                user.message_codes.sms = Some(PhoneChannel { number, confirmed_at: NOW, last_used_at: None });
            }),
            user(|user| user.identities = vec![identity()]),
        ];
        for user in users {
            let counted: CountedUser = serde_json::from_value(members_read(&user)).expect("a part");
            let expected = CountedUser {
                id: user.id,
                status: user.status,
                session_epoch: user.session_epoch,
                created_at: user.created_at,
                has_password: user.password.is_some(),
                is_federated: !user.identities.is_empty(),
                has_second_factor: user.has_second_factor(),
                factors: user.factors(),
            };
            assert_eq!(counted, expected);
        }
    }
}
