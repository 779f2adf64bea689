//! What every operation does: it asks whether a migration has closed the store, and records its time.

use std::{sync::Weak, time::Instant};

use super::{
    Backend, Inner, Store,
    document::{Readable, StoreError},
    gate::INTERVAL,
    migration::Migration,
};
use crate::{
    metrics,
    trace::{self, Kind, Operation, Value},
};

impl Store {
    /// Fails if a migration has closed the store.
    pub(super) async fn ready(&self) -> Result<(), StoreError> {
        match self.0.gate.known() {
            Some(answer) => answer,
            None => self.0.look().await,
        }
    }

    /// Records the time of an operation for the metrics and the trace. Its document and its keys stay out of both.
    pub(super) fn measured<R: Readable, T>(
        &self,
        operation: &'static str,
        began: Instant,
        result: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.measured_in(R::SOURCE.name(), operation, began, result)
    }

    /// Records the time of an operation on documents of several types.
    pub(super) fn measured_in<T>(
        &self,
        collection: &'static str,
        operation: &'static str,
        began: Instant,
        result: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        metrics::record_store_operation(operation, began, matches!(result, Err(StoreError::Unavailable(_))));
        let error = result.as_ref().err().and_then(StoreError::failure);
        trace::record(began, error, || {
            let system = match self.0.backend {
                Backend::Sqlite(_) => "sqlite",
                Backend::Mongo(_) => "mongodb",
            };
            Operation {
                name: format!("{operation} {collection}"),
                kind: Kind::Client,
                attributes: vec![
                    ("db.system.name", Value::Word(system)),
                    ("db.operation.name", Value::Word(operation)),
                    ("db.collection.name", Value::Word(collection)),
                ],
            }
        });
        result
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop_looking();
    }
}

impl Inner {
    /// Looks for a migration until the store is closed or dropped.
    pub(super) async fn keep_looking(inner: Weak<Self>) {
        loop {
            tokio::time::sleep(INTERVAL).await;
            let Some(inner) = inner.upgrade() else { return };
            // The operations report an outage of the store.
            let _ = inner.look().await;
        }
    }

    pub(super) fn stop_looking(&self) {
        if let Some(looking) = &self.looking {
            looking.abort();
        }
    }

    pub(super) async fn look(&self) -> Result<(), StoreError> {
        self.gate.look(&self.watch, || self.migration()).await
    }

    pub(super) async fn migration(&self) -> Result<Option<Migration>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.migration(),
            Backend::Mongo(mongo) => mongo.migration().await,
        }
    }
}
