//! Pages of a collection.
//!
//! A page reads only ids of the type that the collection has: MongoDB compares ids of one type only, so a page could not continue
//! after an id of another type. Those ids are reported with the first page.

use bson::{Binary, Document as Filter, RawDocumentBuf, doc, spec::BinarySubtype};
use futures_util::TryStreamExt as _;
use mongodb::Collection as Documents;

use super::{
    failure::Failure,
    shape::{from_bson, stored_id},
};
use crate::store::{
    collection::{Collection, IdKind},
    document::{Document, Page, StoreError},
    found::Found,
};

/// Ids of another type that are reported.
const FOREIGN_MAX: i64 = 100;
/// Reads a page. The inner result is the error of the store, the outer one of the driver.
pub(super) async fn read<D: Document>(
    documents: &Documents<RawDocumentBuf>,
    page: &Page<'_>,
) -> Result<Result<Found<D>, StoreError>, Failure> {
    let mut found = Found::new();
    let mut query = documents.find(filter(D::COLLECTION, page));
    query = query.sort(doc! { "_id": if page.newest_first { -1 } else { 1 } });
    // The server sends at most 16 MiB at a time, so a page of huge documents does not use up the memory.
    let mut cursor = query.limit(i64::try_from(page.limit).unwrap_or(i64::MAX)).await?;
    let mut count = 0;
    while let Some(raw) = cursor.try_next().await? {
        count += 1;
        let (Some(id), _) = stored_id(&raw) else { continue };
        if let Err(error) = found.add(id, from_bson(&raw)) {
            return Ok(Err(error));
        }
    }
    if count < page.limit {
        found.next = None;
    }
    if page.tag.is_none() && page.after.is_none() {
        add_foreign_ids(documents, &mut found).await?;
    }
    Ok(Ok(found))
}

fn filter(collection: Collection, page: &Page<'_>) -> Filter {
    let mut id = of_our_type(collection);
    if let Some(after) = &page.after {
        id.insert(if page.newest_first { "$lt" } else { "$gt" }, after);
    }
    let mut filter = doc! { "_id": id };
    if let Some(tag) = page.tag {
        filter.insert("tags", tag);
    }
    filter
}

/// Returns the condition for ids of the type of this collection. Binary values are ordered by length, then by subtype: the range of
/// all UUIDs contains nothing else.
pub(super) fn of_our_type(collection: Collection) -> Filter {
    let between = |subtype: BinarySubtype, length: usize| {
        let binary = |byte| Binary { subtype, bytes: vec![byte; length] };
        doc! { "$gte": binary(0), "$lte": binary(0xff) }
    };
    match collection.id_kind() {
        IdKind::Uuid => between(BinarySubtype::Uuid, 16),
        IdKind::Hash => between(BinarySubtype::Generic, 32),
        IdKind::Text => doc! { "$type": "string" },
    }
}

async fn add_foreign_ids<D: Document>(
    documents: &Documents<RawDocumentBuf>,
    found: &mut Found<D>,
) -> Result<(), Failure> {
    let foreign = doc! { "$nor": [{ "_id": of_our_type(D::COLLECTION) }] };
    let mut ids = documents.find(foreign).projection(doc! { "_id": 1 }).limit(FOREIGN_MAX).await?;
    while let Some(raw) = ids.try_next().await? {
        found.add_foreign(&stored_id(&raw).1);
    }
    Ok(())
}
