//! JSON: an array of objects, an object with the array `users`, one object per line, or objects one after the other.
//!
//! The content decides between them, because programs choose the suffix freely. A value in an array is only checked for its syntax
//! first, so that each item has its position and an item with a mistake costs one row.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use super::{
    columns,
    row::Row,
    text::{LineCounter, after_line_break, end_of_line},
};
use crate::{
    cli::{failure::Failure, users::import::mistake::Mistake},
    provisioning::{Field, FieldKind},
};

/// Value of a file that should be an object.
pub(super) struct Item<'a> {
    pub(super) line: u64,
    /// Number in an array, from 1.
    pub(super) number: Option<u64>,
    pub(super) text: Result<&'a str, Mistake>,
}

/// Reads the rows. `is_document`: the file is a JSON document by its name, and one object alone is a mistake in it.
pub(super) fn rows(bytes: &[u8], is_document: bool) -> Result<Vec<Row>, Failure> {
    let rows = items(bytes, is_document)?.into_iter().map(|Item { line, number, text }| match text {
        Ok(text) => Ok(Row { item: number, ..object_row(text, line)? }),
        Err(mistake) => Ok(Row { item: number, ..Row::broken(line, mistake) }),
    });
    rows.collect()
}

/// Finds the values.
pub(super) fn items(bytes: &[u8], is_document: bool) -> Result<Vec<Item<'_>>, Failure> {
    match bytes.trim_ascii_start().first() {
        Some(b'[') => items_of_array(bytes, serde_json::from_str),
        Some(b'{') => items_of_objects(bytes, is_document),
        Some(_) if is_document => Err(Failure::Usage(
            "the file is not JSON: it starts with neither [ nor {; use --format csv for a CSV file"
                .to_owned(),
        )),
        None if is_document => {
            Err(Failure::Usage("the file is empty; write a JSON array of objects".to_owned()))
        }
        Some(_) | None => Ok(lines(bytes)),
    }
}

/// Reads a file that starts with an object.
fn items_of_objects(bytes: &[u8], is_document: bool) -> Result<Vec<Item<'_>>, Failure> {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<&RawValue>();
    // A first line with a mistake costs its row.
    let Some(Ok(first)) = values.next() else { return Ok(lines(bytes)) };
    let rest = &bytes[values.byte_offset()..];
    if rest.trim_ascii().is_empty() {
        let members: Members = serde_json::from_str(first.get()).unwrap_or_default();
        if members.has("users")
            && !["username", "id", "issuer", "identities"].iter().any(|name| members.has(name))
        {
            return items_of_array(bytes, |text| serde_json::from_str(text).map(|Wrapper { users }| users));
        }
        if is_document && rest.is_empty() {
            return Err(Failure::Usage(
                "the file is one JSON object; write an array of objects, an object with the array `users`, or one object per line"
                    .to_owned(),
            ));
        }
    }
    Ok(if first.get().contains(['\n', '\r']) { values_in_sequence(bytes) } else { lines(bytes) })
}

/// `{"users":[…]}`, as identity services export it. Other members are ignored.
#[derive(Deserialize)]
struct Wrapper<'a> {
    #[serde(borrow, alias = "Users", alias = "USERS")]
    users: Vec<&'a RawValue>,
}

/// Reads the items of an array.
fn items_of_array<'a>(
    bytes: &'a [u8],
    parse: impl Fn(&'a str) -> serde_json::Result<Vec<&'a RawValue>>,
) -> Result<Vec<Item<'a>>, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = LineCounter::new(bytes).line_of(error.valid_up_to());
        let why = Mistake::of_bytes(bytes).map(|mistake| mistake.text).unwrap_or_default();
        Failure::Usage(format!("line {line}: {why}"))
    })?;
    let items = parse(text).map_err(|error| {
        let line = LineCounter::new(bytes).line_of(position(bytes, &error));
        Failure::Usage(format!("line {line}: not a JSON array of objects: {}", reason(&error)))
    })?;
    let mut lines = LineCounter::new(bytes);
    let items = items.into_iter().zip(1..).map(|(item, number)| {
        let at = item.get().as_ptr().addr() - text.as_ptr().addr();
        Item { line: lines.line_of(at), number: Some(number), text: Ok(item.get()) }
    });
    Ok(items.collect())
}

/// Reads one object per line.
fn lines(bytes: &[u8]) -> Vec<Item<'_>> {
    let (mut items, mut at, mut line) = (Vec::new(), 0, 1);
    while at < bytes.len() {
        let end = end_of_line(bytes, at);
        let text = bytes[at..end].trim_ascii();
        if !text.is_empty() {
            let text = std::str::from_utf8(text).map_err(|_| {
                Mistake::of_bytes(text)
                    .unwrap_or_else(|| Mistake::of_row("not_utf8", "the line is not UTF-8"))
            });
            items.push(Item { line, number: None, text });
        }
        (at, line) = (if end < bytes.len() { after_line_break(bytes, end) } else { end }, line + 1);
    }
    items
}

