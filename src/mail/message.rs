//! What a mail says, before it is a text in a language.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::utc::utc;
use crate::{
    clock::Timestamp,
    user::{Email, User, UserId},
    web::client::Client,
};

/// To whom a mail goes.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub address: Email,
    /// Language tag of the user.
    pub locale: Option<String>,
    /// The account that the mail is about, as its user knows it.
    pub account: Option<String>,
    /// The user of the account.
    pub user: Option<UserId>,
}

impl Recipient {
    /// Returns the verified address of a user. Notices go to no other address: an unverified one may belong to another user.
    #[must_use]
    pub fn verified(user: &User) -> Option<Self> {
        let address = user.email.clone().filter(|_| user.email_verified)?;
        let name = user.display_name.clone().filter(|_| user.username.is_none());
        let to = Self::at(user, address);
        Some(Self { account: name.or(to.account), ..to })
    }

    /// Returns any address for a mail about this user, for example one that the user must confirm.
    ///
    /// The account has its user name or, without one, its verified address in part, and never the display name: a user can write any sentence
    /// into it, and would have it sent with our name to addresses of other users (phishing).
    #[must_use]
    pub fn at(user: &User, address: Email) -> Self {
        let username = user.username.as_ref().map(|name| name.as_str().to_owned());
        let present = user.email.as_ref().filter(|_| user.email_verified).map(Email::masked);
        Self { address, locale: user.locale.clone(), account: username.or(present), user: Some(user.id) }
    }
}

/// When, where and by whom something was done that a mail reports.
#[derive(Clone, Debug)]
pub struct Act {
    pub at: Timestamp,
    pub by: Actor,
}

#[derive(Clone, Debug)]
pub enum Actor {
    /// A client with its address and browser.
    Client {
        ip: IpAddr,
        user_agent: Option<String>,
    },
    Administrator,
    /// The service itself, for example at the end of a period.
    Service,
}

impl Act {
    /// Returns the act of a request.
    #[must_use]
    pub fn of_client(client: &Client, at: Timestamp) -> Self {
        let user_agent = client.user_agent.as_deref().map(str::to_owned);
        Self { at, by: Actor::Client { ip: client.ip, user_agent } }
    }

    /// Returns the act of an administrator, for example on the command line.
    #[must_use]
    pub fn of_administrator(at: Timestamp) -> Self {
        Self { at, by: Actor::Administrator }
    }

    #[must_use]
    pub fn of_service(at: Timestamp) -> Self {
        Self { at, by: Actor::Service }
    }
}

/// A mail. Its links contain tokens.
#[derive(Clone, Debug)]
pub enum Message {
    /// An administrator created the account: the user can choose the first password.
    Invitation { link: String, expires_at: Timestamp },
    /// The user can choose a new password.
    PasswordReset { link: String, expires_at: Timestamp },
    /// The user confirms that an address is theirs.
    EmailConfirm { link: String, expires_at: Timestamp },
    /// To the present address: another address was requested. `new_address` is masked.
    EmailChangeNotice { new_address: String, cancel_link: String, expires_at: Timestamp },
    /// A reset was requested for an account without a password: the labels of the providers through which it signs in.
    SignInWays { ways: Vec<String> },
    /// The address was entered for another account.
    AddressTaken,
    /// To both addresses: the change was cancelled.
    EmailChangeCancelled,
    /// The user reported an action that was not theirs.
    AttackReported,
    /// A code for a second factor, or to set one up.
    Code { code: String, expires_at: Timestamp },
    /// Something happened in the account. `not_me` is the link of "This was not me".
    Notice { notice: Notice, not_me: Option<String> },
    /// `vestibule mail test`.
    Test,
}

