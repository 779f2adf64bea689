//! The steps of an adoption. Each of them can be repeated after a kill: it looks at what is there, and does the rest.

use std::{collections::BTreeMap, time::Duration};

use bson::{Bson, Document as Filter, RawDocumentBuf, doc};
use futures_util::TryStreamExt as _;
use mongodb::{Database, options::FindOptions};

use super::{
    connection,
    deadline::{DEADLINE, within},
    failure::{is_duplicate, unavailable},
    marker, migration, shape,
};
use crate::{
    secrets::{hex, sha256},
    store::{
        adoption::{ADOPTION, Adoption, Foreign, Step, replaced},
        collection::Collection,
        document::{Document, StoreError},
        marker::{PRODUCT, SCHEMA, SCHEMA_WHILE_CLOSED},
        migration::{Migration, MigrationState, RECORD},
        prefix::CollectionPrefix,
    },
};

/// What the kept collections are called.
const KEPT: &str = "_before_adoption";
/// Where our users are written before they take the name.
const STAGED: &str = "_adopting";
/// Documents of one insert.
const BATCH: usize = 500;
/// The limit for one insert of many documents, and for a rename, which waits for a majority.
const LONG_DEADLINE: Duration = Duration::from_secs(30);
/// Wait before collections are given back: one second until every service has seen the record, and the time limit of an operation.
const SETTLE: Duration = Duration::from_millis(6500);

/// A database that is adopted or given back.
pub struct Adopter {
    database: Database,
    prefix: CollectionPrefix,
}

impl Adopter {
    /// Connects. Nothing is changed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the URL is invalid or the database does not answer.
    pub async fn open(url: &str, prefix: &CollectionPrefix) -> Result<Self, StoreError> {
        let adopter = Self { database: connection::database(url).await?, prefix: prefix.clone() };
        within(DEADLINE, adopter.database.run_command(doc! { "ping": 1 })).await.map_err(unavailable)?;
        Ok(adopter)
    }

    /// Returns the name of the database.
    #[must_use]
    pub fn name(&self) -> &str {
        self.database.name()
    }

    /// Returns the name under which a collection is kept.
    #[must_use]
    pub fn kept_name(&self, name: &str) -> String {
        format!("{}{KEPT}", self.prefixed(name))
    }

    /// Returns the name of a collection in this database.
    #[must_use]
    pub fn prefixed(&self, name: &str) -> String {
        // The marker has the prefix and a name of ours.
        let marker = self.prefix.marker();
        let prefix = marker.strip_suffix(PRODUCT).unwrap_or_default();
        format!("{prefix}{name}")
    }

    /// Reads the record. `Ok(None)`: the database has our marker, and no adoption. An inner `None` is a database without our marker.
    pub async fn record(&self) -> Result<Option<Option<Adoption>>, StoreError> {
        let markers = self.database.collection::<Filter>(&self.prefix.marker());
        let found = within(DEADLINE, markers.find_one(doc! { "_id": PRODUCT })).await.map_err(unavailable)?;
        let Some(marker) = found else { return Ok(None) };
        let record = marker.get(ADOPTION).cloned();
        let record =
            record.map(|record| bson::deserialize_from_bson(record).map_err(StoreError::unavailable));
        Ok(Some(record.transpose()?))
    }

    /// Returns the collections with names of ours, in a database without our marker.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] if one of them cannot be renamed.
    pub async fn foreign(&self) -> Result<Foreign, StoreError> {
        let existing = self.existing().await?;
        let mut names = Vec::new();
        for collection in Collection::ALL {
            let name = collection.name();
            match existing.get(&self.prefixed(name)).map(String::as_str) {
                None => {}
                Some("collection") => names.push(name.to_owned()),
                Some(other) => {
                    return Err(StoreError::Unusable(format!(
                        "`{}` is a {other}, which cannot be renamed; rename or drop it, or set VESTIBULE_COLLECTION_PREFIX",
                        self.prefixed(name)
                    )));
                }
            }
        }
        Ok(Foreign { names })
    }

