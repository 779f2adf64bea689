//! The session document.

use std::{net::IpAddr, time::Duration};

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::{
    admission::{Authentication, Grant, MissingStep, UpstreamSession},
    clock::Timestamp,
    secrets,
    store::{Collection, Document, DocumentId},
    user::{EndReason, IdentityKey, UserId},
    web::{client::Client, session_id::SessionId},
};

/// How long a session waits for the second factor.
pub(super) const SECOND_FACTOR_TIME: Duration = Duration::from_mins(5);
/// How long an enrolment waits for its first code, and a session for an enrolment that the policy requires.
pub const ENROLMENT_TIME: Duration = Duration::from_mins(10);
/// How long a session waits for the new password of a user who must change it.
pub(super) const PASSWORD_CHANGE_TIME: Duration = Duration::from_mins(10);
/// How long an ended or expired record is kept. The record allows nothing; it only keeps the reason.
const ENDED_RETENTION: Duration = Duration::from_hours(1);
/// How long the record of a replaced id is kept: a logout with the old id, sent before the rotation, must still find the successor.
/// Longer than any request takes.
const REPLACED_RETENTION: Duration = Duration::from_mins(1);

/// State of a session. *Anonymous* is the absence of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SessionState")]
pub enum State {
    /// The first factor is proven, the second one is missing.
    AwaitingSecondFactor,
    /// The first factor is proven; the policy requires a second one and the user has none.
    AwaitingEnrolment,
    /// All factors are proven; the user must replace the password.
    AwaitingPasswordChange,
    SignedIn,
}

impl State {
    /// Returns the state in which a session waits for this step.
    #[must_use]
    pub const fn awaiting(step: MissingStep) -> Self {
        match step {
            MissingStep::Code => Self::AwaitingSecondFactor,
            MissingStep::Enrolment => Self::AwaitingEnrolment,
            MissingStep::PasswordChange => Self::AwaitingPasswordChange,
        }
    }
}

/// One session, in the collection `sessions`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    #[serde(rename = "_id")]
    key: Key,
    pub user_id: UserId,
    /// The user's epoch when the session was opened. The session is invalid when they differ.
    pub session_epoch: i64,
    /// The state when the record was written; `lifetime::evaluate` computes the effective one.
    pub state: State,
    pub authentication: Authentication,
    /// Wrong codes so far.
    pub tries: u32,
    pub created_at: Timestamp,
    /// The last activity that moved the idle deadline.
    pub last_seen_at: Timestamp,
    /// The idle deadline, never after `ends_at`.
    pub expires_at: Timestamp,
    /// The absolute deadline.
    pub ends_at: Timestamp,
    /// Shown to the owner of the session.
    pub user_agent: Option<String>,
    /// Shown to the owner of the session.
    pub ip: IpAddr,
    /// Hash of the device cookie, as in [`crate::user::Device::hash`]. `None` while a factor is missing.
    #[serde(default)]
    pub device: Option<String>,
    /// Set once, never unset.
    pub ended: Option<End>,
    /// The session that took the place of this one.
    pub(super) replaced: Option<Replaced>,
}

/// The session continues under another id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Replaced {
    pub(super) by: Key,
    pub(super) at: Timestamp,
}

/// Why and when a session ended.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct End {
    pub reason: EndReason,
    pub at: Timestamp,
}

/// When a new session expires.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadlines {
    pub(super) expires_at: Timestamp,
    pub(super) ends_at: Timestamp,
}

impl Session {
    pub(super) fn new(
        state: State,
        grant: Grant,
        client: &Client,
        now: Timestamp,
        deadlines: Deadlines,
    ) -> Self {
        Self {
            key: Key([0; 32]),
            user_id: grant.user,
            session_epoch: grant.session_epoch,
            state,
            authentication: grant.authentication,
            tries: 0,
            created_at: now,
            last_seen_at: now,
            expires_at: deadlines.expires_at,
            ends_at: deadlines.ends_at,
            user_agent: client.user_agent.as_deref().map(str::to_owned),
            ip: client.ip,
            device: None,
            ended: None,
            replaced: None,
        }
    }

