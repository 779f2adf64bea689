use std::collections::BTreeMap;

use super::{
    format::{Choice, Format as _},
    list::items,
};

/// What a federated login does to a profile field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldPolicy {
    /// Copied from the claims only when the account is created.
    Local,
    /// Updated at every login.
    Provider,
    /// Updated at every login until the user edits the field.
    ProviderUntilEdited,
    /// Never copied.
    Never,
}

const POLICIES: Choice<FieldPolicy> = Choice(&[
    ("local", FieldPolicy::Local),
    ("provider", FieldPolicy::Provider),
    ("provider-until-edited", FieldPolicy::ProviderUntilEdited),
    ("never", FieldPolicy::Never),
]);

/// One policy per profile field.
#[derive(Clone, Copy, Debug)]
pub struct ProfilePolicy {
    /// `displayName`, from the claim `name`.
    pub display_name: FieldPolicy,
    pub picture: FieldPolicy,
    pub locale: FieldPolicy,
    /// The address that is shown. Whether a user can sign in with it is decided by account linking.
    pub email: FieldPolicy,
}

impl Default for ProfilePolicy {
    fn default() -> Self {
        Self {
            display_name: FieldPolicy::ProviderUntilEdited,
            picture: FieldPolicy::ProviderUntilEdited,
            locale: FieldPolicy::ProviderUntilEdited,
            email: FieldPolicy::Local,
        }
    }
}

impl ProfilePolicy {
    /// Reads `field=policy` pairs. Fields that are not listed keep their default.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut policy = Self::default();
        let mut seen = BTreeMap::new();
        for pair in items(text)? {
            let (field, value) = pair.split_once('=').ok_or_else(|| {
                format!("{pair:?} is not a pair; write field=policy, for example displayName=provider")
            })?;
            let (field, value) = (field.trim(), POLICIES.parse(value.trim())?);
            match field {
                "displayName" => policy.display_name = value,
                "picture" => policy.picture = value,
                "locale" => policy.locale = value,
                "email" => policy.email = value,
                other => {
                    return Err(format!(
                        "{other:?} is not a profile field; write displayName, picture, locale or email"
                    ));
                }
            }
            if seen.insert(field.to_owned(), value).is_some_and(|other| other != value) {
                return Err(format!(
                    "{field:?} is listed twice, with different policies; remove one of them"
                ));
            }
        }
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_are_not_listed_keep_their_default() {
        let policy = ProfilePolicy::parse("displayName=provider, email = never").expect("two pairs");
        assert_eq!(policy.display_name, FieldPolicy::Provider);
        assert_eq!(policy.email, FieldPolicy::Never);
        assert_eq!(policy.locale, FieldPolicy::ProviderUntilEdited);
        for text in [
            "displayName",
            "name=provider",
            "email=sometimes",
            "email=never,email=provider",
            "email=never;locale=never",
        ] {
            assert!(ProfilePolicy::parse(text).is_err(), "{text}");
        }
    }
}