    /// Reads all documents of the other application's users, in the order of their ids, and returns their digest.
    pub async fn read_users(
        &self,
        mut take: impl FnMut(RawDocumentBuf) + Send,
    ) -> Result<String, StoreError> {
        let users = Collection::Users.name();
        let kept = self.kept_name(users);
        let name = if self.exists(&kept).await? { kept } else { self.prefixed(users) };
        let documents = self.database.collection::<RawDocumentBuf>(&name);
        let options = FindOptions::builder().sort(doc! { "_id": 1 }).batch_size(1000).build();
        let mut cursor = within(LONG_DEADLINE, documents.find(doc! {}).with_options(options))
            .await
            .map_err(unavailable)?;
        let mut digest = [0; 32];
        while let Some(document) = within(LONG_DEADLINE, cursor.try_next()).await.map_err(unavailable)? {
            digest = sha256(&[digest.as_slice(), document.as_bytes()].concat());
            take(document);
        }
        Ok(hex(&digest))
    }

    /// Deletes what an interrupted process has written before its switch.
    pub async fn clear_staged(&self) -> Result<(), StoreError> {
        self.drop_collection(&self.staged()).await
    }

    /// Writes our users beside the collection whose name they will take.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]. The caller has checked that no two of them have one key.
    pub async fn stage<D: Document>(&self, documents: Vec<D>) -> Result<(), StoreError> {
        let staged = self.database.collection::<RawDocumentBuf>(&self.staged());
        // An adoption of no user needs the collection, too: the switch looks for it.
        if documents.is_empty() {
            let create = doc! { "create": self.staged() };
            within(LONG_DEADLINE, self.database.run_command(create)).await.map_err(unavailable)?;
        }
        for batch in documents.chunks(BATCH) {
            let raw = batch.iter().map(|document| shape::to_bson(document, 1).map(|(_, raw)| raw));
            let raw: Vec<_> = raw.collect::<Result<_, _>>()?;
            within(LONG_DEADLINE, staged.insert_many(&raw)).await.map_err(unavailable)?;
        }
        Ok(())
    }

    /// Writes the marker, closed for services, with the record.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] if another process was faster.
    pub async fn begin(&self, adoption: &Adoption) -> Result<(), StoreError> {
        let marker = doc! {
            "_id": PRODUCT,
            "product": PRODUCT,
            "schema": SCHEMA_WHILE_CLOSED,
            RECORD: closing()?,
            ADOPTION: to_bson(adoption)?,
        };
        let markers = self.database.collection::<Filter>(&self.prefix.marker());
        match within(DEADLINE, markers.insert_one(marker)).await {
            Ok(_) => Ok(()),
            Err(failure) if is_duplicate(&failure) => Err(replaced()),
            Err(failure) => Err(unavailable(failure)),
        }
    }

    /// Renames the collections of the other application, gives our users their name, and opens the database for services.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] if the other application has written since then: then its collections have their names again.
    pub async fn switch(&self, adoption: &Adoption) -> Result<Adoption, StoreError> {
        let users = Collection::Users.name();
        for name in &adoption.collections {
            let (original, kept) = (self.prefixed(name), self.kept_name(name));
            if !self.exists(&kept).await? && self.exists(&original).await? {
                self.rename(&original, &kept, false).await?;
            }
        }
        // After the rename no document of the plan can change: the application writes to another collection now.
        if self.read_users(|_| ()).await? != adoption.digest {
            self.undo(adoption).await?;
            return Err(StoreError::Unusable(
                "another application has changed its users while they were read. Its collections have their names again. Stop it, and \
                 run the command again"
                    .to_owned(),
            ));
        }
        if self.exists(&self.staged()).await? {
            let target = self.prefixed(users);
            if self.exists(&target).await? {
                return Err(StoreError::Unusable(format!(
                    "another application has created `{target}` again; stop it, drop that collection, and run the command again"
                )));
            }
            self.rename(&self.staged(), &target, false).await?;
        }
        let adopted = Adoption { step: Step::Adopted, opened: true, ..adoption.clone() };
        self.replace(adoption, &adopted, false).await?;
        Ok(adopted)
    }

    /// Records that the audit event is written.
    pub async fn set_audited(&self, adoption: &Adoption) -> Result<(), StoreError> {
        self.replace(adoption, &Adoption { audited: true, ..adoption.clone() }, false).await
    }

