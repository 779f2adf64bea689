//! The kinds of audit events, and their outcomes.

use serde::{Deserialize, Serialize};

use crate::limiter::EventGroup;

/// Kind of event: the published `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuditEventType")]
pub enum EventKind {
    /// A user name and a password were checked.
    PasswordSignIn,
    /// A passkey was checked for a login without a password.
    PasskeySignIn,
    /// A code or a passkey was checked for a login.
    SecondFactor,
    /// The enrolment of an authenticator app started.
    EnrolmentStarted,
    /// An authenticator app became active.
    EnrolmentConfirmed,
    /// The user registered a passkey.
    PasskeyAdded,
    /// A code was sent to the user by mail or SMS, or could not be sent.
    MessageCodeSent,
    /// The user set up codes by mail or SMS.
    MessageCodesAdded,
    /// The user removed codes by mail or SMS.
    MessageCodesRemoved,
    /// The user signed in or re-authenticated with a recovery code.
    RecoveryCodeUsed,
    /// The user created new recovery codes; the codes from before are invalid.
    RecoveryCodesReplaced,
    /// The user removed an authenticator app or a passkey.
    FactorRemoved,
    /// The user renamed an authenticator app or a passkey.
    FactorRenamed,
    /// The user trusts a browser in place of a second factor.
    DeviceTrusted,
    /// The user removed a browser from the known devices.
    DeviceForgotten,
    /// A provider sent a user back.
    FederatedSignIn,
    IdentityLinked,
    IdentityUnlinked,
    /// The user authenticated again in an open session.
    Reauthentication,
    /// The owner of an address signed in, and another account that used the address was quarantined.
    AccountReclaimed,
    /// A provider ended sessions (back-channel logout).
    ProviderLogout,
    /// The user logged out.
    SignOut,
    /// A request was refused: it may be forged, or the user lacks a role.
    AccessRefused,
    UserCreated,
    UserUpdated,
    UserDisabled,
    UserEnabled,
    /// Failed guesses started a wait: attempts at the account are refused until it ends.
    AccountLimited,
    /// An administrator lifted the waits of an account.
    UserUnlocked,
    /// An administrator ended all sessions of a user.
    SessionsEnded,
    /// An administrator removed the passkeys and second factors of a user.
    SecondFactorReset,
    /// The user set a new password.
    PasswordChanged,
    /// An administrator removed or replaced the password of a user, or created a link to set a new one.
    PasswordReset,
    /// A link to set a new password was requested with an address.
    PasswordResetRequested,
    /// The password was set with a link.
    PasswordResetByMail,
    /// The user requested another address.
    EmailChangeRequested,
    /// The pending address was confirmed.
    EmailChanged,
    /// A change of the address was cancelled from the old address, or withdrawn by the user.
    EmailChangeCancelled,
    /// The present address was verified by a link.
    EmailVerified,
    /// The user reported an action that was not theirs.
    ReportedNotMe,
    /// A mail was given up: the mail server refused it, or did not accept it in time.
    MailFailed,
    /// An administrator put a mail into the queue again that was given up.
    MailRetried,
    /// An administrator sealed all secrets with the newest key.
    KeysRotated,
    /// An operator took over the users of another application's database.
    UsersAdopted,
    /// Another program changed audit events in the database.
    EventsAltered,
    /// The user ended own sessions, of this or of other browsers.
    SessionEnded,
    /// The user asked for the deletion of the account.
    DeletionRequested,
    /// The user cancelled the deletion.
    DeletionCancelled,
    /// The account was deleted at the time that its user had asked for.
    UserDeleted,
    /// The user exported the own data.
    DataExported,
    /// A login from a device that the user has not used before.
    NewDevice,
    /// An administrator queued a message to a webhook again.
    WebhookReplayed,
    /// An administrator sent a test message to a webhook.
    WebhookTested,
    /// An administrator exported audit events.
    EventsExported,
    /// An operator exported users.
    UsersExported,
    /// An administrator tested a provider, or a login at it.
    ProviderTested,
    /// An administrator merged a user into another one. One event about each of them.
    UserMerged,
    /// An administrator undid a merge. One event about each user.
    MergeUndone,
    /// An administrator moved the identities of a user to another issuer of the same provider.
    IssuerMoved,
    /// An administrator replaced an identity of a user by another one at the same provider.
    IdentityRelinked,
    /// A provider took the role `admin` from the last administrator at a login.
    LastAdministratorLost,
}

