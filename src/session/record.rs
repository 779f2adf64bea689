//! The session document.

use std::{fmt, net::IpAddr, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};
use tower_sessions_core::session::Id;

use super::{Refusal, lifetime};
use crate::{
    clock::Timestamp,
    login::admit::{self, Before, Entry, ProviderSession},
    net::Caller,
    secrets,
    store::{Collection, Document, DocumentId},
    user::{IdentityKey, UserId},
};

/// How long a proven password waits for its code.
pub(super) const SECOND_FACTOR_TIME: Duration = Duration::from_mins(5);
/// How long a proven password waits for a set-up that policy demands.
pub(super) const ENROLMENT_TIME: Duration = Duration::from_mins(10);
/// How long an ended or expired record is kept, without power, to tell the reason.
const REASON_TIME: Duration = Duration::from_hours(1);

/// How long after a session changed its id a sign-out with the old one is still expected: longer than any request takes.
const LATE: Duration = Duration::from_mins(1);

/// The id in the cookie: 128 random bits as 22 characters of base64url. Never stored, never logged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SessionId {
    id: Id,
    hash: [u8; 32],
}

impl SessionId {
    pub(super) fn random() -> Self {
        Self::of(Id(i128::from_le_bytes(secrets::random())))
    }

    fn of(id: Id) -> Self {
        Self { id, hash: secrets::sha256(&id.0.to_le_bytes()) }
    }

    /// What the store knows it by.
    #[must_use]
    pub fn document_id(&self) -> DocumentId {
        DocumentId::Hash(self.hash)
    }

    /// SHA-256 of the id.
    #[must_use]
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// As the cookie has it.
    #[must_use]
    pub fn cookie_value(&self) -> String {
        self.id.to_string()
    }
}

impl FromStr for SessionId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.parse().map(Self::of).map_err(|_| ())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

/// What a session may do. *Anonymous* is the absence of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Password proven, the code is missing.
    AwaitingSecondFactor,
    /// Password proven, policy wants a second factor and there is none.
    AwaitingEnrolment,
    /// In.
    SignedIn,
}

/// What a pending session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// A code of the active factor.
    Code,
    /// The set-up of a first factor.
    Enrolment,
}

/// Which door, in the words of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Method {
    /// The local door.
    Password,
    /// The federated door.
    Federated,
}

/// Why a session ended, in the words of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The person left.
    SignedOut,
    /// No activity for too long.
    Idle,
    /// Too old, whatever the activity.
    MaxAge,
    /// Ended by somebody else, or by too many wrong codes.
    Revoked,
    /// The password was changed.
    PasswordChanged,
    /// A second factor was added or replaced.
    FactorChanged,
    /// The person was shut out.
    UserDisabled,
    /// The provider ended it.
    ProviderLogout,
}

/// One session, in the collection `sessions`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    #[serde(rename = "_id")]
    key: Key,
    /// Whose.
    pub user_id: UserId,
    /// The person's epoch it was opened under: dead when they differ.
    pub session_epoch: i64,
    /// What it may do; judged again at each request against the person's present factors.
    pub state: State,
    /// Which door.
    pub method: Method,
    /// RFC 8176 names of what was proven.
    pub amr: Vec<String>,
    /// Who and what session this is at the provider, for the federated door: it can be ended from there.
    #[serde(default)]
    pub upstream: Option<ProviderSession>,
    /// The last proof of who this is.
    pub proven_at: Timestamp,
    /// The last proof of a second factor.
    #[serde(default)]
    pub factor_at: Option<Timestamp>,
    /// Wrong codes so far.
    pub tries: u32,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When the person signed in; the absolute deadline counts from here.
    pub since: Timestamp,
    /// The last activity that moved the deadline.
    pub last_seen_at: Timestamp,
    /// The idle deadline, never after `ends_at`.
    pub expires_at: Timestamp,
    /// The absolute deadline.
    pub ends_at: Timestamp,
    /// As shown to its owner.
    pub user_agent: Option<String>,
    /// As shown to its owner.
    pub ip: IpAddr,
    /// Set once, never unset.
    pub ended: Option<End>,
    /// Which session took its place; its id is worth nothing from then on, but to find the other one by.
    #[serde(default)]
    pub(super) replaced: Option<Replaced>,
    /// Given by the store.
    #[serde(skip)]
    revision: i64,
}

/// That a session goes on under another id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Replaced {
    pub(super) by: Key,
    pub(super) at: Timestamp,
}

/// That a session ended.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct End {
    /// Why.
    pub reason: EndReason,
    /// When.
    pub at: Timestamp,
}

