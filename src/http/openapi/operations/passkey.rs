//! Passkeys: login, second factor and registration.

use super::super::operation::{Operation, Tag};
use crate::error::ErrorCode::{
    AlreadySignedIn, Busy, CeremonyOver, EnrolmentRequired, NotFound, PasskeyInvalid, PasskeyNotAllowed,
    PasskeyRefused, PasskeyRegistered, PasskeyUnknown, PasswordChangeRequired, ReauthenticationRequired,
    SecondFactorRequired, TokenInvalid, TooManyAttempts, TooManyFactors,
};

/// A ceremony begins with options for the browser, and ends with the response of the authenticator.
const RESPONSE: &str = r#"{ "ceremony": "TOKEN_OF_THE_OPTIONS", "credential": {} }"#;

pub(crate) const SIGN_IN_OPTIONS: Operation =
    Operation::new(Tag::Login, "startPasskeyLogin", "Start a login with a passkey")
        .text("Answers options for `navigator.credentials.get`, also for the autofill of the browser. They are valid for five minutes.")
        .refuses(&[NotFound]);

pub(crate) const SIGN_IN: Operation =
    Operation::new(Tag::Login, "logInWithPasskey", "Log in with a passkey")
        .text(
            "A login without a user name and a password. The authenticator must have verified the user, so the passkey counts as two \
             factors. The session gets a new id.",
        )
        .refuses(&[PasskeyInvalid, CeremonyOver, PasskeyRefused, PasskeyUnknown, NotFound, TooManyAttempts, Busy])
        .example(RESPONSE);

pub(crate) const FACTOR_OPTIONS: Operation =
    Operation::new(Tag::Login, "startPasskeyFactor", "Start a second factor with a passkey")
        .text("Answers options for `navigator.credentials.get` with the passkeys of the user. Also for a re-authentication.")
        .refuses(&[PasskeyUnknown, EnrolmentRequired, NotFound]);

pub(crate) const VERIFY: Operation =
    Operation::new(Tag::Login, "verifyPasskeyFactor", "Complete a login with a passkey")
        .text("For a session that awaits its second factor. The session gets a new id.")
        .refuses(&[
            PasskeyInvalid,
            CeremonyOver,
            PasskeyUnknown,
            NotFound,
            EnrolmentRequired,
            PasswordChangeRequired,
            AlreadySignedIn,
            TooManyAttempts,
            Busy,
        ])
        .example(RESPONSE);

pub(crate) const REGISTRATION_OPTIONS: Operation =
    Operation::new(Tag::Account, "startPasskeyRegistration", "Start the registration of a passkey")
        .text(
            "Answers options for `navigator.credentials.create`. Needs a recent authentication, or a session that must set up a second \
             factor.",
        )
        .refuses(&[
            NotFound, SecondFactorRequired, PasswordChangeRequired, ReauthenticationRequired, TooManyFactors,
            TooManyAttempts, Busy,
        ]);

pub(crate) const REGISTER: Operation =
    Operation::new(Tag::Account, "registerPasskey", "Register a passkey")
        .text(
            "All other sessions of the user end, and this one gets a new id. With the first second factor, the answer has recovery codes, \
             which are shown once.",
        )
        .refuses(&[
            PasskeyInvalid, CeremonyOver, PasskeyNotAllowed, PasskeyRegistered, NotFound, SecondFactorRequired,
            PasswordChangeRequired, ReauthenticationRequired, TooManyFactors, TooManyAttempts, Busy,
        ])
        .example(RESPONSE);

pub(crate) const LINK_OPTIONS: Operation =
    Operation::new(Tag::Login, "startPasskeyByLink", "Start the registration of a passkey with a link")
        .text(
            "Only with `VESTIBULE_LOCAL_PASSWORDS=off`, for a link that an administrator made. Answers options for \
             `navigator.credentials.create`. The link stays valid. For a user with a second factor it is invalid.",
        )
        .refuses(&[TokenInvalid, NotFound, TooManyAttempts, Busy])
        .example(r#"{ "token": "TOKEN_OF_THE_LINK" }"#);

pub(crate) const REGISTER_BY_LINK: Operation =
    Operation::new(Tag::Login, "registerPasskeyByLink", "Register a passkey with a link")
        .text(
            "All sessions of the user end, and no session opens. The link works once; a registration that fails keeps it.",
        )
        .refuses(&[
            TokenInvalid, PasskeyInvalid, CeremonyOver, PasskeyNotAllowed, PasskeyRegistered, NotFound, TooManyAttempts,
            Busy,
        ])
        .example(r#"{ "token": "TOKEN_OF_THE_LINK", "ceremony": "TOKEN_OF_THE_OPTIONS", "credential": {} }"#);
