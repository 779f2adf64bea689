//! Options that say what the password cells are.

use std::{fs, path::PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use crate::{
    cli::failure::Failure,
    login::password::{hash::FirebaseProject, policy::PasswordPolicy},
};

#[derive(Args)]
pub(super) struct PasswordArgs {
    /// Take every password cell as the password itself, also if it looks like a hash.
    #[arg(long, conflicts_with = "firebase_signer_key_file")]
    plain_passwords: bool,
    /// File with the base64 signer key of a Firebase project, for password cells `firebase:SALT:HASH`.
    #[arg(long, value_name = "FILE")]
    firebase_signer_key_file: Option<PathBuf>,
    /// Base64 salt separator of the Firebase project.
    #[arg(long, value_name = "BASE64", default_value = "Bw==", requires = "firebase_signer_key_file")]
    firebase_salt_separator: String,
    /// Rounds of the Firebase project.
    #[arg(long, value_name = "N", default_value_t = 8, requires = "firebase_signer_key_file")]
    firebase_rounds: u64,
    /// Memory cost of the Firebase project.
    #[arg(long, value_name = "N", default_value_t = 14, requires = "firebase_signer_key_file")]
    firebase_mem_cost: u64,
}

/// Meaning of the password cells, and the rules for plain passwords.
pub(super) struct PasswordOptions {
    pub(super) policy: PasswordPolicy,
    pub(super) are_plain: bool,
    pub(super) firebase: Option<FirebaseProject>,
}

#[cfg(test)]
impl PasswordOptions {
    /// The rules where a second factor is required.
    pub(super) fn of_tests() -> Self {
        use crate::config::{Config, Environment};

        let (config, _) = Config::read(&Environment::of([("VESTIBULE_MFA", "required")])).expect("settings");
        Self { policy: PasswordPolicy::of(&config), are_plain: false, firebase: None }
    }
}

impl PasswordArgs {
    /// Reads the signer key.
    pub(super) fn options(&self, policy: PasswordPolicy) -> Result<PasswordOptions, Failure> {
        let firebase = match &self.firebase_signer_key_file {
            Some(path) => {
                let failed = |error: String| Failure::Usage(format!("{}: {error}", path.display()));
                let key = fs::read_to_string(path)
                    .map(Zeroizing::new)
                    .map_err(|error| failed(error.to_string()))?;
                let (separator, rounds) = (&self.firebase_salt_separator, self.firebase_rounds);
                let project = FirebaseProject::new(&key, separator, rounds, self.firebase_mem_cost);
                Some(project.map_err(failed)?)
            }
            None => None,
        };
        Ok(PasswordOptions { policy, are_plain: self.plain_passwords, firebase })
    }
}