/// Reads objects over several lines, one after the other. After a mistake, the next object is the next line with a brace in front.
fn values_in_sequence(bytes: &[u8]) -> Vec<Item<'_>> {
    let (mut items, mut at, mut lines) = (Vec::new(), 0, LineCounter::new(bytes));
    loop {
        at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if at >= bytes.len() {
            return items;
        }
        let line = lines.line_of(at);
        let mut values = serde_json::Deserializer::from_slice(&bytes[at..]).into_iter::<&RawValue>();
        match values.next() {
            Some(Ok(value)) => {
                items.push(Item { line, number: None, text: Ok(value.get()) });
                at += values.byte_offset();
            }
            Some(Err(error)) => {
                items.push(Item { line, number: None, text: Err(not_json(&error)) });
                at = next_object(bytes, at);
            }
            None => return items,
        }
    }
}

fn next_object(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at = end_of_line(bytes, at);
        if at >= bytes.len() {
            return at;
        }
        at = after_line_break(bytes, at);
        if bytes.get(at) == Some(&b'{') {
            return at;
        }
    }
}

/// Members of an object in their order, repeated ones too.
#[derive(Default)]
struct Members(Vec<(String, Value)>);

impl Members {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(member, _)| member.eq_ignore_ascii_case(name))
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

fn object_row(text: &str, line: u64) -> Result<Row, Failure> {
    let members: Members = match serde_json::from_str(text) {
        Ok(members) => members,
        Err(error) if error.is_data() => {
            let mistake = Mistake::of_row("not_an_object", "the value is not a JSON object");
            return Ok(Row::broken(line, mistake));
        }
        Err(error) => return Ok(Row::broken(line, not_json(&error))),
    };
    let fields: Vec<Option<Field>> = members.0.iter().map(|(name, _)| columns::field(name)).collect();
    let unknown = members.0.iter().zip(&fields).filter(|(_, field)| field.is_none());
    let unknown: Vec<&str> = unknown.map(|((name, _), _)| name.as_str()).collect();
    if !unknown.is_empty() {
        return Err(columns::unknown(line, &unknown));
    }
    let mut row = Row { line, ..Row::default() };
    for (at, (field, (_, value))) in fields.iter().zip(&members.0).enumerate() {
        let Some(field) = *field else { continue };
        // RFC 8259 §4: which of two equal names counts differs between programs.
        if fields[..at].contains(&Some(field)) {
            let text = format!("the object has the member `{}` twice; remove one", field.name());
            row.broken = Some(Mistake::of_row("member_twice", text));
        }
        match cell(field, value) {
            Ok(cell) => row.set(field, &cell),
            Err(expected) => {
                let text = format!("{} is {}; write {expected}", field.name(), type_of(value));
                row.broken = Some(Mistake::of_row("wrong_type", text));
            }
        }
    }
    Ok(row)
}

/// Returns a JSON value as a cell, or the type that the field has.
fn cell(field: Field, value: &Value) -> Result<String, &'static str> {
    match (field.kind(), value) {
        (FieldKind::Text | FieldKind::Boolean | FieldKind::List | FieldKind::Structure, Value::Null) => {
            Ok(String::new())
        }
        (
            FieldKind::Text | FieldKind::Boolean | FieldKind::List | FieldKind::Structure,
            Value::String(text),
        ) => Ok(text.clone()),
        (FieldKind::Structure, Value::Array(_) | Value::Object(_)) => Ok(value.to_string()),
        (FieldKind::Boolean, Value::Bool(value)) => Ok(value.to_string()),
        (FieldKind::List, Value::Array(items)) => {
            let items = items.iter().map(|item| item.as_str().filter(|text| !text.contains(';')));
            let texts: Option<Vec<&str>> = items.collect();
            texts.map(|texts| texts.join(";")).ok_or("an array of texts without `;`")
        }
        (FieldKind::Text, _) => Err("a text in quotes"),
        (FieldKind::Boolean, _) => Err("true or false"),
        (FieldKind::List, _) => Err("an array of texts"),
        (FieldKind::Structure, _) => Err("an array of objects or an object"),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array with other items",
        Value::Object(_) => "an object",
    }
}

pub(super) fn not_json(error: &serde_json::Error) -> Mistake {
    Mistake::of_row("not_json", format!("not a JSON object: {}", reason(error)))
}

/// Returns the reason and the column. The position counts from the start of the value, so its line is left out.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    format!("{text} (column {})", error.column())
}

