//! The forms in which the text of a password is hashed and compared.
//!
//! Keyboards and systems encode one text in different ways: `ä` is one code point, or `a` and a combining mark. New hashes are made of the
//! NFKC form (NIST SP 800-63B-4 §3.1.1.2). Earlier and imported hashes were made of the text as it was sent.

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::user::normalise::nfkc;

/// Returns the form of which new hashes are made.
pub(super) fn normal_form(password: &str) -> Zeroizing<String> {
    Zeroizing::new(nfkc(password))
}

/// Returns the forms of which a stored hash may have been made, without duplicates: NFKC, as typed, and decomposed.
///
/// The number depends on the typed text alone. If it depended on the account, the response time would reveal the account (user enumeration
/// by timing).
pub(super) fn forms(password: &str) -> Vec<Zeroizing<String>> {
    let mut forms = vec![normal_form(password)];
    for form in [Zeroizing::new(password.to_owned()), Zeroizing::new(password.nfd().collect())] {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_of_forms_depends_on_the_typed_text_alone() {
        for (typed, expected) in [
            ("correct horse", &["correct horse"][..]),
            ("p\u{e4}ss", &["p\u{e4}ss", "pa\u{308}ss"]),
            ("pa\u{308}ss", &["p\u{e4}ss", "pa\u{308}ss"]),
            ("\u{fb01}sh", &["fish", "\u{fb01}sh"]),
            ("\u{fb01}\u{e4}", &["fi\u{e4}", "\u{fb01}\u{e4}", "\u{fb01}a\u{308}"]),
            ("\u{ff21}da", &["Ada", "\u{ff21}da"]),
            ("", &[""]),
        ] {
            let found = forms(typed);
            assert_eq!(found.iter().map(|form| form.as_str()).collect::<Vec<_>>(), expected, "{typed:?}");
        }
    }
}
