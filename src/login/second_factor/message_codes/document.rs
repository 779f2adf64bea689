//! The document of a code that was sent: one for each session.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::MAX_TRIES;
use crate::{
    clock::Timestamp,
    config::MessageChannel,
    secrets::{Keys, from_hex, hex, random},
    session::CurrentSession,
    store::{Collection, Document, DocumentId},
    user::UserId,
};

/// Digits of a code. Codes of authenticator apps have six.
pub(super) const DIGITS: usize = 8;
const CODES: u32 = 100_000_000;
/// The largest multiple of [`CODES`] that four bytes can have.
const UNBIASED: u32 = u32::MAX / CODES * CODES;
/// How long a code is valid (NIST SP 800-63B-4 §3.1.3.2 allows ten minutes).
const LIFETIME: Duration = Duration::from_mins(10);
/// Time until the next code.
const RESEND: Duration = Duration::from_mins(1);

/// What a code is for. Attack: a code that was sent to confirm the number of an attacker is used as a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Purpose {
    /// Prove a channel that is set up.
    Proof,
    /// Confirm a new channel.
    SetUp,
}

/// What a new code is for.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) channel: MessageChannel,
    pub(super) purpose: Purpose,
    /// The key of an address, or a number.
    pub(super) to: String,
}

/// A code that was sent. A new one of the same session replaces it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageCode {
    /// Hash of the session id.
    #[serde(rename = "_id")]
    session: String,
    user_id: UserId,
    pub(super) channel: MessageChannel,
    purpose: Purpose,
    pub(super) to: String,
    /// HMAC-SHA-256 of the code and of everything that it is bound to.
    hash: String,
    tries: u32,
    used: bool,
    sent_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl Document for MessageCode {
    const COLLECTION: Collection = Collection::MessageCodes;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.session.clone())
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

/// Result of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Correct,
    /// The code is correct and was used before.
    Replayed,
    /// How many more codes may be tried.
    Wrong {
        left: u32,
    },
    /// No code of this purpose was sent in this session, or it is over.
    Absent,
}

/// Creates a code. Every code is as likely as every other one: numbers of an incomplete last range are drawn again.
pub(super) fn new_digits() -> String {
    loop {
        let number = u32::from_be_bytes(random());
        if number < UNBIASED {
            return format!("{:08}", number % CODES);
        }
    }
}

impl MessageCode {
    pub(super) fn new(
        keys: &Keys,
        current: &CurrentSession,
        order: &Order,
        code: &str,
        now: Timestamp,
    ) -> Self {
        let Order { channel, purpose, to } = order.clone();
        let mut created = Self {
            session: current.id_hash_hex(),
            user_id: current.user.id,
            channel,
            purpose,
            to,
            hash: String::new(),
            tries: 0,
            used: false,
            sent_at: now,
            expires_at: now + LIFETIME,
        };
        created.hash = hex(&keys.sign_message_code(&[created.bound(code).as_bytes()]));
        created
    }

    /// Returns the id of the code of a session.
    pub(super) fn id_of(current: &CurrentSession) -> DocumentId {
        DocumentId::Text(current.id_hash_hex())
    }

    /// Returns the time from which another code may be sent.
    pub(super) fn resend_at(&self) -> Timestamp {
        self.sent_at + RESEND
    }

    /// Returns what the hash covers. Attack: a writer of the store copies the hash of the attacker's own code into another document.
    fn bound(&self, code: &str) -> String {
        let Self { session, user_id, channel, purpose, to, .. } = self;
        format!("{user_id}\0{}\0{purpose:?}\0{session}\0{to}\0{code}", channel.as_str())
    }

    fn matches(&self, keys: &Keys, code: &str) -> bool {
        let Some(hash) = from_hex::<32>(&self.hash) else { return false };
        keys.verify_message_code(&[self.bound(code).as_bytes()], &hash)
    }

    /// Returns what a try would result in, and changes nothing.
    pub(super) fn verdict_of(
        &self,
        keys: &Keys,
        user: UserId,
        (purpose, code): (Purpose, &str),
        now: Timestamp,
    ) -> Verdict {
        // The id is the session: an attacker who signs in with a stolen password has another one, and cannot use a code that the user got.
        let is_own = self.user_id == user && self.purpose == purpose && now < self.expires_at;
        if !is_own || self.tries >= MAX_TRIES {
            return Verdict::Absent;
        }
        match (self.matches(keys, code), self.used) {
            (true, false) => Verdict::Correct,
            (true, true) => Verdict::Replayed,
            (false, false | true) => Verdict::Wrong { left: MAX_TRIES.saturating_sub(self.tries + 1) },
        }
    }

