//! How a document's own fields take the type the store has for them: `#[serde(with = "store::native::uuid")]`.
//!
//! In MongoDB a UUID is a binary of subtype 4, which tools show as a UUID; the `uuid` crate alone would write plain bytes. In
//! the embedded store, and wherever else the format is made for people, it is the usual text. [`crate::clock::Timestamp`]
//! does the same for dates by itself.

/// A UUID field.
pub mod uuid {
    use std::fmt;

    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
    use uuid::Uuid;

    /// Text for people, a native UUID for BSON.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(uuid: &Uuid, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            uuid.serialize(serializer)
        } else {
            bson::Uuid::from_bytes(uuid.into_bytes()).serialize(serializer)
        }
    }

    /// The reverse of [`serialize`].
    ///
    /// # Errors
    /// The deserializer's.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Shown)
        } else {
            bson::Uuid::deserialize(deserializer).map(|uuid| Uuid::from_bytes(uuid.bytes()))
        }
    }

    /// Where serde looks ahead (a tagged enum, a flattened field) it calls every format one for people: a native UUID then
    /// arrives as the map that BSON makes of it.
    struct Shown;

    impl<'de> de::Visitor<'de> for Shown {
        type Value = Uuid;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a UUID")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Uuid, E> {
            Uuid::parse_str(text).map_err(de::Error::custom)
        }

        fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Uuid, A::Error> {
            let uuid = bson::Uuid::deserialize(de::value::MapAccessDeserializer::new(map))?;
            Ok(Uuid::from_bytes(uuid.bytes()))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use uuid::Uuid;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Plain {
        #[serde(with = "super::uuid")]
        id: Uuid,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind")]
    enum LookedAhead {
        Tagged(Plain),
    }

    #[test]
    fn a_native_uuid_is_read_also_where_serde_looks_ahead() {
        let plain = || Plain { id: Uuid::from_u128(7) };
        let bytes = bson::serialize_to_vec(&LookedAhead::Tagged(plain())).unwrap();
        let document: bson::Document = bson::deserialize_from_slice(&bytes).unwrap();
        let native = bson::Bson::from(bson::Uuid::from_bytes(Uuid::from_u128(7).into_bytes()));
        assert_eq!(document.get("id"), Some(&native));
        let read: LookedAhead = bson::deserialize_from_slice(&bytes).unwrap();
        assert_eq!(read, LookedAhead::Tagged(plain()));
        assert_eq!(bson::deserialize_from_slice::<Plain>(&bytes).unwrap(), plain());
        let json = serde_json::to_string(&plain()).unwrap();
        assert_eq!(json, r#"{"id":"00000000-0000-0000-0000-000000000007"}"#);
        assert_eq!(serde_json::from_str::<Plain>(&json).unwrap(), plain());
    }
}
