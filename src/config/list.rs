//! Lists: items separated by commas. The one place that knows how an item with a comma is written.
//!
//! ```text
//! a.example,b.example                          items
//! "CN=Admins,OU=Groups"=admin,Staff=staff      an item, or the left side of a pair, in double quotes; "" is a quote
//! ["a.example","b.example"]                    JSON
//! {"CN=Admins,OU=Groups":"admin"}              JSON, for pairs
//! ```
//!
//! A list that is cut in the wrong place has pieces that mean something else: a part of a distinguished name becomes a group with a
//! role. So whatever looks like another separator or like a part of a name is a mistake.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

const QUOTE: &str = "put an item that contains a comma or semicolon into double quotes";
const QUOTE_VALUE: &str = "put the claim value into double quotes, for example \"CN=Admins,DC=corp\"=admin, or write JSON: \
                           {\"CN=Admins,DC=corp\":\"admin\"}";
/// Attribute types of distinguished names (RFC 4514 §3, RFC 4519) that stand above the name of a group.
const CONTAINERS: [&str; 8] = ["OU", "DC", "O", "C", "L", "ST", "S", "T"];
/// Attribute types that name a group or user.
const NAMES: [&str; 8] = ["CN", "UID", "SN", "GN", "E", "MAIL", "EMAILADDRESS", "SERIALNUMBER"];

/// Returns the items of a list, without spaces around them. Empty items are left out.
pub(super) fn items(text: &str) -> Result<Vec<String>, String> {
    if text.trim_start().starts_with('[') && !is_address(text) {
        let items: Vec<String> = json(text)?;
        return Ok(items.into_iter().filter(|item| !item.is_empty()).collect());
    }
    split(text)?.into_iter().map(unquote).collect()
}

/// A claim value and what it stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) left: String,
    pub(super) right: String,
}

/// Returns the pairs `left=right` of a list.
pub(super) fn pairs(text: &str) -> Result<Vec<Pair>, String> {
    if text.trim_start().starts_with('{') {
        return json::<JsonPairs>(text).map(|pairs| pairs.0);
    }
    split(text)?.into_iter().map(pair).collect()
}

fn pair(item: &str) -> Result<Pair, String> {
    let trimmed =
        |left: &str, right: &str| Pair { left: left.trim().to_owned(), right: right.trim().to_owned() };
    if item.starts_with('"') {
        let end = item.rfind('"').filter(|end| *end > 0).unwrap_or(item.len());
        let Some((_, right)) = item
            .get(end + 1..)
            .and_then(|rest| rest.split_once('='))
            .filter(|(blank, _)| blank.trim().is_empty())
        else {
            return Err(format!("{item:?} has no role after the quotes; {QUOTE_VALUE}"));
        };
        let left = unquote(&item[..=end])?;
        return Ok(Pair { left, right: right.trim().to_owned() });
    }
    if item.starts_with(['\'', '[']) || item.contains('"') {
        return Err(format!("{item:?} is not quoted as a whole; {QUOTE_VALUE}"));
    }
    match item.split('=').collect::<Vec<_>>()[..] {
        [left, _] if is_attribute(left, &CONTAINERS) || is_attribute(left, &NAMES) => {
            Err(format!("{item:?} looks like a part of a distinguished name; {QUOTE_VALUE}"))
        }
        [left, right] => Ok(trimmed(left, right)),
        // A name of one part, such as `cn=Admins`.
        [name, value, right] if is_attribute(name, &NAMES) => Ok(trimmed(&format!("{name}={value}"), right)),
        [_] => Err(format!("{item:?} is not a pair; write claim-value=role, for example Admins=admin")),
        _ => Err(format!("{item:?} contains several `=`; separate pairs by commas, and {QUOTE_VALUE}")),
    }
}

/// Returns whether a text is an attribute type of a distinguished name, by one of these names or by number (`2.5.4.3`).
fn is_attribute(text: &str, names: &[&str]) -> bool {
    let text = text.trim();
    let number =
        text.get(..4).filter(|start| start.eq_ignore_ascii_case("OID.")).map_or(text, |_| &text[4..]);
    let is_number = number.contains('.') && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    is_number || names.iter().any(|name| text.eq_ignore_ascii_case(name))
}

/// Splits at commas outside double quotes. The items keep their quotes.
fn split(text: &str) -> Result<Vec<&str>, String> {
    let (mut items, mut start, mut in_quotes) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => in_quotes = !in_quotes,
            ',' if !in_quotes => {
                items.push(text[start..at].trim());
                start = at + 1;
            }
            ';' | '\n' | '\r' if !in_quotes => {
                return Err(format!("{text:?} contains {c:?}; separate items by commas, and {QUOTE}"));
            }
            _ => {}
        }
    }
    if in_quotes {
        return Err(format!(
            "{text:?} has a double quote that is not closed; {QUOTE}, and write \"\" for a quote in it"
        ));
    }
    items.push(text[start..].trim());
    items.retain(|item| !item.is_empty());
    Ok(items)
}