    /// Gives the collections back to the other application. What was written here since the adoption is deleted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: then the command can be repeated.
    pub async fn undo(&self, adoption: &Adoption) -> Result<(), StoreError> {
        let undoing = Adoption { step: Step::Undoing, ..adoption.clone() };
        if adoption.step != Step::Undoing {
            self.replace(adoption, &undoing, true).await?;
        }
        // A service that runs may write until it has seen the record. Its write would reach a collection of the other application.
        if adoption.opened {
            tokio::time::sleep(SETTLE).await;
        }
        for collection in Collection::ALL {
            let name = collection.name();
            let (original, kept) = (self.prefixed(name), self.kept_name(name));
            if self.exists(&kept).await? {
                // One step: no other application can create the collection in between.
                self.rename(&kept, &original, true).await?;
            } else if adoption.opened && !adoption.collections.iter().any(|kept| kept == name) {
                self.drop_collection(&original).await?;
            }
        }
        self.clear_staged().await?;
        // The record goes last: until then, the command can be repeated.
        self.drop_collection(&self.prefix.marker()).await
    }

    /// Deletes the collections of the other application that were kept.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: then the command can be repeated.
    pub async fn finish(&self, adoption: &Adoption) -> Result<(), StoreError> {
        let finishing = Adoption { step: Step::Finishing, ..adoption.clone() };
        if adoption.step != Step::Finishing {
            // From here on an undo is refused: a part of what it needs may be gone.
            self.replace(adoption, &finishing, false).await?;
        }
        for name in &adoption.collections {
            self.drop_collection(&self.kept_name(name)).await?;
        }
        let same = doc! { "_id": PRODUCT, ADOPTION: to_bson(&finishing)? };
        self.update_marker(same, doc! { "$unset": { ADOPTION: "" } }).await
    }

    /// Closes the connection.
    pub async fn close(&self) {
        self.database.client().clone().shutdown().immediate(true).await;
    }

    fn staged(&self) -> String {
        format!("{}{STAGED}", self.prefixed(Collection::Users.name()))
    }

    /// Replaces the record, if it is the expected one, and closes or opens the database for services.
    async fn replace(&self, expected: &Adoption, new: &Adoption, closed: bool) -> Result<(), StoreError> {
        let same = doc! { "_id": PRODUCT, ADOPTION: to_bson(expected)? };
        let change = if closed {
            doc! { "$set": { ADOPTION: to_bson(new)?, RECORD: closing()?, "schema": SCHEMA_WHILE_CLOSED } }
        } else {
            doc! { "$set": { ADOPTION: to_bson(new)?, "schema": SCHEMA }, "$unset": { RECORD: "" } }
        };
        self.update_marker(same, change).await
    }

    async fn update_marker(&self, same: Filter, change: Filter) -> Result<(), StoreError> {
        let markers = self.database.collection::<Filter>(&self.prefix.marker());
        let done = within(DEADLINE, markers.update_one(same, change)).await.map_err(unavailable)?;
        if done.matched_count == 1 { Ok(()) } else { Err(replaced()) }
    }

    /// Returns the type of each collection: `collection`, `view` or `timeseries`.
    async fn existing(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let listed = marker::first_batch(
            &self.database,
            doc! { "listCollections": 1, "cursor": { "batchSize": 10_000 } },
        )
        .await?;
        let text = |listed: &Filter, member| listed.get_str(member).unwrap_or_default().to_owned();
        Ok(listed.iter().map(|listed| (text(listed, "name"), text(listed, "type"))).collect())
    }

    async fn exists(&self, name: &str) -> Result<bool, StoreError> {
        let list = doc! { "listCollections": 1, "filter": { "name": name } };
        Ok(!marker::first_batch(&self.database, list).await?.is_empty())
    }

    async fn rename(&self, from: &str, to: &str, replaces: bool) -> Result<(), StoreError> {
        let database = self.database.name();
        let command = doc! {
            "renameCollection": format!("{database}.{from}"),
            "to": format!("{database}.{to}"),
            "dropTarget": replaces,
            "writeConcern": { "w": "majority" },
        };
        let admin = self.database.client().database("admin");
        within(LONG_DEADLINE, admin.run_command(command)).await.map(drop).map_err(unavailable)
    }

    async fn drop_collection(&self, name: &str) -> Result<(), StoreError> {
        let documents = self.database.collection::<RawDocumentBuf>(name);
        within(LONG_DEADLINE, documents.drop()).await.map_err(unavailable)
    }
}

fn to_bson(adoption: &Adoption) -> Result<Bson, StoreError> {
    bson::serialize_to_bson(adoption).map_err(StoreError::unavailable)
}

/// Returns the record that closes the database for services.
fn closing() -> Result<Bson, StoreError> {
    migration::to_bson(&Migration {
        id: "adoption".to_owned(),
        state: MigrationState::Adopting,
        peer: String::new(),
        owner: String::new(),
        beat: 0,
    })
}
