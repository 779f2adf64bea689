//! A token that the page of a link sends: limited, found, and used up by the flow that it belongs to.
//!
//! Every refusal is one error for the client: a token that was guessed, used, replaced or has expired looks alike.

use secrecy::SecretString;

use crate::{
    app::App,
    audit::EventKind,
    limiter::{Attempt, Guess, Limited},
    link_token::{Invalid, LinkToken, Purpose},
    store::StoreError,
    user::{User, UserId},
    web::client::Client,
};

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Unknown, used, replaced, expired, for another purpose, or the state of the user has changed.
    #[error("the token is not valid")]
    Invalid,
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A valid token and its user. It is not used up yet.
pub struct MailLink<'a> {
    app: &'a App,
    client: &'a Client,
    kind: EventKind,
    attempt: Attempt<'a>,
    pub token: LinkToken,
    pub user: User,
}

impl<'a> MailLink<'a> {
    /// Finds the token that a client sent. A refusal is recorded as a failure of this kind.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn open(
        app: &'a App,
        client: &'a Client,
        kind: EventKind,
        text: &SecretString,
        is_allowed: fn(Purpose) -> bool,
    ) -> Result<Self, LinkError> {
        // Counted before the search: parallel guesses must not pass the limit of the network together.
        let attempt = app.limiter.token_attempt(Guess::Reset, &client.networks()).await?;
        match app.link_tokens().find(text, is_allowed).await? {
            Ok((token, user)) => Ok(Self { app, client, kind, attempt, token, user }),
            Err(invalid) => {
                let _ = attempt.failed();
                refuse(app, client, kind, invalid).await;
                Err(LinkError::Invalid)
            }
        }
    }

    /// Does not use the token, which stays valid: the request has a mistake, or the service is busy.
    pub async fn keep(self) {
        self.attempt.cancelled().await;
    }

    /// Uses the token up. Exactly one of several requests with the same token succeeds, on all replicas together.
    ///
    /// # Errors
    /// [`LinkError::Invalid`] if another request was faster, or the store failed.
    pub async fn use_up(self) -> Result<(LinkToken, User), LinkError> {
        let Self { app, client, kind, attempt, token, user } = self;
        if app.link_tokens().use_up(&token).await? {
            attempt.succeeded().await;
            return Ok((token, user));
        }
        let _ = attempt.failed();
        refuse(app, client, kind, Invalid::Used(user.id)).await;
        Err(LinkError::Invalid)
    }
}

/// Records that the state of the user changed between the check of the token and the write.
pub async fn refuse_outdated(app: &App, client: &Client, kind: EventKind, user: UserId) -> LinkError {
    refuse(app, client, kind, Invalid::Outdated(user)).await;
    LinkError::Invalid
}

async fn refuse(app: &App, client: &Client, kind: EventKind, invalid: Invalid) {
    app.audit(client).about(invalid.user()).failure(kind, invalid.reason()).record_limited().await;
}
