//! Password hashes: Argon2id for new ones, and the schemes of imported ones that can still be checked.
//!
//! ```text
//!   cell of an import ─▶ import::recognise ─▶ StoredHash (limits checked) ─▶ stored text ─▶ check ─▶ Argon2id at the next login
//! ```

pub(super) mod code_set;
pub mod import;
mod refusal;
mod scheme;
mod stored;
mod text;
mod workspace;

use secrecy::{ExposeSecret as _, SecretString};

use self::scheme::argon2::Argon2;
pub use self::{
    refusal::HashError, scheme::firebase::Project as FirebaseProject, stored::StoredHash,
    workspace::Workspace,
};
use super::normal_form::{forms, normal_form};

/// Result of a password check.
#[derive(Debug, Default)]
pub struct CheckResult {
    pub is_correct: bool,
    /// The same password in the current form, if the stored hash has an older or weaker one.
    pub stronger_hash: Option<String>,
    /// Hashes that a refusal computes: the number depends on the typed text alone.
    pub checks: u32,
}

/// Hashes a password in the current form.
pub(super) fn hash(password: &SecretString, workspace: &mut Workspace) -> Option<String> {
    Argon2::of(&normal_form(password.expose_secret()), workspace)
}

/// Checks a password against a stored hash. With `upgrade`, a correct password is hashed again in the current form if the stored hash is
/// older or weaker, or was made of a text that is not NFKC.
///
/// Without a stored hash, or with a text that is not an accepted hash, it hashes all the same and no password is correct: the response time
/// does not distinguish such accounts (user enumeration by timing), and a manipulated document cannot cause more work (denial of service).
pub(super) fn check(
    stored: Option<&str>,
    password: &SecretString,
    upgrade: bool,
    workspace: &mut Workspace,
) -> CheckResult {
    let known = stored.and_then(StoredHash::parse).and_then(Result::ok);
    let forms = forms(password.expose_secret());
    let mut correct = None;
    for (number, form) in forms.iter().enumerate() {
        let is_correct = if let Some(known) = &known {
            known.verify(form, workspace)
        } else {
            Argon2::of(form, workspace);
            false
        };
        if is_correct {
            correct.get_or_insert(number);
            // Only a login that succeeds may be shorter: a disabled account with the correct password is refused like every other.
            if upgrade {
                break;
            }
        }
    }
    let is_current = correct == Some(0) && known.is_some_and(|known| known.is_current(workspace.parameters));
    let stronger_hash =
        if upgrade && correct.is_some() && !is_current { hash(password, workspace) } else { None };
    let checks = u32::try_from(forms.len()).unwrap_or(u32::MAX);
    CheckResult { is_correct: correct.is_some(), stronger_hash, checks }
}

#[cfg(test)]
mod tests;
