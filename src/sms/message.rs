//! What the queue gets, and what it answers.

use crate::{
    audit::Chain,
    background::Background,
    clock::{Clock, Timestamp},
    secrets::Keys,
    store::Store,
    user::UserId,
};

/// What became of a message while the request waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway has the message.
    Accepted,
    /// The gateway did not answer, or failed. It is tried again.
    Delayed,
    /// The gateway refused the message for good.
    Refused,
}

/// What the queue needs of the application.
pub struct Services {
    pub store: Store,
    pub keys: Keys,
    pub clock: Clock,
    pub events: Chain,
    pub background: Background,
}

/// A message with a code.
#[derive(Clone, Debug)]
pub struct CodeMessage<'a> {
    pub user: UserId,
    /// E.164.
    pub to: &'a str,
    /// Language tag of the user.
    pub locale: Option<&'a str>,
    pub code: &'a str,
    /// The message is useless from then on.
    pub expires_at: Timestamp,
}
