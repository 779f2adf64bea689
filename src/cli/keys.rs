//! `vestibule keys`

use clap::Subcommand;

use super::{failure::Failure, out::Out};
use crate::secrets;

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Print one new `id:base64` entry for `VESTIBULE_SECRET_KEYS`.
    New,
}

impl Keys {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self {
            Self::New => Ok(Out::line(&secrets::new_key())?),
        }
    }
}
