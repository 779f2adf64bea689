//! `vestibule keys`

use clap::Subcommand;

use super::{failure::Failure, out::Out};
use crate::secrets;

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Print a new key for `VESTIBULE_SECRET_KEYS`, in the form `id:base64`.
    New,
}

impl Keys {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self {
            Self::New => Ok(Out::line(&secrets::new_key())?),
        }
    }
}
