//! User names, and the text by which a client or a command names a user.
//!
//! A text has one key, and a key has one user. A user name that is an e-mail address takes the handle of the address, so that no other
//! user can have it verified; a user name in the form of an id takes the handle of the id.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;
use unicode_security::GeneralSecurityProfile;

use super::{
    Email, UserId, email,
    invalid::{Invalid, why_invisible},
    normalise::{fold, has_one_script, nfkc},
};
use crate::schema::text_schema;

/// Longest user name, in characters of its key. An address has up to 254.
const MAX: usize = 254;
/// Longest text that is normalised, in bytes: more than any spelling of a valid name.
const TEXT_MAX: usize = 4096;

/// User name: kept as written, compared by its key.
///
/// The key is NFKC and case folded, so that `Alice`, `ALICE` and full-width `Ａlice` are the same user. Names that mix scripts (Cyrillic
/// `а` in a Latin name) or contain invisible characters are rejected, because they look like the name of another user (UTS 39 §5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Username(String);

text_schema!(Username, {});

impl Username {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form that is equal for all spellings of the name.
    #[must_use]
    pub fn key(&self) -> String {
        Key::of(&self.0).text
    }

    /// Returns the unique key of this name.
    #[must_use]
    pub fn handle(&self) -> String {
        Key::of(&self.0).name_handle()
    }

    /// Returns all unique keys of this name: the name, and the address or the id that it looks like.
    #[must_use]
    pub fn handles(&self) -> Vec<String> {
        let key = Key::of(&self.0);
        let mut handles = vec![key.name_handle()];
        handles.extend(key.email_handle());
        handles.extend(key.text.parse().ok().map(UserId::handle));
        handles
    }
}

/// Text that a client or an administrator typed to name a user, normalised once.
pub struct TypedName(Option<Key>);

impl TypedName {
    /// Normalises a text. A text that is too long for any name is not normalised: the work must not grow with the request.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self((text.len() <= TEXT_MAX).then(|| Key::of(text)))
    }

    /// Returns the form that is equal for all spellings; `None` for a text that is too long for any name.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.0.as_ref().map(|key| key.text.as_str())
    }

    /// Returns the unique key of the user name.
    #[must_use]
    pub fn name_handle(&self) -> Option<String> {
        self.0.as_ref().map(Key::name_handle)
    }

    /// Returns the unique key of the address, if the text is one.
    #[must_use]
    pub fn email_handle(&self) -> Option<String> {
        self.0.as_ref().and_then(Key::email_handle)
    }
}

/// Normal form of a name.
struct Key {
    text: String,
    is_address: bool,
}

impl Key {
    /// Normalises a text, valid or not.
    fn of(text: &str) -> Self {
        let text = text.trim();
        // Most names. What follows changes nothing in them but the case.
        if text.is_ascii() && !text.contains(|c: char| c == '@' || c.is_whitespace()) {
            return Self { text: text.to_ascii_lowercase(), is_address: false };
        }
        let text = straighten(text);
        Self::of_address(&text).unwrap_or_else(|| {
            let words = fold(&text);
            // Pages show several blanks as one.
            let text = words.split_whitespace().collect::<Vec<_>>().join(" ");
            Self::of_address(&text).unwrap_or(Self { text, is_address: false })
        })
    }

    fn of_address(text: &str) -> Option<Self> {
        Some(Self { text: email::key_of(text).ok()?, is_address: true })
    }

    fn name_handle(&self) -> String {
        format!("name:{}", self.text)
    }

    fn email_handle(&self) -> Option<String> {
        self.is_address.then(|| format!("email:{}", self.text))
    }
}

/// Replaces typographic apostrophes and hyphens: telephones and word processors write `O’Brien` for `O'Brien`.
fn straighten(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{ff07}' => '\'',
            '\u{2010}'..='\u{2014}' | '\u{2212}' => '-',
            c => c,
        })
        .collect()
}