/// Returns the position of an error. `serde_json` ends a line only at `\n`.
fn position(bytes: &[u8], error: &serde_json::Error) -> usize {
    let before = error.line().saturating_sub(1);
    let start: usize = bytes.split_inclusive(|byte| *byte == b'\n').take(before).map(<[u8]>::len).sum();
    (start + error.column().saturating_sub(1)).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::{super::row::summaries, *};

    fn document(text: impl AsRef<[u8]>) -> Vec<String> {
        summaries(rows(text.as_ref(), true))
    }

    fn ndjson(text: impl AsRef<[u8]>) -> Vec<String> {
        summaries(rows(text.as_ref(), false))
    }

    #[test]
    fn content_decides_between_the_forms() {
        for (text, expected) in [
            (r#"[{"username":"ada"},{"username":"bob"}]"#, &["1 ada", "1 bob"][..]),
            (
                "[\n  {\n    \"username\": \"ada\"\n  },\n\n  {\"username\": \"bob\"}\n]\n",
                &["2 ada", "6 bob"],
            ),
            ("[\r\r{\"username\":\"ada\"},\r{\"username\":\"bob\"}]", &["3 ada", "4 bob"]),
            ("{\"total\":1,\n\"users\":[\n{\"username\":\"ada\"}]}", &["3 ada"]),
            ("{\"username\":\"ada\"}\r\n\r\n{\"username\":\"bob\"}\r\n", &["1 ada", "3 bob"]),
            ("{\"username\":\"ada\"}\n", &["1 ada"]),
            ("{\n\"username\": \"ada\"\n}\n{\n\"username\": \"bob\"\n}\n", &["1 ada", "4 bob"]),
            (
                "{\n\"username\": \"ada\"\n}\n{\n\"username\": ,\n}\n{\n\"username\": \"eve\"\n}\n",
                &["1 ada", "4 not_json", "7 eve"],
            ),
            ("[]", &[]),
        ] {
            assert_eq!(document(text), expected, "{text:?}");
            assert_eq!(ndjson(text), expected, "{text:?}");
        }
    }

    #[test]
    fn line_with_a_mistake_costs_its_row() {
        for (text, expected) in [
            ("{\"username\":\n[]\n{\"username\":\"ada\"}\n", &["1 not_json", "2 not_an_object", "3 ada"][..]),
            (
                "{\"username\":\"ada\"}\ngarbage\n// note\n{\"username\":\"bob\"},\n",
                &["1 ada", "2 not_json", "3 not_json", "4 not_json"],
            ),
            ("garbage\n{\"username\":\"ada\"}\n", &["1 not_json", "2 ada"]),
            ("\n", &[]),
        ] {
            assert_eq!(ndjson(text), expected, "{text:?}");
        }
        let latin = b"{\"username\":\"ada\"}\n{\"username\":\"Zo\xeb\"}\n";
        assert_eq!(ndjson(latin), ["1 ada", "2 not_utf8"]);
    }

    #[test]
    fn value_of_another_type_is_refused() {
        for value in [
            r#"{"username":1}"#,
            r#"{"username":true}"#,
            r#"{"username":["ada"]}"#,
            r#"{"username":"ada","password":12345678}"#,
            r#"{"username":"ada","password":["a","b"]}"#,
            r#"{"username":"ada","emailVerified":1}"#,
            r#"{"username":"ada","roles":true}"#,
            r#"{"username":"ada","roles":["a;b"]}"#,
            r#"{"username":"ada","roles":["a",1]}"#,
            r#"{"username":"ada","roles":{"admin":true}}"#,
        ] {
            assert_eq!(document(format!("[{value}]")), ["1 wrong_type"], "{value}");
        }
        for value in [
            r#"{"username":"ada","email":null,"roles":null,"emailVerified":null}"#,
            r#"{"username":" ada ","email":""}"#,
            r#"{"USERNAME":"ada"}"#,
        ] {
            assert_eq!(document(format!("[{value}]")), ["1 ada"], "{value}");
        }
        assert_eq!(
            document(r#"[{"username":"a","roles":["x","y"],"emailVerified":true}]"#),
            ["1 a|true|x;y"]
        );
        assert_eq!(
            document(r#"[{"username":"a","username":"b"},{"username":"a","Username":"a"}]"#),
            ["1 member_twice", "1 member_twice"]
        );
        assert_eq!(
            document(r#"[{"username":"a\u0000"},"x",null]"#),
            ["1 control_character", "1 not_an_object", "1 not_an_object"]
        );
    }

    #[test]
    fn depth_is_limited() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(document(format!("[{{\"username\":{deep}}}]")), ["1 not_json"]);
        assert_eq!(document(&deep), ["1 not_an_object"]);
    }

    #[test]
    fn document_with_a_mistake_is_refused_with_its_line() {
        for (text, part) in [
            ("{\"username\":\"ada\"}", "write an array"),
            ("[\n{\"username\":\"ada\"},\n]", "line 3: not a JSON array"),
            ("[{\"username\":\"ada\"}\n{\"username\":\"bob\"}]", "line 2"),
            (
                "[\n{\"username\":\"ada\",\n\"role\":\"x\"}]",
                "line 2: unknown column \"role\" (did you mean `roles`?)",
            ),
            ("username\nada\n", "--format csv"),
            ("", "empty"),
            ("{\"users\":{}}", "not a JSON array"),
        ] {
            let lines = document(text);
            assert!(lines.len() == 1 && lines[0].contains(part), "{lines:?}");
        }
        let latin = document(b"[\n{\"username\":\"Zo\xeb\"}]");
        assert!(latin[0].contains("line 2") && latin[0].contains("0xEB"), "{latin:?}");
    }
}
