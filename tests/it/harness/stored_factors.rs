//! Passkeys and codes by message in stored users, for tests without a ceremony.

use vestibule::{
    clock::Timestamp,
    user::{CodeChannel, FactorId, MessageCodes, Passkey, PhoneChannel},
};

/// Number of [`message_codes`], and how it is shown.
pub(crate) const NUMBER: &str = "+4915112345678";
pub(crate) const MASKED: &str = "+49 ••• ••78";
/// Public key of ES256: the base point of P-256, whose private key is 1.
pub(crate) const PUBLIC_KEY: &str =
    "pQECAyYgASFYIGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWIlggT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";

/// Returns a passkey that signs in alone.
pub(crate) fn passkey(credential_id: &str, now: Timestamp) -> Passkey {
    Passkey {
        id: FactorId::new(now),
        name: format!("key {credential_id}"),
        credential_id: credential_id.to_owned(),
        public_key: PUBLIC_KEY.to_owned(),
        counter: 7,
        transports: vec!["internal".to_owned(), "hybrid".to_owned()],
        user_verified: true,
        discoverable: Some(true),
        backup_eligible: true,
        backed_up: true,
        aaguid: Some("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4".to_owned()),
        created_at: now,
        last_used_at: Some(now),
    }
}

/// Returns codes by mail and by SMS.
pub(crate) fn message_codes(now: Timestamp) -> MessageCodes {
    MessageCodes {
        email: Some(CodeChannel { confirmed_at: now, last_used_at: None }),
        sms: Some(PhoneChannel { number: NUMBER.to_owned(), confirmed_at: now, last_used_at: Some(now) }),
    }
}
