//! Recovery codes: ten codes that sign in once each, in place of a code of an authenticator app that was lost.
//!
//! They are shown once and stored as hashes. A recovery code is a second factor beside a password or a login at a provider. A mail is no
//! factor: a password that was reset by mail opens no session, and the login with it still needs a second factor (one factor never counts
//! twice).

use secrecy::SecretString;

use super::{FactorError, audit};
use crate::{
    app::App, audit::EventKind, login::recent_proof::require_recent, mail::Notice, notices, secrets::random,
    session::CurrentSession, store::Change, user::RecoveryCodes, web::client::Client,
};

/// Number of codes of a set.
const CODES: usize = 10;
/// Characters of a code: 70 bits. NIST SP 800-63B-4 §4.2.1.1 requires 64 for saved codes.
const LENGTH: usize = 14;
/// Characters of a group of the shown form.
const GROUP: usize = 5;
/// Digits and letters without the pairs that look alike: no `i`, `l`, `o` and no `u` (Crockford's base32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A recovery code in its normal form: 14 characters of [`ALPHABET`].
pub(super) struct RecoveryCode(String);

impl RecoveryCode {
    fn generate() -> Self {
        let characters = random::<LENGTH>().map(|byte| char::from(ALPHABET[usize::from(byte & 31)]));
        Self(characters.into_iter().collect())
    }

    /// Reads a typed code: in upper or lower case, with or without blanks and hyphens, with `o` for `0` and `i` or `l` for `1`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut code = String::new();
        for c in text.chars().filter(|c| !c.is_whitespace() && !is_hyphen(*c)) {
            let c = match c.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                c => c,
            };
            if code.len() == LENGTH || !u8::try_from(c).is_ok_and(|c| ALPHABET.contains(&c)) {
                return None;
            }
            code.push(c);
        }
        (code.len() == LENGTH).then_some(Self(code))
    }

    /// Returns the form that users see: `xxxxx-xxxxx-xxxx`.
    fn shown(&self) -> String {
        let (first, rest) = self.0.split_at(GROUP);
        let (second, third) = rest.split_at(GROUP);
        format!("{first}-{second}-{third}")
    }

    pub(super) fn into_text(self) -> SecretString {
        self.0.into()
    }
}

/// Returns whether a text program may have written this character for a hyphen.
fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// A new set of codes. It is shown once; the response is confidential.
pub(in crate::login) struct NewCodes {
    pub(in crate::login) shown: Vec<String>,
    pub(in crate::login) stored: RecoveryCodes,
}

/// Creates a set of codes.
///
/// # Errors
/// [`FactorError::Busy`] if the hashing queue is full.
pub(in crate::login) async fn create(app: &App) -> Result<NewCodes, FactorError> {
    let slot = app.hasher.reserve().ok_or(FactorError::Busy)?;
    let codes: [RecoveryCode; CODES] = std::array::from_fn(|_| RecoveryCode::generate());
    let shown = codes.iter().map(RecoveryCode::shown).collect();
    let texts = codes.into_iter().map(|code| code.0).collect();
    let (salt, hashes) = slot.hash_codes(texts).await.ok_or(FactorError::Busy)?;
    let stored = RecoveryCodes { salt, hashes, created_at: app.clock.now(), last_used_at: None };
    Ok(NewCodes { shown, stored })
}

/// Replaces the recovery codes of the signed-in user, and returns the new ones.
///
/// # Errors
/// [`FactorError::ProofTooOld`], [`FactorError::NoFactor`] without an authenticator app, [`FactorError::Limited`] after too many changes.
pub async fn replace(
    app: &App,
    client: &Client,
    current: &CurrentSession,
) -> Result<Vec<String>, FactorError> {
    require_recent(app, current)?;
    app.limiter.count_factor_change(&current.user.id.to_string()).await?;
    let NewCodes { shown, stored } = create(app).await?;
    let (user, ()) = current
        .update_user(&app.users, |user| {
            if !user.has_second_factor() {
                return Err(FactorError::NoFactor);
            }
            user.set_recovery_codes(stored.clone());
            Ok(Change::Write(()))
        })
        .await?;
    audit(app, client, current).success(EventKind::RecoveryCodesReplaced).record().await;
    notices::send(app, client, &user, Notice::RecoveryCodesReplaced).await;
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_have_seventy_bits_and_no_look_alikes() {
        let codes: HashSet<String> = (0..1000).map(|_| RecoveryCode::generate().shown()).collect();
        assert_eq!(codes.len(), 1000, "no code twice");
        let mut used = HashSet::new();
        for code in &codes {
            let groups: Vec<&str> = code.split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [5, 5, 4], "{code}");
            used.extend(groups.concat().chars());
        }
        assert_eq!(used.len(), 32, "every character occurs: five bits each");
        assert!(!used.iter().any(|c| "ilouILOU".contains(*c)));
    }

    #[test]
    fn every_accepted_form_is_the_same_code() {
        let normal = |text: &str| RecoveryCode::parse(text).map(|code| code.0);
        for text in [
            "0123a-bcdef-gh1j",
            "0123A-BCDEF-GH1J",
            "0123abcdefgh1j",
            " 0123a bcdef gh1j ",
            "o123a-bcdef-ghij",
            "O123A-BCDEF-GHLJ",
            "0123a\u{2013}bcdef\u{2014}gh1j",
            "01 23-ab cd-ef gh-1j",
        ] {
            assert_eq!(normal(text).as_deref(), Some("0123abcdefgh1j"), "{text}");
        }
        for text in [
            "",
            "-",
            "0123a-bcdef-gh1",
            "0123a-bcdef-gh1jk",
            "0123a-bcdef-gh1u",
            "0123a_bcdef_gh1j",
            "123456",
            "０１２３abcdefgh1j",
        ] {
            assert_eq!(normal(text), None, "{text}");
        }
    }

    #[test]
    fn shown_code_is_read_back() {
        for _ in 0..100 {
            let code = RecoveryCode::generate();
            assert_eq!(RecoveryCode::parse(&code.shown()).map(|read| read.0), Some(code.0));
        }
    }
}
