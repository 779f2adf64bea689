//! The browsers in which a user has signed in.
//!
//! A browser is added when a login in it is complete, never by a password alone while a second factor is missing: an attacker who knows
//! only the password must not become known. A known device has its own allowance of guesses, gives no notice at a login, and can be trusted.
//!
//! # When a device is unknown
//!
//! A login comes from an unknown device if the browser is not in the list and the user has signed in before, or has another device. The first
//! login of an account is no surprise. A user who removes the cookies of a browser, or whose device was pushed out of the full list, is
//! unknown there again.

use super::{
    User,
    device::{Device, DeviceId},
};
use crate::{
    clock::Timestamp,
    web::{client::Client, device_key::DeviceKey},
};

/// Largest number of devices of one user. The longest unused one makes place for a new one. Each has its own allowance of guesses, so the
/// number also bounds the guesses of an attacker who has stolen device cookies.
pub const DEVICES_MAX: usize = 20;
/// A known device is written again after this time, in minutes: a login that changes nothing else needs no write.
const SEEN_MINUTES: u64 = 10;

/// What a completed login says about its browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognition {
    /// The user has signed in there before.
    Known,
    /// The first login of the account.
    First,
    /// The user has signed in before, but not there: a reason to inform the user.
    Unknown,
    /// The session of the login has ended since: nothing is added.
    Outdated,
}

/// A completed login in a browser.
pub struct Sighting<'a> {
    pub device: DeviceKey,
    pub client: &'a Client,
    /// The user had never signed in before this login.
    pub is_first_login: bool,
    /// The user trusts the browser until this time.
    pub trusted_until: Option<Timestamp>,
    /// The epoch of the session that the login opened.
    pub session_epoch: i64,
    pub at: Timestamp,
}

impl User {
    /// Returns the device of this user in which the request was made, if its browser is known.
    #[must_use]
    pub fn known_device(&self, client: &Client) -> Option<&Device> {
        let hash = client.device?.hash();
        self.devices.iter().find(|device| device.hash == hash)
    }

    /// Adds the browser of a completed login, or updates it. Returns what is known about it, and whether the user must be written.
    ///
    /// The login may race a change that ends all sessions and all trust, such as a new password. The trust of the ended login must not come
    /// back after that: it is that of an attacker.
    pub fn see_device(&mut self, sighting: &Sighting<'_>) -> (Recognition, bool) {
        let Sighting { device, client, is_first_login, trusted_until, session_epoch, at } = *sighting;
        if self.session_epoch != session_epoch {
            return (Recognition::Outdated, false);
        }
        if let Some(old) = client.device.filter(|old| *old != device) {
            self.replace_device_key(old, device);
        }
        let user_agent = client.user_agent.as_deref().map(str::to_owned);
        let hash = device.hash();
        if let Some(known) = self.devices.iter_mut().find(|known| known.hash == hash) {
            let is_recent = at.since(known.last_seen_at).as_secs() < SEEN_MINUTES * 60;
            let is_same = known.user_agent == user_agent && known.ip == Some(client.ip);
            let changes = !is_recent || !is_same || trusted_until.is_some();
            (known.user_agent, known.ip) = (user_agent, Some(client.ip));
            known.last_seen_at = known.last_seen_at.max(at);
            known.trusted_until = trusted_until.or(known.trusted_until);
            return (Recognition::Known, changes);
        }
        let recognition =
            if is_first_login && self.devices.is_empty() { Recognition::First } else { Recognition::Unknown };
        self.devices.push(Device {
            id: DeviceId::new(at),
            hash,
            user_agent,
            ip: Some(client.ip),
            first_seen_at: at,
            last_seen_at: at,
            trusted_until,
        });
        self.devices.sort_by_key(|device| std::cmp::Reverse(device.last_seen_at));
        self.devices.truncate(DEVICES_MAX);
        (recognition, true)
    }

    /// Gives a device another id in its cookie, if the user knows it.
    fn replace_device_key(&mut self, old: DeviceKey, new: DeviceKey) {
        let hash = old.hash();
        if let Some(device) = self.devices.iter_mut().find(|device| device.hash == hash) {
            device.hash = new.hash();
        }
    }

    /// Returns whether the user trusts the device with this hash.
    #[must_use]
    pub fn trusts_device(&self, hash: &str, now: Timestamp) -> bool {
        let mut devices = self.devices.iter().filter(|device| device.hash == hash);
        devices.any(|device| device.trusted_until.is_some_and(|until| now < until))
    }

    /// Forgets a device: it is no longer trusted and has no allowance of its own. Returns `false` if there is no such device.
    pub fn forget_device(&mut self, id: DeviceId) -> bool {
        let before = self.devices.len();
        self.devices.retain(|device| device.id != id);
        self.devices.len() < before
    }