    /// Sets the browser of a session that is signed in.
    pub(super) fn in_browser(self, device: String) -> Self {
        Self { device: Some(device), ..self }
    }

    /// Marks this session as replaced by `next`, unless it has ended or was replaced before.
    pub(super) fn mark_replaced_by(&mut self, next: &SessionId, now: Timestamp) -> Result<(), Refusal> {
        match (&self.replaced, self.ended) {
            (_, Some(end)) => Err(Refusal::Ended(end.reason)),
            (Some(_), None) => Err(Refusal::NotSignedIn),
            (None, None) => {
                self.replaced = Some(Replaced { by: Key(*next.hash()), at: now });
                Ok(())
            }
        }
    }

    /// Returns whether another session took the place of this one.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.replaced.is_some()
    }

    /// Returns the key of the session that took the place of this one.
    pub(super) fn successor(&self) -> Option<DocumentId> {
        self.replaced.as_ref().map(|replaced| DocumentId::Hash(replaced.by.0))
    }

    pub(super) fn with_id(self, id: &SessionId) -> Self {
        Self { key: Key(*id.hash()), ..self }
    }

    /// Marks the session as ended; returns `false` if it was marked before.
    pub(super) fn mark_ended(&mut self, reason: EndReason, now: Timestamp) -> bool {
        let first = self.ended.is_none();
        self.ended.get_or_insert(End { reason, at: now });
        first
    }

    /// Returns whether this is the session of the id.
    #[must_use]
    pub fn is(&self, id: &SessionId) -> bool {
        self.key.0 == *id.hash()
    }

    /// Returns the name of the session in the API: it opens nothing, and is no key of the record.
    #[must_use]
    pub fn handle(&self) -> String {
        secrets::hex(&secrets::sha256(&[b"session handle ", &self.key.0[..]].concat())[..16])
    }

    #[must_use]
    pub fn upstream(&self) -> Option<&UpstreamSession> {
        self.authentication.upstream.as_ref()
    }

    /// Returns the key of the ID token that is stored for the logout at the provider.
    pub(super) fn id_token_hint(&self) -> Option<&str> {
        self.upstream()?.id_token_hint.as_deref()
    }
}

/// Returns the tag of all sessions of a user.
#[must_use]
pub fn tag_of_user(user: UserId) -> String {
    format!("user:{user}")
}

/// Returns the tag of all sessions that were opened through an identity.
#[must_use]
pub fn tag_of_identity(key: &IdentityKey) -> String {
    format!("upstream:{key}")
}

/// Returns the tag of all sessions that belong to one session at a provider; hashed, because a `sid` may have any length.
#[must_use]
pub fn tag_of_upstream_session(issuer: &str, sid: &str) -> String {
    format!("upstreamSession:{}", secrets::sha256_hex(format!("{issuer}|{sid}").as_bytes()))
}

impl Document for Session {
    const COLLECTION: Collection = Collection::Sessions;

    fn id(&self) -> DocumentId {
        DocumentId::Hash(self.key.0)
    }

    fn tags(&self) -> Vec<String> {
        let mut tags = vec![tag_of_user(self.user_id)];
        if let Some(upstream) = self.upstream() {
            tags.push(tag_of_identity(&upstream.key));
            tags.extend(
                upstream.sid.as_deref().map(|sid| tag_of_upstream_session(&upstream.key.issuer, sid)),
            );
        }
        tags
    }

    fn purge_at(&self) -> Option<Timestamp> {
        if let Some(replaced) = &self.replaced {
            return Some(replaced.at + REPLACED_RETENTION);
        }
        let ended_at = self.ended.map_or(self.expires_at, |end| end.at.min(self.expires_at));
        Some(ended_at + ENDED_RETENTION)
    }
}

