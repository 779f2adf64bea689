//! Selections as queries. Values of a request are compared as texts, never as operators.

use bson::{Bson, Document as Filter, RawBsonRef, RawDocument, RawDocumentBuf, doc};
use futures_util::TryStreamExt as _;
use mongodb::Collection as Documents;

use super::{
    failure::Failure,
    indexes::collation,
    page::of_our_type,
    shape::{from_bson, stored_id},
};
use crate::{
    clock::Timestamp,
    store::{
        collection::{Collection, SortField, SortKind},
        document::{Document, StoreError},
        found::Found,
        selection::{Condition, Cursor, Order, Selected, Selection, SortValue},
    },
};

const NULL: Bson = Bson::Null;

/// Reads a page. The inner result is the error of the store, the outer one of the driver.
pub(super) async fn read<D: Document>(
    documents: &Documents<RawDocumentBuf>,
    selection: &Selection,
) -> Result<Result<Selected<D>, StoreError>, Failure> {
    // One more than wanted shows that there is a next page.
    let limit = i64::try_from(selection.limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut query =
        documents.find(filter_of(D::COLLECTION, selection)).sort(sort_of(selection.order)).limit(limit);
    if let Some(collation) = selection.order.field.and_then(collation) {
        query = query.collation(collation);
    }
    let mut cursor = query.await?;
    let (mut found, mut next, mut count) = (Found::new(), None, 0);
    while let Some(raw) = cursor.try_next().await? {
        // One document more than wanted shows that there is a next page.
        if count == selection.limit {
            return Ok(Ok(Selected::of(found, next)));
        }
        count += 1;
        let (Some(id), _) = stored_id(&raw) else { continue };
        next = Some(Cursor { value: sort_value(selection.order, &raw), id: id.clone() });
        if let Err(error) = found.add(id, from_bson(&raw)) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(Selected::of(found, None)))
}

/// Returns the filter of a count.
pub(super) fn counted(collection: Collection, condition: &Condition) -> Filter {
    doc! { "$and": [{ "_id": of_our_type(collection) }, filter(condition, false)] }
}

fn filter_of(collection: Collection, selection: &Selection) -> Filter {
    let Order { field, descending } = selection.order;
    let has_collation = field.and_then(collation).is_some();
    let mut all = vec![doc! { "_id": of_our_type(collection) }, filter(&selection.condition, has_collation)];
    all.extend(field.map(has_our_type));
    all.extend(selection.after.as_ref().map(|after| after_filter(field, after, descending)));
    doc! { "$and": all }
}

fn sort_of(order: Order) -> Filter {
    let direction = if order.descending { -1 } else { 1 };
    let mut sort = Filter::new();
    if let Some(field) = order.field {
        sort.insert(field.name, direction);
    }
    sort.insert("_id", direction);
    sort
}

/// Returns the condition for a sort value that a cursor can hold. A document with another value cannot be read anyway.
fn has_our_type(field: SortField) -> Filter {
    let kind = match field.kind {
        SortKind::Text => "string",
        SortKind::Time => "date",
    };
    doc! {
        "$or": [{ field.name: { "$type": kind } }, { field.name: NULL }],
        "$nor": [{ field.name: { "$type": "array" } }],
    }
}

/// Returns the condition for the documents after a position. A missing value comes before all others.
fn after_filter(field: Option<SortField>, after: &Cursor, descending: bool) -> Filter {
    let compare = if descending { "$lt" } else { "$gt" };
    let further_id = doc! { "_id": { compare: &after.id } };
    let Some(SortField { name, .. }) = field else { return further_id };
    let Some(value) = &after.value else {
        let further = doc! { name: NULL, "_id": { compare: &after.id } };
        return if descending {
            further
        } else {
            doc! { "$or": [further, { name: { "$ne": NULL } }] }
        };
    };
    let value: Bson = match value {
        SortValue::Text(text) => text.into(),
        SortValue::Time(time) => bson::DateTime::from_millis(time.as_millis()).into(),
    };
    let mut any =
        vec![doc! { name: { compare: value.clone() } }, doc! { name: value, "_id": { compare: &after.id } }];
    any.extend(descending.then(|| doc! { name: NULL }));
    doc! { "$or": any }
}

fn sort_value(order: Order, raw: &RawDocument) -> Option<SortValue> {
    match raw.get(order.field?.name).ok()?? {
        RawBsonRef::String(text) => Some(SortValue::Text(text.to_owned())),
        RawBsonRef::DateTime(time) => Some(SortValue::Time(Timestamp::from_millis(time.timestamp_millis()))),
        _other_type => None,
    }
}

/// Builds the filter of a condition. With a collation, an equality would ignore the case of letters; a pattern does not.
fn filter(condition: &Condition, has_collation: bool) -> Filter {
    let all = |conditions: &[Condition]| -> Vec<Filter> {
        conditions.iter().map(|condition| filter(condition, has_collation)).collect()
    };
    match condition {
        Condition::All(conditions) if conditions.is_empty() => Filter::new(),
        Condition::All(conditions) => doc! { "$and": all(conditions) },
        Condition::Any(conditions) if conditions.is_empty() => nothing(),
        Condition::Any(conditions) => doc! { "$or": all(conditions) },
        Condition::Not(condition) => doc! { "$nor": [filter(condition, has_collation)] },
        // A pattern cannot contain it.
        Condition::Equals(_, text) | Condition::Contains(_, text) if text.contains('\0') => nothing(),
        Condition::Equals(path, text) if has_collation => {
            doc! { name(path): { "$regex": format!("^{}\\z", escaped(text)) } }
        }
        Condition::Equals(path, text) => doc! { name(path): { "$eq": text } },
        Condition::Contains(path, text) => {
            doc! { name(path): { "$regex": escaped(text), "$options": "i" } }
        }
        Condition::Present(path) => doc! { name(path): { "$nin": [NULL, Bson::Array(Vec::new())] } },
        Condition::Id(ids) => doc! { "_id": { "$in": ids.iter().map(Bson::from).collect::<Vec<_>>() } },
    }
}

/// Returns the filter that no document matches.
fn nothing() -> Filter {
    doc! { "_id": { "$in": Bson::Array(Vec::new()) } }
}

/// Returns a path in the notation of MongoDB, where a name also means the elements of a list.
fn name(path: &str) -> String {
    path.replace("[]", "")
}

/// Escapes a text for a pattern, so that each character stands for itself.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() || c.is_ascii_whitespace() {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
