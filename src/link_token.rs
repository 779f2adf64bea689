//! Tokens in links of mails: each proves that its holder read a mail of one user, for one purpose.
//!
//! ```text
//!   issue ─▶ link in a mail ─▶ page of the portal ─▶ POST with the token ─▶ find ─▶ use up ─▶ change of the user
//! ```
//!
//! - 256 random bits; only the hash is stored. A leaked database contains no usable link.
//! - Bound to one purpose, and to the state of the user at issue: a token for a reset is invalid once the password has changed, the address
//!   has changed, or the account is disabled. The binding is checked again in the write that follows from the token.
//! - Used once: [`LinkTokens::use_up`] is one compare-and-set, so exactly one of two replicas gets the token.
//! - Of most purposes a user has one token: a new one replaces it in the same write.
//! - In the fragment of the link: the browser sends it to no server, and it is in no log and in no `Referer`. To open a link changes
//!   nothing, because mail scanners open every link.
//!
//! All refusals look alike to the client. Only the audit event has the reason.

mod purpose;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

pub use self::purpose::Purpose;
use crate::{
    clock::{Clock, Timestamp},
    secrets::{random, sha256_hex},
    store::{Change, Collection, Document, DocumentId, Page, Store, StoreError, Stored},
    user::{User, UserId},
    web::addresses::Addresses,
};

const SECRET_BYTES: usize = 32;
/// Longest text that is hashed.
const TEXT_MAX: usize = 256;
/// Tokens per read of the store.
const PAGE: usize = 100;

/// A token, as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkToken {
    #[serde(rename = "_id")]
    id: String,
    hash: String,
    pub user_id: UserId,
    pub purpose: Purpose,
    /// Hash of the state of the user that the token is bound to.
    state: String,
    issued_at: Timestamp,
    expires_at: Timestamp,
    used: bool,
}

impl Document for LinkToken {
    const COLLECTION: Collection = Collection::LinkTokens;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.id.clone())
    }

    fn keys(&self) -> Vec<String> {
        vec![key(&self.hash)]
    }

    fn tags(&self) -> Vec<String> {
        vec![tag_of_user(self.user_id)]
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

impl LinkToken {
    /// Returns the hash of the token. A later link of the same purpose has another one.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Returns whether the user is still in the state that the token was issued for. Every change that follows from a token checks this
    /// inside its compare-and-set.
    #[must_use]
    pub fn fits(&self, user: &User, now: Timestamp) -> bool {
        user.id == self.user_id
            && self
                .purpose
                .state_of(user, now)
                .is_some_and(|state| sha256_hex(state.as_bytes()) == self.state)
    }
}

/// Why a token is refused; for the audit event only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    Unknown,
    OtherPurpose(UserId),
    Used(UserId),
    Expired(UserId),
    /// The state of the user has changed since it was issued.
    Outdated(UserId),
}

impl Invalid {
    /// Returns the reason for the audit event.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Unknown => "token_unknown",
            Self::OtherPurpose(_) => "token_of_other_purpose",
            Self::Used(_) => "token_used",
            Self::Expired(_) => "token_expired",
            Self::Outdated(_) => "token_outdated",
        }
    }

    /// Returns the user whom the token belonged to.
    #[must_use]
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::Unknown => None,
            Self::OtherPurpose(user) | Self::Used(user) | Self::Expired(user) | Self::Outdated(user) => {
                Some(user)
            }
        }
    }
}

/// Issues tokens and checks them.
#[derive(Clone, Copy)]
pub struct LinkTokens<'a> {
    store: &'a Store,
    clock: &'a Clock,
}

impl<'a> LinkTokens<'a> {
    #[must_use]
    pub fn new(store: &'a Store, clock: &'a Clock) -> Self {
        Self { store, clock }
    }

