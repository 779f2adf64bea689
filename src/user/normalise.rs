//! Normal form of text that is compared: the one place for names, addresses and passwords.
//!
//! A keyboard, a spreadsheet and a directory write the same letter in different ways: `ü` as one or two code points, `Ａ` or `A`. All of
//! them use NFKC. Names ignore case by full case folding, addresses by lower case, passwords do not ignore it.
//!
//! ASCII is its own normal form in all of them, and its case folding is its lower case: most texts need no table of Unicode. A login and a row
//! of an import normalise a name many times.

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;
use unicode_security::MixedScript as _;

/// Returns the text in NFKC (NIST SP 800-63B §3.1.1.2 for passwords).
#[must_use]
pub fn nfkc(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfkc().collect() }
}

/// Returns the caseless form of a name (Unicode §3.13, D146) in NFKC: `Straße` and `STRASSE` are equal.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfd().default_case_fold().nfkd().default_case_fold().nfkc().collect()
}

/// Returns the caseless form of an address. It is not [`fold`], which makes `groß` and `gross` equal: they are two mailboxes, and one
/// user could get the account of the other.
pub(super) fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    nfkc(&nfkc(text).to_lowercase())
}

/// Returns the text in lower case and NFC, in which compatibility characters such as `ｌ` and `ſ` stay different.
pub(super) fn canonical_lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// Returns whether the letters of a text have one script (UTS 39 §5.1). Those of ASCII are Latin.
pub(super) fn has_one_script(text: &str) -> bool {
    text.is_ascii() || text.is_single_script()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_text_are_equal() {
        for (written, name, address) in [
            ("J\u{fc}rgen", "j\u{fc}rgen", "j\u{fc}rgen"),
            ("Ju\u{308}rgen", "j\u{fc}rgen", "j\u{fc}rgen"),
            ("\u{ff21}da", "ada", "ada"),
            ("stra\u{df}e", "strasse", "stra\u{df}e"),
            ("STRA\u{1e9e}E", "strasse", "stra\u{df}e"),
            // A dotless i is another letter (password reset by `mıke`).
            ("m\u{131}ke", "m\u{131}ke", "m\u{131}ke"),
            ("M\u{130}KE", "mi\u{307}ke", "mi\u{307}ke"),
            ("\u{fb01}n", "fin", "fin"),
        ] {
            assert_eq!((fold(written).as_str(), lower(written).as_str()), (name, address), "{written}");
        }
    }

    #[test]
    fn ascii_needs_no_table_of_unicode() {
        let ascii: String = (0..128_u8).map(char::from).collect();
        let folded: String = ascii.nfd().default_case_fold().nfkd().default_case_fold().nfkc().collect();
        assert_eq!(folded, ascii.to_ascii_lowercase());
        assert_eq!(ascii.to_lowercase(), ascii.to_ascii_lowercase());
        assert!([ascii.nfkc().to_string(), ascii.nfc().to_string()].iter().all(|text| *text == ascii));
        assert!(ascii.is_single_script());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn normal_form_of_a_normal_form_is_itself(text in any::<String>()) {
            for normalise in [nfkc, fold, lower, canonical_lower] {
                let once = normalise(&text);
                prop_assert_eq!(normalise(&once), once);
            }
        }
    }
}