impl EventKind {
    /// Returns whether the event counts for the budget of its user: a client can cause it again and again without a limit of the request.
    /// Changes of an account are always stored. A script must not be able to use up the budget and then change the account without an event.
    #[expect(clippy::too_many_lines, reason = "one list, one line for each kind")]
    pub(in crate::audit) fn has_budget(self, outcome: Outcome) -> bool {
        match self {
            Self::PasswordSignIn
            | Self::PasskeySignIn
            | Self::SecondFactor
            | Self::EnrolmentStarted
            | Self::FederatedSignIn
            | Self::Reauthentication
            | Self::PasswordResetRequested
            | Self::ProviderLogout
            | Self::SignOut
            | Self::NewDevice
            | Self::MessageCodeSent
            | Self::AccessRefused => true,
            Self::EnrolmentConfirmed
            | Self::PasskeyAdded
            | Self::MessageCodesAdded
            | Self::IdentityLinked
            | Self::IdentityUnlinked
            | Self::PasswordChanged
            | Self::AccountReclaimed
            | Self::PasswordResetByMail
            | Self::EmailChanged
            | Self::EmailChangeCancelled
            | Self::EmailVerified
            | Self::ReportedNotMe => outcome == Outcome::Failure,
            Self::DeviceTrusted
            | Self::MessageCodesRemoved
            | Self::DeviceForgotten
            | Self::RecoveryCodeUsed
            | Self::RecoveryCodesReplaced
            | Self::FactorRemoved
            | Self::FactorRenamed
            | Self::UserCreated
            | Self::UserUpdated
            | Self::UserDisabled
            | Self::UserEnabled
            | Self::AccountLimited
            | Self::UserUnlocked
            | Self::SessionsEnded
            | Self::SecondFactorReset
            | Self::PasswordReset
            | Self::EmailChangeRequested
            | Self::MailFailed
            | Self::MailRetried
            | Self::KeysRotated
            | Self::UsersAdopted
            | Self::EventsAltered
            | Self::SessionEnded
            | Self::DeletionRequested
            | Self::DeletionCancelled
            | Self::UserDeleted
            | Self::DataExported
            | Self::WebhookReplayed
            | Self::WebhookTested
            | Self::EventsExported
            | Self::UsersExported
            | Self::ProviderTested
            | Self::UserMerged
            | Self::MergeUndone
            | Self::IssuerMoved
            | Self::IdentityRelinked
            | Self::LastAdministratorLost => false,
        }
    }

    /// Returns the kind with this published name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }

    /// Returns the published name, for the metrics.
    pub(in crate::audit) fn name(self) -> String {
        camel_case(&format!("{self:?}"))
    }

    /// Returns the method of a login, for the metrics.
    pub(in crate::audit) fn login_method(self) -> Option<&'static str> {
        [
            (Self::PasswordSignIn, "password"),
            (Self::PasskeySignIn, "passkey"),
            (Self::SecondFactor, "secondFactor"),
            (Self::FederatedSignIn, "federated"),
        ]
        .into_iter()
        .find_map(|(kind, method)| (kind == self).then_some(method))
    }

    /// Returns the events that share a budget with this one.
    pub(in crate::audit) fn group(self) -> EventGroup {
        if self == Self::AccessRefused { EventGroup::Access } else { EventGroup::Authentication }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuditOutcome")]
pub enum Outcome {
    Success,
    /// Refused or failed; the reason says why.
    Failure,
}

impl Outcome {
    pub(in crate::audit) const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

/// Returns the name of a variant as serde writes it.
fn camel_case(variant: &str) -> String {
    let (first, rest) = variant.split_at(variant.len().min(1));
    format!("{}{rest}", first.to_ascii_lowercase())
}