/// A security notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A login from a device that the account does not know.
    UnknownDevice,
    PasswordChanged,
    /// The user added an authenticator app.
    FactorAdded {
        name: String,
    },
    FactorRemoved {
        name: String,
    },
    /// The user added a passkey. It is a second factor only if it does not sign in alone.
    PasskeyAdded {
        name: String,
        signs_in_alone: bool,
    },
    PasskeyRemoved {
        name: String,
    },
    /// An administrator removed all passkeys and second factors.
    SecondFactorReset,
    RecoveryCodeUsed {
        left: usize,
    },
    RecoveryCodesReplaced,
    /// Codes by mail or SMS were set up, for this masked address or number.
    MessageCodesAdded {
        to: String,
    },
    MessageCodesRemoved {
        to: String,
    },
    /// A provider, by its label.
    IdentityLinked {
        provider: String,
    },
    IdentityUnlinked {
        provider: String,
    },
    EmailChanged,
    /// The user asked to delete the account at this time.
    AccountDeletion {
        at: Timestamp,
    },
}

/// Kind of a mail, as administrators see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MailTemplate")]
pub enum Template {
    Invitation,
    PasswordReset,
    EmailConfirm,
    EmailChangeNotice,
    SignInWays,
    AddressTaken,
    EmailChangeCancelled,
    AttackReported,
    UnknownDevice,
    PasswordChanged,
    FactorAdded,
    FactorRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    SecondFactorReset,
    RecoveryCodeUsed,
    RecoveryCodesReplaced,
    MessageCode,
    MessageCodesAdded,
    MessageCodesRemoved,
    IdentityLinked,
    IdentityUnlinked,
    EmailChanged,
    AccountDeletion,
    Test,
}

impl Template {
    #[cfg(test)]
    pub(super) const ALL: [Self; 25] = [
        Self::Invitation,
        Self::PasswordReset,
        Self::EmailConfirm,
        Self::EmailChangeNotice,
        Self::SignInWays,
        Self::AddressTaken,
        Self::EmailChangeCancelled,
        Self::AttackReported,
        Self::UnknownDevice,
        Self::PasswordChanged,
        Self::FactorAdded,
        Self::FactorRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::SecondFactorReset,
        Self::RecoveryCodeUsed,
        Self::RecoveryCodesReplaced,
        Self::MessageCode,
        Self::MessageCodesAdded,
        Self::MessageCodesRemoved,
        Self::IdentityLinked,
        Self::IdentityUnlinked,
        Self::EmailChanged,
        Self::AccountDeletion,
        Self::Test,
    ];
}

impl Template {
    /// Returns whether a client that knows only the address can cause the mail.
    pub(super) fn is_of_reset(self) -> bool {
        matches!(self, Self::PasswordReset | Self::SignInWays)
    }
}

impl Message {
    #[must_use]
    pub fn template(&self) -> Template {
        match self {
            Self::Invitation { .. } => Template::Invitation,
            Self::PasswordReset { .. } => Template::PasswordReset,
            Self::EmailConfirm { .. } => Template::EmailConfirm,
            Self::EmailChangeNotice { .. } => Template::EmailChangeNotice,
            Self::SignInWays { .. } => Template::SignInWays,
            Self::AddressTaken => Template::AddressTaken,
            Self::EmailChangeCancelled => Template::EmailChangeCancelled,
            Self::AttackReported => Template::AttackReported,
            Self::Code { .. } => Template::MessageCode,
            Self::Test => Template::Test,
            Self::Notice { notice, .. } => match notice {
                Notice::UnknownDevice => Template::UnknownDevice,
                Notice::PasswordChanged => Template::PasswordChanged,
                Notice::FactorAdded { .. } => Template::FactorAdded,
                Notice::FactorRemoved { .. } => Template::FactorRemoved,
                Notice::PasskeyAdded { .. } => Template::PasskeyAdded,
                Notice::PasskeyRemoved { .. } => Template::PasskeyRemoved,
                Notice::SecondFactorReset => Template::SecondFactorReset,
                Notice::RecoveryCodeUsed { .. } => Template::RecoveryCodeUsed,
                Notice::RecoveryCodesReplaced => Template::RecoveryCodesReplaced,
                Notice::MessageCodesAdded { .. } => Template::MessageCodesAdded,
                Notice::MessageCodesRemoved { .. } => Template::MessageCodesRemoved,
                Notice::IdentityLinked { .. } => Template::IdentityLinked,
                Notice::IdentityUnlinked { .. } => Template::IdentityUnlinked,
                Notice::EmailChanged => Template::EmailChanged,
                Notice::AccountDeletion { .. } => Template::AccountDeletion,
            },
        }
    }

