//! Pages of a collection.
//!
//! A page reads only ids of the type that the collection has: MongoDB compares ids of one type only, so a page could not continue
//! after an id of another type. Those ids are reported with the first page.

use bson::{Binary, Bson, Document as Filter, RawDocumentBuf, doc, spec::BinarySubtype};
use futures_util::TryStreamExt as _;
use mongodb::Collection as Documents;

use super::{
    failure::Failure,
    shape::{from_bson, stored_id},
};
use crate::store::{
    collection::{Collection, IdKind},
    document::{Page, Readable, StoreError},
    found::Found,
};

/// Ids of another type that are reported.
const FOREIGN_MAX: i64 = 100;
/// Documents in one answer of the server.
const BATCH_MAX: u32 = 10_000;

/// Reads a page. The inner result is the error of the store, the outer one of the driver.
pub(super) async fn read<R: Readable>(
    documents: &Documents<RawDocumentBuf>,
    page: &Page<'_>,
) -> Result<Result<Found<R>, StoreError>, Failure> {
    let mut found = Found::new();
    let mut query = documents.find(filter(R::SOURCE, page));
    query = query.sort(doc! { "_id": if page.newest_first { -1 } else { 1 } });
    if let Some(fields) = R::FIELDS {
        let fields = fields.iter().chain(&["_id", "revision"]);
        query =
            query.projection(fields.map(|field| ((*field).to_owned(), Bson::from(1))).collect::<Filter>());
    }
    // Without it, the first answer has 101 documents. The server sends at most 16 MiB at a time, so a page of huge documents does not use up the
    // memory.
    query = query.batch_size(u32::try_from(page.limit.saturating_add(1)).unwrap_or(BATCH_MAX).min(BATCH_MAX));
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

/// Returns the opposite condition, as ranges of the index: for `$nor` the server would read the whole collection.
fn of_another_type(collection: Collection) -> Filter {
    let mut ranges = of_our_type(collection);
    if collection.id_kind() == IdKind::Text {
        // No text is below the empty one.
        ranges = doc! { "$gte": "" };
    }
    let outside = ranges.into_iter().map(|(compare, bound)| doc! { "_id": { "$not": { compare: bound } } });
    doc! { "$or": outside.collect::<Vec<_>>() }
}

async fn add_foreign_ids<R: Readable>(
    documents: &Documents<RawDocumentBuf>,
    found: &mut Found<R>,
) -> Result<(), Failure> {
    let mut ids =
        documents.find(of_another_type(R::SOURCE)).projection(doc! { "_id": 1 }).limit(FOREIGN_MAX).await?;
    while let Some(raw) = ids.try_next().await? {
        found.add_foreign(&stored_id(&raw).1);
    }
    Ok(())
}
