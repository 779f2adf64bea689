//! Generated passwords.

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::policy::AcceptedPassword;
use crate::secrets;

/// Creates a password: 100 random bits as four groups of five lower-case letters and digits.
#[must_use]
pub fn password() -> AcceptedPassword {
    let bits = Zeroizing::new(secrets::random::<13>());
    let text = Zeroizing::new(data_encoding::BASE32_DNSCURVE.encode(&*bits));
    let groups: Vec<&str> = (0..4).map(|group| &text[group * 5..group * 5 + 5]).collect();
    AcceptedPassword::generated(SecretString::from(groups.join("-")))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn generated_passwords_are_long_and_differ() {
        let (one, other) = (password(), password());
        assert_eq!(one.secret().expose_secret().len(), 23);
        assert_ne!(one.secret().expose_secret(), other.secret().expose_secret());
    }
}
