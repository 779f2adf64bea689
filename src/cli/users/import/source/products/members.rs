//! Members of a JSON object of an export. What no reader takes is reported, so that nothing is lost silently.

use serde_json::{Map, Value};

/// Members that are not taken yet. A value of another type than expected stays, and is reported with the rest.
#[derive(Debug, Default)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) fn new(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// Returns the object in a value, also in JSON within a text.
    pub(super) fn of_value(value: Value) -> Option<Self> {
        match value {
            Value::Object(map) => Some(Self(map)),
            Value::String(text) => serde_json::from_str(&text).ok().map(Self),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(super) fn value(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// Takes a text that is not empty.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let text = self.take_if(name, |value| value.as_str().map(str::to_owned))?;
        Some(text).filter(|text| !text.trim().is_empty())
    }

    /// Takes the first of these texts that is not empty; the others stay.
    pub(super) fn first_text(&mut self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    pub(super) fn number(&mut self, name: &str) -> Option<i64> {
        self.take_if(name, |value| match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        })
    }

    /// Takes a value that must be JSON `true`. The text `"true"` is not.
    pub(super) fn is_true(&mut self, name: &str) -> bool {
        self.take_if(name, Value::as_bool).unwrap_or(false)
    }

    /// Takes a value that blocks the user unless it is absent, `null` or `false`. A user who was blocked there must not be active here
    /// because of an unusual spelling.
    pub(super) fn blocks(&mut self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value != Value::Bool(false))
    }

    /// Takes a value that blocks the user unless it is absent, `null` or `true`.
    pub(super) fn blocks_if_not_true(&mut self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value != Value::Bool(true))
    }

    pub(super) fn object(&mut self, name: &str) -> Option<Self> {
        self.take_if(name, |value| Self::of_value(value.clone()))
    }

    pub(super) fn list(&mut self, name: &str) -> Vec<Value> {
        self.take_if(name, |value| value.as_array().cloned()).unwrap_or_default()
    }

    pub(super) fn objects(&mut self, name: &str) -> Vec<Self> {
        self.list(name).into_iter().filter_map(Self::of_value).collect()
    }

    /// Takes a text, or a list of texts.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        let texts = self.take_if(name, |value| match value {
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
        });
        texts.unwrap_or_default().into_iter().filter(|text| !text.trim().is_empty()).collect()
    }

    /// Drops what no user here needs: statistics and internal state of the product.
    pub(super) fn ignore(&mut self, names: &[&str]) {
        for name in names {
            self.0.remove(*name);
        }
    }

    pub(super) fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// Returns the names that are not taken yet.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// Returns the names of what was not taken and has content.
    pub(super) fn rest(self) -> Vec<String> {
        let has_content = |value: &Value| match value {
            Value::Null => false,
            Value::Bool(_) | Value::Number(_) => true,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
        };
        self.0.into_iter().filter(|(_, value)| has_content(value)).map(|(name, _)| name).collect()
    }

    fn take_if<T>(&mut self, name: &str, take: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let taken = take(self.0.get(name)?)?;
        self.0.remove(name);
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: Value) -> Members {
        Members::of_value(value).expect("an object")
    }

    #[test]
    fn value_of_another_type_stays_and_is_reported() {
        let mut user = members(
            json!({ "email": 5, "name": "Ada", "roles": [1], "id": null, "none": [], "verified": "true" }),
        );
        assert_eq!((user.text("email"), user.text("name")), (None, Some("Ada".to_owned())));
        assert!(user.texts("roles").is_empty() && !user.is_true("verified"));
        assert_eq!(user.rest(), ["email", "roles", "verified"]);
    }

    #[test]
    fn user_is_blocked_unless_the_value_is_clear() {
        for (value, blocks, blocks_if_not_true) in [
            (json!(null), false, false),
            (json!(false), false, true),
            (json!(true), true, false),
            (json!("false"), true, true),
            (json!(0), true, true),
            (json!({}), true, true),
        ] {
            let user = || members(json!({ "flag": value.clone() }));
            assert_eq!(user().blocks("flag"), blocks, "{value}");
            assert_eq!(user().blocks_if_not_true("flag"), blocks_if_not_true, "{value}");
        }
        assert!(!members(json!({})).blocks("flag") && !members(json!({})).blocks_if_not_true("flag"));
    }
}
