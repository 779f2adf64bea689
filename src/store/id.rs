//! `UUIDv7` ids.

use std::{
    fmt,
    str::FromStr,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use super::document::DocumentId;
use crate::{clock::Timestamp, schema::text_schema};

/// A `UUIDv7`: the order of ids is the order of creation, in one process also within a millisecond. Text in JSON, a native UUID (binary
/// subtype 4) in BSON. An id is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Uuid);

text_schema!(Id, { "format": "uuid" });

impl Id {
    /// Creates an id for a document that is created `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        static LATEST: Mutex<Option<Latest>> = Mutex::new(None);
        let mut latest = LATEST.lock().unwrap_or_else(PoisonError::into_inner);
        let next = Latest::after(*latest, now);
        *latest = Some(next);
        Self::at(now, next.random)
    }

    /// Returns the lowest id of a document that was created at this time: always the same one.
    #[must_use]
    pub fn lowest_at(created: Timestamp) -> Self {
        Self::at(created, [0; 10])
    }

    /// Returns the id of a document that was created at this time, with these bytes instead of random ones: always the same one.
    #[must_use]
    pub fn at(created: Timestamp, bytes: [u8; 10]) -> Self {
        let millis = u64::try_from(created.as_millis()).unwrap_or(0);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }

    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    #[must_use]
    pub const fn document_id(self) -> DocumentId {
        DocumentId::Uuid(self.0)
    }
}

/// The latest id of this process. Those of other times need no order with it: the clock may be set back.
#[derive(Clone, Copy)]
struct Latest {
    created: Timestamp,
    random: [u8; 10],
}

impl Latest {
    /// Returns random bytes, or, in the same millisecond, the number after the ones before: RFC 9562 §6.2, method 2.
    fn after(latest: Option<Self>, created: Timestamp) -> Self {
        let [mut random @ .., _, _, a, b, c, d] = Uuid::new_v4().into_bytes();
        // The upper half of the numbers is for the ids that follow.
        random[2] &= 0x1f;
        if let Some(latest) = latest.filter(|latest| latest.created == created) {
            let [head, tail, number @ ..] = latest.random;
            let step = 1 + u64::from(u32::from_be_bytes([a, b, c, d]));
            random = [head, tail, 0, 0, 0, 0, 0, 0, 0, 0];
            random[2..].copy_from_slice(&u64::from_be_bytes(number).saturating_add(step).to_be_bytes());
        }
        Self { created, random }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Id {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(&self.0)
        } else {
            bson::Uuid::from_bytes(*self.as_bytes()).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(IdVisitor)
        } else {
            bson::Uuid::deserialize(deserializer).map(|id| Self::from_bytes(id.bytes()))
        }
    }
}

/// Reads text, or a BSON UUID. Serde buffers tagged enums and flattened fields and then reports every format as human readable: a
/// BSON UUID arrives here as a map.
struct IdVisitor;

impl<'de> de::Visitor<'de> for IdVisitor {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a UUID")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Id, E> {
        text.parse().map_err(de::Error::custom)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Id, A::Error> {
        let id = bson::Uuid::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(Id::from_bytes(id.bytes()))
    }
}

/// Defines the id type of one document type, so that the compiler keeps them apart.
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
            schemars::JsonSchema,
        )]
        #[serde(transparent)]
        #[schemars(inline)]
        pub struct $name($crate::store::Id);

        impl $name {
            /// Creates an id for a document that is created `now`.
            #[must_use]
            pub fn new(now: $crate::clock::Timestamp) -> Self {
                Self($crate::store::Id::new(now))
            }

            #[must_use]
            pub const fn document_id(self) -> $crate::store::DocumentId {
                self.0.document_id()
            }

            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = <$crate::store::Id as std::str::FromStr>::Err;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

pub(crate) use id_type;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Plain {
        id: Id,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind")]
    enum Tagged {
        Plain(Plain),
    }

    fn plain() -> Plain {
        Plain { id: Id::from_bytes([7; 16]) }
    }

    #[test]
    fn id_is_text_in_json() {
        let json = serde_json::to_string(&plain()).unwrap();
        assert_eq!(json, r#"{"id":"07070707-0707-0707-0707-070707070707"}"#);
        assert_eq!(serde_json::from_str::<Plain>(&json).unwrap(), plain());
    }

    #[test]
    fn id_is_a_native_uuid_in_bson_also_in_tagged_enums() {
        let bytes = bson::serialize_to_vec(&Tagged::Plain(plain())).unwrap();
        let document: bson::Document = bson::deserialize_from_slice(&bytes).unwrap();
        assert_eq!(document.get("id"), Some(&bson::Bson::from(bson::Uuid::from_bytes([7; 16]))));
        assert_eq!(bson::deserialize_from_slice::<Tagged>(&bytes).unwrap(), Tagged::Plain(plain()));
        assert_eq!(bson::deserialize_from_slice::<Plain>(&bytes).unwrap(), plain());
    }

    #[test]
    fn order_of_ids_is_order_of_creation() {
        let ids = [0, 1, 999, 1000, 1_795_341_600_123].map(|millis| Id::new(Timestamp::from_millis(millis)));
        assert!(ids.is_sorted());
    }

    // Two audit events of one request are often of one millisecond.
    #[test]
    fn ids_of_one_millisecond_are_in_their_order() {
        let created = Timestamp::from_millis(1_795_341_600_123);
        let mut latest = None;
        let ids: Vec<Id> = (0..10_000)
            .map(|_| {
                let next = Latest::after(latest, created);
                latest = Some(next);
                Id::at(created, next.random)
            })
            .collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
        // The clock was set back: the next id is random again.
        let head = &latest.unwrap().random[..2];
        let mut earlier = (0..4).map(|millis| Latest::after(latest, Timestamp::from_millis(millis)));
        assert!(earlier.any(|next| next.random[..2] != *head));
    }
}
