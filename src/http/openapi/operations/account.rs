//! What signed-in users see and change about themselves.

use super::super::operation::{Operation, Tag};
use crate::error::ErrorCode::{
    Busy, EnrolmentRequired, FactorRequired, LastWayIn, NotFound, NotSignedIn, PasswordChangeRequired,
    ProviderUnavailable, ReauthenticationRequired, SecondFactorRequired, SessionEnded, TokenInvalid,
    TooManyAttempts,
};

pub(crate) const ME: Operation = Operation::new(Tag::Account, "getMe", "Show the signed-in user")
    .text("Counts as activity. The same as `getAccount`.");

pub(crate) const SHOW: Operation =
    Operation::new(Tag::Account, "getAccount", "Show the signed-in user and the account")
        .text("Counts as activity.");

pub(crate) const CHANGE_PROFILE: Operation =
    Operation::new(Tag::Account, "changeProfile", "Change the profile")
        .text("A member that is left out stays as it is; `null` empties it. An unknown member is refused.")
        .refuses(&[TooManyAttempts, Busy])
        .example(r#"{ "displayName": "Ada Lovelace", "locale": "en" }"#);

pub(crate) const DELETE: Operation = Operation::new(Tag::Account, "deleteAccount", "Ask for the deletion of the account")
    .text(
        "Needs a recent authentication and the phrase that the account page shows. The account is deleted after the time of the settings, \
         and can be kept until then. Answers 404 if the settings do not allow it.",
    )
    .refuses(&[NotFound, ReauthenticationRequired, TooManyAttempts, Busy])
    .example(r#"{ "confirmation": "delete ada" }"#);

pub(crate) const KEEP: Operation = Operation::new(Tag::Account, "keepAccount", "Keep the account")
    .text("Takes back `deleteAccount`.")
    .refuses(&[NotFound, ReauthenticationRequired, TooManyAttempts, Busy]);

pub(crate) const EXPORT: Operation =
    Operation::new(Tag::Account, "exportAccount", "Download everything that is stored")
        .text("Without secrets. Needs a recent authentication.")
        .refuses(&[ReauthenticationRequired, TooManyAttempts, Busy]);

pub(crate) const EVENTS: Operation = Operation::new(Tag::Account, "listOwnEvents", "List the own activity")
    .text("Audit events about the user, the newest first.");

pub(crate) const NOT_ME: Operation = Operation::new(
    Tag::Account,
    "reportNotMe",
    "Report a login: this was not me",
)
.text(
    "All sessions of the user end. The token of a notice is the proof; without one, a signed-in session is.",
)
.refuses(&[
    NotSignedIn,
    SessionEnded,
    SecondFactorRequired,
    EnrolmentRequired,
    PasswordChangeRequired,
    TokenInvalid,
    TooManyAttempts,
    Busy,
])
.example(r#"{ "token": "TOKEN_OF_THE_MAIL" }"#);

pub(crate) const SESSIONS: Operation =
    Operation::new(Tag::Account, "listOwnSessions", "List the own sessions")
        .text("This one first, then by their last activity.");

pub(crate) const END_OTHER_SESSIONS: Operation =
    Operation::new(Tag::Account, "endOtherSessions", "End all own sessions except this one");

pub(crate) const END_SESSION: Operation = Operation::new(Tag::Account, "endOwnSession", "End a session")
    .path(&[("id", "Id of the session, as in the list.")]);

pub(crate) const REQUEST_EMAIL: Operation = Operation::new(Tag::Account, "requestEmail", "Ask for another address")
    .text(
        "A mail with a link goes to the new address. Needs a recent authentication. The answer is the same if another user has the address.",
    )
    .refuses(&[NotFound, ReauthenticationRequired, TooManyAttempts, Busy])
    .example(r#"{ "email": "ada@corp.example" }"#);

pub(crate) const WITHDRAW_EMAIL: Operation =
    Operation::new(Tag::Account, "withdrawEmail", "Withdraw the pending address").refuses(&[
        NotFound,
        ReauthenticationRequired,
        TooManyAttempts,
        Busy,
    ]);

pub(crate) const VERIFY_EMAIL: Operation =
    Operation::new(Tag::Account, "verifyEmail", "Ask for a mail to verify the address").refuses(&[
        NotFound,
        ReauthenticationRequired,
        TooManyAttempts,
        Busy,
    ]);

pub(crate) const IDENTITIES: Operation =
    Operation::new(Tag::Account, "listIdentities", "List the linked identities");

pub(crate) const LINK: Operation =
    Operation::new(Tag::Account, "linkIdentity", "Link an identity at a provider")
        .text("Needs a recent authentication. The browser opens the address of the answer.")
        .path(&[("name", "Name of the provider in the settings.")])
        .refuses(&[NotFound, ReauthenticationRequired, ProviderUnavailable, LastWayIn, TooManyAttempts, Busy])
        .example(r#"{ "returnTo": "/account" }"#);

pub(crate) const UNLINK: Operation = Operation::new(Tag::Account, "unlinkIdentity", "Unlink an identity")
    .text("Needs a recent authentication. The last way to sign in cannot be removed.")
    .path(&[("name", "Id of the identity, as in the list.")])
    .refuses(&[NotFound, ReauthenticationRequired, ProviderUnavailable, LastWayIn, TooManyAttempts, Busy]);

pub(crate) const DEVICES: Operation = Operation::new(Tag::Account, "listDevices", "List the known browsers");

pub(crate) const FORGET_DEVICE: Operation = Operation::new(Tag::Account, "forgetDevice", "Forget a browser")
    .text("Its sessions stay open. The next login there needs a second factor.")
    .path(&[("id", "Id of the browser, as in the list.")])
    .refuses(&[TooManyAttempts, Busy]);

pub(crate) const FACTORS: Operation =
    Operation::new(Tag::SecondFactor, "listFactors", "List the second factors");

pub(crate) const RENAME_FACTOR: Operation =
    Operation::new(Tag::SecondFactor, "renameFactor", "Rename an authenticator app or a passkey")
        .path(&[("id", "Id of the app or passkey, as in the list.")])
        .refuses(&[TooManyAttempts, Busy])
        .example(r#"{ "name": "Work phone" }"#);

pub(crate) const REMOVE_FACTOR: Operation = Operation::new(
    Tag::SecondFactor,
    "removeFactor",
    "Remove an authenticator app or a passkey",
)
.text("Needs a recent second factor. The session gets a new id, and all other sessions of the user end.")
.path(&[("id", "Id of the app or passkey, as in the list.")])
.refuses(&[ReauthenticationRequired, FactorRequired, LastWayIn, TooManyAttempts, Busy]);

pub(crate) const REPLACE_RECOVERY_CODES: Operation =
    Operation::new(Tag::SecondFactor, "replaceRecoveryCodes", "Create new recovery codes")
        .text("The codes from before are invalid. The new ones are shown once. Needs a recent second factor.")
        .refuses(&[ReauthenticationRequired, FactorRequired, NotFound, TooManyAttempts, Busy]);