    /// Tries a code: a correct one is used up, a wrong one is counted.
    pub(super) fn try_code(
        &mut self,
        keys: &Keys,
        user: UserId,
        tried: (Purpose, &str),
        now: Timestamp,
    ) -> Verdict {
        let verdict = self.verdict_of(keys, user, tried, now);
        match verdict {
            Verdict::Correct => self.used = true,
            Verdict::Wrong { .. } => self.tries += 1,
            Verdict::Replayed | Verdict::Absent => {}
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::secrets::new_key;

    const NOW: Timestamp = Timestamp::from_millis(60_000);
    const CODE: &str = "12345678";

    fn keys() -> Keys {
        Keys::parse(&new_key()).expect("a key")
    }

    /// A code that proves the channel of a user.
    fn sent(keys: &Keys, user: UserId) -> MessageCode {
        let mut sent = MessageCode {
            session: "session".to_owned(),
            user_id: user,
            channel: MessageChannel::Sms,
            purpose: Purpose::Proof,
            to: "+4915112345612".to_owned(),
            hash: String::new(),
            tries: 0,
            used: false,
            sent_at: NOW,
            expires_at: NOW + LIFETIME,
        };
        sent.hash = hex(&keys.sign_message_code(&[sent.bound(CODE).as_bytes()]));
        sent
    }

    // Attack: of two requests that passed all checks of the session, the second one replays the code.
    #[test]
    fn correct_code_is_accepted_once() {
        let (keys, user) = (keys(), UserId::new(NOW));
        let mut sent = sent(&keys, user);
        let mut verdict = || sent.try_code(&keys, user, (Purpose::Proof, CODE), NOW);
        assert_eq!(
            [verdict(), verdict(), verdict()],
            [Verdict::Correct, Verdict::Replayed, Verdict::Replayed]
        );
        assert_eq!(sent.tries, 0, "a replay is no guess");
    }

    #[test]
    fn code_is_over_after_five_wrong_ones_after_ten_minutes_for_another_purpose_and_for_another_user() {
        let (keys, user) = (keys(), UserId::new(NOW));
        let proof = (Purpose::Proof, CODE);
        let mut guessed = sent(&keys, user);
        for left in [4, 3, 2, 1, 0] {
            let wrong = (Purpose::Proof, "87654321");
            assert_eq!(guessed.try_code(&keys, user, wrong, NOW), Verdict::Wrong { left });
        }
        assert_eq!(guessed.try_code(&keys, user, proof, NOW), Verdict::Absent);
        let sent = sent(&keys, user);
        let moment = Duration::from_millis(1);
        for (user, tried, now, expected) in [
            (user, proof, NOW + LIFETIME - moment, Verdict::Correct),
            (user, proof, NOW + LIFETIME, Verdict::Absent),
            (user, (Purpose::SetUp, CODE), NOW, Verdict::Absent),
            (UserId::new(NOW + moment), proof, NOW, Verdict::Absent),
        ] {
            assert_eq!(sent.verdict_of(&keys, user, tried, now), expected, "{tried:?} {now}");
        }
    }

    // Attack: a writer of the store copies the hash of the attacker's own code into the document of another session, number or channel.
    #[test]
    fn hash_covers_everything_that_a_code_is_bound_to() {
        let (keys, user) = (keys(), UserId::new(NOW));
        let changes: [fn(&mut MessageCode); 5] = [
            |sent| sent.session.push('2'),
            |sent| sent.user_id = UserId::new(NOW + LIFETIME),
            |sent| sent.channel = MessageChannel::Email,
            |sent| sent.purpose = Purpose::SetUp,
            |sent| sent.to.push('2'),
        ];
        for change in changes {
            let mut sent = sent(&keys, user);
            assert!(sent.matches(&keys, CODE));
            change(&mut sent);
            assert!(!sent.matches(&keys, CODE), "{sent:?}");
        }
    }

    #[test]
    fn codes_have_eight_digits_and_every_first_digit_occurs() {
        let codes: HashSet<String> = (0..1000).map(|_| new_digits()).collect();
        assert!(codes.len() > 990, "{} of 1000 codes differ", codes.len());
        assert!(
            codes.iter().all(|code| code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()))
        );
        let first: HashSet<&str> = codes.iter().map(|code| &code[..1]).collect();
        assert_eq!(first.len(), 10);
    }

    #[test]
    fn no_code_is_more_likely_than_another_one() {
        assert_eq!(UNBIASED.checked_rem(CODES), Some(0));
        assert_eq!((u32::MAX - UNBIASED).checked_div(CODES), Some(0), "most numbers are used");
    }
}