impl Session {
    pub(super) fn new(
        state: State,
        entry: Entry,
        caller: &Caller,
        now: Timestamp,
        expires_at: Timestamp,
        ends_at: Timestamp,
    ) -> Self {
        Self {
            key: Key([0; 32]),
            user_id: entry.user,
            session_epoch: entry.epoch,
            state,
            method: entry.method,
            amr: entry.amr,
            upstream: entry.provider,
            proven_at: entry.proven_at,
            factor_at: entry.factor_at,
            tries: 0,
            created_at: now,
            since: entry.since,
            last_seen_at: now,
            expires_at,
            ends_at,
            user_agent: caller.user_agent.clone(),
            ip: caller.ip,
            ended: None,
            replaced: None,
            revision: 0,
        }
    }

    /// Goes on as `next`, unless it is over or has done so before: why not.
    pub(super) fn go_on_as(&mut self, next: &SessionId, now: Timestamp) -> Result<(), Refusal> {
        match (&self.replaced, self.ended) {
            (_, Some(end)) => Err(Refusal::Ended(end.reason)),
            (Some(_), None) => Err(Refusal::NotSignedIn),
            (None, None) => {
                self.replaced = Some(Replaced { by: Key(next.hash), at: now });
                Ok(())
            }
        }
    }

    /// Whether another one took its place.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.replaced.is_some()
    }

    /// What the session that took its place is known by.
    pub(super) fn successor(&self) -> Option<DocumentId> {
        self.replaced.as_ref().map(|replaced| DocumentId::Hash(replaced.by.0))
    }

    pub(super) fn keyed(self, id: &SessionId) -> Self {
        Self { key: Key(*id.hash()), ..self }
    }

    /// Ends it, if it is alive: whether it was.
    pub(super) fn end(&mut self, reason: EndReason, now: Timestamp) -> bool {
        lifetime::over(self, now).is_none() && self.mark_ended(reason, now)
    }

    /// Marks it as ended, once.
    pub(super) fn mark_ended(&mut self, reason: EndReason, now: Timestamp) -> bool {
        let first = self.ended.is_none();
        self.ended.get_or_insert(End { reason, at: now });
        first
    }

    /// Whether it is the one of this id.
    #[must_use]
    pub fn is(&self, id: &SessionId) -> bool {
        self.key.0 == id.hash
    }

    /// Whether two factors are behind it.
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        admit::is_second_factor(&self.amr)
    }

    /// What it was opened with.
    #[must_use]
    pub fn before(&self) -> Before {
        Before {
            method: self.method,
            amr: self.amr.clone(),
            provider: self.upstream.clone(),
            factor_at: self.factor_at,
        }
    }
}

/// What the sessions of a person are listed by.
#[must_use]
pub fn of_user(user: UserId) -> String {
    format!("user:{user}")
}

/// What the sessions that were opened through an identity are listed by.
#[must_use]
pub fn of_identity(key: &IdentityKey) -> String {
    format!("upstream:{key}")
}

/// What the sessions that belong to one session at a provider are listed by; hashed, because it may be of any length.
#[must_use]
pub fn of_provider_session(issuer: &str, sid: &str) -> String {
    format!("upstreamSession:{}", secrets::sha256_hex(format!("{issuer}|{sid}").as_bytes()))
}

impl Document for Session {
    const COLLECTION: Collection = Collection::Sessions;

    fn id(&self) -> DocumentId {
        DocumentId::Hash(self.key.0)
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn set_revision(&mut self, revision: i64) {
        self.revision = revision;
    }

    fn tags(&self) -> Vec<String> {
        let mut tags = vec![of_user(self.user_id)];
        if let Some(upstream) = &self.upstream {
            tags.push(of_identity(&upstream.key));
            tags.extend(upstream.sid.as_deref().map(|sid| of_provider_session(&upstream.key.issuer, sid)));
        }
        tags
    }

    fn purge_at(&self) -> Option<Timestamp> {
        if let Some(replaced) = &self.replaced {
            return Some(replaced.at + LATE);
        }
        let over = self.ended.map_or(self.expires_at, |end| end.at.min(self.expires_at));
        Some(over + REASON_TIME)
    }
}

/// SHA-256 of the id: text in JSON, binary in MongoDB.
#[derive(Clone, Debug)]
pub(super) struct Key([u8; 32]);

impl Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&secrets::hex(&self.0))
        } else {
            bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes: self.0.to_vec() }
                .serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hash = if deserializer.is_human_readable() {
            secrets::from_hex(&String::deserialize(deserializer)?)
        } else {
            bson::Binary::deserialize(deserializer)?.bytes.try_into().ok()
        };
        hash.map(Self).ok_or_else(|| serde::de::Error::custom("not a SHA-256"))
    }
}
