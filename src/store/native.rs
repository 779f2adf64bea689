//! How a document's own fields take the type the store has for them: `#[serde(with = "store::native::uuid")]`.
//!
//! In MongoDB a UUID is a binary of subtype 4, which tools show as a UUID; the `uuid` crate alone would write plain bytes. In
//! the embedded store, and wherever else the format is made for people, it is the usual text. [`crate::clock::Timestamp`]
//! does the same for dates by itself.

/// A UUID field.
pub mod uuid {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
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
            Uuid::deserialize(deserializer)
        } else {
            bson::Uuid::deserialize(deserializer).map(|uuid| Uuid::from_bytes(uuid.bytes()))
        }
    }
}
