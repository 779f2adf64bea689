//! The prefix of all collection names, and the names that it gives.

use super::{collection::Collection, marker};

/// MongoDB allows 255 bytes for the names of database and collection together. The name of a database has at most 63.
const LONGEST: usize = 64;
/// Names that begin with one of these are reserved by MongoDB.
const RESERVED: [&str; 2] = ["system.", "enxcol_."];

/// `VESTIBULE_COLLECTION_PREFIX`: with it, several applications can use one MongoDB database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CollectionPrefix(String);

impl CollectionPrefix {
    /// Reads a prefix.
    ///
    /// # Errors
    /// What is wrong with the text, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        if let Some(c) = text.chars().find(|c| !is_allowed(*c)) {
            return Err(format!(
                "{text:?} contains {c:?}, which is not allowed in a prefix; use letters, digits, `_`, `-` and `.`"
            ));
        }
        if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(format!("{text:?} does not begin with a letter; write for example vestibule_"));
        }
        if text.len() > LONGEST {
            return Err(format!("{text:?} has {} characters; use at most {LONGEST}", text.len()));
        }
        if let Some(reserved) = RESERVED.iter().find(|reserved| text.starts_with(*reserved)) {
            return Err(format!(
                "{text:?} begins with {reserved:?}, which MongoDB reserves; write for example vestibule_"
            ));
        }
        Ok(Self(text.to_owned()))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn name(&self, collection: Collection) -> String {
        self.0.clone() + collection.name()
    }

    /// Returns the name of the collection with the marker.
    pub(super) fn marker(&self) -> String {
        self.0.clone() + marker::PRODUCT
    }

    /// Returns the collection with this name. `None` for a collection of another application, or with another prefix.
    pub(super) fn collection(&self, name: &str) -> Option<Collection> {
        Collection::by_name(name.strip_prefix(self.0.as_str())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_makes_names_that_mongodb_accepts() {
        for text in ["vestibule_", "auth.", "team-2.login_", "a", "system", "systems.", &"a".repeat(64)] {
            assert!(CollectionPrefix::parse(text).is_ok(), "{text}");
        }
        for (text, cause) in [
            ("", "begin with a letter"),
            ("_vestibule", "begin with a letter"),
            (".users", "begin with a letter"),
            ("1a", "begin with a letter"),
            ("system.", "reserves"),
            ("system.profile.", "reserves"),
            ("enxcol_.", "reserves"),
            ("team$", "'$'"),
            ("a b", "' '"),
            ("a/b", "'/'"),
            ("a\0", "'\\0'"),
            ("größe_", "'ö'"),
            (&"a".repeat(65), "65 characters"),
        ] {
            let refusal = CollectionPrefix::parse(text).expect_err(text);
            assert!(refusal.contains(cause), "{text:?}: {refusal}");
        }
    }

    // Otherwise a collection of one prefix could be a collection of another one: `a` + `b_users` and `a` + `b_` + `users`.
    #[test]
    fn no_name_is_the_end_of_another_name() {
        let names: Vec<_> =
            Collection::ALL.iter().map(|collection| collection.name()).chain([marker::PRODUCT]).collect();
        for name in &names {
            assert!(names.iter().all(|other| other == name || !other.ends_with(name)), "{name}");
        }
    }

    #[test]
    fn only_names_with_the_prefix_are_ours() {
        let prefix = CollectionPrefix::parse("auth_").expect("a prefix");
        assert_eq!(prefix.name(Collection::Users), "auth_users");
        assert_eq!(prefix.collection("auth_users"), Some(Collection::Users));
        for name in ["users", "auth_", "auth_team", "other_users", "auth_auth_users"] {
            assert_eq!(prefix.collection(name), None, "{name}");
        }
    }
}