/// SHA-256 of the session id: text in JSON, binary in MongoDB.
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

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::{
        admission::{Amr, Method},
        user::AccountSummary,
        web::request_id::RequestId,
    };

    /// Seconds from the opening of the session to its idle deadline.
    const IDLE: i64 = 600;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    /// A session that opened at second 0.
    fn session() -> Session {
        let authentication = Authentication {
            method: Method::Password,
            amr: vec![Amr::Pwd],
            upstream: None,
            signed_in_at: at(0),
            authenticated_at: Some(at(0)),
            factor_at: None,
            remember: false,
            is_first_login: false,
            from_trusted_device: false,
        };
        let grant = Grant {
            user: UserId::new(at(0)),
            session_epoch: 0,
            authentication,
            is_step_up: false,
            account: AccountSummary::default(),
            device_trusted_until: None,
        };
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let client = Client { ip, user_agent: None, device: None, request_id: RequestId::new() };
        let deadlines = Deadlines { expires_at: at(IDLE), ends_at: at(43_200) };
        Session::new(State::SignedIn, grant, &client, at(0), deadlines).with_id(&SessionId::random())
    }

    #[test]
    fn session_is_replaced_once_and_only_before_its_end() {
        for (is_replaced, ended, expected) in [
            (false, None, Ok(())),
            (true, None, Err(Refusal::NotSignedIn)),
            (false, Some(EndReason::SignedOut), Err(Refusal::Ended(EndReason::SignedOut))),
            (true, Some(EndReason::Revoked), Err(Refusal::Ended(EndReason::Revoked))),
        ] {
            let (mut session, earlier, next) = (session(), SessionId::random(), SessionId::random());
            if is_replaced {
                session.mark_replaced_by(&earlier, at(1)).expect("the session is valid");
            }
            if let Some(reason) = ended {
                assert!(session.mark_ended(reason, at(2)));
            }
            let successor_before = session.successor();
            let result = session.mark_replaced_by(&next, at(3));
            assert_eq!(format!("{result:?}"), format!("{expected:?}"), "{is_replaced} {ended:?}");
            let successor =
                if result.is_ok() { Some(DocumentId::Hash(*next.hash())) } else { successor_before };
            assert_eq!(session.successor(), successor, "{is_replaced} {ended:?}");
            assert_eq!(session.is_replaced(), session.successor().is_some(), "{is_replaced} {ended:?}");
        }
    }

    #[test]
    fn successor_is_the_document_of_the_next_session() {
        let (mut first, second) = (session(), session());
        assert_eq!(first.successor(), None);
        let id = SessionId::random();
        first.mark_replaced_by(&id, at(1)).expect("the session is valid");
        let second = second.with_id(&id);
        assert!(second.is(&id) && !first.is(&id));
        assert_eq!(first.successor(), Some(Document::id(&second)));
    }

    #[test]
    fn record_is_purged_a_while_after_the_session_is_over() {
        let (hour, minute) = (3600, 60);
        for (what, ended_at, replaced_at, expected) in [
            ("expires", None, None, IDLE + hour),
            ("ended before its deadline", Some(100), None, 100 + hour),
            ("ended after its deadline", Some(IDLE + 100), None, IDLE + hour),
            ("replaced", None, Some(100), 100 + minute),
            ("replaced, then ended", Some(200), Some(100), 100 + minute),
        ] {
            let mut session = session();
            if let Some(replaced_at) = replaced_at {
                session
                    .mark_replaced_by(&SessionId::random(), at(replaced_at))
                    .expect("the session is valid");
            }
            if let Some(ended_at) = ended_at {
                session.mark_ended(EndReason::SignedOut, at(ended_at));
            }
            assert_eq!(session.purge_at(), Some(at(expected)), "{what}");
        }
    }

    #[test]
    fn first_end_keeps_its_reason_and_time() {
        let mut session = session();
        assert!(session.mark_ended(EndReason::SignedOut, at(1)));
        assert!(!session.mark_ended(EndReason::Revoked, at(2)));
        let end = session.ended.expect("the session has ended");
        assert_eq!((end.reason, end.at), (EndReason::SignedOut, at(1)));
    }
}
