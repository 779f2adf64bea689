//! Selections as SQL. Only names from the source code are inserted, values are parameters.

use rusqlite::{Connection, ToSql, params_from_iter, types::ToSqlOutput};

use super::{
    failure::unavailable,
    reader::{self, COLUMNS},
    row, schema,
};
use crate::{
    clock::Timestamp,
    store::{
        collection::{Collection, SortKind},
        document::{Document, DocumentId, StoreError},
        found::Found,
        selection::{Condition, Cursor, Order, Selected, Selection, SortValue},
    },
};

/// The body of a document as JSON. A body that is not JSON has no fields: it must not fail the query of the others.
const BODY: &str = "CASE WHEN json_valid(d.body) THEN d.body END";

/// A value of a statement.
enum Parameter {
    Text(String),
    Id(DocumentId),
    Limit(i64),
}

impl ToSql for Parameter {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Text(text) => text.to_sql(),
            Self::Id(id) => id.to_sql(),
            Self::Limit(limit) => limit.to_sql(),
        }
    }
}

/// The parameters of a statement, in the order of their numbers.
#[derive(Default)]
struct Parameters(Vec<Parameter>);

impl Parameters {
    /// Adds a value; returns its place in the statement.
    fn add(&mut self, value: Parameter) -> String {
        self.0.push(value);
        format!("?{}", self.0.len())
    }
}

pub(super) fn select<D: Document>(
    connection: &Connection,
    selection: &Selection,
) -> Result<Selected<D>, StoreError> {
    let mut parameters = Parameters::default();
    let sql = select_sql(D::COLLECTION, selection, &mut parameters);
    let mut statement = connection.prepare_cached(&sql).map_err(unavailable)?;
    let mut rows = statement.query(params_from_iter(parameters.0)).map_err(unavailable)?;
    let (mut found, mut next, mut count) = (Found::new(), None, 0);
    while let Some(row) = rows.next().map_err(unavailable)? {
        // One row more than wanted shows that there is a next page.
        if count == selection.limit {
            return Ok(Selected::of(found, next));
        }
        count += 1;
        let id: DocumentId = row.get(0).map_err(unavailable)?;
        let value: Option<String> = row.get(3).map_err(unavailable)?;
        next = Some(Cursor { value: sort_value(selection.order, value), id: id.clone() });
        found.add(id, reader::document(row).map_err(unavailable)?)?;
    }
    Ok(Selected::of(found, None))
}

