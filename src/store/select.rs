//! Reads of selections.

use std::time::Instant;

use super::{
    Backend, Store,
    document::{Document, StoreError},
    selection::{Condition, Selected, Selection},
};

impl Store {
    /// Reads a page of a selection and skips documents that cannot be read. Each of them is logged once.
    pub async fn select<D: Document>(&self, selection: &Selection) -> Result<Selected<D>, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let selected = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.select(selection).await,
            Backend::Mongo(mongo) => mongo.select(selection).await,
        };
        let selected = self.measured::<D, _>("select", began, selected)?;
        self.0.unreadable.report(D::COLLECTION, &selected.unreadable);
        Ok(selected)
    }

    /// Counts the documents that match a condition, also those that cannot be read.
    pub async fn count_of<D: Document>(&self, condition: &Condition) -> Result<u64, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let count = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.count_of::<D>(condition).await,
            Backend::Mongo(mongo) => mongo.count_of::<D>(condition).await,
        };
        self.measured::<D, _>("count", began, count)
    }
}
