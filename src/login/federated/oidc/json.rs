//! JSON of providers, read member by member.
//!
//! A parser that reads the whole document fails for one odd character in a member that is not used, for example half a surrogate pair
//! in a name that the provider truncated. Here, the document is split into its members first, and each value is parsed by itself.

use serde_json::{Map, Value};

/// Members of a JSON object.
///
/// A value that cannot be read is `null` and not absent. Otherwise a malformed `nbf`, or a malformed `nonce` of a logout token, would skip
/// the check of that member.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct JsonObject {
    pub(super) members: Map<String, Value>,
    /// Name and reason for each member that cannot be read.
    defects: Vec<(String, String)>,
}

impl JsonObject {
    /// Reads a document.
    ///
    /// # Errors
    /// What the document is instead of an object, or where it is malformed.
    pub(super) fn read(document: &[u8]) -> Result<Self, String> {
        let mut object = Self::default();
        for (name, value) in raw_members(document)? {
            match serde_json::from_slice::<String>(name) {
                Ok(name) => object.insert(name, value),
                Err(error) => {
                    object.defects.push((String::from_utf8_lossy(name).into_owned(), reason(&error)));
                }
            }
        }
        Ok(object)
    }

    fn insert(&mut self, name: String, value: &[u8]) {
        let value = serde_json::from_slice::<Value>(value).unwrap_or_else(|error| {
            self.defects.push((name.clone(), reason(&error)));
            Value::Null
        });
        // RFC 7519 §4: names are unique. With two values, an attacker could choose the one that a careless parser reads.
        if self.members.get(&name).is_some_and(|first| *first != value) {
            self.defects.push((name.clone(), "two different values".to_owned()));
            self.members.insert(name, Value::Null);
        } else {
            self.members.insert(name, value);
        }
    }

    /// Describes the defects of these members; `None` if they have none.
    pub(super) fn defects_of(&self, names: &[&str]) -> Option<String> {
        self.describe(|name| names.contains(&name))
    }

    /// Describes all defects; `None` if there are none.
    pub(super) fn defects_text(&self) -> Option<String> {
        self.describe(|_| true)
    }

    fn describe(&self, is_of_interest: impl Fn(&str) -> bool) -> Option<String> {
        let defects = self.defects.iter().filter(|(name, _)| is_of_interest(name)).take(DEFECTS_MAX);
        let defects: Vec<String> =
            defects.map(|(name, reason)| format!("{} ({reason})", quoted(name))).collect();
        (!defects.is_empty()).then(|| format!("unreadable members: {}", defects.join(", ")))
    }
}

/// Number of defects in a message.
const DEFECTS_MAX: usize = 5;
/// Number of characters of foreign text in a message.
const QUOTED_MAX: usize = 200;

/// Quotes foreign text for a message: bounded, and without control characters (log injection).
pub(super) fn quoted(text: &str) -> String {
    let start: String = text.chars().take(QUOTED_MAX).collect();
    format!("{start:?}")
}

/// The text of a name and of its value.
type RawMember<'d> = (&'d [u8], &'d [u8]);

/// Returns the raw name and value of each member. The values are not parsed.
pub(super) fn raw_members(document: &[u8]) -> Result<Vec<RawMember<'_>>, String> {
    let mut scanner = Scanner::of(document);
    if !scanner.skip(b'{') {
        return Err(scanner.instead_of("object"));
    }
    let mut members = Vec::new();
    if !scanner.skip(b'}') {
        loop {
            let name = scanner.text()?;
            scanner.expect(b':')?;
            members.push((name, scanner.value()?));
            if !scanner.skip(b',') {
                break;
            }
        }
        scanner.expect(b'}')?;
    }
    scanner.end().map(|()| members)
}

/// Returns the raw elements of a list.
pub(super) fn raw_elements(list: &[u8]) -> Result<Vec<&[u8]>, String> {
    let mut scanner = Scanner::of(list);
    if !scanner.skip(b'[') {
        return Err(scanner.instead_of("list"));
    }
    let mut elements = Vec::new();
    if !scanner.skip(b']') {
        loop {
            elements.push(scanner.value()?);
            if !scanner.skip(b',') {
                break;
            }
        }
        scanner.expect(b']')?;
    }
    scanner.end().map(|()| elements)
}

/// Returns the message of a parser error without its position, which is relative to one value.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line").next().unwrap_or_default().to_owned()
}

