//! Changes of documents that several writers can make at the same time.

use super::{
    Store,
    document::{Change, Document, DocumentId, StoreError, Stored},
};

impl Store {
    /// Reads a document, changes it and replaces it. If another writer was faster, it starts again with the newer document:
    /// `change` may run several times. Returns `None` if the document does not exist.
    ///
    /// # Errors
    /// Any error of `change`. [`StoreError::Taken`] if the change added a key of another document. [`StoreError::Unavailable`]
    /// also after ten seconds of lost writes.
    pub async fn update<D, R, E>(
        &self,
        id: &DocumentId,
        mut change: impl FnMut(&mut D) -> Result<Change<R>, E> + Send,
    ) -> Result<Option<(Stored<D>, R)>, E>
    where
        D: Document,
        E: From<StoreError> + Send,
        R: Send,
    {
        self.update_stored(id, |stored| change(&mut stored.document)).await
    }

    /// Changes a document as [`Store::update`] does. `change` sees the revision that it replaces.
    pub async fn update_stored<D, R, E>(
        &self,
        id: &DocumentId,
        mut change: impl FnMut(&mut Stored<D>) -> Result<Change<R>, E> + Send,
    ) -> Result<Option<(Stored<D>, R)>, E>
    where
        D: Document,
        E: From<StoreError> + Send,
        R: Send,
    {
        let mut turn = self.0.write_queue.acquire(D::COLLECTION, id).await?;
        loop {
            let Some(mut stored) = self.get::<D>(id).await? else { return Ok(None) };
            match change(&mut stored)? {
                Change::Keep(result) => return Ok(Some((stored, result))),
                Change::Write(result) => {
                    if self.replace(&mut stored).await? {
                        return Ok(Some((stored, result)));
                    }
                }
            }
            turn.backoff().await?;
        }
    }

    /// Changes or inserts a document, as [`Store::update`] does. `change` gets the current document, if any, and returns the
    /// document to write, if any, and a result. A document that cannot be read counts as missing, see [`Store::get_expendable`].
    pub async fn upsert<D, R, E>(
        &self,
        id: &DocumentId,
        mut change: impl FnMut(Option<D>) -> Result<(Option<D>, R), E> + Send,
    ) -> Result<R, E>
    where
        D: Document,
        E: From<StoreError> + Send,
        R: Send,
    {
        let mut turn = self.0.write_queue.acquire(D::COLLECTION, id).await?;
        loop {
            let current = self.get_expendable::<D>(id).await?;
            let revision = current.as_ref().map(|stored| stored.revision);
            let (changed, result) = change(current.map(Stored::into_document))?;
            let Some(document) = changed else { return Ok(result) };
            if self.put(document, revision).await? {
                return Ok(result);
            }
            turn.backoff().await?;
        }
    }

    /// Replaces the document of this revision, or inserts it if there was none. Returns `false` if another writer was faster.
    async fn put<D: Document>(&self, document: D, revision: Option<i64>) -> Result<bool, StoreError> {
        if let Some(revision) = revision {
            return self.replace(&mut Stored { document, revision }).await;
        }
        let id = document.id();
        match self.insert(document).await {
            Ok(_) => Ok(true),
            // Either another writer inserted this id first, or one of the keys belongs to another document. Only the first case
            // can succeed with another attempt.
            Err(taken @ StoreError::Taken { .. }) => match self.get::<D>(&id).await? {
                Some(_) => Ok(false),
                None => Err(taken),
            },
            Err(error) => Err(error),
        }
    }
}
