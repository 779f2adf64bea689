//! A browser in which a user has signed in. The rules are in `known_devices.rs`.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, store::id_type};

id_type! {
    /// Id of a device, for its owner. It is not the id in the cookie.
    DeviceId
}

/// A browser in which the user has signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    pub id: DeviceId,
    /// SHA-256 (hex) of the id in the cookie of the browser.
    pub hash: String,
    pub user_agent: Option<String>,
    pub ip: Option<IpAddr>,
    pub first_seen_at: Timestamp,
    /// The last login that was completed in the browser.
    pub last_seen_at: Timestamp,
    /// Until then, a login in this browser needs no second factor.
    #[serde(default)]
    pub trusted_until: Option<Timestamp>,
}