/// Splits a document by its quotes, brackets and commas. It keeps no stack of Rust frames, so nesting cannot exhaust it.
struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    /// Starts after a byte order mark, which RFC 8259 §8.1 allows a parser to ignore.
    fn of(document: &'a [u8]) -> Self {
        Self { bytes: document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document), at: 0 }
    }

    fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.skip(byte) {
            Ok(())
        } else {
            Err(self.malformed(&format!("expected `{}`", char::from(byte))))
        }
    }

    fn end(&mut self) -> Result<(), String> {
        if self.peek().is_none() { Ok(()) } else { Err(self.malformed("text after the end of the document")) }
    }

    fn malformed(&self, what: &str) -> String {
        if self.at >= self.bytes.len() {
            format!("malformed JSON: the document is cut off after {} bytes", self.bytes.len())
        } else {
            format!("malformed JSON at byte {}: {what}", self.at)
        }
    }

    fn instead_of(&mut self, expected: &str) -> String {
        match self.peek() {
            None => "an empty document, not JSON".to_owned(),
            Some(b'<') => "an HTML or XML page, not JSON".to_owned(),
            Some(b'[') => format!("a JSON list, not a JSON {expected}"),
            Some(b'{') => format!("a JSON object, not a JSON {expected}"),
            Some(b'"') => format!("a JSON text, not a JSON {expected}"),
            Some(_) => format!("not a JSON {expected}"),
        }
    }

    /// Returns a text with its quotes.
    fn text(&mut self) -> Result<&'a [u8], String> {
        if self.peek() != Some(b'"') {
            return Err(self.malformed("expected a member name in quotes"));
        }
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(&self.bytes[start..self.at]);
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        Err(self.malformed(""))
    }

    /// Returns everything up to the comma or bracket that ends the value.
    fn value(&mut self) -> Result<&'a [u8], String> {
        self.peek();
        let start = self.at;
        let mut open = Vec::new();
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.text()?;
                    continue;
                }
                b'{' => open.push(b'}'),
                b'[' => open.push(b']'),
                b',' | b'}' | b']' if open.is_empty() => break,
                b'}' | b']' if open.pop() != Some(byte) => {
                    return Err(self.malformed("a bracket that closes nothing"));
                }
                _ => {}
            }
            self.at += 1;
        }
        Ok(self.bytes[start..self.at].trim_ascii_end())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Reads an object with the members `odd` and `sub`.
    fn with_odd(value: &[u8]) -> JsonObject {
        let document = [b"{\"odd\": ".as_slice(), value, b", \"sub\": \"grace\"}"].concat();
        JsonObject::read(&document).unwrap_or_else(|error| panic!("{}: {error}", value.escape_ascii()))
    }

    #[test]
    fn an_unreadable_member_spoils_only_itself() {
        for value in [
            &b"\"Grac\\ud83d\""[..],
            b"\"\\ude00\"",
            b"[\"\\ud83d\"]",
            b"{\"deep\": [\"\\ud83d\"]}",
            b"NaN",
            b"-Infinity",
            b"1e999",
            b"\"\xff\"",
            b"\"\x01\"",
            b"\"\\x41\"",
            b"01",
            b"True",
            b"'single'",
            b"[1,]",
            b"",
        ] {
            let object = with_odd(value);
            assert_eq!(object.members["odd"], Value::Null, "{}", value.escape_ascii());
            assert_eq!(object.members["sub"], json!("grace"), "{}", value.escape_ascii());
            assert!(object.defects_text().expect("a defect").contains("\"odd\""), "{object:?}");
        }
        let nested = [b"[".repeat(5_000), b"]".repeat(5_000)].concat();
        assert_eq!(with_odd(&nested).members["sub"], json!("grace"));
    }

    #[test]
    fn readable_members_are_kept_as_they_are() {
        for (value, expected) in [
            (&b"\"\\u0000\""[..], json!("\0")),
            (b"\"\\ud83d\\ude00\"", json!("\u{1f600}")),
            (b"\"a,b}]\\\"\"", json!("a,b}]\"")),
            (b"\"\\\\\"", json!("\\")),
            (b"[{\"a\": [1, 2]}, \"}\"]", json!([{ "a": [1, 2] }, "}"])),
            (b"123456789012345678901234567890", json!(123_456_789_012_345_678_901_234_567_890.0)),
            (b"\xef\xbb\xbf1", Value::Null),
        ] {
            assert_eq!(with_odd(value).members["odd"], expected, "{}", value.escape_ascii());
        }
        let marked = JsonObject::read(b"\xef\xbb\xbf {\"sub\":\"grace\"}\r\n").expect("an object");
        assert_eq!((marked.members["sub"].as_str(), marked.defects_text()), (Some("grace"), None));
        assert_eq!(JsonObject::read(b"{}"), Ok(JsonObject::default()));
    }

    #[test]
    fn a_member_with_two_values_has_none() {
        let object = JsonObject::read(br#"{"a":1,"a":2,"b":1,"b":1,"\u0061":3}"#).expect("an object");
        assert_eq!((&object.members["a"], &object.members["b"]), (&Value::Null, &json!(1)));
        assert!(object.defects_text().expect("a defect").contains("two different values"));
    }

    #[test]
    fn a_malformed_document_names_its_defect() {
        for (document, expected) in [
            (&b""[..], "an empty document"),
            (b"<!doctype html>", "HTML"),
            (b"[{}]", "a JSON list, not a JSON object"),
            (b"\"text\"", "a JSON text"),
            (b"7", "not a JSON object"),
            (b"{\"a\":1", "cut off after 6 bytes"),
            (b"{\"a", "cut off"),
            (b"{\"a\"", "cut off"),
            (b"{\"a\":\"\\", "cut off"),
            (b"{\"a\":[1}", "at byte 7: a bracket that closes nothing"),
            (b"{\"a\" 1}", "at byte 5: expected `:`"),
            (b"{a:1}", "at byte 1: expected a member name in quotes"),
            (b"{\"a\":1,}", "expected a member name"),
            (b"{} {}", "text after the end"),
            (b"{\"a\":1}}", "text after the end"),
        ] {
            let error = JsonObject::read(document).expect_err("malformed");
            assert!(error.contains(expected), "{}: {error}", document.escape_ascii());
        }
    }

    #[test]
    fn elements_of_a_list_are_split() {
        assert_eq!(
            raw_elements(b"[ {\"a\":[1,2]} , 7,\"x\" ]"),
            Ok(vec![&b"{\"a\":[1,2]}"[..], b"7", b"\"x\""])
        );
        assert_eq!(raw_elements(b"[]"), Ok(Vec::new()));
        assert!(raw_elements(b"{}").is_err_and(|error| error.contains("a JSON object, not a JSON list")));
    }
}