impl FromStr for Username {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        // Before the normalisation, which costs more than reading the text.
        if text.len() > TEXT_MAX {
            return Err(too_long());
        }
        let straight = straighten(text);
        let shown = nfkc(&straight);
        // The normal form of an accent of its own, such as U+FC72, is a blank and a combining mark.
        let shown = shown.trim();
        if shown.is_empty() {
            return Err(Invalid::new("required", "the name is empty"));
        }
        let key = Key::of(text);
        // The normal form must be a name, too: it is what users are found by.
        if let Some(invalid) = shown.chars().chain(key.text.chars()).find_map(invalid_character) {
            return Err(invalid);
        }
        if shown.starts_with(is_combining_mark) || key.text.starts_with(is_combining_mark) {
            return Err(Invalid::new("invalid", "the name begins with an accent without a letter"));
        }
        if key.text.chars().count() > MAX {
            return Err(too_long());
        }
        if !has_one_script(&key.text) && !key.is_address {
            return Err(Invalid::new(
                "mixed_scripts",
                "the name mixes letters of different scripts, which look alike; use one script",
            ));
        }
        // `ada@corp.example.` must not stand beside `ada@corp.example`.
        if let Some((_, domain)) = key.text.rsplit_once('@')
            && domain.contains('.')
            && !key.is_address
        {
            straight.parse::<Email>()?;
        }
        Ok(Self(text.to_owned()))
    }
}

fn too_long() -> Invalid {
    Invalid::new("too_long", "a user name has at most 254 characters")
}