    /// Ends the trust in all devices: the next login needs the second factor everywhere. The devices stay known.
    pub fn distrust_devices(&mut self) {
        self.devices.iter_mut().for_each(|device| device.trusted_until = None);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        net::{IpAddr, Ipv4Addr},
        time::Duration,
    };

    use super::*;
    use crate::{
        user::{Password, UserId},
        web::request_id::RequestId,
    };

    fn client(device: Option<DeviceKey>) -> Client {
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Client { ip, user_agent: Some("Firefox".into()), device, request_id: RequestId::new() }
    }

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_millis(0) + Duration::from_mins(minutes)
    }

    fn see(user: &mut User, device: DeviceKey, is_first_login: bool, minutes: u64) -> (Recognition, bool) {
        let client = client(None);
        user.see_device(&Sighting {
            device,
            client: &client,
            is_first_login,
            trusted_until: None,
            session_epoch: 0,
            at: at(minutes),
        })
    }

    fn user() -> User {
        User::new(UserId::new(at(0)), at(0))
    }

    #[test]
    fn device_is_unknown_unless_it_is_the_first_one_or_has_signed_in_before() {
        let (phone, laptop) = (DeviceKey::random(), DeviceKey::random());
        let mut ada = user();
        assert!(ada.known_device(&client(Some(phone))).is_none());
        assert_eq!(see(&mut ada, phone, true, 0), (Recognition::First, true));
        assert_eq!(see(&mut ada, phone, false, 1), (Recognition::Known, false), "nothing to write so soon");
        assert_eq!(see(&mut ada, phone, false, 20), (Recognition::Known, true));
        assert_eq!(see(&mut ada, laptop, false, 21), (Recognition::Unknown, true));
        assert!(
            ada.known_device(&client(Some(laptop))).is_some() && ada.known_device(&client(None)).is_none()
        );
        // A user of an earlier version has signed in, and has no list.
        assert_eq!(see(&mut user(), phone, false, 0), (Recognition::Unknown, true));
    }

    #[test]
    fn longest_unused_device_makes_place_for_a_new_one() {
        let mut ada = user();
        let keys: Vec<_> = (0..=DEVICES_MAX).map(|_| DeviceKey::random()).collect();
        for (minutes, key) in (0..).zip(&keys[..DEVICES_MAX]) {
            see(&mut ada, *key, false, minutes);
        }
        see(&mut ada, keys[0], false, 100);
        see(&mut ada, keys[DEVICES_MAX], false, 101);
        assert_eq!(ada.devices.len(), DEVICES_MAX);
        let knows = |key: &DeviceKey| ada.known_device(&client(Some(*key))).is_some();
        assert!(knows(&keys[0]) && !knows(&keys[1]) && knows(&keys[DEVICES_MAX]));
    }

    #[test]
    fn trust_ends_for_all_devices_and_they_stay_known() {
        let (mut ada, device) = (user(), DeviceKey::random());
        let (trusted_until, client) = (Some(at(60)), client(Some(device)));
        let sighting = Sighting {
            device,
            client: &client,
            is_first_login: true,
            trusted_until,
            session_epoch: 0,
            at: at(0),
        };
        ada.see_device(&sighting);
        assert_eq!(see(&mut ada, device, false, 30), (Recognition::Known, true));
        assert_eq!(ada.devices[0].trusted_until, trusted_until, "a later login keeps the trust");
        ada.distrust_devices();
        assert_eq!(ada.known_device(&client).map(|device| device.trusted_until), Some(None));
    }

    // A login with a correct code races the report of an attack, or a new password.
    #[test]
    fn login_whose_session_has_ended_adds_no_device_and_no_trust() {
        let (mut ada, device) = (user(), DeviceKey::random());
        see(&mut ada, device, true, 0);
        ada.set_password(Password::new(String::new(), at(1)));
        let (new, client) = (DeviceKey::random(), client(Some(device)));
        let trust_of = |device, session_epoch| Sighting {
            device,
            client: &client,
            is_first_login: false,
            trusted_until: Some(at(60)),
            session_epoch,
            at: at(2),
        };
        for device in [device, new] {
            assert_eq!(ada.see_device(&trust_of(device, 0)), (Recognition::Outdated, false));
            assert!(!ada.trusts_device(&device.hash(), at(3)));
        }
        assert_eq!((ada.devices.len(), ada.devices[0].hash.clone()), (1, device.hash()));
        assert_eq!(ada.see_device(&trust_of(new, ada.session_epoch)), (Recognition::Known, true));
        assert!(ada.trusts_device(&new.hash(), at(3)), "a login after the change");
    }
}
