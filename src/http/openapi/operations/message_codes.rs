//! Codes by mail and SMS.

use super::super::operation::{Operation, Tag};
use crate::error::ErrorCode::{
    Busy, CodeInvalid, EnrolmentRequired, FactorRequired, MessageNotSent, NoPendingEnrolment, NotFound,
    PasswordChangeRequired, ReauthenticationRequired, SecondFactorRequired, TooManyAttempts,
};

pub(crate) const SEND: Operation = Operation::new(Tag::SecondFactor, "sendCode", "Send a code by mail or SMS")
    .text(
        "For a session that awaits its second factor, and for a re-authentication. The code has eight digits and works once, for ten minutes, in \
         this session: it is the `code` of `verifyCode` and `reauthenticate`. Answers 404 for a channel that the settings do not offer.",
    )
    .refuses(&[NotFound, EnrolmentRequired, MessageNotSent, TooManyAttempts, Busy])
    .example(r#"{ "channel": "sms" }"#);

pub(crate) const START: Operation =
    Operation::new(Tag::SecondFactor, "startMessageCodes", "Start the set-up of codes by mail or SMS")
        .text(
            "Sends a code to the verified address or to the number. Needs a recent authentication, or a session that must set up a second \
             factor. An administrator needs an authenticator app or a passkey first. Answers 404 for a channel that the settings do not \
             offer.",
        )
        .refuses(&[
            NotFound, FactorRequired, SecondFactorRequired, PasswordChangeRequired, ReauthenticationRequired,
            MessageNotSent, TooManyAttempts, Busy,
        ])
        .example(r#"{ "channel": "sms", "number": "+49 151 12345612" }"#);

pub(crate) const CONFIRM: Operation =
    Operation::new(Tag::SecondFactor, "confirmMessageCodes", "Confirm codes by mail or SMS")
        .text(
            "All other sessions of the user end, and this one gets a new id. With the first second factor, the answer has recovery codes, \
             which are shown once.",
        )
        .refuses(&[
            CodeInvalid, NoPendingEnrolment, FactorRequired, SecondFactorRequired, PasswordChangeRequired, NotFound,
            TooManyAttempts, Busy,
        ])
        .example(r#"{ "code": "12345678" }"#);

pub(crate) const REMOVE: Operation = Operation::new(
    Tag::SecondFactor,
    "removeMessageCodes",
    "Remove codes by mail or SMS",
)
.text("Needs a recent second factor. The session gets a new id, and all other sessions of the user end.")
.path(&[("channel", "`email` or `sms`.")])
.refuses(&[ReauthenticationRequired, FactorRequired, NotFound, TooManyAttempts, Busy]);