/// Returns the mistake of a character that no name may have.
fn invalid_character(c: char) -> Option<Invalid> {
    match c {
        '<' | '>' | '"' | '`' => {
            Some(Invalid::character(c, "is not allowed in a user name: it is used in markup and quoting"))
        }
        ' '..='~' => None,
        _ if c.identifier_allowed() && why_invisible(c).is_none() => None,
        _ => Some(Invalid::character(
            c,
            why_invisible(c).unwrap_or(
                "is not allowed in a user name; use letters, digits, blanks and the punctuation of a keyboard",
            ),
        )),
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Username {
        text.parse().unwrap_or_else(|invalid| panic!("{text:?}: {invalid}"))
    }

    fn code(text: &str) -> Result<(), &'static str> {
        text.parse::<Username>().map(drop).map_err(|invalid| invalid.code())
    }

    #[test]
    fn spellings_of_one_name_have_one_key() {
        for spelling in ["alice", "Alice", "ALICE", " alice ", "Ａlice"] {
            assert_eq!(name(spelling).key(), "alice");
        }
        assert_eq!(name("Straße").key(), "strasse");
        assert_eq!(name("Ju\u{308}rgen").key(), "j\u{fc}rgen");
        assert_eq!(name("O\u{2019}Brien").key(), name("o'brien").key());
        assert_eq!(name("Ada  M.\u{a0}Lovelace").key(), "ada m. lovelace");
    }

    #[test]
    fn name_that_is_an_address_takes_the_handle_of_the_address() {
        for spelling in ["Bob@Corp.example", "bob@corp.example", "\u{ff22}ob\u{ff20}corp.example"] {
            assert_eq!(name(spelling).handles(), ["name:bob@corp.example", "email:bob@corp.example"]);
        }
        for spelling in ["bob@b\u{fc}cher.example", "bob@xn--bcher-kva.example"] {
            assert_eq!(name(spelling).handles()[1], "email:bob@xn--bcher-kva.example");
        }
        assert_eq!(name("o\u{2019}brien@corp.example").handles()[1], "email:o'brien@corp.example");
        for plain in ["bob", "@bob", "bob@corp", "a@b@c", "bob@"] {
            assert_eq!(name(plain).handles(), [format!("name:{plain}")]);
        }
    }

    #[test]
    fn name_that_looks_like_an_id_takes_the_handle_of_the_id() {
        let id = "0197d3a0-0000-7000-8000-000000000000";
        for spelling in
            [id, &id.to_uppercase(), &id.replace('-', ""), &format!("{{{id}}}"), &format!("urn:uuid:{id}")]
        {
            assert!(name(spelling).handles().contains(&format!("id:{id}")), "{spelling}");
        }
        for prefixed in ["id:1", "oidc:https://idp.example|1", "email:ada@corp", "name:ada"] {
            assert_eq!(name(prefixed).handles(), [format!("name:{prefixed}")]);
        }
    }

    #[test]
    fn accent_without_a_letter_is_no_name() {
        for text in ["\u{301}", "\u{301}ada", "\u{fe72}", " \u{a8}ada"] {
            let invalid = text.parse::<Username>().expect_err(text);
            assert!(invalid.to_string().contains("accent"), "{text:?}: {invalid}");
        }
    }

    #[test]
    fn almost_an_address_is_rejected_with_the_reason() {
        for (text, reason) in [
            ("ada@corp.example.", "ends with a dot"),
            ("ada@corp..example", "two dots"),
            ("a@b@corp.example", "one @ only"),
            ("Ada L@corp.example", "` ` (U+0020)"),
            ("ada@corp_x.example", "`_` (U+005F)"),
            ("\u{430}da@corp.example", "different scripts"),
        ] {
            let invalid = text.parse::<Username>().expect_err(text);
            assert!(invalid.to_string().contains(reason), "{text}: {invalid}");
        }
    }

    #[test]
    fn names_that_look_like_another_name_are_rejected() {
        assert_eq!(code("аlice"), Err("mixed_scripts"), "Cyrillic а");
        for (text, character) in [
            ("al\u{200b}ice", "U+200B ZERO WIDTH SPACE"),
            ("al\u{200d}ice", "U+200D ZERO WIDTH JOINER"),
            ("al\u{ad}ice", "U+00AD SOFT HYPHEN"),
            ("al\u{202e}ice", "U+202E RIGHT-TO-LEFT OVERRIDE"),
            ("ad\u{34f}a", "U+034F"),
            ("ada\u{fe0f}", "U+FE0F"),
            ("ad\u{3164}a", "U+1160"),
            ("ada\u{20dd}", "(U+20DD)"),
            ("a\tda", "U+0009 TAB"),
            ("a\0da", "U+0000 NULL"),
            ("a\u{7f}da", "U+007F"),
            ("a\u{2028}da", "U+2028"),
            ("<b>", "`<` (U+003C)"),
            ("ada \u{1f600}", "`\u{1f600}` (U+1F600)"),
        ] {
            let invalid = text.parse::<Username>().expect_err(text);
            assert_eq!(invalid.code(), "invalid");
            assert!(invalid.to_string().contains(character), "{text:?}: {invalid}");
        }
        assert_eq!(code(" "), Err("required"));
        assert_eq!(code(&"a".repeat(255)), Err("too_long"));
        assert_eq!(code(&"\u{fdfa}".repeat(20_000)), Err("too_long"));
    }

    #[test]
    fn names_of_real_directories_are_accepted() {
        let long = "a".repeat(254);
        let address = format!(
            "{}@{}.example",
            "a".repeat(64),
            ["a".repeat(60), "b".repeat(60), "c".repeat(59)].join(".")
        );
        for text in [
            "алиса",
            "李小龍",
            "O'Brien",
            "O\u{2019}Brien",
            "zoë",
            "zoe\u{308}",
            "ada.lovelace",
            "محمد",
            "ada@corp.example",
            "Ada Lovelace",
            "Lovelace, Ada (ext)",
            r"CORP\ada",
            "corp/ada",
            "ada#EXT#",
            "auth0|5f2b",
            "ada+test",
            "ada@corp",
            "x$",
            "\u{ff21}da",
            "Jean\u{2010}Luc",
            "中村・太郎",
            "l\u{b7}lu\u{ed}s",
            &long,
            &address,
        ] {
            assert_eq!(code(text), Ok(()), "{text}: {:?}", text.parse::<Username>());
        }
    }

    #[test]
    fn typed_text_that_is_too_long_is_not_normalised() {
        assert!(TypedName::new(&"a".repeat(4096)).key().is_some());
        let long = TypedName::new(&"a".repeat(4097));
        assert!(long.key().is_none() && long.name_handle().is_none() && long.email_handle().is_none());
    }
}
