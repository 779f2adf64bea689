//! Which source wrote the profile fields of a user.

use serde::{Serialize, Serializer};

use super::User;
use crate::schema::text_schema;

/// The source of each profile field. `null`: the field has no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldSources {
    pub display_name: Option<FieldSource>,
    pub email: Option<FieldSource>,
    pub picture: Option<FieldSource>,
    pub locale: Option<FieldSource>,
}

/// Who wrote a profile field: published as `local` or `provider:NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldSource {
    /// The user or an administrator.
    Local,
    /// The provider with this name, at a login.
    Provider(String),
}

impl FieldSources {
    #[must_use]
    pub fn of(user: &User) -> Self {
        let source = |field: &str, has_value: bool| has_value.then(|| FieldSource::of(user, field));
        Self {
            display_name: source("displayName", user.display_name.is_some()),
            email: source("email", user.email.is_some()),
            picture: source("picture", user.picture.is_some()),
            locale: source("locale", user.locale.is_some()),
        }
    }
}

impl FieldSource {
    fn of(user: &User, field: &str) -> Self {
        user.field_sources.get(field).map_or(Self::Local, |provider| Self::Provider(provider.clone()))
    }
}

text_schema!(FieldSource, { "pattern": "^(local|provider:.+)$" });

impl Serialize for FieldSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Local => serializer.serialize_str("local"),
            // The prefix keeps a provider with the name `local` apart.
            Self::Provider(name) => serializer.collect_str(&format_args!("provider:{name}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{clock::Timestamp, user::UserId};

    #[test]
    fn each_field_with_a_value_names_its_source() {
        let now = Timestamp::from_millis(0);
        let mut ada = User::new(UserId::new(now), now);
        let shown = |ada: &User| json!(FieldSources::of(ada));
        assert_eq!(
            shown(&ada),
            json!({ "displayName": null, "email": null, "picture": null, "locale": null })
        );
        ada.display_name = Some("Ada".to_owned());
        ada.email = Some("ada@corp.example".parse().expect("an address"));
        ada.locale = Some("en".to_owned());
        ada.field_sources.insert("email".to_owned(), "okta".to_owned());
        ada.field_sources.insert("locale".to_owned(), "local".to_owned());
        // The value was removed after the provider wrote it.
        ada.field_sources.insert("picture".to_owned(), "okta".to_owned());
        assert_eq!(
            shown(&ada),
            json!({ "displayName": "local", "email": "provider:okta", "picture": null, "locale": "provider:local" })
        );
    }
}
