//! Settings for new passwords and their hashes.

use super::{mfa::Mfa, password_list::PasswordList, reader::Reader, settings as s};

/// Shortest password where a second factor is required (NIST SP 800-63B-4 §3.1.1.2).
const MIN_WITH_FACTOR: usize = 8;
/// Shortest password where it can be the only factor.
const MIN_ALONE: usize = 15;

/// Settings for new passwords.
#[derive(Clone, Debug)]
pub struct PasswordSettings {
    /// Shortest password, in characters.
    pub min_chars: usize,
    /// Passwords that the operator refuses.
    pub list: Option<PasswordList>,
}

pub(super) fn read(reader: &mut Reader<'_>, mfa: Mfa) -> PasswordSettings {
    let floor = match mfa {
        Mfa::Optional => MIN_ALONE,
        Mfa::Required => MIN_WITH_FACTOR,
    };
    let min_chars = reader.get(&s::PASSWORD_MIN_LENGTH).unwrap_or(floor);
    if min_chars < floor {
        reader.mistake(
            &s::PASSWORD_MIN_LENGTH,
            format!(
                "it is shorter than {floor}: with VESTIBULE_MFA=optional a password can be the only factor; write {floor} or more, or set \
                 VESTIBULE_MFA=required"
            ),
        );
    }
    let list = reader.get(&s::PASSWORD_LIST).map(|path| PasswordList::open(&path)).transpose();
    let list = list.map_err(|mistake| reader.mistake(&s::PASSWORD_LIST, mistake)).ok().flatten();
    PasswordSettings { min_chars, list }
}
