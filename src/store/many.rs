//! Many documents in one request, for commands that create thousands of users.
//!
//! [`Store::insert_together`] is no [`super::Batch`]: a batch asks for the revision of each document, writes one after the other and publishes
//! each change. New documents need none of that. SQLite inserts them in the order of the indexes, and MongoDB gets one request for each type.

use std::time::Instant;

use super::{
    Backend, Store,
    document::{Document, StoreError},
    found::Found,
};

impl Store {
    /// Reads the documents that have one of these unique keys. Their order is not defined.
    pub async fn find_all<D: Document>(&self, keys: &[String]) -> Result<Found<D>, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let result = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.find_all(keys),
            Backend::Mongo(mongo) => mongo.find_all(keys).await,
        };
        let found = self.measured::<D, _>("findAll", began, result)?;
        self.0.unreadable.report(D::COLLECTION, &found.unreadable);
        Ok(found)
    }

    /// Returns whether the store can write several documents in one transaction. A standalone MongoDB server cannot.
    pub async fn has_transactions(&self) -> Result<bool, StoreError> {
        match &self.0.backend {
            Backend::Sqlite(_) => Ok(true),
            Backend::Mongo(mongo) => mongo.has_transactions().await,
        }
    }

    /// Writes new documents of two types with revision 1: all of them, or none. The store must have transactions.
    ///
    /// The embedded store does not publish these documents to [`super::Watch`]: no cache has a document that did not exist, and ten thousand
    /// changes in a second would make every process drop its whole cache.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if another document has the same id or one of the same keys: then nothing was written.
    pub async fn insert_together<A: Document, B: Document>(
        &self,
        first: &[A],
        second: &[B],
    ) -> Result<(), StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let inserted = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.insert_together(first, second).await,
            Backend::Mongo(mongo) => mongo.insert_together(first, second).await,
        };
        self.measured::<A, _>("insertTogether", began, inserted)
    }
}