    /// Issues a token and returns the link that contains it. Returns `None` if the state of the user allows no link of this purpose, for
    /// example for a disabled account.
    ///
    /// # Errors
    /// The store failed.
    pub async fn issue(
        &self,
        addresses: &Addresses,
        user: &User,
        purpose: Purpose,
    ) -> Result<Option<SecretString>, StoreError> {
        let now = self.clock.now();
        let Some(state) = purpose.state_of(user, now) else { return Ok(None) };
        let secret = URL_SAFE_NO_PAD.encode(random::<SECRET_BYTES>());
        let token = LinkToken {
            id: purpose.document_id(user.id),
            hash: sha256_hex(secret.as_bytes()),
            user_id: user.id,
            purpose,
            state: sha256_hex(state.as_bytes()),
            issued_at: now,
            expires_at: now + purpose.lifetime(),
            used: false,
        };
        // It replaces an older token of the purpose in one write: of two links only the newer one is valid.
        self.store.upsert::<LinkToken, _, StoreError>(&token.id(), |_| Ok((Some(token.clone()), ()))).await?;
        // Only from the public URL: the Host header of a request must not decide where a token goes (password reset poisoning).
        Ok(Some(format!("{}#token={secret}", addresses.url(purpose.page())).into()))
    }

    /// Finds a token of an allowed purpose and its user, without using it up: a password that is refused must not cost the token.
    ///
    /// # Errors
    /// The store failed.
    pub async fn find(
        &self,
        text: &SecretString,
        is_allowed: fn(Purpose) -> bool,
    ) -> Result<Result<(LinkToken, User), Invalid>, StoreError> {
        let text = text.expose_secret();
        if text.len() > TEXT_MAX {
            return Ok(Err(Invalid::Unknown));
        }
        let found = self.store.find::<LinkToken>(&key(&sha256_hex(text.as_bytes()))).await?;
        let Some(token) = found.map(Stored::into_document) else { return Ok(Err(Invalid::Unknown)) };
        let user = token.user_id;
        let now = self.clock.now();
        if !is_allowed(token.purpose) {
            return Ok(Err(Invalid::OtherPurpose(user)));
        }
        if token.used {
            return Ok(Err(Invalid::Used(user)));
        }
        if now >= token.expires_at {
            return Ok(Err(Invalid::Expired(user)));
        }
        let found = self.store.get::<User>(&user.document_id()).await?;
        let fitting = found.map(Stored::into_document).filter(|user| token.fits(user, now));
        Ok(fitting.map(|user| (token, user)).ok_or(Invalid::Outdated(user)))
    }

    /// Uses a token up; returns `false` if it was used or replaced in between.
    ///
    /// # Errors
    /// The store failed. The token may be used up.
    pub async fn use_up(&self, token: &LinkToken) -> Result<bool, StoreError> {
        let used = self
            .store
            .update::<LinkToken, bool, StoreError>(&token.id(), |stored| {
                // The document of this id may be a newer token.
                if stored.used || stored.hash != token.hash {
                    return Ok(Change::Keep(false));
                }
                stored.used = true;
                Ok(Change::Write(true))
            })
            .await?;
        Ok(used.is_some_and(|(_, used)| used))
    }

    /// Deletes the tokens of a user that match.
    ///
    /// # Errors
    /// The store failed. Some of them may be deleted.
    pub async fn delete(&self, user: UserId, matches: fn(Purpose) -> bool) -> Result<(), StoreError> {
        let tag = tag_of_user(user);
        let mut after = None;
        loop {
            let page = Page { tag: Some(&tag), after, newest_first: false, limit: PAGE };
            let found = self.store.scan::<LinkToken>(page).await?;
            for token in found.documents.iter().filter(|token| matches(token.purpose)) {
                self.store.take::<LinkToken>(&token.id()).await?;
            }
            match found.next {
                Some(last) => after = Some(last),
                None => return Ok(()),
            }
        }
    }

    /// Deletes all tokens of a user who is deleted.
    ///
    /// # Errors
    /// The store failed. Some of them may be deleted.
    pub async fn delete_all(&self, user: UserId) -> Result<(), StoreError> {
        self.delete(user, |_| true).await
    }
}

fn key(hash: &str) -> String {
    format!("token:{hash}")
}

fn tag_of_user(user: UserId) -> String {
    format!("user:{user}")
}