pub(super) fn count(
    connection: &Connection,
    collection: Collection,
    condition: &Condition,
) -> Result<u64, StoreError> {
    let mut parameters = Parameters::default();
    let (table, ours) = (collection.name(), row::is_of_our_type(collection, "d.id"));
    let condition = condition_sql(condition, &mut parameters);
    let sql = format!("SELECT count(*) FROM {table} d WHERE {ours} AND {condition}");
    let mut statement = connection.prepare_cached(&sql).map_err(unavailable)?;
    let count: i64 =
        statement.query_row(params_from_iter(parameters.0), |row| row.get(0)).map_err(unavailable)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

fn select_sql(collection: Collection, selection: &Selection, parameters: &mut Parameters) -> String {
    let (table, ours) = (collection.name(), row::is_of_our_type(collection, "d.id"));
    let Order { field, descending } = selection.order;
    let direction = if descending { "DESC" } else { "ASC" };
    let key = field.map(schema::sort_keys);
    let (column, order) = match &key {
        Some(key) => (key.as_str(), format!("{key} {direction}, d.id {direction}")),
        None => ("NULL", format!("d.id {direction}")),
    };
    let condition = condition_sql(&selection.condition, parameters);
    let after = selection
        .after
        .as_ref()
        .map_or_else(|| "1".to_owned(), |after| after_sql(key.as_deref(), after, descending, parameters));
    let limit = i64::try_from(selection.limit).unwrap_or(i64::MAX).saturating_add(1);
    let limit = parameters.add(Parameter::Limit(limit));
    format!(
        "SELECT {COLUMNS}, {column} FROM {table} d WHERE {ours} AND {condition} AND {after} ORDER BY {order} LIMIT {limit}"
    )
}

/// Returns the condition for the documents after a position. A missing value comes before all others.
fn after_sql(key: Option<&str>, after: &Cursor, descending: bool, parameters: &mut Parameters) -> String {
    let compare = if descending { "<" } else { ">" };
    let id = parameters.add(Parameter::Id(after.id.clone()));
    let Some(key) = key else { return format!("d.id {compare} {id}") };
    let Some(value) = &after.value else {
        let rest = if descending { "FALSE" } else { "TRUE" };
        return format!("CASE WHEN {key} IS NULL THEN d.id {compare} {id} ELSE {rest} END");
    };
    let value = parameters.add(Parameter::Text(match value {
        SortValue::Text(text) => text.clone(),
        SortValue::Time(time) => time.to_string(),
    }));
    let missing = if descending { format!(" OR {key} IS NULL") } else { String::new() };
    format!("({key} {compare} {value} OR ({key} = {value} AND d.id {compare} {id}){missing})")
}

fn sort_value(order: Order, value: Option<String>) -> Option<SortValue> {
    match order.field?.kind {
        SortKind::Text => value.map(SortValue::Text),
        SortKind::Time => {
            let time: Timestamp = serde_json::from_value(value?.into()).ok()?;
            Some(SortValue::Time(time))
        }
    }
}

fn condition_sql(condition: &Condition, parameters: &mut Parameters) -> String {
    let mut joined = |conditions: &[Condition], word: &str, empty: &str| {
        let texts: Vec<_> = conditions.iter().map(|condition| condition_sql(condition, parameters)).collect();
        if texts.is_empty() { empty.to_owned() } else { format!("({})", texts.join(word)) }
    };
    match condition {
        Condition::All(conditions) => joined(conditions, " AND ", "TRUE"),
        Condition::Any(conditions) => joined(conditions, " OR ", "FALSE"),
        // A comparison with a missing value is NULL, and so is its negation.
        Condition::Not(condition) => {
            format!("NOT coalesce({}, FALSE)", condition_sql(condition, parameters))
        }
        Condition::Equals(path, text) => {
            let text = parameters.add(Parameter::Text(text.clone()));
            at_path(path, |value| format!("{value} = {text}"))
        }
        Condition::Contains(path, text) => {
            let text = parameters.add(Parameter::Text(text.clone()));
            at_path(path, |value| format!("contains_text({value}, {text})"))
        }
        Condition::Present(path) => at_path(path, |value| format!("{value} <> '[]'")),
        Condition::Id(ids) => {
            let ids: Vec<_> = ids.iter().map(|id| parameters.add(Parameter::Id(id.clone()))).collect();
            format!("d.id IN ({})", ids.join(", "))
        }
    }
}

/// Builds a condition on the values at a path. `identities[].roles[]` are the elements of the lists `roles` in the elements of `identities`.
fn at_path(path: &str, condition: impl Fn(&str) -> String) -> String {
    let (mut source, mut tables) = (BODY.to_owned(), Vec::new());
    let mut segments = path.split("[]").map(|segment| segment.trim_start_matches('.')).peekable();
    while let Some(segment) = segments.next() {
        if segments.peek().is_none() {
            let value =
                if segment.is_empty() { source } else { format!("json_extract({source}, '$.{segment}')") };
            let condition = condition(&value);
            return if tables.is_empty() {
                condition
            } else {
                format!("EXISTS (SELECT 1 FROM {} WHERE {condition})", tables.join(", "))
            };
        }
        let table = format!("e{}", tables.len());
        tables.push(format!("json_each({source}, '$.{segment}') {table}"));
        source = format!("{table}.value");
    }
    "FALSE".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::collection::SortField;

    fn plan(connection: &Connection, selection: &Selection) -> String {
        let mut parameters = Parameters::default();
        let sql = select_sql(Collection::Users, selection, &mut parameters);
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a statement");
        let rows = statement.query_map(params_from_iter(parameters.0), |row| row.get::<_, String>(3));
        rows.expect("a plan").map(|row| row.expect("a step")).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn sorted_page_is_read_from_the_index() {
        let (_directory, _writer, reader) = super::super::fixtures::new_database();
        for SortField { name, .. } in Collection::Users.sort_fields() {
            for order in [(*name).to_owned(), format!("-{name}")] {
                let order = Order::parse(Collection::Users, &order).expect("a sort field");
                let selection =
                    Selection { condition: Condition::All(vec![]), order, after: None, limit: 50 };
                let plan = plan(&reader, &selection);
                assert!(plan.contains(&format!("users_by_{name}")), "{plan}");
                assert!(!plan.contains("TEMP B-TREE"), "{plan}");
            }
        }
    }
}