    /// Returns the time after which the mail is useless: its link or code has expired.
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Invitation { expires_at, .. }
            | Self::PasswordReset { expires_at, .. }
            | Self::EmailConfirm { expires_at, .. }
            | Self::EmailChangeNotice { expires_at, .. }
            | Self::Code { expires_at, .. } => Some(*expires_at),
            Self::SignInWays { .. }
            | Self::AddressTaken
            | Self::EmailChangeCancelled
            | Self::AttackReported
            | Self::Notice { .. }
            | Self::Test => None,
        }
    }

    /// Returns the link of the mail and the text that an account inserts, for the template.
    pub(super) fn values(&self) -> Values<'_> {
        let none = Values {
            link: None,
            not_me: None,
            value: String::new(),
            signs_in_alone: None,
            expires_at: self.expires_at(),
        };
        match self {
            Self::Invitation { link, .. }
            | Self::PasswordReset { link, .. }
            | Self::EmailConfirm { link, .. } => Values { link: Some(link), ..none },
            Self::EmailChangeNotice { new_address, cancel_link, .. } => {
                Values { link: Some(cancel_link), value: new_address.clone(), ..none }
            }
            // The text says how long the code is valid.
            Self::Code { code, .. } => Values { value: code.clone(), expires_at: None, ..none },
            Self::SignInWays { ways } => Values { value: ways.join(", "), ..none },
            Self::AddressTaken | Self::EmailChangeCancelled | Self::AttackReported | Self::Test => none,
            Self::Notice { notice, not_me } => Values {
                value: notice.value(),
                not_me: not_me.as_deref(),
                signs_in_alone: notice.signs_in_alone(),
                ..none
            },
        }
    }
}

impl Notice {
    fn value(&self) -> String {
        match self {
            Self::FactorAdded { name }
            | Self::FactorRemoved { name }
            | Self::PasskeyAdded { name, .. }
            | Self::PasskeyRemoved { name } => name.clone(),
            Self::IdentityLinked { provider } | Self::IdentityUnlinked { provider } => provider.clone(),
            Self::MessageCodesAdded { to } | Self::MessageCodesRemoved { to } => to.clone(),
            Self::RecoveryCodeUsed { left } => left.to_string(),
            Self::AccountDeletion { at } => utc(*at),
            Self::UnknownDevice
            | Self::PasswordChanged
            | Self::SecondFactorReset
            | Self::RecoveryCodesReplaced
            | Self::EmailChanged => String::new(),
        }
    }

    fn signs_in_alone(&self) -> Option<bool> {
        if let Self::PasskeyAdded { signs_in_alone, .. } = self { Some(*signs_in_alone) } else { None }
    }
}

/// What a template inserts.
pub(super) struct Values<'a> {
    /// The button.
    pub(super) link: Option<&'a str>,
    pub(super) not_me: Option<&'a str>,
    /// The name of a passkey, an app or a provider, a masked address, a number or a time.
    pub(super) value: String,
    /// Of a new passkey.
    pub(super) signs_in_alone: Option<bool>,
    pub(super) expires_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    // Phishing: a user with a chosen display name requests a change to the addresses of other users.
    #[test]
    fn mail_to_an_address_that_is_not_verified_has_no_text_that_its_user_can_choose() {
        let now = Timestamp::from_millis(0);
        let mut mallory = User::new(UserId::new(now), now);
        mallory.display_name = Some("You won, open https://evil.example".to_owned());
        mallory.email = Some("mallory@evil.example".parse().expect("an address"));
        let address: Email = "victim@corp.example".parse().expect("an address");
        assert_eq!(Recipient::at(&mallory, address.clone()).account, None);
        mallory.email_verified = true;
        let account = |to: Recipient| to.account;
        assert_eq!(account(Recipient::at(&mallory, address.clone())).as_deref(), Some("m…@evil.example"));
        let own = Recipient::verified(&mallory).and_then(account);
        assert_eq!(own, mallory.display_name, "the own mailbox");
        mallory.username = Some("mallory".parse().expect("a name"));
        assert_eq!(account(Recipient::at(&mallory, address)).as_deref(), Some("mallory"));
    }
}
