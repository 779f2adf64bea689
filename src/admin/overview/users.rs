//! Users by status and by kind of credentials, and new users by day.

use std::{
    collections::{BTreeMap, HashMap},
    time::Instant,
};

use serde::Serialize;

use crate::{
    audit::logins::day_of,
    clock::Timestamp,
    store::{Page, Store, StoreError},
    user::{CountedUser, Factor, Status, UserId},
};

/// Users per read of the store.
const PAGE: usize = 500;

/// Users by status and by kind of credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserFigures {
    pub(super) total: u64,
    pub(super) active: u64,
    pub(super) disabled: u64,
    pub(super) quarantined: u64,
    pub(super) with_mfa: u64,
    pub(super) with_password: u64,
    /// Users with an identity at a provider.
    pub(super) federated: u64,
}

/// Users with each kind of second factor. A user with several kinds counts for each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub(super) struct MfaKinds {
    pub(super) passkey: u64,
    pub(super) totp: u64,
    pub(super) sms: u64,
    pub(super) email: u64,
    /// Recovery codes that are not used. They stand in for another factor.
    pub(super) recovery: u64,
}

impl MfaKinds {
    /// Returns the count of each kind by its published name.
    pub(super) fn by_name(&self) -> [(&'static str, u64); 5] {
        let Self { passkey, totp, sms, email, recovery } = *self;
        [("passkey", passkey), ("totp", totp), ("sms", sms), ("email", email), ("recovery", recovery)]
    }

    fn add(&mut self, factor: Factor) {
        match factor {
            Factor::Passkey => self.passkey += 1,
            Factor::Totp => self.totp += 1,
            Factor::SmsCode => self.sms += 1,
            Factor::EmailCode => self.email += 1,
            Factor::RecoveryCode => self.recovery += 1,
        }
    }
}

/// The figures of the users that were read.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) figures: UserFigures,
    pub(super) mfa_kinds: MfaKinds,
    pub(super) new_by_day: BTreeMap<String, u64>,
    /// The epoch of each user: a session with another one has ended.
    epochs: HashMap<UserId, i64>,
    pub(super) is_complete: bool,
}

impl Counted {
    fn add(&mut self, user: &CountedUser, since: Timestamp) {
        let figures = &mut self.figures;
        figures.total += 1;
        *match user.status {
            Status::Active => &mut figures.active,
            Status::Disabled => &mut figures.disabled,
            Status::Quarantined => &mut figures.quarantined,
        } += 1;
        figures.with_mfa += u64::from(user.has_second_factor);
        user.factors.iter().for_each(|factor| self.mfa_kinds.add(*factor));
        figures.with_password += u64::from(user.has_password);
        figures.federated += u64::from(user.is_federated);
        if user.created_at >= since {
            *self.new_by_day.entry(day_of(user.created_at)).or_default() += 1;
        }
        self.epochs.insert(user.id, user.session_epoch);
    }

    /// Returns whether the user has this epoch. A user who was not read counts as one who has.
    pub(super) fn has_epoch(&self, user: UserId, epoch: i64) -> bool {
        self.epochs.get(&user).map_or(!self.is_complete, |known| *known == epoch)
    }
}

/// Counts the newest `max` users, and those who were created since a time.
pub(super) async fn count(
    store: &Store,
    since: Timestamp,
    max: usize,
    until: Instant,
) -> Result<Counted, StoreError> {
    let (mut counted, mut read, mut after) = (Counted::default(), 0, None);
    loop {
        let page = Page { tag: None, after, newest_first: true, limit: PAGE.min(max - read) };
        let page = store.scan::<CountedUser>(page).await?;
        for user in &page.documents {
            counted.add(user, since);
        }
        read = max.min(read + PAGE);
        match page.next {
            Some(_) if read >= max || Instant::now() >= until => return Ok(counted),
            Some(last) => after = Some(last),
            None => {
                counted.is_complete = true;
                return Ok(counted);
            }
        }
        // A page of the embedded store is read without a wait. Other requests must have a turn.
        tokio::task::yield_now().await;
    }
}
