//! The authenticator apps of a user.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    clock::Timestamp,
    secrets::Sealed,
    store::{Id, id_type},
};

/// Name of an app without a name of its own.
pub const DEFAULT_APP_NAME: &str = "Authenticator app";

id_type! {
    /// Id of a second factor of a user.
    FactorId
}

/// An active authenticator app (RFC 6238, SHA-1, 30 s, 6 digits).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "StoredTotp")]
pub struct Totp {
    pub id: FactorId,
    /// As the user calls it.
    pub name: String,
    pub secret: Sealed,
    /// When the first correct code was entered.
    pub confirmed_at: Timestamp,
    /// When the last correct code was entered. `None` for an app that was imported and not used since.
    pub last_used_at: Option<Timestamp>,
    /// The newest time step of an accepted code. Codes of this step and of earlier ones are rejected (replay, RFC 6238 §5.2).
    pub last_step: i64,
}

impl Totp {
    /// Creates an app with the default name that was not used yet.
    #[must_use]
    pub fn unused(secret: Sealed, confirmed_at: Timestamp) -> Self {
        Self {
            id: FactorId::new(confirmed_at),
            name: DEFAULT_APP_NAME.to_owned(),
            secret,
            confirmed_at,
            last_used_at: None,
            last_step: 0,
        }
    }
}

/// An app as it may be stored: documents of older versions have no id and no name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredTotp {
    id: Option<FactorId>,
    name: Option<String>,
    secret: Sealed,
    confirmed_at: Timestamp,
    last_used_at: Option<Timestamp>,
    last_step: i64,
}

impl From<StoredTotp> for Totp {
    fn from(stored: StoredTotp) -> Self {
        let StoredTotp { id, name, secret, confirmed_at, last_used_at, last_step } = stored;
        Self {
            // Derived, not random: until the document is written again, every read must show the same id.
            id: id.unwrap_or_else(|| FactorId(Id::lowest_at(confirmed_at))),
            name: name.unwrap_or_else(|| DEFAULT_APP_NAME.to_owned()),
            secret,
            confirmed_at,
            last_used_at,
            last_step,
        }
    }
}

/// Reads the apps of a user: a list, or one app or `null` as older versions wrote them.
pub(super) fn stored_apps<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Totp>, D::Error> {
    deserializer.deserialize_any(AppsVisitor)
}

struct AppsVisitor;

impl<'de> de::Visitor<'de> for AppsVisitor {
    type Value = Vec<Totp>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of authenticator apps")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Vec<Totp>, E> {
        Ok(Vec::new())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Vec<Totp>, A::Error> {
        Ok(vec![Totp::deserialize(de::value::MapAccessDeserializer::new(map))?])
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Totp>, A::Error> {
        let mut apps = Vec::new();
        while let Some(app) = list.next_element()? {
            apps.push(app);
        }
        Ok(apps)
    }
}

/// An authenticator app whose enrolment is not confirmed yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingTotp {
    /// The name that the user chose; `None`: the default name.
    #[serde(default)]
    pub name: Option<String>,
    pub secret: Sealed,
    pub expires_at: Timestamp,
    /// Hash (hex) of the session that started the enrolment. Only that session can confirm it.
    pub begun_by: String,
    /// Wrong codes so far.
    pub tries: u32,
}