/// Returns the text of an item without its double quotes.
fn unquote(item: &str) -> Result<String, String> {
    let quoted = item.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let is_valid = quoted.map_or(!item.contains('"'), |text| !text.replace("\"\"", "").contains('"'));
    if is_valid {
        Ok(quoted.map_or_else(|| item.to_owned(), |text| text.replace("\"\"", "\"")))
    } else {
        Err(format!("{item:?} is not quoted as a whole; {QUOTE}, and write \"\" for a quote in it"))
    }
}

/// Returns whether `[` begins an IPv6 address.
fn is_address(text: &str) -> bool {
    text.trim_start()[1..].starts_with(|c: char| c.is_ascii_hexdigit() || c == ':')
}

fn json<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        format!("{text:?} is not valid JSON: {error}; write it without brackets, or correct it")
    })
}

/// Members of an object in their order. A map would keep the last of two equal names without a message.
struct JsonPairs(Vec<Pair>);

impl<'de> Deserialize<'de> for JsonPairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = JsonPairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object whose members are texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonPairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some((left, right)) = map.next_entry()? {
                    pairs.push(Pair { left, right });
                }
                Ok(JsonPairs(pairs))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<(String, String)>> {
        pairs(text).ok().map(|pairs| pairs.into_iter().map(|pair| (pair.left, pair.right)).collect())
    }

    #[test]
    fn an_item_with_a_comma_is_quoted_or_json() {
        for (text, expected) in [
            ("", &[][..]),
            ("a, b ,,c,", &["a", "b", "c"]),
            ("\"a,b\",c", &["a,b", "c"]),
            ("\"a;b\"", &["a;b"]),
            ("\"say \"\"hi\"\"\"", &["say \"hi\""]),
            ("[\"a,b\", \"c\"]", &["a,b", "c"]),
            ("[]", &[]),
            ("[::1],[fd00::]/8", &["[::1]", "[fd00::]/8"]),
        ] {
            let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            assert_eq!(items(text), Ok(expected), "{text}");
        }
        for text in ["a;b", "a\nb", "\"a", "a\"b", "a\"b\"", "\"a\"b\"c\"", "[\"a\"", "[\"a\";\"b\"]"] {
            assert!(items(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_distinguished_name_is_one_claim_value() {
        let name = "CN=Admins,OU=Groups,DC=corp,DC=example";
        for text in
            [format!("\"{name}\"=admin"), format!("\"{name}\" = admin "), format!("{{\"{name}\":\"admin\"}}")]
        {
            assert_eq!(read(&text), Some(vec![(name.to_owned(), "admin".to_owned())]), "{text}");
        }
        let two = read(&format!("\"{name}\"=admin,\"a \"\"b\"\"; c\"=staff,Staff=staff")).expect("three");
        assert_eq!(
            two.iter().map(|(left, _)| left.as_str()).collect::<Vec<_>>(),
            [name, "a \"b\"; c", "Staff"]
        );
    }

    // Each piece would be a group of its own, and one of them would get a role.
    #[test]
    fn a_piece_of_a_distinguished_name_is_a_mistake() {
        for text in [
            "CN=Admins,OU=Groups,DC=corp,DC=example=admin",
            "cn=Admins, ou=Groups=admin",
            "OU=Groups=admin",
            "DC=example=admin",
            "UID=ada,O=Corp=admin",
            "L=Bern=admin",
            "ST=Bern",
            "C=CH",
            "2.5.4.3=Admins,DC=corp=admin",
            "OID.2.5.4.11=Groups",
            "CN=Smith\\, Ada,OU=Groups=admin",
        ] {
            let mistake = pairs(text).expect_err(text);
            assert!(mistake.contains("double quotes") && mistake.contains("JSON"), "{text}: {mistake}");
        }
    }

    #[test]
    fn another_separator_is_a_mistake() {
        for text in [
            "Admins=admin;Staff=staff",
            "Admins=admin Staff=staff",
            "Admins=admin|Staff=staff",
            "Admins=admin\nStaff=staff",
            "Admins:admin",
            "\"Admins=admin,Staff=staff\"",
            "'Admins=admin'",
            "[\"Admins=admin\"]",
            "Admins\"=admin",
            "\"Admins\"admin",
            "\"Admins",
            "{\"Admins\":[\"admin\"]}",
            "{\"Admins\":\"admin\"",
        ] {
            assert!(pairs(text).is_err(), "{text}");
        }
    }
}
