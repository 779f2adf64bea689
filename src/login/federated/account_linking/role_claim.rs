//! Roles of a claim in the forms that providers send.
//!
//! | form | provider |
//! |---|---|
//! | list of texts, one text | most |
//! | object whose names are the roles: `{"admin": {"orgId": "domain"}}` | Zitadel |
//! | text with separators, `"Admins,Staff"`, or with a JSON list | ADFS, `PingOne`, attributes that hold text only |
//! | list of objects: `[{"name": "Admins"}]` | WSO2, `PingOne`, SCIM |
//! | numbers, booleans | group numbers, `is_admin: true` |
//!
//! Only values in `_ROLE_MAP` give a role, so a form that is read in one way too many cannot invent one.

use std::collections::BTreeMap;

use serde_json::Value;

/// Members of an object in a list that name the role.
const NAMES: [&str; 6] = ["name", "value", "role", "display", "displayName", "id"];
/// Number of values in a message.
const SHOWN_MAX: usize = 5;

/// Roles of a claim.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct MappedRoles {
    /// Sorted, each once.
    pub(super) roles: Vec<String>,
    /// Why a claim that has a value gives no role.
    pub(super) problem: Option<String>,
}

/// Maps a claim to roles.
pub(super) fn map(claim: &Value, role_map: &BTreeMap<String, String>) -> MappedRoles {
    let mut values = Vec::new();
    match claim {
        // A whole text that is listed is one value: group names may contain separators.
        Value::String(text) if !role_map.contains_key(text.as_str()) => separate(text, &mut values),
        other => collect(other, &mut values),
    }
    let mut roles: Vec<String> = values.iter().filter_map(|value| role_map.get(value).cloned()).collect();
    roles.sort_unstable();
    roles.dedup();
    let problem = (roles.is_empty() && !is_empty(claim)).then(|| describe(claim, &values));
    MappedRoles { roles, problem }
}

/// Splits a text at commas and semicolons. Not at blanks: `Not Admins` must not give the role of `Admins`. Elements of a list are not split
/// either.
fn separate(text: &str, values: &mut Vec<String>) {
    if let Ok(list @ Value::Array(_)) = serde_json::from_str(text) {
        return collect(&list, values);
    }
    values.extend(
        text.split([',', ';']).map(str::trim).filter(|value| !value.is_empty()).map(ToOwned::to_owned),
    );
}

fn collect(value: &Value, values: &mut Vec<String>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| collect_element(element, values)),
        other => collect_element(other, values),
    }
}

/// Reads the claim, or an element of its list. No provider sends lists in lists.
fn collect_element(value: &Value, values: &mut Vec<String>) {
    match value {
        Value::Null | Value::Array(_) => {}
        Value::String(text) => values.push(text.clone()),
        Value::Number(_) | Value::Bool(_) => values.push(value.to_string()),
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    value if grants(value) => values.push(name.clone()),
                    Value::String(text) if NAMES.contains(&name.as_str()) => values.push(text.clone()),
                    Value::Number(number) if NAMES.contains(&name.as_str()) => {
                        values.push(number.to_string());
                    }
                    Value::Null
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Array(_)
                    | Value::Object(_) => {}
                }
            }
        }
    }
}

/// Returns whether a member makes its name a role: `{"admin": false}` and `{"admin": []}` do not.
fn grants(value: &Value) -> bool {
    match value {
        Value::Bool(granted) => *granted,
        Value::Object(_) => true,
        Value::Array(elements) => !elements.is_empty(),
        Value::Null | Value::Number(_) | Value::String(_) => false,
    }
}

fn is_empty(claim: &Value) -> bool {
    match claim {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn describe(claim: &Value, values: &[String]) -> String {
    let form = match claim {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => "one value",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    if values.is_empty() {
        return format!("the claim is {form} in a form that is not understood");
    }
    let shown = |value: &String| format!("{:?}", value.chars().take(60).collect::<String>());
    let shown: Vec<String> = values.iter().take(SHOWN_MAX).map(shown).collect();
    let more = if values.len() > SHOWN_MAX { " and others" } else { "" };
    format!("the claim is {form}, and _ROLE_MAP lists none of its values: {}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mapped(claim: &Value) -> MappedRoles {
        let pairs = [
            ("Admins", "admin"),
            ("Staff", "staff"),
            ("R&D, Berlin", "lab"),
            ("7", "seven"),
            ("true", "yes"),
        ];
        map(claim, &pairs.map(|(value, role)| (value.to_owned(), role.to_owned())).into())
    }

    #[test]
    fn a_role_claim_is_understood_in_every_form_that_providers_send() {
        for (claim, expected) in [
            (json!("Admins"), &["admin"][..]),
            (json!(["Staff", "Admins", "Admins", "Other"]), &["admin", "staff"]),
            (json!({ "Admins": { "2013": "corp.example" }, "Staff": {} }), &["admin", "staff"]),
            (json!({ "Admins": true, "Staff": false }), &["admin"]),
            (json!({ "Admins": ["x"], "Staff": [] }), &["admin"]),
            (json!("Admins,Staff"), &["admin", "staff"]),
            (json!(" Admins ; Staff;"), &["admin", "staff"]),
            (json!("[\"Admins\", \"Staff\"]"), &["admin", "staff"]),
            (json!("R&D, Berlin"), &["lab"]),
            (json!(["R&D, Berlin"]), &["lab"]),
            (json!([{ "name": "Admins" }, { "name": "Staff", "id": 3 }]), &["admin", "staff"]),
            (json!([{ "display": "Admins", "value": "1" }]), &["admin"]),
            (json!({ "name": "Admins" }), &["admin"]),
            (json!([{ "Admins": {} }, "Staff"]), &["admin", "staff"]),
            (json!([{ "id": 7 }]), &["seven"]),
            (json!([7, 8]), &["seven"]),
            (json!(7), &["seven"]),
            (json!(true), &["yes"]),
        ] {
            assert_eq!(
                mapped(&claim),
                MappedRoles { roles: expected.iter().map(ToString::to_string).collect(), problem: None },
                "{claim}"
            );
        }
    }

    #[test]
    fn a_value_that_only_contains_a_role_gives_none() {
        for claim in [
            json!("Not Admins"),
            json!("admins"),
            json!(["Staff,Admins"]),
            json!(["Staff;Admins"]),
            json!({ "Admins": false }),
            json!({ "Admins": null }),
            json!({ "Admins": "false" }),
            json!({ "Admins": 0 }),
            json!([{ "description": "Admins" }]),
            json!([{ "name": false }]),
            json!([["Admins"]]),
            json!({ "Other": { "Admins": true } }),
            json!(false),
        ] {
            let MappedRoles { roles, problem } = mapped(&claim);
            assert!(roles.is_empty() && problem.is_some(), "{claim} {roles:?}");
        }
    }

    #[test]
    fn a_claim_with_a_value_that_gives_no_role_has_a_reason() {
        for (claim, expected) in [
            (json!(["Other"]), Some("a list, and _ROLE_MAP lists none of its values: \"Other\"")),
            (json!("x\ny"), Some("\"x\\ny\"")),
            (json!({ "Admins": "x" }), Some("an object in a form that is not understood")),
            (json!(vec!["Other"; 9]), Some("and others")),
            (json!(null), None),
            (json!(""), None),
            (json!([]), None),
            (json!({}), None),
        ] {
            let problem = mapped(&claim).problem;
            assert_eq!(problem.is_some(), expected.is_some(), "{claim}");
            assert!(problem.unwrap_or_default().contains(expected.unwrap_or_default()), "{claim}");
        }
    }
}
